"""How far one reading has come: progress for whoever waits, and the end of its time."""

from __future__ import annotations

from collections.abc import Callable

from services.dataproc.reading.model import Progress
from shared.formats.refusals import Refusal


class Meter:
    """Counts rows and bytes over all tables of a file; `advance` raises FileRefused once the time is used up."""

    def __init__(self, total: int, report: Progress | None, clock: Callable[[], float], seconds: float) -> None:
        self._total = total
        self._report = report
        self._clock = clock
        self._seconds = seconds
        self._end = clock() + seconds
        self._bytes = 0
        self._rows = 0
        self._tell()

    def advance(self, rows: int, size: int) -> None:
        """`size` is the weight of the rows in memory, which comes close to their bytes in the file."""
        if self._clock() > self._end:
            raise Refusal.TOOK_TOO_LONG.because(seconds=self._seconds)
        self._rows += rows
        self._bytes = min(self._total, self._bytes + size)
        self._tell()

    def finish(self, rows: int) -> None:
        self._rows, self._bytes = rows, self._total
        self._tell()

    def _tell(self) -> None:
        if self._report is not None:
            self._report(self._bytes, self._total, self._rows)
