"""Members of an archive that explain the others (README, LICENSE) and hold no table of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path, PurePath

from services.dataproc.reading.archives import Member
from services.dataproc.reading.model import TableDraft
from shared.columns import ColumnType

SUFFIXES = frozenset({"", ".txt", ".md", ".markdown", ".rst", ".1st", ".me", ".text"})
EXPLAINS = re.compile(
    r"(?:read[ _-]?me|liesmich|lisez[ _-]?moi|l[eé]eme|leggimi|leia[ _-]?me|licen[cs]e|lizenz|licencia|copying|copyright|notice|change[ _-]?log|contributing|citation"
    r"|disclaimer)(?:$|[ _.-].*)",
    re.IGNORECASE,
)
DESCRIBES = re.compile(
    r"(?:data[ _-]?)?dictionary|code[ _-]?book|about|info|description|metadata|beschreibung", re.IGNORECASE
)
"""Names of what may as well be a table of its own: text where it has a single column."""
VALUES = frozenset(kind for kind in ColumnType if kind.is_number) | {ColumnType.DATE, ColumnType.DATETIME}
HEAD = 64 << 10  # bytes looked at
WORDS_OF_A_LINE = 4
MOSTLY = 0.5
HEADING = re.compile(r"#{1,6} \S|[=-]{3,}\s*$|\s*$")
"""What divides a text into parts: blank lines, and the headings of Markdown and its like. A list of sentences, one per line, has none."""


def is_prose(member: Member, drafts: Sequence[TableDraft]) -> bool:
    """Is the member called as files are that explain others, or written in paragraphs, and has what was read of it no column of values?"""
    name, named = PurePath(member.filename), is_named_so(member.filename)
    if name.suffix.lower() not in SUFFIXES and not (named and name.suffix.isupper()):
        return False
    if any(column.type in VALUES for draft in drafts for column in draft.columns):
        return False
    return named or is_note(name.stem, drafts) or is_written_in_paragraphs(member.path)


def is_named_so(filename: str) -> bool:
    """Is the file called as those are that explain others?"""
    name = PurePath(filename)
    return EXPLAINS.fullmatch(name.stem) is not None or EXPLAINS.fullmatch(name.name) is not None


def is_note(stem: str, drafts: Sequence[TableDraft]) -> bool:
    """A single line of words, or a description without columns."""
    if any(len(draft.columns) > 1 for draft in drafts):
        return False
    return not any(draft.rows for draft in drafts) or DESCRIBES.fullmatch(stem) is not None


def is_written_in_paragraphs(path: Path) -> bool:
    with path.open("rb") as file:
        lines = file.read(HEAD).decode("utf-8", "replace").strip().splitlines()
    text = [line for line in lines if not HEADING.match(line)]
    running = sum(is_running(line) for line in text)
    return bool(text) and running > MOSTLY * len(text) and (len(text) < len(lines) or len(lines) == 1)


def is_running(line: str) -> bool:
    """Several words, and a blank behind every comma."""
    return len(line.split()) >= WORDS_OF_A_LINE and not re.search(r"[\t|;]|,\S", line)
