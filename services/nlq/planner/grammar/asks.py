"""Whole questions: what is asked for, and what narrows, groups and orders it."""

from __future__ import annotations

from dataclasses import replace

from services.nlq.planner.grammar.conditions import conflict
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.figures import THE_ROWS_THEMSELVES, is_additive, is_called_as_its_table, is_quotient
from services.nlq.planner.grammar.groups import Calendar, is_largest, key_of_calendar, key_of_column
from services.nlq.planner.grammar.meanings import (
    Ask,
    Condition,
    Figure,
    Key,
    Limit,
    Number,
    Order,
    Rank,
    Rows,
    Value,
    field_of,
)
from services.nlq.planner.grammar.rules import Costly
from services.nlq.planner.linking.schema import Column
from shared.columns import Family
from shared.plan import All


def of_rows(rows: Rows) -> Ask:
    return Ask(rows=replace(rows, where=()), where=rows.where)


@ENGLISH.rule(
    "Q", "FIG", "@ask @be? the? FIG", "@show me? the? FIG", "calculate|compute|determine the? FIG", "@ask was FIG"
)
def figure(found: Figure) -> Ask:
    where: tuple[Condition, ...] = ()
    if found.rows is not None and found.left is None:
        where = found.rows.where
        found = replace(found, rows=replace(found.rows, where=()))
    return Ask(figures=(found,), where=where)


@ENGLISH.rule("Q", "Q and FIG", "Q and the? FIG")
def another_figure(ask: Ask, found: Figure) -> Ask | None:
    if not ask.figures or found in ask.figures or len(ask.figures) > 3 or found.left or found.rows:
        return None
    return replace(ask, figures=(*ask.figures, found))


@ENGLISH.rule(
    "Q",
    "@ask ROWS",
    "@show me? all? the? ROWS",
    "which of the? ROWS",
    "@ask @be the? ROWS",
    "for which ROWS",
    "who ROWS",
)
def things(rows: Rows) -> Ask:
    return of_rows(rows)


@ENGLISH.rule("Q", "ROWS", cost=0.15)
def things_alone(rows: Rows) -> Ask:
    return of_rows(rows)


@ENGLISH.rule("Q", "@ask @be? the? EXPR", "EXPR", "@show me? the? EXPR", cost=0.1)
def looked_up(value: Value) -> Ask | Costly | None:
    if value.column is None:
        return Ask(shown=(value,)) if is_quotient(value) else None
    return Costly(Ask(shown=(value,)), THE_ROWS_THEMSELVES * is_called_as_its_table(value.column))


@ENGLISH.rule("Q", "Q and the? EXPR")
def another_value(ask: Ask, value: Value) -> Ask | None:
    return replace(ask, shown=(*ask.shown, value)) if ask.shown and value not in ask.shown and not ask.where else None


# What narrows, groups and orders


@ENGLISH.rule("Q", "Q PRED", "Q @that PRED", "Q only PRED", "Q @be? PRED", "Q but PRED", "Q and only PRED")
def narrowed(ask: Ask, found: Condition) -> Ask | Costly | None:
    if found in ask.where:
        return None
    doubt = conflict(
        tuple(p for c in (*ask.where, found) for p in (c.where.of if isinstance(c.where, All) else (c.where,)))
    )
    if doubt is None:
        return None
    late = bool(ask.rank or ask.order)
    shares = any(f.function == "share" for f in ask.figures)
    return Costly(
        replace(ask, where=(*ask.where, found)), 0.02 + doubt + (0.15 if late else 0.0) + (0.1 if shares else 0.0)
    )


@ENGLISH.rule("Q", "Q and @be? PRED")
def narrowed_further(ask: Ask, found: Condition) -> Ask | Costly | None:
    """In "regression of sales on visits and card" what follows is one more column, and no condition."""
    return None if ask.study else narrowed(ask, found)


