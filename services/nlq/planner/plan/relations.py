"""Conditions that hold a question of their own: "states that border the state with the most cities", "the river that crosses the most states".

These rules are here and not with the grammar's others because a plan has to be made of the inner question before the outer one is
understood. They put together what columns hold (linking/domains): the things that a column names, and the rows that name a thing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Ask, Condition, Figure, Limit, Rank, Rows, field_of
from services.nlq.planner.grammar.questions.asks import of_rows
from services.nlq.planner.grammar.questions.superlatives import superlative
from services.nlq.planner.grammar.rules import Costly, the
from services.nlq.planner.linking.domains import home_of, key_of
from services.nlq.planner.linking.joins import joins_between
from services.nlq.planner.linking.schema import Column, Table
from services.nlq.planner.pieces import fields_of
from services.nlq.planner.plan.assemble import assemble
from services.nlq.planner.plan.placing import placed
from services.nlq.planner.plan.things import is_unique
from shared.plan import All, AmongRows, Field, Join, Keep, Missing, Named, Not, Predicate, Query, Show, Step, Within


@dataclass(frozen=True)
class Things:
    """Some rows of a table, found by a question of their own; `key` is by what they are known elsewhere."""

    query: Query
    key: Column
    ranked: bool


def _things(ask: Ask) -> list[Costly]:
    rows = ask.rows
    if rows is None:
        return []
    key = rows.counted or key_of(rows.table)
    if key is None:
        return []
    made = assemble(ask, rows.table.schema)
    return [
        Costly(Things(_only(a.query, key), key, ask.rank is not None), a.cost)
        for a in made
        if isinstance(a.query, Query) and _finds(a.query, key)
    ]


def _finds(query: Query, key: Column) -> bool:
    """Whether the key is a column of the result."""
    last = next((s for s in reversed(query.steps) if isinstance(s, Show)), None)
    return last is None or any(n.name == key.facts.name for n in last.columns)


def _only(query: Query, key: Column) -> Query:
    """The query's rows by their key alone."""
    steps: list[Step] = list(query.steps)
    shown = steps[-1] if steps else None
    if isinstance(shown, Show):
        steps[-1] = Show(columns=tuple(n for n in shown.columns if n.name == key.facts.name))
    else:
        steps.append(Show(columns=(Named(name=key.facts.name, of=Field(name=key.facts.name)),)))
    return Query(table=query.table, steps=tuple(_without_idle_joins(steps)))


def _without_idle_joins(steps: list[Step]) -> Iterator[Step]:
    """What was joined only to be shown is not needed to find the key."""
    for at, step in enumerate(steps):
        used = {f.table for later in steps[at + 1 :] for f in fields_of(later)}
        if not isinstance(step, Join) or step.multiplies or (step.alias or step.table) in used:
            yield step


@ENGLISH.rule("THING", "the? ROWS RANK", "the? ROWS @that|@be RANK")
def ranked_things(rows: Rows, rank: Rank) -> list[Costly]:
    return _things(replace(of_rows(rows), rank=rank))


@ENGLISH.rule("THING", "the? SUPADJ ROWS")
def extreme_things(hints: tuple[str, ...], rows: Rows) -> list[Costly]:
    return [
        Costly(made.meaning, made.cost + ask.cost) for ask in superlative(hints, rows) for made in _things(ask.meaning)
    ]


@ENGLISH.rule("THING", "the|a|an|any? ROWS", cost=0.02)
def described_things(rows: Rows) -> list[Costly]:
    """Of a column that repeats, the rows are meant: what is said of them narrows them as it stands."""
    if not rows.where or (rows.counted is not None and not is_unique(rows.counted)):
        return []
    return [] if any(_is_period_elsewhere(c.where, rows) for c in rows.where) else _things(of_rows(rows))


def _is_period_elsewhere(where: Predicate, rows: Rows) -> bool:
    """ "Sales to wholesalers in 2023" are the sales of that year: a date of other rows says nothing of which things are meant."""
    parts = where.of if isinstance(where, All) else (where,)
    return any(isinstance(p, Within) and f.table != rows.table.name for p in parts for f in fields_of(p))


# Rows that name such things


@ENGLISH.rule("PRED", "COL of|on|in|to? THING")
def column_of_things(column: Column, things: Things) -> Condition | None:
    """ "bordering the state with the most cities"."""
    if not _same_things(column, things.key) or column is things.key:
        return None
    return among(column, things)


