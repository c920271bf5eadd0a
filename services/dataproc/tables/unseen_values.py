"""Conditions of measures that ask for a text which no cell has: a misspelt "refunded" leaves every refund in the sum, and looks like an answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from shared.dictionary import ConditionDocument, MeasureDocument

OF_WHOLE_CELLS = frozenset({"=", "!=", "in", "not in"})


def asked_texts(measures: Sequence[MeasureDocument]) -> Iterator[tuple[MeasureDocument, ConditionDocument, str]]:
    """Every text that a cell is compared with as a whole."""
    for measure in measures:
        for condition in measure.where:
            values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
            if condition.op in OF_WHOLE_CELLS:
                yield from ((measure, condition, value) for value in values if isinstance(value, str))


def unseen_values(
    measures: Sequence[MeasureDocument], values: Mapping[str, Sequence[str]], profile: Mapping[str, Any]
) -> Iterator[str]:
    """Sentences. `values` and `profile` are the documents beside the table's data; columns of which they list not all values are left out."""
    columns = profile.get("columns", {})
    for measure, condition, text in asked_texts(measures):
        known = values.get(condition.column)
        if known is None or len(known) < columns.get(condition.column, {}).get("distinct", 0):
            continue
        if _folded(text) not in map(_folded, known):
            yield f"The measure {measure.name!r} asks for {text!r} in {condition.column!r}, and no cell holds that."


def _folded(text: str) -> str:
    return text.strip().lower()
