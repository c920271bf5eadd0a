"""Rows that stand twice, and values that occur more than once."""

from __future__ import annotations

from dataclasses import dataclass, replace

from services.nlq.planner.grammar.additivity import is_its_rows_date
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Ask, Figure, Limit, Rows
from services.nlq.planner.grammar.rules import Costly, the, the_or_none
from services.nlq.planner.linking.schema import Column
from shared.columns import ColumnType

_TWICE = Limit(Figure("count"), ">", 1)
ENGLISH.phrases(
    "DUPLICATE", {True: "duplicate|duplicated|repeated|duplicates of|duplicates in|repeating|double|doubled|non unique"}
)
ENGLISH.phrases(
    "OCCUR",
    {
        True: "occur|occurs|appear|appears|exist|exists|are listed|is listed|show up|come up|are there|are used|is used|are present"
    },
)
ENGLISH.phrases(
    "TWICE",
    {
        True: "more than once|twice or more|at least twice|multiple times|several times|repeatedly|two or more times|more than one time"
    },
)


@dataclass(frozen=True)
class CellsOf:
    """A column of which the question says that its cells are meant: "price values"."""

    column: Column


@ENGLISH.rule("CELLS_OF", "COL value|values|entries|cells", "value|values|entries|cells of|in the? COL")
def cells_of(column: Column) -> CellsOf:
    return CellsOf(column)


@ENGLISH.rule(
    "Q",
    "@ask? @be? the? DUPLICATE COL|CELLS_OF",
    "@show me? the? DUPLICATE COL|CELLS_OF",
    "@ask COL|CELLS_OF @be|@have? DUPLICATE",
    "COL|CELLS_OF that|which @be DUPLICATE",
)
def repeated_values(*parts: object) -> Ask | None:
    """ "Duplicate e-mails"."""
    cells = the_or_none(CellsOf, parts)
    column = cells.column if cells else the(Column, parts)
    if cells is None and (column.facts.type == ColumnType.DECIMAL or is_its_rows_date(column)):
        return None  # "duplicate orders" are orders, and no repeated days
    return Ask(
        rows=Rows(column.home, column), limits=(replace(_TWICE, figure=Figure("count", rows=Rows(column.home))),)
    )


@ENGLISH.rule(
    "Q",
    "@ask COL|CELLS_OF OCCUR TWICE",
    "@show me? the? COL|CELLS_OF that|which? OCCUR TWICE",
    "COL|CELLS_OF that|which OCCUR TWICE",
)
def occurring_twice(said: Column | CellsOf, *_: bool) -> Ask | None:
    return repeated_values(said)


@ENGLISH.rule(
    "Q",
    "how many COL|CELLS_OF OCCUR TWICE",
    "how many COL|CELLS_OF @be|@have? DUPLICATE",
    "how many DUPLICATE COL|CELLS_OF @be? there?",
    "number of DUPLICATE COL|CELLS_OF",
    "number of COL|CELLS_OF that|which OCCUR TWICE",
)
def number_of_repeated_values(*parts: object) -> Ask | None:
    found = repeated_values(*parts)
    return None if found is None else replace(found, count_groups=True)


# Whole rows

ENGLISH.phrases(
    "COPY",
    {
        True: "copies|copy|exact copies|full copies|duplicates|exact duplicates|complete duplicates|full duplicates|repeats|repetitions|a duplicate|a copy|duplicated"
    },
)
ENGLISH.phrases(
    "COPIED",
    {
        True: "duplicate|exact duplicate|fully duplicate|duplicated|exactly repeated|repeated|exactly duplicated|completely identical"
    },
)


@ENGLISH.rule(
    "FIG",
    "how many ROWS @be? COPY",
    "how many ROWS @be? COPY @of? earlier|previous|another|other? row|rows|one|ones",
    "how many COPIED rows|records|entries|lines|ROWS",
    "number of COPIED rows|records|entries|lines|ROWS",
)
def copies_of_rows(*parts: object) -> Costly | None:
    """How many rows there are beyond the different ones."""
    rows = the_or_none(Rows, parts)
    if rows is None or rows.counted is not None or rows.where:
        return None
    return Costly(Figure("copies", rows=rows), 0.0)


@ENGLISH.rule(
    "Q",
    "Q when|if|with duplicate|duplicated|repeated|identical rows|records|entries|lines @be? counted|taken|used only? once",
    "Q without|ignoring|excluding|removing duplicates",
    "Q without|ignoring|excluding|removing duplicate|duplicated|repeated|identical rows|records|entries|lines",
    "Q counting duplicate|duplicated|identical? duplicates? rows|records|entries? only? once",
    "Q after removing|dropping duplicates",
    "Q after removing|dropping duplicate rows|records|entries|lines",
)
def of_different_rows(ask: Ask) -> Ask | None:
    return replace(ask, distinct=True) if ask.figures and not ask.distinct and not ask.study else None