@ENGLISH.rule("PRED", "of|in|from|for|on|at|by|within|to THING", "@light by|to|from|in THING", cost=0.02)
def of_things(things: Things) -> Condition | None:
    """ "in the largest state": whichever column of the rows names it."""
    return among(things.key, things)


def among(column: Column, things: Things) -> Condition:
    where = AmongRows(of=field_of(column), query=things.query, column=things.key.facts.name)
    return Condition(where, frozenset({column.ref.table}), column)


def _same_things(column: Column, key: Column) -> bool:
    home = home_of(key) or key
    return column is home or home_of(column) is home


# Things that such rows name


@ENGLISH.rule(
    "ROWS",
    "ROWS @do the? PRED COL",
    "ROWS through|by|in|on|from|to? which|that? the? PRED COL",
    "ROWS @that the? PRED COL",
    "ROWS with|of PRED @that? COL",
)
def named_by(rows: Rows, found: Condition, column: Column) -> Rows | None:
    """ "the states that the Colorado runs through": states that rows of another table name in that column."""
    key = rows.counted or key_of(rows.table)
    if key is None or not _same_things(column, key) or column.home is key.home:
        return None
    query = _naming(column, found)
    if query is None:
        return None
    where = AmongRows(of=field_of(key), query=query, column=column.facts.name)
    return replace(rows, where=(*rows.where, Condition(where, frozenset({key.ref.table}), key)))


def _naming(column: Column, found: Condition) -> Query | None:
    """What the column holds in the rows of its table for which the condition holds."""
    meant = placed(found, column.home)
    if meant.column is column:
        return None
    joins = joins_between(column.home.schema, column.home.name, meant.tables - {column.home.name})
    if joins is None or joins:
        return None
    return Query(table=column.home.name, steps=(Keep(where=meant.where), _shown(column)))


def _shown(column: Column) -> Show:
    return Show(columns=(Named(name=column.facts.name, of=field_of(column)),))


# With and without any


@ENGLISH.rule(
    "PRED",
    "COL at least one|another|some|any other? ROWS",
    "COL any|some|another other? ROWS",
    "COL an|a other? ROWS",
)
def with_some(column: Column, rows: Rows) -> Condition | None:
    return _has_some(column, rows)


@ENGLISH.rule("PRED", "COL no other? ROWS", "@not COL any other? ROWS", "@do @not COL any? other? ROWS")
def with_none(*parts: object) -> Condition | None:
    column = the(Column, parts)
    rows = the(Rows, parts)
    found = _has_some(column, rows)
    return None if found is None else replace(found, where=Not(of=found.where))


def _has_some(column: Column, rows: Rows) -> Condition | None:
    """ "border no other state": its rows are of the things of another column beside it."""
    key = rows.counted or key_of(rows.table)
    if key is None or rows.where or not _same_things(column, key):
        return None
    beside = [c for c in column.home.columns if c is not column and _same_things(c, key)]
    if len(beside) != 1 or column.home is key.home:
        return None
    present: Predicate = Not(of=Missing(of=field_of(column)))
    query = Query(table=column.home.name, steps=(Keep(where=present), _shown(beside[0])))
    where = AmongRows(of=field_of(key), query=query, column=beside[0].facts.name)
    return Condition(where, frozenset({key.ref.table}), key)


@ENGLISH.rule(
    "LIMIT",
    "@have? never been? DEED anything?",
    "@be never DEED",
    "@do|@have @not been? DEED anything?",
    "@be @not DEED",
)
def nothing_done(table: Table) -> Limit:
    """ "Never sold": no row of the table that tells of such deeds names them."""
    return Limit(Figure("count", rows=Rows(table)), "==", 0)


# Ranks by how many


@ENGLISH.rule("RANK", "COL the? MANY ROWS")
def rank_by_named(column: Column, largest: bool, rows: Rows) -> Rank | None:
    """ "runs through the most states": by how many different ones a column names."""
    key = rows.counted or key_of(rows.table)
    if key is None or rows.where or not _same_things(column, key) or column.home is key.home:
        return None
    return Rank(1, largest, by=Figure("count", rows=Rows(column.home, column, distinct=True)))


@ENGLISH.rule("RANK", "@have? the? MANY ROWS COL it|them|there")
def rank_by_naming(largest: bool, rows: Rows, column: Column) -> Rank | None:
    """ "has the most rivers running through it": the column says no more than the rows do."""
    return Rank(1, largest, by=Figure("count", rows=rows)) if column.home is rows.table else None