@ENGLISH.rule("Q", "Q ROWS", "Q of|for|over|among all? ROWS", cost=0.02)
def of_things(ask: Ask, rows: Rows) -> Ask | None:
    """ "average age of employees hired before 2018": whose rows they are, and which of them."""
    studied = {c.ref.table for _, columns in ask.study.columns for c in columns} if ask.study else set()
    tables = frozenset(studied).union(*(f.of.tables for f in ask.figures if f.of), *(v.tables for v in ask.shown))
    if ask.rows is not None or rows.distinct or rows.table.name not in tables:
        return None
    if (rows.counted is not None or ask.shown) and not rows.where:
        return None  # a column that narrows nothing would be passed over
    if any(f.rows is not None or f.left is not None for f in ask.figures):
        return None
    return replace(ask, where=(*ask.where, *(c for c in rows.where if c not in ask.where)))


@ENGLISH.rule("Q", "PRED Q", "only PRED Q", cost=0.03)
def narrowed_before(found: Condition, ask: Ask) -> Ask | Costly | None:
    return narrowed(ask, found)


@ENGLISH.rule("Q", "Q GROUPING")
def grouped(ask: Ask, keys: tuple[Key, ...]) -> Ask | Costly | None:
    if ask.keys or ask.shown or ask.study:
        return None
    if ask.rank is not None:
        return replace(ask, rank=replace(ask.rank, within=keys)) if not ask.rank.within else None
    if ask.rows is not None:
        if ask.rows.counted is not None:
            return None
        counted = Figure("count", rows=ask.rows)
        return Costly(replace(ask, rows=None, figures=(counted,), keys=keys), 0.05)
    daily = any(
        k.column is not None and k.column.family is Family.DATE and k.unit in (None, "day") for k in keys
    ) and any(
        f.function in ("mean", "median") and f.of is not None and f.of.column is not None and is_additive(f.of.column)
        for f in ask.figures
    )
    return Costly(replace(ask, keys=keys), OF_SINGLE_ROWS * daily)


OF_SINGLE_ROWS = 0.8
"""An average "per day" of what adds up is that of the days' totals, rather than an average for each single day."""


@ENGLISH.rule("Q", "GROUPING Q", cost=0.03)
def grouped_before(keys: tuple[Key, ...], ask: Ask) -> Ask | Costly | None:
    return grouped(ask, keys)


@ENGLISH.rule("Q", "CAL Q", "Q CAL", cost=0.05)
def per_calendar_unit(first: object, second: object) -> list[Costly]:
    """ "monthly net amount"."""
    calendar, ask = (first, second) if isinstance(first, Calendar) else (second, first)
    if (
        not isinstance(calendar, Calendar)
        or not isinstance(ask, Ask)
        or not calendar.adverb
        or not ask.figures
        or ask.keys
    ):
        return []
    keys = key_of_calendar(calendar)
    return [Costly(replace(ask, keys=(k.meaning,)), k.cost) for k in keys]


@ENGLISH.rule("Q", "Q LIMIT", "Q @that LIMIT")
def limited(ask: Ask, found: Limit) -> Ask | None:
    if ask.rank or ask.order or found in ask.limits or ask.shown or ask.study:
        return None
    if ask.figures and not ask.keys:
        return _counted_groups(ask, found)
    return replace(ask, limits=(*ask.limits, found))


def _counted_groups(ask: Ask, found: Limit) -> Ask | None:
    """ "How many customers have more than 15 orders": the customers of whom that holds are counted."""
    things = ask.figures[0].rows
    if len(ask.figures) != 1 or things is None or ask.figures[0].function != "count" or ask.count_groups:
        return None
    return replace(ask, figures=(), rows=things, limits=(found,), count_groups=True)


@ENGLISH.rule("Q", "Q ORDERING")
def ordered(ask: Ask, order: Order) -> Ask | None:
    return replace(ask, order=order) if ask.order is None and ask.rank is None and (ask.keys or ask.rows) else None


@ENGLISH.rule("Q", "Q RANK", "Q @that RANK", "Q @be RANK")
def ranked(ask: Ask, rank: Rank) -> Ask | None:
    if ask.rank is not None or ask.figures or ask.order is not None or ask.count_groups or ask.study:
        return None
    return replace(ask, rank=rank)


