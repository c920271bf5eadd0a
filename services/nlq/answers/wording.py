"""The answer in words and numbers, and what to distrust about it. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from services.nlq.answers.charts import chart_of
from services.nlq.answers.joins import joins_said
from services.nlq.domain import Question
from shared.analysis import MODEL_STEPS
from shared.analysis.declarations.association import ROWS
from shared.plan.result import Result
from shared.prose import Grounds, ShownResult, shown_value

SHOWN_ROWS = 5
Rows: TypeAlias = Sequence[Sequence[Any]]


def answer_of(
    question: Question, result: Mapping[str, Any], absent: Sequence[str] = (), all_rows: Rows | None = None
) -> dict[str, Any]:
    """`{text, kind, value | table_preview, chart?, notes?}` from the jail's result. `absent`: sentences about values that occur nowhere."""
    answer: dict[str, Any] = {"text": text_of(question, result, absent), **result_of(question, result, all_rows)}
    if notes := _notes_of(question, result):
        answer["notes"] = notes
    return answer


def result_of(question: Question, result: Mapping[str, Any], all_rows: Rows | None = None) -> dict[str, Any]:
    """`{kind, value | table_preview, chart?}`, as it is shown. `all_rows`, where the result shows only its beginning and there are few enough to
    be drawn."""
    kind = result["kind"]
    if kind in ("scalar", "text"):
        return {"kind": kind, "value": tidy(result["value"])}
    rows = _tidy_rows(result["rows"])
    preview = {"columns": result["columns"], "rows": rows, "total_rows": result["total_rows"]}
    shown: dict[str, Any] = {"kind": kind, "table_preview": preview}
    drawn = rows if len(rows) == result["total_rows"] else _tidy_rows(all_rows or ())
    if chart := _chart(question, result["columns"], drawn):
        shown["chart"] = chart
    return shown


def _chart(question: Question, columns: Sequence[str], rows: Rows) -> dict[str, Any] | None:
    """A plan knows what its columns are, and whether they are worth a picture; of other code the result's shape tells."""
    if question.by_plan and question.chart is None:
        return None
    return chart_of(question.chart if question.by_plan else None, columns, rows)


def _tidy_rows(rows: Rows) -> list[list[Any]]:
    return [[tidy(cell) for cell in row] for row in rows]


EXACT_DIGITS = 15  # as many as every decimal number keeps in a double


def tidy(value: Any) -> Any:
    """Without the last bits that adding up leaves (47737.649999999994): what is shown, not what can be downloaded."""
    return float(f"{value:.{EXACT_DIGITS}g}") if isinstance(value, float) else value


def text_of(question: Question, result: Mapping[str, Any], absent: Sequence[str] = ()) -> str:
    """One sentence for a scalar; for a table, what it is and how many rows it has. Of a model also how large the effect is, whether chance
    would do, and what was checked: its numbers are easily taken for more than they say."""
    return " ".join([_sentence_of(question, result), *absent, *_notes_of(question, result)])


def grounds_of(question: Question, result: Mapping[str, Any]) -> Grounds:
    """What a model's sentences may take their numbers from: the result, and what was asked, chosen and written into the code."""
    texts = (question.question, *(chosen for _, chosen in question.clarified))
    return Grounds((ShownResult.of_document(result),), texts, code=(question.code or "",))


def _notes_of(question: Question, result: Mapping[str, Any]) -> list[str]:
    return [*(result.get("notes") or ()), *(question.plan_notes if question.by_plan else ())]


def _sentence_of(question: Question, result: Mapping[str, Any]) -> str:
    lead = question.explanation.strip().rstrip(".:")
    if result["kind"] in ("scalar", "text"):
        shown = shown_value(result["value"])
        return f"{lead}: {shown}." if lead else shown
    rows = result["total_rows"]
    if rows == 0:
        return f"{lead}: no rows." if lead else "No rows match."
    if rows == 1:
        pairs = ", ".join(
            f"{name} = {shown_value(cell)}" for name, cell in zip(result["columns"], result["rows"][0], strict=False)
        )
        return f"{lead}: {pairs}." if lead else f"{pairs}."
    if question.by_plan and _shows_statistics(question.plan):
        over = next((round(value) for name, _, value in result.get("checks") or () if name == ROWS.name), None)
        return f"{lead}." if over is None else f"{lead}: computed over {over:,} rows."
    return f"{lead}: {rows:,} rows." if lead else f"{rows:,} rows."


def _shows_statistics(plan: Mapping[str, Any] | None) -> bool:
    """Whether its table is of statistics, a row each, so that its length says nothing about the data."""
    return plan is not None and plan.get("kind") == "model" and MODEL_STEPS[plan["step"]].shows != "rows"


def checks_of(question: Question, result: Mapping[str, Any], absent: Sequence[str] = ()) -> tuple[str, ...]:
    """Results that are often the sign of a wrong question; `absent` are the values that were looked for and are nowhere."""
    found = [] if question.by_plan else list(joins_said(result.get("joins") or ()))
    if absent:
        return (*found, *absent)
    if result["kind"] in ("scalar", "text"):
        if result["value"] is None:
            found.append("The result has no value: no rows matched, or all of them lack one.")
        return tuple(found)
    if result["total_rows"] == 0:
        found.append("No rows matched the conditions.")
    for index, name in enumerate(result["columns"]):
        if result["rows"] and all(row[index] is None for row in result["rows"]):
            found.append(f"The column {name} of the result has no values.")
    return tuple(found)


def rows_of(table: bytes) -> list[tuple[Any, ...]]:
    """Of a stored result, with cells as the jail shows them: JSON, days and moments as ISO 8601."""
    read = pq.read_table(pa.BufferReader(table))
    return list(zip(*([_shown_cell(cell) for cell in column.to_pylist()] for column in read.columns), strict=True))


def _shown_cell(cell: Any) -> Any:
    if isinstance(cell, Decimal):
        return float(cell)
    if isinstance(cell, float) and not math.isfinite(cell):
        return None
    if cell is None or isinstance(cell, bool | int | float | str):
        return cell
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def computed(result: Mapping[str, Any], table: bytes | None) -> Result:
    """The jail's result as `shared.plan.result` has it; `table` is the whole of it as Parquet, where `result` shows only a part."""
    if table is not None:
        read = pq.read_table(pa.BufferReader(table))
        return Result.of_columns(read.column_names, [column.to_pylist() for column in read.columns])
    if result["kind"] in ("scalar", "text"):
        return Result.of_value(result["value"])
    rows = result["rows"]
    return Result.of_columns(result["columns"], [[row[at] for row in rows] for at in range(len(result["columns"]))])
