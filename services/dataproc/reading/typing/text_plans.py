"""Plans for columns that stay text, and for columns without any value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.dataproc.reading.typing.dating import read_temporal
from services.dataproc.reading.typing.notes import join, nulls_note
from services.dataproc.reading.typing.nulls import MEANS_NOTHING, TEXT_CODES_TOKENS, TEXT_TOKENS
from services.dataproc.reading.typing.numeric import is_code, looks_integer, read_numbers, storage_of
from services.dataproc.reading.typing.plan import ColumnPlan, ValueCounts
from services.dataproc.reading.typing.storage import STORAGE
from shared.columns import ColumnType

LONGEST_CODE = 3
LONGEST_CAPITALS = 5
MOSTLY = 0.5


def empty_plan(column: ValueCounts) -> ColumnPlan:
    evidence = join("no value in any row", nulls_note(column, MEANS_NOTHING))
    return ColumnPlan(ColumnType.EMPTY, STORAGE[ColumnType.EMPTY], reject, MEANS_NOTHING, evidence)


def reject(text: str) -> Any:
    raise ValueError(text)


def text_plan(kind: ColumnType, column: ValueCounts, evidence: str) -> ColumnPlan:
    """A plan that keeps the cells; in columns of codes and categories the blanks around them are dropped, and counted."""
    plan = ColumnPlan(kind, STORAGE[kind], str, text_nulls(column), "")
    mixture, offending = find_mixture(column)
    notes = join(evidence, nulls_note(column, plan.nulls), blanks_note(column, plan), mixture)
    return ColumnPlan(kind, plan.storage, str.strip if plan.trims else str, plan.nulls, notes, offending=offending)


def text_nulls(column: ValueCounts) -> frozenset[str]:
    """Null tokens of a text column; fewer where the column's own words look like them (NA among FR and DE, or EMEA and APAC)."""
    words = [text.strip() for text in column.present()]
    short = sum(
        len(word) <= LONGEST_CODE or (len(word) <= LONGEST_CAPITALS and word.isalpha() and word.isupper())
        for word in words
    )
    return TEXT_CODES_TOKENS if len(words) >= 2 and short >= 0.8 * len(words) else TEXT_TOKENS


def blanks_note(column: ValueCounts, plan: ColumnPlan) -> str:
    padded = sum(count for text, count in column.counts.items() if text != text.strip() and text.strip())
    return f"blanks around {padded:,} cells dropped" if padded and plan.trims else ""


def find_mixture(column: ValueCounts) -> tuple[str, Mapping[str, int]]:
    """When a text column is mostly numbers, or mostly points in time: the sentence that says so, and the cells that are something else."""
    values = column.values()
    numbers = read_numbers(column, values)
    if numbers is not None and numbers.written:
        if (
            not numbers.misfits
            and not is_code(column, numbers)
            and storage_of(list(numbers.values().values()), looks_integer(numbers)) is None
        ):
            return "all are numbers, some of more digits than can be kept exactly; kept as text", {}
        return mostly("numbers", sum(values[text] for text in numbers.written), values, numbers.misfits)
    times = read_temporal(values, MOSTLY, column.day_first_hint, torn=True)
    if times is None:
        return "", {}
    said, others = mostly(
        f"{times.type}s like {' or '.join(times.formats)}",
        times.total - sum(times.misfits.values()),
        values,
        times.misfits,
    )
    return join(said, times.note if times.torn else ""), others


def mostly(
    what: str, fitting: int, values: Mapping[str, int], misfits: Mapping[str, int]
) -> tuple[str, Mapping[str, int]]:
    share = fitting / max(1, sum(values.values()))
    if not MOSTLY <= share < 1:
        return "", {}
    others = ", ".join(repr(text[:30]) for text in list(misfits)[:3])
    return f"{share:.0%} of the cells are {what}, but not {others}; kept as text", misfits
