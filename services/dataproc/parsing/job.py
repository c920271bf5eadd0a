"""One parsing job, as it travels between the service and its parsing processes: JSON both ways, never pickle."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from services.dataproc.reading import ReadResult, TableDraft
from services.dataproc.reading.model import DEFAULT_LIMITS, columns_from

MAX_MESSAGE = 1 << 20  # bytes of a job description


@dataclass(frozen=True)
class Job:
    """`read` fills the folder `out` with tables; `raw` writes the cells as they were read to the file `out`.

    `clean`, `try` and `suggest` take a Parquet file and do what `spec.json` in the folder `out` says. `reading` is what `read_raw` needs, or
    for `read` a person's overrides.
    """

    kind: Literal["read", "raw", "clean", "try", "suggest"]
    path: str
    filename: str
    out: str
    memory_bytes: int
    seconds: float
    reading: Mapping[str, Any] = field(default_factory=dict)
    decoded_bytes: int = DEFAULT_LIMITS.max_decoded_bytes

    def encode(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def decode(cls, data: bytes) -> Job:
        return cls(**json.loads(data))


def encode_result(result: ReadResult) -> dict[str, Any]:
    tables = [asdict(table) | {"data_path": str(table.data_path)} for table in result.tables]
    return {"format": result.format, "tables": tables, "warnings": list(result.warnings)}


def decode_result(body: Mapping[str, Any], folder: Path) -> ReadResult:
    """Rebuild the result; data files are looked for by name in `folder` only, whatever path the process stated."""
    return ReadResult(
        format=str(body["format"]),
        tables=tuple(_draft(table, folder) for table in body["tables"]),
        warnings=tuple(map(str, body["warnings"])),
    )


def _draft(body: Mapping[str, Any], folder: Path) -> TableDraft:
    return TableDraft(
        name=str(body["name"]),
        rows=int(body["rows"]),
        columns=columns_from(body["columns"]),
        data_path=folder / Path(body["data_path"]).name,
        profile=dict(body["profile"]),
        values=dict(body["values"]),
        reading=dict(body["reading"]),
        warnings=tuple(map(str, body["warnings"])),
        decoded_bytes=int(body["decoded_bytes"]),
    )
