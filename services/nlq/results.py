"""A question's whole result in the form that was asked for."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, Literal

from services.nlq.domain import Question

if TYPE_CHECKING:
    import pandas as pd

Format = Literal["json", "csv", "parquet", "xlsx"]
MEDIA_TYPES: dict[Format, str] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8; header=present",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def render(question: Question, parquet: bytes | None, form: Format) -> bytes:
    """A scalar is a table of one cell named `value`."""
    if form == "parquet" and parquet:
        return parquet
    frame = _frame(question.answer or {}, parquet)
    if form == "csv":
        return bytes(frame.to_csv(index=False, lineterminator="\r\n").encode())
    if form == "json":
        return json.dumps(
            {"columns": list(frame.columns), "rows": _json_rows(frame), "total_rows": len(frame)}, ensure_ascii=False
        ).encode()
    return _parquet(frame) if form == "parquet" else _xlsx(frame)


def _frame(answer: dict[str, Any], parquet: bytes | None) -> pd.DataFrame:
    # pandas takes half a second to import: a service that only passes questions on starts without it.
    import pandas as pd  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    if parquet:
        frame: pd.DataFrame = pq.read_table(io.BytesIO(parquet)).to_pandas(
            date_as_object=True, integer_object_nulls=True
        )
        return frame
    value = answer.get("value", answer.get("text"))
    return pd.DataFrame(
        {"value": [value if isinstance(value, (bool, int, float, str, type(None))) else json.dumps(value)]}
    )


def _parquet(frame: pd.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.to_parquet(out, index=False)
    return out.getvalue()


def _json_rows(frame: pd.DataFrame) -> list[list[Any]]:
    """pandas knows how to write its cells as JSON: ISO dates, null for what is missing."""
    rows: list[list[Any]] = json.loads(frame.to_json(orient="values", date_format="iso", double_precision=15))
    return rows


def _xlsx(frame: pd.DataFrame) -> bytes:
    """One sheet; text that looks like a formula or an address stays text."""
    import pandas as pd  # noqa: PLC0415

    out = io.BytesIO()
    for name in frame.columns:
        if isinstance(frame[name].dtype, pd.DatetimeTZDtype):
            frame[name] = frame[name].dt.tz_localize(None)
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with pd.ExcelWriter(out, engine="xlsxwriter", engine_kwargs={"options": options}) as book:
        frame.to_excel(book, index=False, sheet_name="result")
    return out.getvalue()
