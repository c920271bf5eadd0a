"""The shared strings of a workbook, read once: pieces of its sheets hold marked numbers of them instead, which are replaced once a piece is loaded."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self
from xml.etree import ElementTree as ET  # nosec B405 - expat of today bounds entity expansion, and the fragments have no document type

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

BLOCK = 4 << 20
LARGEST = 512 << 20  # bytes of XML
MARK = "\ue5a6"  # of the private use area, where no workbook has reason to go
REFERENCE = b't="s"><v>'
MARKED = b't="str"><v>' + MARK.encode()
KEPT_BLANKS = b'<t xml:space="preserve">'
OPEN, CLOSE = b"<si><t>", b"</t></si>"
SIGNED = r"&|_x|\r"
ITEM = re.compile(rb"<si\b[^>]*?/>|<si\b[^>]*>.*?</si>", re.DOTALL)
TELLING = 2  # the place of a sign by which most of what only begins like a word is told from it
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
NAMED = re.compile(rf"{MARK}(\d+)")


def times(text: bytes, word: bytes) -> int:
    """How often the word stands in the text; several times faster than `count` where it hardly ever does."""
    signs = np.frombuffer(text, np.uint8)
    found = signs[: max(0, len(text) - len(word) + 1)] == word[0]
    for place in range(1, len(word)):
        found &= signs[place : place + len(found)] == word[place]
        if place == TELLING and not found.any():
            return 0
    return int(np.count_nonzero(found))


class NoReferences(Exception):
    """The strings, or the cells that refer to them, are not written as expected."""


class SharedStrings:
    """The strings of one workbook, read in a thread of their own from the start. Used as a context."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            self.parts = frozenset(name for name in archive.namelist() if name.lower().endswith("/sharedstrings.xml"))
        self._thread = ThreadPoolExecutor(1)
        self._reading = self._thread.submit(read_strings, path, self.parts)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(wait=False)

    def marked(self, text: bytes) -> bytes:
        """Rows of a sheet in which marked numbers stand where there were references. Raises NoReferences."""
        if times(text, MARK.encode()):
            raise NoReferences
        marked = text.replace(REFERENCE, MARKED)
        if len(marked) - len(text) != times(text, b't="s"') * (len(MARKED) - len(REFERENCE)):
            raise NoReferences
        return marked

    def resolved(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch with the strings that its cells and names refer to. Raises NoReferences when there is none of some number."""
        columns = [self._resolved(column) if pa.types.is_string(column.type) else column for column in batch.columns]
        return pa.record_batch(columns, names=[self._name(name) for name in batch.schema.names])

    def _name(self, name: str) -> str:
        return NAMED.sub(lambda found: str(self._strings[self._checked(int(found[1]))]), name)

    def _resolved(self, cells: pa.Array) -> pa.Array:
        refers = pc.starts_with(cells, MARK)
        if not pc.any(refers).as_py():
            return cells
        numbers = pc.replace_substring(pc.if_else(refers, cells, pa.scalar(None, pa.string())), MARK, "").cast(
            pa.int64()
        )
        self._checked(pc.max(numbers).as_py())
        found = self._strings.take(numbers)
        return found if found.null_count == cells.null_count else pc.coalesce(found, cells)

    def _checked(self, number: int) -> int:
        if number >= len(self._strings):
            raise NoReferences
        return number

    @property
    def _strings(self) -> pa.StringArray:
        return self._reading.result()


def read_strings(path: Path, parts: Collection[str]) -> pa.StringArray:
    """The strings in their order. Raises NoReferences."""
    if len(parts) != 1:
        raise NoReferences
    with zipfile.ZipFile(path) as archive:
        part = archive.getinfo(next(iter(parts)))
        if part.file_size > LARGEST:
            raise NoReferences
        return pa.chunked_array([strings_in(text) for text in whole_items(archive, part)], pa.string()).combine_chunks()


def whole_items(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part in blocks that end with a string."""
    rest = b""
    with archive.open(part) as source:
        while block := source.read(BLOCK):
            text = rest + block
            end = text.rfind(b"<si", 1)
            yield text[: max(end, 0)]
            rest = text[max(end, 0) :]
    yield rest


def strings_in(text: bytes) -> pa.StringArray:
    """Every string of a block, in bulk where all are single texts without formats."""
    inner = text[
        max(0, text.find(b"<si")) : text.rfind(b">", 0, text.rfind(b"</sst>") if b"</sst>" in text else None) + 1
    ].replace(KEPT_BLANKS, b"<t>")
    if not inner.startswith(OPEN) or not inner.endswith(CLOSE):
        return items_in(text)
    try:
        found = pc.split_pattern(
            pa.array([inner[len(OPEN) : -len(CLOSE)]], pa.string()), (CLOSE + OPEN).decode()
        ).values
    except pa.ArrowInvalid as error:
        raise NoReferences from error
    if pc.any(pc.match_substring(found, "<")).as_py():
        return items_in(text)
    signed = pc.match_substring_regex(found, SIGNED)
    return pc.replace_with_mask(
        found,
        signed,
        pa.array([text_of(OPEN + item.encode() + CLOSE) for item in found.filter(signed).to_pylist()], pa.string()),
    )


def items_in(text: bytes) -> pa.StringArray:
    items = ITEM.findall(text)
    if len(items) != text.count(b"<si>") + text.count(b"<si ") + text.count(b"<si/"):
        raise NoReferences
    return pa.array([text_of(item) for item in items], pa.string())


def text_of(item: bytes) -> str:
    """The text of one string: all of its runs, without the readings that East Asian workbooks add, escaped signs as they are meant."""
    try:
        runs = ET.fromstring(item)  # noqa: S314 # nosec B314 - see the import
    except ET.ParseError:
        raise NoReferences from None
    texts = [
        run.text or ""
        for child in runs
        if child.tag in ("t", "r")
        for run in ([child] if child.tag == "t" else child.findall("t"))
    ]
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), "".join(texts))
