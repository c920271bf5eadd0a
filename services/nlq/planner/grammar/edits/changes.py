"""What a turn may change in the question before it ("and by month?", "only Widget", "not Bo", "as percentage"), as it is said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from services.nlq.planner.grammar.conditions.flags import negated
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.groups import UNITS, Calendar
from services.nlq.planner.grammar.meanings import (
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
from services.nlq.planner.grammar.rules import Costly, the, the_or_none
from shared.columns import Family
from shared.plan.expressions import CalendarUnit

BESIDE_THAT_ONE = -0.3
"""In a conversation a period is said to lie before the one that was spoken of last."""


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
    shift: tuple[CalendarUnit, int] | None = None
    """To the calendar unit before, or after, that of the question before."""
    number: Number | None = None
    op: str | None = None
    """What the number is compared by, where it is said."""
    part: Condition | None = None
    """Of which part of the rows the share is asked."""
    listed: bool = False
    """Whether the rows themselves are asked for."""
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


ENGLISH.phrases("NEIGHBOUR", {-1: "previous|preceding|prior", 1: "following|next|subsequent"})


@ENGLISH.rule(
    "EDIT",
    "OPENING? the? NEIGHBOUR CAL ENDING?",
    "and? the? CAL before ENDING?",
    "OPENING the? CAL before ENDING?",
    cost=BESIDE_THAT_ONE,
)
def beside_that_period(*parts: object) -> Edit | None:
    """ "And for the previous year?": the one before that which was asked about, and not before today's."""
    unit = next(UNITS.get(p.word) for p in parts if isinstance(p, Calendar))
    by = next((p for p in parts if isinstance(p, int) and not isinstance(p, bool)), -1)
    return Edit(shift=(unit, by)) if unit is not None else None


@ENGLISH.rule("EDIT", "OPENING ROWS ENDING?", cost=0.1)
def narrow_described(*parts: object) -> Edit | None:
    rows = the(Rows, parts)
    return Edit(narrow=rows.where) if rows.where else None


@ENGLISH.rule("EDIT", "and? NEG PRED", "and? NEG the? PRED", "and? exclude|excluding|without PRED", cost=-0.02)
def leave_out(*parts: object) -> Edit:
    found = the(Condition, parts)
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
    return Edit(keys=the(tuple, parts))


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
    value = the(Value, parts)
    if value.column is not None and value.column.family is not Family.NUMBER and value.column.family is not Family.TEXT:
        return None
    return Edit(value=value)


@ENGLISH.rule(
    "EDIT",
    "and? FIG @of? THOSE",
    "@ask @be the? FIG @of THOSE",
    "FIG THOSE",
    "and @ask? @be? the? FIG",
    "and what|how @do they? FIG",
    "and? @ask @be the? FIG @of THOSE",
    cost=0.05,
)
def figure_of_those(*parts: object) -> Edit | None:
    figure = the(Figure, parts)
    counts_those = figure.function == "count" and True in parts  # `count_all_those`
    return Edit(figure=figure) if figure.left is None and not counts_those else None


@ENGLISH.rule("EDIT", "@ask? @be? the? FIG", "what|how @do they? FIG", cost=0.05)
def another_figure_of_it(figure: Figure) -> Edit | Costly | None:
    """How many there are of something is a question by itself, unless it says of what."""
    found = figure_of_those(figure)
    whole = figure.rows is not None and not figure.rows.where
    return Costly(found, BY_ITSELF) if found is not None and whole else found


BY_ITSELF = 0.8


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
    return Edit(order=the(Order, parts))


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
    number = the(Number, parts)
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
    value = the_or_none(Value, parts)
    return Edit(shown=(value,)) if value is not None else None
