"""Small tables loaded as the jail loads them, and a way to run a plan over them."""

from __future__ import annotations

import datetime as dt
import uuid
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from services.dataproc.jail.results import answer_of
from services.dataproc.jail.tables import TableSource, load
from services.nlq.planner.codegen import write
from services.nlq.planner.facts import ColumnFacts, TableFacts
from services.nlq.validation import validate
from shared.columns import ColumnType
from shared.plan import Plan

_TYPES = {
    pa.int64(): ColumnType.INTEGER,
    pa.float64(): ColumnType.DECIMAL,
    pa.bool_(): ColumnType.BOOLEAN,
    pa.date32(): ColumnType.DATE,
    pa.timestamp("us"): ColumnType.DATETIME,
    pa.timestamp("us", tz="UTC"): ColumnType.DATETIME,
    pa.time64("us"): ColumnType.TIME,
    pa.string(): ColumnType.TEXT,
}


def facts_of(name: str, table: pa.Table) -> TableFacts:
    columns = tuple(_column(field.name, table.column(field.name)) for field in table.schema)
    return TableFacts(uuid.uuid4().hex, name, table.num_rows, columns)


def _column(name: str, cells: pa.ChunkedArray) -> ColumnFacts:
    values = [cell for cell in cells.to_pylist() if cell is not None]
    least = min(values).isoformat() if values and isinstance(values[0], dt.datetime) else None
    return ColumnFacts(name, name, _TYPES[cells.type], nullable=cells.null_count > 0, minimum=least)


def code_of(plan: Plan, tables: Mapping[str, pa.Table]) -> str:
    """The plan's code, over these tables, of which the first is `df`; what the validator would refuse fails here."""
    code = write(plan, {name: facts_of(name, table) for name, table in tables.items()}, next(iter(tables)))
    verdict = validate(code, _columns(tables), next(iter(tables)), _texts(tables))
    assert verdict.ok, (code, verdict.findings)
    return code


def compute(plan: Plan, tables: Mapping[str, pa.Table], folder: Path, **names: Any) -> Any:
    """What `result` holds after the code ran, over the columns alone that the validator says it needs."""
    code = code_of(plan, tables)
    used = validate(code, _columns(tables), next(iter(tables)), _texts(tables)).columns_used
    frames = {
        name: _loaded(name, table, None if used is None else used[name], folder) for name, table in tables.items()
    }
    untouched = {name: frame.copy() for name, frame in frames.items()}
    space: dict[str, Any] = {"pd": pd, "np": np, "tables": dict(frames), "df": next(iter(frames.values())), **names}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exec(code, space)
    for name, frame in frames.items():
        pd.testing.assert_frame_equal(frame, untouched[name])
    return space["result"]


def cells_of(result: Any) -> Any:
    """A value, or rows of values as a person would see them: None for gaps, whole numbers without a point, days as ISO 8601."""
    answer = answer_of(result, 1000)
    if answer.frame is None:
        return _cell(answer.value)
    return [tuple(map(_cell, row)) for row in answer.frame.itertuples(index=False, name=None)]


def headings_of(result: pd.DataFrame) -> list[str]:
    frame = answer_of(result, 1000).frame
    assert frame is not None
    return list(frame.columns)


def _cell(value: Any) -> Any:
    if isinstance(value, str | bool | np.bool_):
        return value if isinstance(value, str) else bool(value)
    if value is None or pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat() if value == value.normalize() else value.isoformat()
    if isinstance(value, dt.time):
        return value.isoformat()
    return round(float(value), 9) if float(value) % 1 else int(value)


def _columns(tables: Mapping[str, pa.Table]) -> dict[str, list[str]]:
    return {name: table.column_names for name, table in tables.items()}


def _texts(tables: Mapping[str, pa.Table]) -> dict[str, list[str]]:
    return {name: [f.name for f in table.schema if f.type == pa.string()] for name, table in tables.items()}


def _loaded(name: str, table: pa.Table, columns: frozenset[str] | None, folder: Path) -> pd.DataFrame:
    path = folder / f"{uuid.uuid4().hex}.parquet"
    pq.write_table(table, path)
    with path.open("rb") as file:
        return load(TableSource(name, file.fileno(), True, None if columns is None else tuple(columns)))
