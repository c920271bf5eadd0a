"""The sentences of a column's evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Set

from services.dataproc.reading.typing.plan import ValueCounts


def join(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


def nulls_note(column: ValueCounts, nulls: Set[str]) -> str:
    """The null tokens that the column holds, with counts."""
    found = Counter[str]()
    for text, token, count in column.tokens:
        if token and token in nulls:
            found[text.strip()] += count
    shown = ", ".join(f"{token!r} {count:,}×" for token, count in found.most_common(8))
    return f"null tokens: {shown}" if found else ""


def misfit_note(misfits: Mapping[str, int]) -> str:
    shown = ", ".join(f"{text.strip()[:40]!r} {count:,}×" for text, count in list(misfits.items())[:5])
    return f"cells that do not fit became null: {shown}" if misfits else ""
