"""The receipt of an answer: enough to check it, and to run it again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.nlq.domain import Question
from services.nlq.earlier import named_in
from shared.events import TableReady


def receipt_of(
    question: Question, tables: Sequence[TableReady], result: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """What was computed over what, by which code, when. `rows_in` counts the rows that the code was given. Tables that the code cannot
    touch are left out."""
    named = {result.name for result in named_in(question.code or "", question.earlier)} | set(
        question.tables_used or ()
    )
    rows_in: Mapping[str, int] = result.get("rows_in", {})
    return {
        "tables": [
            {
                "table_id": t.table_id,
                "name": t.name,
                "version": t.version,
                "file_id": t.file_id,
                "file_sha256": t.source_sha256,
                "rows": t.rows,
                "rows_in": rows_in.get(t.name, t.rows),
            }
            for t in tables
            if question.tables_used is None or t.name in question.tables_used
        ],
        "earlier": [
            {"name": result.name, "query_id": result.query_id, "question": result.question}
            for result in question.earlier
            if result.name in named
        ],
        "columns": [{"table": table, "column": column} for table, column in question.columns],
        "plan": question.plan if question.by_plan else None,
        "choices": question.choices,
        "chosen": [{"question": asked, "choice": choice} for asked, choice in question.clarified],
        "code_sha256": hashlib.sha256((question.code or "").encode()).hexdigest(),
        "engine": question.engine,
        "model": question.model,
        "prompt_version": question.prompt_version,
        "rows_out": result.get("total_rows", 0),
        "answered_at": now.isoformat(),
    }
