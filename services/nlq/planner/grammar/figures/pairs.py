"""Two figures and what is made of them: ratios, differences, and two groups or periods beside each other."""

from __future__ import annotations

from dataclasses import replace

from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Condition, Figure, Rows, Value
from services.nlq.planner.grammar.rules import Costly, the, the_or_none


def _both(how: str, left: Figure, right: Figure) -> Figure | None:
    simple = {"share", "ratio", "difference"}
    if left.function in simple or right.function in simple or left == right:
        return None
    return Figure(how, left=left, right=right)


@ENGLISH.rule(
    "FIG", "ratio of|between FIG to|and FIG", "FIG divided by FIG", "FIG / FIG", "FIG to FIG ratio", "FIG over FIG"
)
def ratio(left: Figure, right: Figure) -> Figure | Costly | None:
    """Of columns without an aggregate it is that of their totals, which is no guess: "clicks / impressions"."""
    found = _both("ratio", left, right)
    totals = found is not None and all(f.assumed and f.function == "sum" for f in (left, right))
    return Costly(found, OF_TOTALS) if totals else found


OF_TOTALS = -0.2


@ENGLISH.rule("FIG", "EXPR per EXPR", "total EXPR per EXPR", "overall EXPR per EXPR", "average|mean EXPR per EXPR")
def so_much_for_each(value: Value, each: Value) -> Figure | None:
    """ "Cost per conversion": of the totals, which no group is made by."""
    columns = (value.column, each.column)
    if any(c is None or not c.is_numeric or c.is_key_like or c.is_year or c.is_place for c in columns):
        return None
    if columns[0] is columns[1]:
        return None
    return Figure("ratio", left=Figure("sum", value, assumed=True), right=Figure("sum", each, assumed=True))


@ENGLISH.rule("FIG", "FIG minus FIG", "difference between|of FIG and FIG", "FIG - FIG", "FIG less FIG")
def difference_of_figures(left: Figure, right: Figure) -> Figure | None:
    return _both("difference", left, right)


@ENGLISH.rule("FIG", "ratio of|between PRED to|and PRED ROWS")
def ratio_of_counts(left: Condition, right: Condition, rows: Rows) -> Figure:
    whole = Figure("count", rows=rows)
    return Figure("ratio", left=replace(whole, where=(left,)), right=replace(whole, where=(right,)))


@ENGLISH.rule(
    "FIG",
    "difference? in FIG between PRED and PRED",
    "FIG gap|difference between PRED and PRED",
    "gap in FIG between PRED and PRED",
    "difference between PRED and PRED in FIG",
    "difference? in FIG between PRED and PRED ROWS",
    "FIG difference between PRED and PRED ROWS",
)
def difference_between_groups(*parts: object) -> Figure | None:
    figure = the(Figure, parts)
    rows = the_or_none(Rows, parts)
    if rows is not None and (rows.where or rows.distinct):
        return None  # "between early and night agents" says of what they are the shifts, and no more
    left, right = (p for p in parts if isinstance(p, Condition))
    if figure.left is not None or left == right:
        return None
    return Figure("difference", left=replace(figure, where=(left,)), right=replace(figure, where=(right,)))


ENGLISH.phrases("VERSUS", {True: "vs|versus|compared to|compared with|against|than|than that of|than in|than the|and"})
ENGLISH.phrases("MORE", {True: "how much more|how many more|how much less|how many fewer|how much higher|how much lower|how much bigger|how much larger|how much greater|difference in|difference of"})  # fmt: skip


@ENGLISH.rule(
    "FIG",
    "MORE @be? the? FIG @be? PRED @do? VERSUS PRED",
    "MORE FIG PRED VERSUS PRED",
    "how much bigger|larger|higher|lower|smaller|greater @be the? FIG PRED VERSUS PRED",
)
def how_much_more(*parts: object) -> Figure | None:
    return difference_between_groups(*(p for p in parts if not isinstance(p, bool)))


@ENGLISH.rule(
    "COMPARED",
    "compare the? FIG PRED VERSUS PRED",
    "FIG PRED VERSUS PRED",
    "compare FIG between PRED and PRED",
    "FIG @of PRED VERSUS PRED",
    "comparison of FIG PRED VERSUS PRED",
    "@ask @be the? FIG PRED VERSUS PRED",
)
def two_groups(figure: Figure, left: Condition, _: bool, right: Condition) -> tuple[Figure, ...] | Costly | None:
    if figure.left is not None or left == right or left.column is None or left.column is not right.column:
        return None
    both = (replace(figure, where=(left,)), replace(figure, where=(right,)))
    return Costly(both, 0.1)


@ENGLISH.rule(
    "COMPARED",
    "FIG of|for|among|in the? ROWS VERSUS PRED",
    "compare the? FIG of|for|among|in the? ROWS VERSUS PRED",
    "@ask @be the? FIG of|for|among|in the? ROWS VERSUS PRED",
)
def two_kinds_of_things(
    figure: Figure, rows: Rows, versus: bool, right: Condition
) -> tuple[Figure, ...] | Costly | None:
    """ "Mean score of students from Brazil compared with Poland"."""
    if len(rows.where) != 1 or figure.rows is not None or figure.of is None or rows.table.name not in figure.of.tables:
        return None
    return two_groups(figure, rows.where[0], versus, right)
