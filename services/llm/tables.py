"""What nlq tells of the tables of a question, and which of it may hold a cell of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    """Every part of a context: immutable; what a newer nlq adds is ignored, so it cannot reach the model by accident."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Described(Part):
    """A part of what is told of a table. `without_cells` are those of its fields that never hold what stands in a cell: names, types, counts, and
    what people wrote. Every other field does, so that a new one is kept back under `schema_only` until it is listed."""

    without_cells: ClassVar[frozenset[str]] = frozenset()

    def carries_values(self) -> bool:
        return any(
            _holds_parts_with_values(value) if name in self.without_cells else value is not None and value != ()
            for name, value in self
        )


def _holds_parts_with_values(value: Any) -> bool:
    match value:
        case Described():
            return value.carries_values()
        case tuple():
            return any(map(_holds_parts_with_values, value))
        case _:
            return False


class OpenExample(Described):
    """A cell, and what each way of reading it makes of it."""

    cell: str
    values: dict[str, str] = {}


class Undecided(Described):
    """What the cells of a column leave open, and how they were read."""

    without_cells = frozenset({"whether", "read_as"})
    whether: str
    read_as: str
    example: OpenExample | None = None


class Column(Described):
    """`source_name` is the header as it stands in the file, which may be a row of data that a person gave the column a name for. `nulls` is the share of rows without a value; `distinct` counts the different values, by
    estimate in large tables.

    `values` are all of these, where they are few, and `examples` some, in the column's own form. A `key` seems to identify the rows; `named` are those
    of its values that the question names.
    """

    without_cells = frozenset({"name", "type", "unit", "nullable", "nulls", "distinct", "labels", "definition", "key", "undecided"})  # fmt: skip
    name: str
    source_name: str | None = None
    type: str
    unit: str | None = None
    nullable: bool = True
    nulls: float | None = Field(default=None, ge=0, le=1)
    distinct: int | None = None
    values: tuple[Any, ...] | None = None
    examples: tuple[Any, ...] | None = None
    min: Any = None
    max: Any = None
    mean: Any = None
    quartiles: tuple[Any, ...] | None = None
    labels: tuple[str, ...] = ()
    definition: str = ""
    key: bool = False
    named: tuple[str, ...] = ()
    undecided: Undecided | None = None


class Condition(Described):
    """A condition of a measure. Its value is what a person wrote into the dictionary, and none that was read from a cell."""

    without_cells = frozenset({"column", "op", "value"})
    column: str
    op: str = "="
    value: Any = None


class Measure(Described):
    """A number that people have a name for: an aggregate of an expression over the rows for which all conditions hold."""

    without_cells = frozenset({"name", "synonyms", "definition", "unit", "aggregate", "of", "percentile", "where"})
    name: str
    synonyms: tuple[str, ...] = ()
    definition: str = ""
    unit: str | None = None
    aggregate: str
    of: str | None = None
    percentile: float | None = None
    where: tuple[Condition, ...] = ()


class TotalsCell(Described):
    """A cell that tells a row which sums up others; None for a missing one."""

    without_cells = frozenset({"column"})
    column: str
    value: str | int | float | None = None


class Reference(Described):
    """A column whose cells name rows of another table, by that table's `key`. `matched` is the share of rows that find one there: a count, like that of
    the gaps, which holds no cell. `several` says that some find more than one."""

    without_cells = frozenset({"column", "table", "key", "matched", "several"})
    column: str
    table: str
    key: str
    matched: float | None = Field(default=None, ge=0, le=1)
    several: bool = False


class LeftOut(Described):
    """Columns of a table that is too wide to be told whole: how many, and names of them, or what a number of names begin with."""

    without_cells = frozenset({"count", "names"})
    count: int
    names: tuple[str, ...] = ()


class Table(Described):
    """Rows that sum up others are those in which all cells of one of `totals` stand, in `totals_columns`. `sample_rows` have a cell for each column, and
    `warnings` are about how the file was read. `labels`, `definition` and `measures`, as those of columns, come from the table's dictionary."""

    without_cells = frozenset({"name", "rows", "columns", "labels", "definition", "measures", "references", "totals_columns", "left_out"})  # fmt: skip
    name: str
    rows: int = Field(ge=0)
    columns: tuple[Column, ...]
    labels: tuple[str, ...] = ()
    definition: str = ""
    measures: tuple[Measure, ...] = ()
    references: tuple[Reference, ...] = ()
    totals_columns: tuple[str, ...] = ()
    totals: tuple[tuple[TotalsCell, ...], ...] = ()
    sample_rows: tuple[tuple[Any, ...], ...] = ()
    warnings: tuple[str, ...] = ()
    left_out: LeftOut | None = None

    def words(self) -> Iterator[str]:
        """Everything that the schema says, names first."""
        yield from (self.name, *self.labels, self.definition)
        for column in self.columns:
            yield from (column.name, column.source_name or "", *column.labels, column.definition)
        for measure in self.measures:
            yield from (measure.name, *measure.synonyms, measure.definition)
            yield from (str(condition.value) for condition in measure.where)
