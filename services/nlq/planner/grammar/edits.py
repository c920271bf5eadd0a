"""Follow-ups: what a turn changes in the question before it ("and by month?", "only Widget", "not Bo", "as percentage")."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.figures import aggregate
from services.nlq.planner.grammar.flags import negated
from services.nlq.planner.grammar.groups import is_largest
from services.nlq.planner.grammar.meanings import (
    Ask,
    Condition,
    Figure,
    Key,
    Number,
    Order,
    Rank,
    Rows,
    Spread,
    Value,
    field_of,
)
from services.nlq.planner.grammar.rules import Costly
from services.nlq.planner.pieces import fields_of
from shared.columns import Family
from shared.plan import All, Among, Field, Within


@dataclass(frozen=True)
class Edit:
    """One change; what it does not speak of stays as it was."""

    narrow: tuple[Condition, ...] = ()
    keys: tuple[Key, ...] = ()
    how: Literal["replace", "add", "drop"] = "replace"
    figure: Figure | None = None
    function: str | None = None
    value: Value | None = None
    rank: Rank | None = None
    order: Order | None = None
    spread: Spread | None = None
    count: Rows | Literal["those"] | None = None
    shown: tuple[Value, ...] = ()
    best: bool | None = None
    together: bool = False
    """Over all groups of the question before."""


ENGLISH.phrases("OPENING", {True: "and|and what about|what about|how about|and for|and in|the same for|same for|and only|only|just|just the|only the|now only|and the same for|what if only|show only|limit to|filter to|restrict to|but only|and just|then|now|ok and|and how about|only those|just those|and of|and with|with|for|in"})  # fmt: skip
ENGLISH.phrases(
    "THOSE",
    {True: "those|these|them|of those|of these|of them|for those|for these|in those|in total|among them|among those"},
)
ENGLISH.phrases("ENDING", {True: "please|pls|only|instead|too|as well|ones|then"})
ENGLISH.phrases("HE", {True: "he|she|it|they|that person|that one|this person|his|her|its|their"})


@ENGLISH.rule("EDIT", "OPENING PRED ENDING?", "PRED ENDING?")
def narrow(*parts: object) -> Edit:
    return Edit(narrow=tuple(p for p in parts if isinstance(p, Condition)))


@ENGLISH.rule("EDIT", "OPENING ROWS ENDING?", cost=0.1)
def narrow_described(*parts: object) -> Edit | None:
    rows = next(p for p in parts if isinstance(p, Rows))
    return Edit(narrow=rows.where) if rows.where else None


@ENGLISH.rule("EDIT", "and? NEG PRED", "and? NEG the? PRED", "and? exclude|excluding|without PRED", cost=-0.02)
def leave_out(*parts: object) -> Edit:
    found = next(p for p in parts if isinstance(p, Condition))
    return Edit(narrow=(negated(found),), how="add")


@ENGLISH.rule("EDIT", "for all? ROWS", "for all ROWS", "all ROWS", "across all ROWS")
def widen(rows: Rows) -> Edit | None:
    if rows.counted is None or rows.where:
        return None
    key = Value(field_of(rows.counted), rows.counted.facts.name, rows.counted)
    return Edit(how="drop", value=key)


@ENGLISH.rule(
    "EDIT",
    "and? GROUPING ENDING?",
    "and? GROUPING instead of KEY",
    "show it? GROUPING",
    "break it down GROUPING",
    "split it? GROUPING",
)
def regroup(*parts: object) -> Edit:
    return Edit(keys=next(p for p in parts if isinstance(p, tuple)))


@ENGLISH.rule("EDIT", "and also GROUPING", "also GROUPING", "and GROUPING too|as|well")
def group_further(keys: tuple[Key, ...]) -> Edit:
    return Edit(keys=keys, how="add")


@ENGLISH.rule(
    "EDIT",
    "and? what? about? @be? the? AGG ENDING?",
    "the? AGG instead",
    "same @be? but the? AGG instead? of? the? AGG",
)
def other_function(function: str, *_: object) -> Edit:
    return Edit(function=function)


@ENGLISH.rule("EDIT", "same as the? first but the? AGG instead? of? the? AGG?", "as the? first but the? AGG")
def other_function_of_the_first(function: str, *_: object) -> Edit:
    """Of the question before it was narrowed to the greatest of its groups."""
    return Edit(function=function, how="drop")


@ENGLISH.rule("EDIT", "EDIT overall|altogether", "overall|altogether EDIT", cost=0.02)
def of_all_groups_together(edit: Edit) -> Edit | None:
    return replace(edit, together=True) if edit.figure is not None or edit.function is not None else None


@ENGLISH.rule(
    "EDIT",
    "and? what? about? its|the|their|his|her? EXPR ENDING?",
    "OPENING EXPR ENDING?",
    "whats|what @be? its|their|his|her EXPR",
    "how much|many @be? its|their? EXPR",
    cost=0.05,
)
def other_value(*parts: object) -> Edit | None:
    value = next(p for p in parts if isinstance(p, Value))
    if value.column is not None and value.column.family is not Family.NUMBER and value.column.family is not Family.TEXT:
        return None
    return Edit(value=value)


@ENGLISH.rule(
    "EDIT",
    "and? FIG @of? THOSE",
    "@ask @be the? FIG @of THOSE",
    "FIG THOSE",
    "and? @ask? @be? the? FIG",
    "and? what|how @do they? FIG",
    "and? @ask @be the? FIG @of THOSE",
    cost=0.05,
)
def figure_of_those(*parts: object) -> Edit | None:
    figure = next(p for p in parts if isinstance(p, Figure))
    counts_those = figure.function == "count" and True in parts  # `count_all_those`
    return Edit(figure=figure) if figure.left is None and not counts_those else None


@ENGLISH.rule(
    "EDIT",
    "how many of THOSE @be? PRED",
    "how many THOSE @be? PRED",
    "how many of THOSE @have? PRED",
    "and how many of THOSE @be? PRED",
    "how many THOSE PRED",
)
def count_those(*parts: object) -> Edit:
    return Edit(narrow=tuple(p for p in parts if isinstance(p, Condition)), how="add", count="those")


@ENGLISH.rule(
    "EDIT", "how many ROWS @be THOSE", "how many @be THOSE", "how many @be there? THOSE?", "how many ROWS THOSE"
)
def count_all_those(*parts: object) -> Edit:
    rows = next((p for p in parts if isinstance(p, Rows)), "those")
    return Edit(count=rows, how="add")  # type: ignore[arg-type]


@ENGLISH.rule("EDIT", "and? ORDERING ENDING?")
def reorder(*parts: object) -> Edit:
    return Edit(order=next(p for p in parts if isinstance(p, Order)))


@ENGLISH.rule(
    "EDIT",
    "as a|an? percentage|percent|share|shares|percentages",
    "in percent|percentages",
    "as share|percentage of the? total",
    "@show? the? shares|percentages instead?",
)
def as_share() -> Edit:
    return Edit(spread=Spread("share"))


@ENGLISH.rule(
    "EDIT", "cumulative|running|cumulated ENDING?", "as a? running total", "as cumulative? total", "cumulatively"
)
def as_running(*_: object) -> Edit:
    return Edit(spread=Spread("running"))


@ENGLISH.rule(
    "EDIT",
    "and? only|just? the? top NUM ENDING?",
    "and? only|just? the? first NUM",
    "only|just? the NUM largest|biggest|highest|best|most",
)
def top_of_it(*parts: object) -> Edit | None:
    number = next(p for p in parts if isinstance(p, Number))
    return Edit(rank=Rank(number.value, True)) if isinstance(number.value, int) and number.value > 0 else None


@ENGLISH.rule("EDIT", "only|just? the? bottom|last NUM", "only|just? the NUM lowest|smallest|least|worst")
def bottom_of_it(number: Number) -> Edit | None:
    return Edit(rank=Rank(number.value, False)) if isinstance(number.value, int) and number.value > 0 else None


@ENGLISH.rule(
    "EDIT",
    "and? which|what|who one? @of? THOSE? @be|has|had the? SUP ENDING?",
    "and? which|who|what KEY @be|has|had the? SUP",
    "and? the? SUP one?",
    "which ROWS @be|has|had the? SUP",
    "and? which @be the? SUP @of? THOSE?",
)
def extreme_of_it(*parts: object) -> Edit:
    largest = next(p for p in parts if isinstance(p, bool) and not isinstance(p, str))
    bools = [p for p in parts if isinstance(p, bool)]
    return Edit(rank=Rank(1, bools[-1] if bools else largest))


@ENGLISH.rule(
    "EDIT",
    "and? which|what|who one? @of? THOSE? @be|has|had the? MERIT one? ENDING?",
    "and? which|who|what KEY @be|has|had the? MERIT",
    "and? the? MERIT one?",
)
def best_of_it(*parts: object) -> Edit:
    return Edit(best=[p for p in parts if isinstance(p, bool)][-1])


@ENGLISH.rule("EDIT", "and? @ask? @be? the? SUPADJ one? ENDING?")
def other_end_of_it(hints: tuple[str, ...], *_: object) -> Edit | None:
    """ "and the most expensive?": by what was ranked before."""
    return (
        None if "rating" in hints else Edit(rank=Rank(1, hints[0] != "-"))
    )  # of "best" and "worst" `best_of_it` judges


@ENGLISH.rule(
    "EDIT",
    "how old @be HE",
    "@ask EXPR @do? @be? HE",
    "and? HE EXPR",
    "@ask @be HE EXPR",
    "@ask EXPR @do? HE @have?",
    "where @do HE",
)
def of_that_one(*parts: object) -> Edit | None:
    value = next((p for p in parts if isinstance(p, Value)), None)
    return Edit(shown=(value,)) if value is not None else None


def edited(before: Ask, edit: Edit) -> list[Costly]:
    """What the question before means once it is changed; several, where the change may be meant in several ways."""
    if edit.together:
        before = replace(before, keys=(), rank=None, order=None, limits=())
    if edit.count is not None or edit.shown:
        return _counted(before, edit) if edit.count is not None else _of_the_one(before, edit.shown)
    if edit.how == "drop" and edit.value is not None:
        column = edit.value.column
        kept = tuple(c for c in before.where if c.column is not column)
        return [Costly(replace(before, where=kept), 0.05)] if kept != before.where else []
    if edit.narrow:
        return _with_conditions(before, edit)
    if edit.keys:
        return _regrouped(before, edit)
    if edit.function is not None or edit.figure is not None or edit.value is not None:
        return _measured(before, edit)
    if edit.rank is not None or edit.best is not None:
        return _ranked(before, _rank(before, edit))
    if edit.order is not None:
        return [Costly(replace(before, order=edit.order, rank=None), 0.0)] if before.keys else []
    if edit.spread is not None:
        return _spread(before, edit.spread)
    return []


def _with_conditions(before: Ask, edit: Edit) -> list[Costly]:
    where = _narrowed(before.where, edit)
    return [Costly(replace(before, where=where), ANOTHER_PERIOD * _speaks_of_two_dates(where))]


def _measured(before: Ask, edit: Edit) -> list[Costly]:
    """Another aggregate, another value, or both."""
    if edit.function is not None:
        return _with_function(replace(before, rank=None) if edit.how == "drop" else before, edit.function)
    if edit.figure is not None:
        return _with_figure(before, edit.figure)
    return _with_value(before, edit.value) if edit.value is not None else []


ANOTHER_PERIOD = 0.4
"""A period takes the place of the one before, rather than being about another date beside it."""


def _speaks_of_two_dates(found: tuple[Condition, ...]) -> bool:
    dates = {of for c in found for part in _parts(c) if isinstance(part.where, Within) for of in _fields(part)}
    return len(dates) > 1


def _narrowed(before: tuple[Condition, ...], edit: Edit) -> tuple[Condition, ...]:
    """Conditions on the same column are replaced: "and in Paris?" after "in Berlin"."""
    if edit.how == "add":
        return (*before, *(c for c in edit.narrow if c not in before))
    spoken = frozenset().union(*(_fields(c) for c in edit.narrow))
    kept = tuple(c for one in before for c in _parts(one) if not _fields(c) or not _fields(c) <= spoken)
    return (*kept, *edit.narrow)


def _parts(found: Condition) -> tuple[Condition, ...]:
    """What holds together, one by one: "by card in 2022" are two conditions."""
    if not isinstance(found.where, All) or found.never:
        return (found,)
    return tuple(replace(found, where=where) for where in found.where.of)


def _fields(found: Condition) -> frozenset[Field]:
    return frozenset(fields_of(found.where))


def _regrouped(before: Ask, edit: Edit) -> list[Costly]:
    if before.shown:
        return []
    keys = (*before.keys, *edit.keys) if edit.how == "add" else edit.keys
    figures = before.figures
    if not figures and before.rows is not None:
        figures = (Figure("count", rows=before.rows),)
    made = replace(before, rows=None, figures=figures, keys=keys, rank=None, order=None, limits=())
    fixed = any(isinstance(c.where, Among) and any(c.column is k.column for k in keys) for c in before.where)
    return [Costly(made, OF_ONE_GROUP * fixed)]


OF_ONE_GROUP = 0.5  # by the column of which only one cell is looked at: there would be a single group


def _with_function(before: Ask, function: str) -> list[Costly]:
    if len(before.figures) != 1 or before.figures[0].of is None:
        return []
    figure = aggregate(function, before.figures[0].of)
    figure = figure.meaning if isinstance(figure, Costly) else figure
    return [Costly(replace(before, figures=(figure,)), 0.0)] if figure is not None else []


def _with_figure(before: Ask, figure: Figure) -> list[Costly]:
    where = before.where
    if figure.rows is not None:
        where = (*where, *(c for c in figure.rows.where if c not in where))
        figure = replace(figure, rows=replace(figure.rows, where=()))
    if before.figures or before.rows:
        made = replace(before, figures=(figure,), rows=None, where=where, rank=None, order=None, limits=())
        return [Costly(made, 0.0)]
    return []


def _with_value(before: Ask, value: Value) -> list[Costly]:
    if before.figures and len(before.figures) == 1 and before.figures[0].of is not None:
        figure = aggregate(before.figures[0].function, value)
        figure = figure.meaning if isinstance(figure, Costly) else figure
        return [Costly(replace(before, figures=(figure,)), 0.0)] if figure is not None else []
    if before.shown:
        return [Costly(replace(before, shown=(value,)), 0.0)]
    return _of_the_one(before, (value,))


def _of_the_one(before: Ask, shown: tuple[Value, ...]) -> list[Costly]:
    """Something else of the row that the question before found."""
    if before.rank is not None and isinstance(before.rank.by, Value) and before.rank.count == 1:
        return [Costly(Ask(shown=shown, where=before.where, rank=before.rank), 0.0)]
    if before.shown or (before.rows is not None and before.rank is None and before.where):
        return [Costly(Ask(shown=shown, where=before.where), 0.0)]
    return []


def _rank(before: Ask, edit: Edit) -> Rank:
    """What is best follows from what was measured."""
    if edit.rank is not None:
        return edit.rank
    return Rank(1, is_largest(bool(edit.best), before.figures[0] if before.figures else None))


def _ranked(before: Ask, rank: Rank) -> list[Costly]:
    if before.keys and before.figures:
        return [Costly(replace(before, rank=rank, order=None), 0.0)]
    if before.rank is not None:
        return [Costly(replace(before, rank=replace(before.rank, count=rank.count, descending=rank.descending)), 0.0)]
    return []


def _spread(before: Ask, spread: Spread) -> list[Costly]:
    if not before.keys or len(before.figures) != 1:
        return []
    return [Costly(replace(before, spread=spread, order=None), 0.0)]


def _counted(before: Ask, edit: Edit) -> list[Costly]:
    rows = edit.count if isinstance(edit.count, Rows) else before.rows
    if rows is None:
        rows = next((f.rows for f in before.figures if f.rows is not None), None)
    if rows is None:
        return []
    where = (*before.where, *(c for c in (*edit.narrow, *rows.where) if c not in before.where))
    return [Costly(Ask(figures=(Figure("count", rows=replace(rows, where=())),), where=where), 0.0)]
