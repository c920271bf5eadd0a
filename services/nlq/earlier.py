"""Results of earlier questions of a conversation as tables that later code can use: `tables["answer_3"]`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from shared.columns import ColumnType
from shared.events import ChosenTable, ColumnFact

MOST_EARLIER = 8  # of the last answers: what was computed long before is asked for again
MOST_COLUMNS = 200  # a wider result is a pivot that is computed again sooner than it is read by name
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}.*)?")


class EarlierResult(BaseModel):
    """A series or table that answered a question; values alone are in what was said, and no tables."""

    model_config = ConfigDict(frozen=True)
    number: int
    query_id: str
    question: str
    table_key: str
    rows: int
    columns: tuple[tuple[str, ColumnType], ...]

    @property
    def name(self) -> str:
        return f"answer_{self.number}"

    @property
    def facts(self) -> tuple[ColumnFact, ...]:
        return tuple(ColumnFact(name=name, source_name=name, type=kind) for name, kind in self.columns)

    @property
    def chosen(self) -> ChosenTable:
        return ChosenTable(table_id=self.query_id[:64], name=self.name, version=1, data_key=self.table_key)

    def told(self) -> dict[str, Any]:
        """To a model."""
        columns = [{"name": name, "type": kind.value} for name, kind in self.columns]
        return {"name": self.name, "question": self.question, "rows": self.rows, "columns": columns}


def earlier_result(
    number: int, query_id: str, question: str, table_key: str | None, answer: Mapping[str, Any] | None
) -> EarlierResult | None:
    """Of an answered question; None where its result is no table, or too wide."""
    preview = (answer or {}).get("table_preview")
    if table_key is None or not preview or len(preview["columns"]) > MOST_COLUMNS:
        return None
    names, rows = preview["columns"], preview["rows"]
    if len(set(names)) < len(names):
        return None  # code could not say which of them it means
    return EarlierResult(
        number=number,
        query_id=query_id,
        question=question,
        table_key=table_key,
        rows=preview["total_rows"],
        columns=tuple((name, type_shown([row[at] for row in rows])) for at, name in enumerate(names)),
    )


def type_shown(cells: Sequence[Any]) -> ColumnType:
    """By the cells of a preview. The validator asks only whether a column is text."""
    there = [cell for cell in cells if cell is not None]
    if there and all(isinstance(cell, bool) for cell in there):
        return ColumnType.BOOLEAN
    if there and all(isinstance(cell, int) for cell in there):
        return ColumnType.INTEGER
    if there and all(isinstance(cell, int | float) for cell in there):
        return ColumnType.DECIMAL
    if there and all(isinstance(cell, str) for cell in there):
        return ColumnType.DATETIME if all(_DAY.fullmatch(cell) for cell in there) else ColumnType.TEXT
    return ColumnType.JSON if there else ColumnType.EMPTY


def named_in(code: str, earlier: Iterable[EarlierResult]) -> Iterator[EarlierResult]:
    """Those that code names: only these are there when it runs, so that code over "all tables" means those of the files."""
    return (result for result in earlier if re.search(rf"\b{result.name}\b", code))