@ENGLISH.rule("Q", "@ask? @be? the? SUPADJ ROWS", "@show the? SUPADJ ROWS", "@ask ROWS @be the? SUPADJ")
def superlative(first: object, second: object) -> list[Costly]:
    return _superlative(first, second, 1)


@ENGLISH.rule(
    "Q",
    "@ask? @be? the? NUM SUPADJ ROWS",
    "@show? me? the? NUM SUPADJ ROWS",
    "@show? the? SUPADJ NUM ROWS",
    "who @be the? NUM SUPADJ ROWS",
)
def superlatives(*parts: object) -> list[Costly]:
    number = next(p for p in parts if isinstance(p, Number))
    hints, rows = (p for p in parts if isinstance(p, tuple | Rows))
    return _superlative(hints, rows, int(number.value)) if isinstance(number.value, int) and number.value > 0 else []


@ENGLISH.rule(
    "Q",
    "@ask? @be? the? SUPADJ ROWS by EXPR",
    "@show? me? the? NUM SUPADJ ROWS by EXPR",
    "@show? me? the? SUPADJ NUM ROWS by EXPR",
)
def superlatives_by(*parts: object) -> Ask | None:
    """ "3 most expensive books by price_new"."""
    hints = next(p for p in parts if isinstance(p, tuple))
    rows = next(p for p in parts if isinstance(p, Rows))
    count = next((p.value for p in parts if isinstance(p, Number)), 1)
    by = next(p for p in parts if isinstance(p, Value))
    if by.column is None or not isinstance(count, int) or count < 1:
        return None
    if by.column.family is not Family.DATE and (not by.column.is_numeric or by.column.is_key_like):
        return None
    least = hints[0] == "-" or any(hint.removeprefix("-") in by.column.words for hint in hints if hint[0] == "-")
    return replace(of_rows(rows), rank=Rank(count, not least, by=by))


def _superlative(first: object, second: object, count: int, skip: int = 0) -> list[Costly]:
    hints, rows = (first, second) if isinstance(first, tuple) else (second, first)
    if not isinstance(rows, Rows) or not isinstance(hints, tuple):
        return []
    found = []
    for column, ascending, cost in hinted(rows, hints):
        value = Value(field_of(column), column.facts.name, column, frozenset({column.ref.table}))
        ask = of_rows(rows)
        by = (
            value if rows.counted is None or column.words[-1] in _OF_ALL_ROWS else _of_single_rows(value, not ascending)
        )
        found.append(Costly(replace(ask, rank=Rank(count, not ascending, skip, by)), cost))
    return found


_OF_ALL_ROWS = frozenset({"amount", "total", "salary", "pay", "cost", "fee", "charge"})
"""What adds up over the rows of a thing: the biggest customer is the one with the most, the longest river is no sum of lengths."""


def _of_single_rows(value: Value, descending: bool) -> Figure | Value:
    return Figure("max" if descending else "min", value) if value.column and value.column.is_numeric else value


_CITIES = frozenset({"citi", "city", "town", "municip"})
"""Of these the largest is the one with the most inhabitants, or of the greatest area; of all other places the area is meant."""


def hinted(rows: Rows, hints: tuple[str, ...]) -> list[tuple[Column, bool, float]]:
    """Columns that an adjective is about ("cheapest": the price), whether the least is meant, and what that costs."""
    everything_least = hints[0] == "-"
    found: list[tuple[Column, bool, float]] = []
    for at, hint in enumerate(h for h in hints if h != "-"):
        least = everything_least or hint.startswith("-")
        word = hint.removeprefix("-")
        for column in rows.table.columns:
            least_likely = (
                0.35 if word == "population" and found and not _CITIES.intersection(rows.table.stems) else 0.0
            )
            fits = column.family is Family.DATE or (column.is_numeric and not column.is_key_like)
            if fits and word in column.words and all(column is not c for c, _, _ in found):
                found.append((column, least, 0.1 + 0.05 * at + least_likely))
    return found[:3]


