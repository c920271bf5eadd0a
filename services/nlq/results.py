"""A question's whole result in the form that was asked for."""

from __future__ import annotations

import io
import json
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from services.nlq.domain import Query

Format = Literal["json", "csv", "parquet", "xlsx"]
MEDIA_TYPES: dict[Format, str] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8; header=present",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def render(query: Query, parquet: bytes | None, form: Format) -> bytes:
    """A scalar is a table of one cell named `value`."""
    table = pq.read_table(io.BytesIO(parquet)) if parquet else _single(query.answer or {})
    if form == "parquet":
        return parquet or _parquet(table)
    frame = table.to_pandas(date_as_object=True, integer_object_nulls=True)
    if form == "csv":
        return bytes(frame.to_csv(index=False, lineterminator="\r\n").encode())
    if form == "json":
        return json.dumps({"columns": list(frame.columns), "rows": _json_rows(frame), "total_rows": len(frame)}, ensure_ascii=False).encode()
    return _xlsx(frame)


def _single(answer: dict[str, Any]) -> pa.Table:
    value = answer.get("value", answer.get("text"))
    return pa.table({"value": [value if isinstance(value, (bool, int, float, str, type(None))) else json.dumps(value)]})


def _parquet(table: pa.Table) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def _json_rows(frame: pd.DataFrame) -> list[list[Any]]:
    """pandas knows how to write its cells as JSON: ISO dates, null for what is missing."""
    rows: list[list[Any]] = json.loads(frame.to_json(orient="values", date_format="iso", double_precision=15))
    return rows


def _xlsx(frame: pd.DataFrame) -> bytes:
    out = io.BytesIO()
    for name in frame.columns:
        if isinstance(frame[name].dtype, pd.DatetimeTZDtype):
            frame[name] = frame[name].dt.tz_localize(None)
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with pd.ExcelWriter(out, engine="xlsxwriter", engine_kwargs={"options": options}) as book:
        frame.to_excel(book, index=False, sheet_name="result")
    return out.getvalue()
