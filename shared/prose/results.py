"""A result as prose may speak of it, read from the document that `query.executed.v1` names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

VALUE = "value"  # the only column of a result that is a single value


@dataclass(frozen=True)
class ShownResult:
    """Cells are JSON; of `total_rows` rows the first ones are here. A single value is one row of one column."""

    columns: Sequence[str] = ()
    rows: Sequence[Sequence[Any]] = ()
    total_rows: int | None = None
    name: str = ""

    @classmethod
    def of_document(cls, document: Mapping[str, Any], name: str = "") -> ShownResult:
        if document["kind"] in ("scalar", "text"):
            return cls((VALUE,), ((document["value"],),), name=name)
        return cls(document["columns"], document["rows"], document["total_rows"], name)

    @property
    def is_value(self) -> bool:
        return self.total_rows is None
