"""What a turn asks of the rows that were spoken of before: their names, another number, a share of them, the greatest of them."""

from __future__ import annotations

from services.nlq.planner.grammar.edits.changes import Edit
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Condition, Figure, Key, Number, Rank, Rows, Value
from services.nlq.planner.grammar.rules import the, the_or_none
from shared.columns import Family

ENGLISH.phrases("THEIR", {True: "their|its|his|her"})
ENGLISH.phrases("POINTED", {True: "that|this|it|those|these|them|the result|the results|the number|the total"})


@ENGLISH.rule(
    "EDIT",
    "and? @show me? THEIR EXPR",
    "THEIR EXPR",
    "and? @ask @be THEIR EXPR",
    "and? @show me? the? EXPR @of THOSE",
    "@ask EXPR @do they|it @have",
    cost=0.05,
)
def shown_of_those(*parts: object) -> Edit:
    return Edit(shown=tuple(p for p in parts if isinstance(p, Value)))


@ENGLISH.rule("EDIT", "and? @show me? POINTED", "who|which @be they|those|these", "and? list|show me? all? of? THOSE")
def listed_those(*_: object) -> Edit:
    return Edit(listed=True)


@ENGLISH.rule(
    "EDIT",
    "and? @ask @be THEIR FIG ENDING?",
    "and? THEIR FIG ENDING?",
    "and? how much @be THEIR FIG",
    "@show me? THEIR FIG",
)
def figure_of_theirs(*parts: object) -> Edit | None:
    figure = the(Figure, parts)
    return None if figure.left is not None or figure.assumed or figure.function == "count" else Edit(figure=figure)


@ENGLISH.rule(
    "EDIT",
    "OPENING QTY ENDING?",
    "QTY ENDING?",
    "OPENING? CMP QTY ENDING?",
    "OPENING? QTY AFTERWARDS ENDING?",
    cost=0.12,
)
def other_number(*parts: object) -> Edit:
    """ "And 10 percent?" after "with a discount of 25 percent"."""
    number = the(Number, parts)
    return Edit(number=number, op=the_or_none(str, parts))


@ENGLISH.rule(
    "EDIT",
    "and? break|split|divide|group POINTED down|up? GROUPING ENDING?",
    "and? break|split|group down|up GROUPING ENDING?",
    "can you? break|split|group POINTED down|up? GROUPING",
    "and? @show me? POINTED GROUPING ENDING?",
)
def broken_down(*parts: object) -> Edit:
    keys: tuple[Key, ...] = the(tuple, parts)
    return Edit(keys=keys)


ENGLISH.phrases("PART_OF", {True: "percentage|percent|share|proportion|fraction|part"})


@ENGLISH.rule(
    "EDIT",
    "and? @ask? PART_OF of? the? THOSE @be|@have? PRED",
    "and? @ask? @be? the? PART_OF of? THOSE that|which|who? @be|@have? PRED",
    "and? how many percent of? THOSE @be|@have? PRED",
)
def share_of_those(*parts: object) -> Edit:
    return Edit(part=the(Condition, parts))


@ENGLISH.rule(
    "EDIT",
    "and? which|who|what one|ones? of? THOSE @have|@be? the? SUP EXPR",
    "and? which|who|what ROWS? @have the? SUP EXPR",
    "and? which|who|what one @have the? SUP EXPR",
    "and? who|which @of? THOSE? @have the? SUP EXPR",
    "and? the? one|ones with the? SUP EXPR",
)
def greatest_of_those(*parts: object) -> Edit | None:
    value = the(Value, parts)
    largest = [p for p in parts if p is True or p is False][-1]
    if value.column is None or value.column.family not in (Family.NUMBER, Family.DATE) or value.column.is_key_like:
        return None
    rows = the_or_none(Rows, parts)
    return Edit(rank=Rank(1, largest, by=value), count=rows)
