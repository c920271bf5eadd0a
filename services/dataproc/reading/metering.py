"""How far one reading has come: progress for whoever waits, and the end of its time."""

from __future__ import annotations

from collections.abc import Callable

from services.dataproc.reading.model import Progress
from shared.formats.refusals import Refusal

PARSING_SHARE = 0.5  # parsing a large JSON file takes about as long as typing and writing its rows


class Meter:
    """Counts rows and bytes over all tables of a file. Whoever counts is told by a FileRefused when the time is used up.

    Bytes that a reader parses before any row is written move the bar by their share, and by the rest when they are written;
    all others move it when they are written. So it only ever grows, whichever readers the tables of one file have.
    """

    def __init__(self, total: int, report: Progress | None, clock: Callable[[], float], seconds: float) -> None:
        self._total = total
        self._report = report
        self._clock = clock
        self._seconds = seconds
        self._end = clock() + seconds
        self._bytes = 0.0
        self._parsed = 0  # bytes that are parsed and not yet written
        self._rows = 0
        self._tell()

    def parsed(self, size: int) -> None:
        """`size` more bytes of the file are parsed, whose rows are written later."""
        self._parsed += size
        self._move(0, size * PARSING_SHARE)

    def advance(self, rows: int, size: int) -> None:
        """`size` is the weight of the rows in memory, which comes close to their bytes in the file."""
        counted = min(size, self._parsed)
        self._parsed -= counted
        self._move(rows, size - counted * PARSING_SHARE)

    def finish(self, rows: int) -> None:
        self._rows, self._bytes = rows, self._total
        self._tell()

    def _move(self, rows: int, size: float) -> None:
        if self._clock() > self._end:
            raise Refusal.TOOK_TOO_LONG.because(seconds=self._seconds)
        self._rows += rows
        self._bytes = min(self._total, self._bytes + size)
        self._tell()

    def _tell(self) -> None:
        if self._report is not None:
            self._report(int(self._bytes), self._total, self._rows)
