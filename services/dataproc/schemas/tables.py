"""HTTP models of tables and their rows."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from services.dataproc.domain import StoredTable
from services.dataproc.reading import Column
from services.dataproc.reading.totals import Figure, TotalsRow
from shared.columns import ColumnType
from shared.open_choices import OpenQuestion


class ColumnView(BaseModel):
    """A column; `evidence` says in a sentence why it has its type."""

    name: str
    source_name: str
    type: ColumnType
    unit: str | None = None
    nullable: bool
    evidence: str
    format: str | None = None
    choices: list[str] = Field(
        default_factory=list,
        description="formats (units where `undecided` is unit, types where it is part_numbers, calendar or missing_words) between which the cells leave the choice open: settle it with PATCH …/columns",
    )
    undecided: OpenQuestion | None = Field(default=None, description="the question that `choices` answer")

    @classmethod
    def of(cls, column: Column) -> ColumnView:
        facts = {name: value for name, value in vars(column).items() if name != "open_choice"}
        choice = column.open_choice
        return cls(
            **facts, choices=list(choice.options) if choice else [], undecided=choice.question if choice else None
        )


class TotalsRowView(BaseModel):
    """A row that sums up others. It stays in the table; questions leave it out unless they say `include_totals`."""

    row: int = Field(description="counted from 1")
    column: str = Field(description="the column of its label")
    label: str | None = Field(description="null where the cell is blank")
    figure: Figure
    sums: str = Field(description='what it sums up: "12 rows"')
    check: str = Field(description="by what that was found: the columns whose numbers agree")

    @classmethod
    def of(cls, row: TotalsRow) -> TotalsRowView:
        return cls(**vars(row))


class TableView(BaseModel):
    """A table with its columns."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"table_id": "t_5f0c", "name": "sales", "rows": 20, "version": 1}]}
    )
    table_id: str
    file_id: str
    name: str
    version: int
    rows: int
    columns: list[ColumnView]
    filename: str
    created_at: str
    reading: dict[str, Any] = Field(description="how the file was read, decision by decision, with evidence")
    reading_version: int = Field(
        default=1, description="by which version of the reader; a table keeps its reading until it is read again"
    )
    warnings: list[str]
    totals_rows: list[TotalsRowView] = Field(
        default_factory=list, description="rows that sum up others, the first 100 of them"
    )
    cleaning_steps: int = Field(default=0, description="how many steps the recipe of this version has")

    @classmethod
    def of(cls, table: StoredTable) -> TableView:
        columns = [ColumnView.of(column) for column in table.columns]
        return cls(
            table_id=table.table_id,
            file_id=table.file_id,
            name=table.name,
            version=table.version,
            rows=table.rows,
            columns=columns,
            filename=table.filename,
            created_at=table.created_at.split("#")[0],
            reading=dict(table.reading),
            reading_version=int(table.reading.get("version", 1)),
            warnings=list(table.warnings),
            totals_rows=[TotalsRowView.of(row) for row in table.totals_rows],
            cleaning_steps=len(table.recipe),
        )


class TableList(BaseModel):
    """One page of tables; `next_cursor` leads to the following one."""

    tables: list[TableView]
    next_cursor: str | None = None


class PreviewView(BaseModel):
    """Rows as typed JSON: dates in ISO 8601, integers beyond 2^53 as text."""

    columns: list[str]
    rows: list[list[Any]]
    total_rows: int = Field(description="rows of the table")
    matching_rows: int = Field(description="rows that fulfil the filters")
