"""An upload that was read, with its raw and its typed cells at hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from services.dataproc.reading import Column, ReadResult, TableDraft, read_raw


@dataclass(frozen=True)
class Reading:
    """What one upload became."""

    path: Path
    filename: str
    result: ReadResult

    @property
    def table(self) -> TableDraft:
        (only,) = self.result.tables
        return only

    def raw(self, number: int = 0) -> list[list[str]]:
        return list(read_raw(self.path, filename=self.filename, reading=self.result.tables[number].reading))

    def cells(self, number: int = 0) -> dict[str, list[Any]]:
        return dict(pq.read_table(self.result.tables[number].data_path).to_pydict())

    def column(self, name: str, number: int = 0) -> Column:
        return next(c for c in self.result.tables[number].columns if c.name == name)


Read = Callable[..., Reading]
