"""What is told of one column. Facts that say nothing, or nothing that another one does not say, are left out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from services.llm.prompt.writing import shortened
from services.llm.retrieval.words import words_of
from services.llm.tables import Column, Table
from shared.columns import ColumnType

MOST_EXAMPLES = 5  # beside the sample rows, which show how cells are written, too
MOST_VALUES = 40  # beyond, a list of all values is longer than what it helps
LONGEST_DEFINITION = 500  # characters: a table may have hundreds of columns, and all of them are told
DIGITS = 4  # of means and quartiles: enough to see what a column is like, too few to be taken for an answer


def column_facts(column: Column, shown: Collection[Any] = ()) -> dict[str, Any]:
    """`shown` are cells of the column that the model sees elsewhere."""
    return {name: value for name, value in _facts(column, shown) if value is not None and value != "" and value != []}


def said_of(of: Table | Column) -> dict[str, Any]:
    """What the dictionary says of it."""
    facts: dict[str, Any] = {"also_called": list(of.labels)} if of.labels else {}
    return facts | ({"definition": of.definition[:LONGEST_DEFINITION]} if of.definition else {})


def _facts(column: Column, shown: Collection[Any]) -> Iterator[tuple[str, Any]]:
    yield "name", column.name
    yield "type", column.type
    if column.source_name is not None and words_of(column.source_name) != words_of(column.name):
        yield "header", column.source_name
    yield from said_of(column).items()
    yield "unit", column.unit
    yield "key", column.key or None
    if column.nulls is None:
        yield "nullable", column.nullable or None
    else:
        yield "nulls", column.nulls or None
    yield "undecided", column.undecided and column.undecided.model_dump(exclude_none=True)
    yield from _values(column, shown)
    if _is_measure(column):
        yield "mean", _rounded(column.mean)
        yield "quartiles", [_rounded(value) for value in column.quartiles or ()]


def _values(column: Column, shown: Collection[Any]) -> Iterator[tuple[str, Any]]:
    """All of them, where they are few: then they say how many there are, and the ends of their range, which elsewhere show how cells are written."""
    if column.values and len(column.values) <= MOST_VALUES:
        yield "values", [shortened(value) for value in _in_order(column.values)]
        return
    yield "distinct", None if column.key else column.distinct
    if column.min is None:
        examples = [value for value in column.examples or column.values or () if value not in shown]
        yield "examples", [shortened(value) for value in examples[:MOST_EXAMPLES]]
    yield "min", shortened(column.min)
    yield "max", shortened(column.max)


def _in_order(values: Sequence[Any]) -> Sequence[Any]:
    """Numbers by their size, for these are read as a range; of texts the most frequent one stays first."""
    return sorted(values) if all(isinstance(value, int | float) for value in values) else values


def _is_measure(column: Column) -> bool:
    """Whether there is a middle that means something: not of what identifies rows, and not of one value."""
    constant = column.values is not None and len(column.values) == 1
    return not (column.key or constant or column.type == ColumnType.IDENTIFIER)


def _rounded(value: Any) -> Any:
    if not isinstance(value, int | float):
        return value
    near = float(f"{value:.{DIGITS}g}")
    return int(near) if near.is_integer() else near
