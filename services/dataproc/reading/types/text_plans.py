"""Plans for columns that stay text, and for columns without any value."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from services.dataproc.reading.types.notes import join, nulls_note
from services.dataproc.reading.types.nulls import MEANS_NOTHING, TEXT_CODES_TOKENS, TEXT_TOKENS
from services.dataproc.reading.types.numeric import read_numbers
from services.dataproc.reading.types.plan import ColumnPlan, ValueCounts

LONGEST_CODE = 3


def empty_plan(column: ValueCounts) -> ColumnPlan:
    evidence = join("no value in any row", nulls_note(column, MEANS_NOTHING))
    return ColumnPlan("empty", pa.string(), reject, MEANS_NOTHING, evidence)


def reject(text: str) -> Any:
    raise ValueError(text)


def text_plan(kind: str, column: ValueCounts, evidence: str) -> ColumnPlan:
    """A plan that keeps the cells; in columns of codes and categories the blanks around them are dropped, and counted."""
    plan = ColumnPlan(kind, pa.string(), str, text_nulls(column), "")
    notes = join(evidence, nulls_note(column, plan.nulls), blanks_note(column, plan), mixture_note(column))
    return ColumnPlan(kind, plan.storage, str.strip if plan.trims else str, plan.nulls, notes)


def text_nulls(column: ValueCounts) -> frozenset[str]:
    """Null tokens of a text column; fewer where the column's own words look like them (NA among FR and DE)."""
    words = [text.strip() for text in column.present()]
    short = sum(len(word) <= LONGEST_CODE for word in words)
    return TEXT_CODES_TOKENS if len(words) >= 2 and short >= 0.8 * len(words) else TEXT_TOKENS


def blanks_note(column: ValueCounts, plan: ColumnPlan) -> str:
    padded = sum(count for text, count in column.counts.items() if text != text.strip() and text.strip())
    return f"blanks around {padded:,} cells dropped" if padded and plan.trims else ""


def mixture_note(column: ValueCounts) -> str:
    """Says so when a text column is mostly numbers."""
    values = column.values()
    numbers = read_numbers(column, values)
    if numbers is None or not numbers.written:
        return ""
    share = sum(values[text] for text in numbers.written) / max(1, sum(values.values()))
    if not 0.5 <= share < 1:
        return ""
    others = ", ".join(repr(text[:30]) for text in list(numbers.misfits)[:3])
    return f"{share:.0%} of the cells are numbers, but not {others}; kept as text"
