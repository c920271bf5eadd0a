"""The cells of a table as they stand in its file, before any typing or cleaning."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from services.dataproc.reading.archives import open_members
from services.dataproc.reading.content import Content
from services.dataproc.reading.metering import Meter
from services.dataproc.reading.model import DEFAULT_LIMITS, Limits
from services.dataproc.reading.readers import READERS
from shared.formats import FORMATS
from shared.formats.refusals import no_table


def read_raw(
    path: Path, *, filename: str, reading: Mapping[str, Any], limits: Limits = DEFAULT_LIMITS
) -> Iterator[list[str]]:
    """Header row, then rows, as text: exactly the cells that were read for the table which `reading` describes."""
    meter = Meter(path.stat().st_size, None, time.monotonic, limits.seconds)
    with tempfile.TemporaryDirectory(prefix="reading-") as scratch:
        for member in open_members(path, filename, Path(scratch), limits):
            if member.filename == reading["member"] and list(member.steps) == list(reading["steps"]):
                reader = READERS[FORMATS[reading["format"]]]
                yield from reader.raw_rows(Content(member, Path(scratch), limits, meter), reading)
                return
    raise no_table("the file no longer holds it")
