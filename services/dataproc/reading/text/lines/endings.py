"""Notes at the end of a text that is too large to be held: told by its last lines."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path

from services.dataproc.reading.layout.footers import text_of_note, trim_footer
from services.dataproc.reading.text.repairs import Repair, Repairs
from services.dataproc.reading.text.splitting import Dialect, Row

TAIL_BYTES = 1 << 16
TAIL_ROWS = 60  # more lines are no notes


def last_rows(path: Path, dialect: Dialect) -> tuple[list[bytes], list[Row]]:
    """The last lines of a text in UTF-8, and their cells as far as delimiters alone tell them; a line in one pair of quotes is one cell."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL_BYTES))
        lines = file.read().splitlines(keepends=True)[1:]
    return lines, [cells_of(line.decode("utf-8", "replace").rstrip("\r\n"), dialect) for line in lines]


def cells_of(line: str, dialect: Dialect) -> Row:
    quote = dialect.quote
    if quote and line.count(quote) == 2 and line[0] == line[-1] == quote:
        return [line[1:-1]]
    return line.split(dialect.delimiter) if dialect.delimiter else [line]


def notes_at_end(path: Path, dialect: Dialect, width: int) -> tuple[int, tuple[str, ...]]:
    """How many bytes before the end of the file its notes begin, and their texts."""
    lines, rows = last_rows(path, dialect)
    end, notes = trim_footer(rows, -1, width)
    return (sum(map(len, lines[end:])), tuple(text_of_note(rows[i]) for i in notes)) if notes else (0, ())


def without_end(rows: Iterable[Row], width: int, repairs: Repairs) -> Iterator[Row]:
    """The rows but for blank ones and notes at the very end; notes are counted."""
    held: deque[Row] = deque()
    number = 0
    for row in rows:
        number += 1
        held.append(row)
        if len(held) > TAIL_ROWS:
            yield held.popleft()
    last = list(held)
    end, notes = trim_footer(last, -1, width)
    for index in notes:
        repairs.note(Repair.NOTE_BELOW, number - len(last) + index + 1)
    yield from last[:end]
