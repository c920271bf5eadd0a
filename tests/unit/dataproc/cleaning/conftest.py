"""A table as people send them, on disk, and the two ways of cleaning it: the engine's and the exported pandas code."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from services.dataproc.cleaning import Cleaned, Workspace, clean, pandas_code, pipeline, recipe_from_json
from services.dataproc.reading import Column
from shared.columns import ColumnType

ORDERS = pa.table(
    {
        "id": pa.array([1, 2, 3, 4, 5, 6, 7, 8], pa.int64()),
        "customer": pa.array(["  Ann Lee ", "Bob  Ray", "ann lee", "Cid", None, "Bob Ray", " ", "Total"]),
        "city": pa.array(["paris", "LYON", "Paris", "lyon", "Nice", "Lyon", None, None]),
        "amount": pa.array([10.0, 12.5, 11.0, None, 9.5, 900.0, 10.5, 953.5], pa.float64()),
        "pieces": pa.array([1, 2, None, 4, 2, 2, 1, 12], pa.int64()),
        "price": pa.array(
            [Decimal("1.10"), None, Decimal("3.30"), Decimal("4.40"), None, Decimal("6.60"), Decimal("7.70"), None],
            pa.decimal128(20, 2),
        ),
        "day": pa.array(
            [date(2024, 1, 5), None, date(2024, 2, 6), None, None, date(2024, 3, 7), date(2024, 3, 8), None]
        ),
        "at": pa.array(
            [datetime(2024, 1, 5), datetime(2024, 1, 6), None, datetime(2024, 1, 8), None, None, None, None],
            pa.timestamp("us"),
        ),
        "paid": pa.array([True, False, None, True, True, None, False, True]),
        "code": pa.array(["1.234,50", "7", "8,25", None, "12", "1.000", "3", "x"]),
        "when": pa.array(
            ["01/02/2024", "03/04/2024", None, "05/06/2024", "07/08/2024", "09/10/2024", "11/12/2024", "10/10/2024"]
        ),
    }
)
TYPES = {"id": "integer", "customer": "text", "city": "category", "amount": "decimal", "pieces": "integer", "price": "decimal", "day": "date", "at": "datetime",
         "paid": "boolean", "code": "text", "when": "text"}  # fmt: skip


def columns_of(table: pa.Table, types: dict[str, str]) -> tuple[Column, ...]:
    return tuple(
        Column(name, name, ColumnType(types.get(name, "text")), True, None, "made for a test", None)
        for name in table.column_names
    )


class Bench:
    """A table on disk, and what becomes of it."""

    def __init__(self, folder: Path, table: pa.Table, types: dict[str, str]) -> None:
        self.folder = folder
        self.source = folder / "source.parquet"
        self.table = table
        self.columns = columns_of(table, types)
        self.workspace = Workspace(folder, 200_000_000)
        pq.write_table(table, self.source)

    def clean(self, *steps: dict[str, Any], lenient: bool = False) -> tuple[Cleaned, pa.Table]:
        workspace = Workspace(self.folder, 200_000_000, lenient=lenient)
        cleaned = clean(
            self.source, self.columns, recipe_from_json(list(steps)), self.folder / "out.parquet", workspace
        )
        return cleaned, pq.read_table(self.folder / "out.parquet")

    def pandas(self, recipe: list[dict[str, Any]]) -> pa.Table:
        """What the exported code makes of the same file."""
        program = pandas_code(recipe_from_json(recipe), str(self.source))
        names: dict[str, Any] = {}
        exec(compile(program, "exported.py", "exec"), names)
        frame: pd.DataFrame = names["df"]
        return pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three rows at a time, so that steps have to carry over."""
    monkeypatch.setattr(pipeline, "BATCH_ROWS", 3)


@pytest.fixture
def orders(tmp_path: Path) -> Bench:
    return Bench(tmp_path, ORDERS, TYPES)