@ENGLISH.rule("Q", "@show? me? the? SUP NUM ROWS", "the? SUP NUM ROWS", "@ask @be the? SUP NUM ROWS")
def top(largest: bool, number: Number, rows: Rows) -> Ask | None:
    if not isinstance(number.value, int) or number.value < 1:
        return None
    return replace(of_rows(rows), rank=Rank(number.value, largest))


@ENGLISH.rule(
    "Q",
    "@ask? @be? the? MERIT ROWS by FIG|EXPR",
    "@show? me? the? MERIT NUM ROWS by FIG|EXPR",
    "@show? me? the? NUM MERIT ROWS by FIG|EXPR",
)
def best_by(*parts: object) -> Ask | None:
    best = next(p for p in parts if isinstance(p, bool))
    rows = next(p for p in parts if isinstance(p, Rows))
    count = next((p.value for p in parts if isinstance(p, Number)), 1)
    by = next(p for p in parts if isinstance(p, Figure | Value))
    if not isinstance(count, int) or count < 1 or (isinstance(by, Figure) and by.assumed and by.left is None):
        return None
    return replace(of_rows(rows), rank=Rank(count, is_largest(best, by), by=by))


@ENGLISH.rule("Q", "Q by FIG", "Q by EXPR", "Q with the? SUP FIG", "Q with the? SUP EXPR", "Q by the? SUP? FIG")
def ranked_by(ask: Ask, *parts: object) -> Ask | None:
    by = next(p for p in parts if isinstance(p, Figure | Value))
    if ask.rank is None or ask.rank.by is not None:
        return None
    if isinstance(by, Figure) and by.assumed:
        return None
    return replace(ask, rank=replace(ask.rank, by=by))


@ENGLISH.rule("Q", "NUM ROWS RANK", "@show? the? NUM ROWS RANK", "@ask NUM ROWS RANK")
def several_ranked(number: Number, rows: Rows, rank: Rank) -> Ask | None:
    if not isinstance(number.value, int) or number.value < 1 or rank.count != 1:
        return None
    return replace(of_rows(rows), rank=replace(rank, count=number.value))


@ENGLISH.rule(
    "Q",
    "most common|frequent|popular ROWS",
    "@ask @be the? most common|frequent|popular ROWS",
    "mode of ROWS",
    "@ask @be the? mode of ROWS",
    "@ask ROWS @be the? most common|frequent",
)
def most_common(rows: Rows) -> Ask | None:
    if rows.counted is None:
        return None
    return replace(of_rows(rows), rank=Rank(1, True, by=Figure("count", rows=Rows(rows.table))))


@ENGLISH.rule("Q", "distribution of ROWS", "@ask @be the? distribution of ROWS")
def distribution(rows: Rows) -> Ask | None:
    column = rows.counted
    if column is None:
        return None
    key = key_of_column(column)
    key = key.meaning if isinstance(key, Costly) else key
    return Ask(figures=(Figure("count", rows=Rows(rows.table)),), keys=(key,), where=rows.where) if key else None


@ENGLISH.rule("Q", "COMPARED")
def compared_groups(figures: tuple[Figure, ...]) -> Ask:
    return Ask(figures=figures)


@ENGLISH.rule(
    "Q",
    "Q how many",
    "Q count",
    "Q in number",
    "Q how many of them",
    "Q just the? number",
    "Q how many is|are that|those",
)
def counted_at_last(ask: Ask) -> Ask | None:
    """ "fields with a slope over 10 percent: how many"."""
    if ask.rows is None or ask.rank or ask.limits or ask.keys:
        return None
    if ask.rows.counted is not None and not ask.where:
        return None  # "pick number" names a number, "the number of picks" is said otherwise
    return replace(ask, rows=None, figures=(Figure("count", rows=ask.rows),))


@ENGLISH.rule("Q", "Q in total", "Q overall|altogether|combined|together", "Q in all")
def in_total(ask: Ask) -> Ask | None:
    return ask if ask.figures and not ask.keys else None
