"""What goes into reading a file and what comes out: limits, columns, table drafts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.columns import ColumnType
from shared.open_choices import OpenChoice

Progress = Callable[[int, int, int], None]  # (bytes done, bytes in all, rows so far)


@dataclass(frozen=True)
class Limits:
    """What one file may cost; a file beyond them is refused or read another way, never read in part."""

    memory_bytes: int = 1 << 30
    max_cells: int = 400_000_000
    max_columns: int = 16_384
    max_tables: int = 200
    max_decompressed_bytes: int = 4 << 30
    max_decoded_bytes: int = (
        2 << 30
    )  # of all tables together, as the workers' caches hold them: what a session may keep
    threads: int = 2
    seconds: float = 600


DEFAULT_LIMITS = Limits()

READING_VERSION = 3
"""Grows whenever the same file would be read to other values than before. A table keeps the reading that it has until it is read again."""


@dataclass(frozen=True)
class Column:
    """One column as stored; `evidence` is the sentence that tells a person why it has its type."""

    name: str
    source_name: str
    type: ColumnType
    nullable: bool
    unit: str | None
    evidence: str
    format: str | None = None
    open_choice: OpenChoice | None = None


def columns_from(body: Iterable[Mapping[str, Any]]) -> tuple[Column, ...]:
    """Columns as `asdict` wrote them."""
    return tuple(
        Column(
            **{
                **column,
                "type": ColumnType(column["type"]),
                "open_choice": OpenChoice.from_json(choice) if (choice := column.get("open_choice")) else None,
            }
        )
        for column in body
    )


@dataclass(frozen=True)
class TableDraft:
    """A table that was read, typed, profiled and written; `reading` is enough for `read_raw` to find its cells again."""

    name: str
    rows: int
    columns: tuple[Column, ...]
    data_path: Path
    profile: dict[str, Any]
    values: dict[str, list[str]]
    reading: dict[str, Any]
    warnings: tuple[str, ...]
    decoded_bytes: int = 0


@dataclass(frozen=True)
class ReadResult:
    """All tables of one file, in the file's order."""

    format: str
    tables: tuple[TableDraft, ...]
    warnings: tuple[str, ...]
