"""Tables with the groups of one column as rows and those of another as columns."""

from __future__ import annotations

from dataclasses import replace

from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Ask, Condition, Figure, Key, Rows
from services.nlq.planner.grammar.rules import the

ENGLISH.phrases("PIVOT", {True: "pivot|pivot table|cross tab|crosstab|cross table|cross tabulation|crosstabulation|matrix|contingency table"})  # fmt: skip
ENGLISH.phrases(
    "AS_PIVOT", {True: "as pivot|as pivot table|as a pivot|as a pivot table|as a matrix|as a cross table|as a crosstab"}
)


@ENGLISH.rule(
    "Q",
    "@show? PIVOT @of? FIG @by KEY and|by KEY",
    "@show? PIVOT @of? FIG KEY against|versus|vs|and|by KEY",
    "@show? PIVOT @of? KEY against|versus|vs|and|by KEY FIG",
    "@show? FIG @by KEY and|by KEY AS_PIVOT",
    "@show? PIVOT|table @of? FIG @have? KEY rows and? KEY columns",
    "@show? PIVOT|table @of? FIG rows KEY columns KEY",
    "@show? FIG @have? KEY rows and? KEY columns",
    "@show? PIVOT|table? @of? FIG @by|@have? KEY in|as|on|down the? rows|row and? KEY in|as|on|across the? columns|column",
)
def pivoted(*parts: object) -> Ask | None:
    figure = the(Figure, parts)
    rows, columns = (p for p in parts if isinstance(p, Key))
    if rows.of == columns.of or figure.function == "nested":
        return None
    where: tuple[Condition, ...] = ()
    if figure.rows is not None and figure.left is None:
        where, figure = figure.rows.where, replace(figure, rows=replace(figure.rows, where=()))
    return Ask(figures=(figure,), where=where, keys=(rows, columns), pivot=True)


@ENGLISH.rule("Q", "@show? me? the? PIVOT @of? KEY and|by|versus|vs|against KEY")
def cross_table(*parts: object) -> Ask | None:
    """Of two columns alone the rows are counted."""
    rows, columns = (p for p in parts if isinstance(p, Key))
    home = rows.column.home if rows.column is not None else None
    if home is None or columns.column is None or columns.column.home is not home:
        return None
    return pivoted(Figure("count", rows=Rows(home)), rows, columns)
