"""Two things beside each other: "which country has more medals, Peru or Chile"."""

from __future__ import annotations

from services.nlq.planner.grammar.conditions.holding import condition
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Ask, Cells, Rank, Rows, Value, field_of
from services.nlq.planner.grammar.rules import the
from services.nlq.planner.linking.schema import Column
from shared.columns import Family
from shared.plan import Among

ENGLISH.phrases("COMPARATIVE", {True: "more|the most|higher|larger|greater|bigger|longer|taller|a higher|a larger|a greater|a bigger|a longer|the higher|the larger|the greater|the highest|the largest|a better|better", False: "less|fewer|lower|smaller|shorter|a lower|a smaller|a shorter|the lower|the smaller|the fewest|the least|the lowest"})  # fmt: skip


@ENGLISH.rule(
    "Q",
    "who|which|what @have|@do|@be? COMPARATIVE QUANTIFIER? EXPR CELL or CELL",
    "who|which|what COL @have|@do|@be? COMPARATIVE QUANTIFIER? EXPR CELL or CELL",
    "who|which|what TAB @have|@do|@be? COMPARATIVE QUANTIFIER? EXPR CELL or CELL",
    "@do|@have CELL or CELL have? COMPARATIVE QUANTIFIER? EXPR",
    "@be? the? EXPR COMPARATIVE in|for|at|of CELL or CELL",
    "who|which|what COL? won|scored|earned|received COMPARATIVE QUANTIFIER? EXPR CELL or CELL",
    cost=0.02,
)
def which_of_two(*parts: object) -> Ask | None:
    largest = the(bool, parts)
    value = the(Value, parts)
    left, right = (p for p in parts if isinstance(p, Cells))
    said = next((p for p in parts if isinstance(p, Column)), left.column)
    if left.column is not right.column or said is not left.column or not _has_order(value):
        return None
    cells = (*left.cells, *right.cells)
    if len(cells) != 2 or cells[0] == cells[1]:
        return None
    where = condition(Among(of=field_of(said), values=cells), said, {said.ref.table})
    return Ask(rows=Rows(said.home, said), where=(where,), rank=Rank(1, largest, by=value))


@ENGLISH.rule("Q", "who|which|what COL? came|was|is|happened|began|started first|earlier CELL or CELL")
def which_came_first(*parts: object) -> Ask | None:
    left, right = (p for p in parts if isinstance(p, Cells))
    said = next((p for p in parts if isinstance(p, Column)), left.column)
    dates = [c for c in said.home.columns if c.family is Family.DATE or c.is_year]
    if left.column is not right.column or said is not left.column or len(dates) != 1:
        return None
    where = condition(Among(of=field_of(said), values=(*left.cells, *right.cells)), said, {said.ref.table})
    when = Value(field_of(dates[0]), dates[0].facts.name, dates[0], frozenset({said.ref.table}))
    return Ask(rows=Rows(said.home, said), where=(where,), rank=Rank(1, False, by=when))


def _has_order(value: Value) -> bool:
    column = value.column
    return column is not None and column.family in (Family.NUMBER, Family.DATE) and not column.is_key_like
