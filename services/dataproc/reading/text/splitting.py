"""The cells of one line, or of the lines that a quoted cell runs over, under the rules of a dialect."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from services.dataproc.reading.text.drawn import Gaps, split_aligned
from services.dataproc.reading.text.lines.brackets import free_blanks, hold_blanks
from services.dataproc.reading.text.lines.guards import without_guards

Row = list[str]

LONGEST_FIELD = 1 << 27
HELD_BACKSLASH = "\ue000"
HELD_ESCAPED = 0xE010
ESCAPABLE = "\"'\\\\"

csv.field_size_limit(LONGEST_FIELD)


@dataclass(frozen=True)
class Dialect:
    """How cells are separated and quoted. An empty `quote` means that quotes are ordinary characters.

    Where several characters divide cells, one that stands for them is the `delimiter`, and they are `spelled` as in the file.
    """

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    skip_space: bool = False
    collapse: bool = False
    comment: str = ""
    evidence: str = ""
    framed: bool = False  # every line begins and ends with the delimiter
    gaps: Gaps = ()  # where the columns of an aligned table have nothing but blanks between them
    spelled: str = ""
    bare_escape: str = ""  # characters that a backslash before them makes ordinary ones outside quotes
    bracketed: bool = False  # blanks inside of brackets divide nothing
    guarded: bool = False  # every cell stands in ="…"
    remark: str = ""  # what has to be told to whoever uses the table

    @property
    def sign(self) -> str:
        """What divides cells in the file."""
        return self.spelled or self.delimiter

    @property
    def holds(self) -> bool:
        """Have lines to be held before they are cut?"""
        return bool(self.spelled) or self.bracketed or self.guarded

    def held(self, line: str) -> str:
        """The line with a delimiter of one character, which stands nowhere but between cells."""
        if self.bracketed:
            return hold_blanks(line)
        if self.guarded:
            return without_guards(line)
        return line.replace(self.spelled, self.delimiter) if self.spelled else line

    def freed(self, row: Row) -> Row:
        """The cells with what they have in the file in place of what was held."""
        if self.bracketed:
            return list(map(free_blanks, row))
        if self.guarded:
            return row
        return [cell.replace(self.delimiter, self.spelled) if self.delimiter in cell else cell for cell in row]

    def describe(self) -> dict[str, object]:
        return {"delimiter": self.sign, "quote": self.quote, "escape": self.escape or "doubled",
                "skip_space": self.skip_space, "collapse": self.collapse, "comment": self.comment, "evidence": self.evidence}  # fmt: skip


class LineSplitter:
    """Split a line that has no quoted cell."""

    def __init__(self, dialect: Dialect) -> None:
        self._delimiter = dialect.delimiter
        self._skip_space = dialect.skip_space
        self._gaps = dialect.gaps
        self._runs = re.compile(re.escape(dialect.delimiter) + "+") if dialect.collapse else None
        self._bare = re.compile(rf"\\([{re.escape(dialect.bare_escape)}])") if dialect.bare_escape else None
        self._held = {char: chr(HELD_ESCAPED + place) for place, char in enumerate(dialect.bare_escape)}
        self._freed = {ord(held): char for char, held in self._held.items()}

    def __call__(self, body: str) -> Row:
        if self._gaps:
            return split_aligned(body, self._gaps)
        if self._runs:
            return self._runs.split(body.strip(self._delimiter))
        if self._bare:
            held = self._bare.sub(lambda found: self._held[found[1]], body)
            return [cell.translate(self._freed) for cell in held.split(self._delimiter)]
        cells = body.split(self._delimiter) if self._delimiter else [body]
        return [cell.strip(" ") for cell in cells] if self._skip_space else cells


class StrictParser:
    """One record by the strict rules, or None. A backslash that escapes no quote is an ordinary character.

    After a failure `open_quote` tells whether further lines could complete the record.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._escape = dialect.escape
        self._lone = re.compile(rf"\\(?![{ESCAPABLE}{re.escape(dialect.delimiter) if dialect.bare_escape else ''}])")
        self._runs = dialect.collapse
        self._blanks = dialect.skip_space
        self._reader = partial(csv.reader, delimiter=dialect.delimiter or "\x1f", quotechar=dialect.quote or None, doublequote=True,
                               quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE, escapechar=dialect.escape or None,
                               skipinitialspace=dialect.skip_space, strict=True)  # fmt: skip
        self.open_quote = False

    def __call__(self, lines: list[str]) -> Row | None:
        if self._escape:
            lines = [self._lone.sub(HELD_BACKSLASH, line) for line in lines]
        self.open_quote = False
        try:
            rows = list(self._reader(self._fed(lines)))
        except csv.Error:
            return None
        self.open_quote = False
        if len(rows) != 1:
            return None
        row = [cell for cell in rows[0] if cell] or [""] if self._runs else rows[0]
        if self._blanks:
            row = [cell.rstrip(" ") for cell in row]
        return [cell.replace(HELD_BACKSLASH, "\\") for cell in row] if self._escape else row

    def _fed(self, lines: list[str]) -> Iterator[str]:
        """The lines; a parser that fails after it has asked for another one had a quote open."""
        yield from lines
        self.open_quote = True


def lenient_split(body: str, dialect: Dialect) -> Row | None:
    """Cells of one line, where a quote closes its cell only before a delimiter or the end; None when one never closes."""
    quote, delimiter, cells, start = dialect.quote, dialect.delimiter, [], 0
    if not delimiter:
        whole = len(body) > 1 and body[0] == body[-1] == quote
        return [body[1:-1].replace(quote * 2, quote)] if whole else None
    while True:
        if dialect.skip_space:
            start += len(body[start:]) - len(body[start:].lstrip(" "))
        if body.startswith(quote, start):
            end = closing_quote(body, start + 1, quote, delimiter)
            if end < 0:
                return None
            cells.append(body[start + 1 : end].replace(quote * 2, quote))
            start = end + 1
        else:
            end = body.find(delimiter, start)
            cells.append(body[start:] if end < 0 else body[start:end])
            start = len(body) if end < 0 else end
        if start >= len(body):
            return cells
        start += len(delimiter)


def closing_quote(body: str, start: int, quote: str, delimiter: str) -> int:
    """Position of the first quote that a delimiter or the end follows, or -1."""
    position = body.find(quote, start)
    while position >= 0:
        rest = position + 1
        if rest == len(body) or body.startswith(delimiter, rest):
            return position
        position = body.find(quote, rest)
    return -1


def without_blanks_around_quotes(body: str, dialect: Dialect) -> str:
    quote, delimiter = re.escape(dialect.quote), re.escape(dialect.delimiter)
    body = re.sub(rf"{quote}[ \t]+(?={delimiter}|$)", dialect.quote, body)
    return re.sub(rf"(^|{delimiter})[ \t]+(?={quote})", r"\1", body)
