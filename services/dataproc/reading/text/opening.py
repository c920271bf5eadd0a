"""What the first lines of a text show, for every way of reading it: its encoding, how its lines are divided into cells, and into how many."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from services.dataproc.reading.text.dialect import common_width, sniff
from services.dataproc.reading.text.encoding import C1, Encoding, mend
from services.dataproc.reading.text.records import OPEN_CHARACTERS, OPEN_LINES, RecordReader
from services.dataproc.reading.text.repairs import Repair, Repairs
from services.dataproc.reading.text.splitting import LONGEST_FIELD, Dialect
from shared.formats.refusals import corrupt_file

SNIFFED_LINES = 400
COMMENTED_LINES = 50  # a file with comments has some of them at its top
COMMENT_SIGNS = ("#", "%", "//", ";", "--", "!", "*")


@dataclass(frozen=True)
class Opening:
    """The beginning of a text file, judged. A first line such as "sep=;" states the delimiter and is no part of the `head`."""

    path: Path
    encoding: Encoding
    head: list[str]
    states_delimiter: bool
    dialect: Dialect
    width: int

    @classmethod
    def of(cls, path: Path, encoding: Encoding, chosen: Mapping[str, Any]) -> Opening:
        """`chosen` is what a person fixed of the dialect."""
        head = sniffed_lines(text_lines(path, encoding))
        stated = stated_delimiter(head)
        if stated:
            head = head[1:]
        dialect = chosen_dialect(head, {"delimiter": stated, **chosen} if stated else chosen)
        return cls(path, encoding, head, stated is not None, dialect, expected_width(head, dialect))

    @property
    def is_blank(self) -> bool:
        return not any(line.strip() for line in self.head)

    def records(self, repairs: Repairs, most_lines: int | None = None) -> RecordReader:
        """The rows of the file, or of so many lines at its beginning."""
        lines = islice(text_lines(self.path, self.encoding, repairs), int(self.states_delimiter), most_lines)
        return RecordReader(lines, self.dialect, self.width, repairs)


def text_lines(path: Path, encoding: Encoding, repairs: Repairs | None = None) -> Iterator[str]:
    """Physical lines with their ends; CR, LF and CRLF all end one. What is dropped or replaced is noted in `repairs`."""
    name, errors = ("utf-8", "askframe-cp1252") if encoding.name == "utf-8-lossy" else (encoding.name, "replace")
    with path.open("rb") as file:
        file.seek(encoding.skip)
        text = io.TextIOWrapper(file, encoding="utf-8" if name == "ascii" else name, errors=errors, newline="")
        for number, line in enumerate(iter(partial(text.readline, LONGEST_FIELD), ""), 1):
            if len(line) >= LONGEST_FIELD:
                raise corrupt_file("text", "one line is longer than 128 MB")
            if line.isascii() and "\x00" not in line:
                yield line
            else:
                note_losses(line, number, encoding, repairs)
                yield mend(line)


def note_losses(line: str, number: int, encoding: Encoding, repairs: Repairs | None) -> None:
    if repairs is None:
        return
    if "\x00" in line:
        repairs.note(Repair.NULS_DROPPED, number)
    if C1.search(line):
        repairs.note(Repair.CONTROLS_AS_CP1252, number)
    if "\ufffd" in line and not encoding.name.startswith("utf-8"):
        repairs.note(Repair.LETTERS_LOST, number, encoding.name)


def sniffed_lines(lines: Iterator[str]) -> list[str]:
    """The first lines, and those over which a quoted cell runs on from there."""
    head = list(islice(lines, SNIFFED_LINES))
    if sum(line.count('"') for line in head) % 2:
        head += lines_to_quote(lines)
    return head


def lines_to_quote(lines: Iterator[str]) -> list[str]:
    """The lines as far as the one that closes an open quote; none when it is too far away."""
    taken, size = list[str](), 0
    for line in islice(lines, OPEN_LINES):
        taken.append(line)
        size += len(line)
        if line.count('"') % 2:
            return taken
        if size > OPEN_CHARACTERS:
            break
    return []


def stated_delimiter(head: list[str]) -> str | None:
    """The delimiter that a first line such as "sep=;" states, as spreadsheet programs write it."""
    first = head[0].rstrip("\r\n") if head else ""
    return first[4] if len(first) == 5 and first.lower().startswith("sep=") else None


def chosen_dialect(head: list[str], chosen: Mapping[str, Any]) -> Dialect:
    """The sniffed dialect, with what a person or the sep= line of a spreadsheet program fixed."""
    dialect = sniff(head, chosen.get("delimiter"))
    quote, escape = str(chosen.get("quote", dialect.quote)), str(chosen.get("escape", dialect.escape))
    return replace(dialect, quote=quote, escape=escape, comment=str(chosen.get("comment", comment_sign(head, dialect))))


def comment_sign(head: list[str], dialect: Dialect) -> str:
    """The sign that opens the most lines, of which most do not have the table's width."""
    signed = {
        sign: [line for line in head[:COMMENTED_LINES] if line.startswith(sign)]
        for sign in COMMENT_SIGNS
        if sign[0] != dialect.delimiter
    }
    sign = max(signed, key=lambda sign: len(signed[sign]))
    if len(signed[sign]) < 2:
        return ""
    width = expected_width([line for line in head if not line.startswith(sign)], dialect)
    fitting = [line for line in signed[sign] if len(line.split(dialect.delimiter or None)) == width]
    return sign if 2 * len(fitting) < len(signed[sign]) and width > 1 else ""


def expected_width(head: list[str], dialect: Dialect) -> int:
    """The number of cells that records are expected to have."""
    return common_width(RecordReader(head, dialect, None, Repairs()))
