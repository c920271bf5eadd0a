"""What has to be said beside an answer: rows that it leaves out, rows that it repeats, and the day that its dates are counted from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.nlq.planner.facts import TableFacts
from services.nlq.planner.grammar.conditions.times import When, anchor_of
from services.nlq.planner.lexicon.periods import Anchored, described
from services.nlq.planner.linking.identifiers import may_name_things, names_things
from services.nlq.planner.linking.schema import Column, Schema
from services.nlq.planner.pieces import columns_used, fields_of
from services.nlq.planner.plan.doubts import sum_in_doubt
from services.nlq.planner.plan.fanout import join_checks
from services.nlq.planner.plan.totals import totals_told, without_totals
from services.nlq.planner.planner import Reading, Readings
from services.nlq.planner.wording import key_text
from shared.plan import (
    Anything,
    Expression,
    Group,
    Join,
    Keep,
    Measure,
    Missing,
    Plan,
    Query,
    Take,
)
from shared.plan.model import rows_of
from shared.plan.walking import pieces_of


@dataclass(frozen=True)
class Remark:
    """How many rows something is true of, as a plan whose result is that number, and what to say of so many, more than none."""

    count: Query
    sentence: Callable[[int], str]


def remarks_to_count(plan: Plan, facts: Sequence[TableFacts]) -> tuple[Remark, ...]:
    """What depends on how many rows there are: those without a partner in a join or with several, and those that no group takes in."""
    rows = rows_of(plan)
    of_joins = (Remark(check.query, check.told) for check in join_checks(rows))
    return (*of_joins, *_of_missing_keys(rows, facts))


def certain_remarks(reading: Reading, readings: Readings) -> tuple[str, ...]:
    """What the plan says by itself."""
    plan: Plan = reading.query
    return tuple(
        dict.fromkeys(
            (
                *_totals_left_out(plan, readings.schema),
                *_called_keys(plan, readings.schema),
                *_sums_in_doubt(reading),
                *_anchored(reading, readings),
            )
        )
    )


# Rows in no group


def _of_missing_keys(query: Query, facts: Sequence[TableFacts]) -> Iterator[Remark]:
    filled = {(table.name, column.name) for table in facts for column in table.columns if not column.nullable}
    for at, step in enumerate(query.steps):
        keys = _keys(step)
        doubtful = {name: key for name, key in keys.items() if not _always_there(key, query, filled)}
        if doubtful:
            missing = tuple(Missing(of=key) for key in doubtful.values())
            where = missing[0] if len(missing) == 1 else Anything(of=missing)
            counted = Group(measures=(Measure(name="rows", function="count"),))
            steps = (*query.steps[:at], Keep(where=where), counted)
            yield Remark(Query(table=query.table, steps=steps), _left_out(tuple(doubtful)))
        if isinstance(step, Group):
            return  # what comes after groups is computed of them, and no longer of rows


def _keys(step: object) -> Mapping[str, Expression]:
    if isinstance(step, Group):
        return {key_text(key.of, key.name): key.of for key in step.by}
    return {field.name: field for field in step.within} if isinstance(step, Take) else {}


def _always_there(key: Expression, query: Query, filled: set[tuple[str, str]]) -> bool:
    """A column without gaps, of a joined table too: that rows have no partner there is told of the join. What a step made may be missing."""
    tables = {query.table: query.table}
    tables |= {step.alias or step.table: step.table for step in query.steps if isinstance(step, Join)}
    return all((tables.get(field.table or "", ""), field.name) in filled for field in fields_of(key))


def _left_out(names: Sequence[str]) -> Callable[[int], str]:
    return lambda rows: f"{_rows(rows)} no {' or '.join(names)} and {'is' if rows == 1 else 'are'} in no group."


def _rows(count: int) -> str:
    return "1 row has" if count == 1 else f"{count:,} rows have"


# Rows that stand for others


def _totals_left_out(plan: Plan, schema: Schema) -> Iterator[str]:
    used = set(pieces_of(plan))
    for table in schema.tables:
        if table.totals and used.issuperset(without_totals(table)):
            called = totals_told(table)
            more = f" and {len(called) - _NAMED} more" if len(called) > _NAMED else ""
            yield f"Rows that sum up others are left out: {', '.join(called[:_NAMED])}{more}."


_NAMED = 3


# Numbers that may be names


def _called_keys(plan: Plan, schema: Schema) -> Iterator[str]:
    """A figure over numbers that are a key by their name alone: only the person knows whether they measure anything."""
    for column in _reckoned_with(plan, schema):
        if may_name_things(column):
            yield f"{column.ref.column} is called like a key: if its numbers only name things, this figure means nothing."


def _sums_in_doubt(reading: Reading) -> Iterator[str]:
    """Answered only to a person who chose it among several."""
    if sum_in_doubt(reading.ask):
        yield "Shares, ratings and prices of one piece hardly add up to anything: their average may say more."


def summed_key(plan: Plan, schema: Schema) -> Column | None:
    """The key that is added up, averaged or the like, if any."""
    return next((c for c in _reckoned_with(plan, schema) if c.is_numeric and names_things(c)), None)


def _reckoned_with(plan: Plan, schema: Schema) -> Iterator[Column]:
    measures = [p for p in pieces_of(plan) if isinstance(p, Measure) and p.function not in _COUNTING]
    names = {field.name for m in measures if m.of is not None for field in fields_of(m.of)}
    used = set(columns_used(plan)) if names else set()
    yield from (c for c in schema.columns if c.ref.column in names and (c.ref.table, c.ref.column) in used)


_COUNTING = frozenset({"count", "distinct"})


# Dates


def _anchored(reading: Reading, readings: Readings) -> Iterator[str]:
    """ "Last month" is of the newest date of the data, or of today: which day that is has to be said."""
    used = set(columns_used(reading.query))
    for item in reading.derivation.leaves():
        when = item.meaning
        if not isinstance(when, When) or not isinstance(when.period, Anchored):
            continue
        meant = [c for c in when.columns if (c.ref.table, c.ref.column) in used]
        if meant:
            first, last = readings.tokens[item.start], readings.tokens[item.end - 1]
            said = readings.question[first.start : last.end]
            yield f"'{said}' is {described(when.period, anchor_of(when, meant[0]))}."
