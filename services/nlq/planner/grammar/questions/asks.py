"""Whole questions: what is asked for, and what narrows, groups and orders it."""

from __future__ import annotations

from dataclasses import replace

from services.nlq.planner.grammar.additivity import (
    PAY,
    THE_ROWS_THEMSELVES,
    is_additive,
    is_called_as_its_table,
    is_its_rows_date,
    is_quotient,
)
from services.nlq.planner.grammar.conditions.connectives import conflict
from services.nlq.planner.grammar.conditions.flags import is_a_verb, is_flag, yes_cells
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.groups import Calendar, key_of_calendar, key_of_column
from services.nlq.planner.grammar.meanings import (
    Ask,
    Condition,
    Figure,
    Key,
    Limit,
    Order,
    Rows,
    Value,
)
from services.nlq.planner.grammar.rules import Costly
from services.nlq.planner.linking.itself import has_a_name_beside, is_the_only_key
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


BY_ITS_KEY = 0.12
"""Things that are listed are shown by their name, else by their key, before what is measured of them."""
SAYS_WHEN = 0.25
""" "Cats born in 2019": the verb says when, and asks for no date."""


@ENGLISH.rule("Q", "@ask @be? the? EXPR", "EXPR", "@show me? the? EXPR", cost=0.1)
def looked_up(value: Value) -> Ask | Costly | None:
    if value.column is None:
        return Ask(shown=(value,)) if is_quotient(value) else None
    called = is_called_as_its_table(value.column) or is_its_rows_date(value.column)
    # "insured rabbits" are rabbits and no list of yes and no
    says_yes = is_flag(value.column) or bool(yes_cells(value.column))
    doubt = THE_ROWS_THEMSELVES * (called or says_yes) + SAYS_WHEN * is_a_verb(value.column)
    doubt += BY_ITS_KEY * (has_a_name_beside(value.column) - is_the_only_key(value.column))
    return Costly(Ask(shown=(value,)), doubt)


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


@ENGLISH.rule("Q", "Q ROWS", cost=0.02)
def beside_things(ask: Ask, rows: Rows) -> Ask | None:
    """ "Highest priority tickets" are tickets, and no highest number."""
    return None if any(f.function in ("min", "max") for f in ask.figures) and not rows.where else of_things(ask, rows)


@ENGLISH.rule("Q", "Q of|for|over|among|in all? the? ROWS", cost=0.02)
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
    paid = first is calendar and any(_is_so_much_each_time(f) for f in ask.figures)
    return [Costly(replace(ask, keys=(k.meaning,)), k.cost + PAID_SO * paid) for k in keys]


PAID_SO = 0.8
"""A "monthly salary" is so much a month, and not what was hired for in each."""


def _is_so_much_each_time(figure: Figure) -> bool:
    column = figure.of.column if figure.of is not None else None
    paid = column is not None and bool(PAY.intersection(column.words))
    return paid and (figure.function == "sum" or figure.assumed)


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


@ENGLISH.rule("Q", "Q in|of the? whole|entire? data|dataset|file|table|list", "Q in|of all the data", cost=-0.1)
def of_everything(ask: Ask) -> Ask | None:
    """Said after another question it asks anew, of all rows."""
    return ask if ask.figures or ask.rows else None


@ENGLISH.rule("Q", "Q in total", "Q overall|altogether|combined|together", "Q in all")
def in_total(ask: Ask) -> Ask | None:
    return ask if ask.figures and not ask.keys else None
