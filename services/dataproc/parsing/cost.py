"""What reading a file will cost, told from its beginning and its directory before it is read."""

from __future__ import annotations

import csv
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import pyarrow as pa

from services.dataproc.reading.archives import OPENERS
from shared.formats import Format
from shared.formats.signatures import COMPRESSION_HEAD, compression_of
from shared.formats.zips import DAMAGE

LARGE_FILE = 50 << 20  # bytes of plain text, which take two seconds: beyond, files wait for each other
COLUMN_BYTES = 32 << 10  # bytes of cells that take as long as a further column does: a millisecond, of 15,000
UNPACKED = 6  # times its size, roughly, are in a packed file that tells nothing better
HEAD = 1 << 20  # bytes: 15,000 names of columns take a quarter of it
PACKED_HEAD = 64 << 10  # packed bytes that show how well the rest is packed
FIRST_LINES = 8  # a title may stand above the header
DELIMITERS = ",;\t|"
LARGEST_DIRECTORY = 10_000  # members of an archive: more take long to look through
MOST_OPENED = 5  # members whose columns are counted
ROW_END, CELL = re.compile(rb"</(?:\w+:)?row>"), re.compile(rb"<(?:\w+:)?c[ >]")
SHEET = re.compile(r"xl[/\\]worksheets[/\\][^/\\]+\.xml", re.IGNORECASE)
END_OF_DIRECTORY = b"PK\x05\x06"
LONGEST_END = 22 + (1 << 16)  # bytes, with its comment (APPNOTE 4.3.16)
STREAM_DAMAGE = (*DAMAGE, EOFError, zlib.error, lzma.LZMAError, pa.ArrowException)


def weight_of(path: Path) -> int:
    """About how many bytes of plain text take as long to read. Whoever relies on it watches the clock as well: it can be wrong."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(HEAD)
    kind = compression_of(head[:COMPRESSION_HEAD])
    if kind is None:
        return size + COLUMN_BYTES * columns_of_text(head)
    try:
        return weight_of_zip(path) if kind is Format.ZIP else weight_of_stream(path, kind)
    except STREAM_DAMAGE:
        return size * UNPACKED


def weight_of_stream(path: Path, kind: Format) -> int:
    """The rest is taken to unpack as well as the beginning does."""
    head, unpacked, end = b"", 0, False
    with path.open("rb", buffering=0) as packed, OPENERS[kind](packed) as stream:
        while not end and unpacked <= LARGE_FILE and packed.tell() < PACKED_HEAD:
            block = stream.read(HEAD)
            head, unpacked, end = head or block, unpacked + len(block), not block
        factor = 1.0 if end else path.stat().st_size / packed.tell()
    return int(unpacked * max(1.0, factor)) + COLUMN_BYTES * columns_of_text(head)


def weight_of_zip(path: Path) -> int:
    """What the directory says of all members, and how wide those are of which the first rows tell it."""
    if members_stated(path) > LARGEST_DIRECTORY:
        return path.stat().st_size * UNPACKED
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
        columns = sum(columns_of_member(archive, info) for info in infos[:MOST_OPENED] + sheets(infos)[:MOST_OPENED])
    return sum(info.file_size for info in infos) + COLUMN_BYTES * columns


def members_stated(path: Path) -> int:
    """How many the end of the archive's directory announces (65,535 for more), before any of them is looked at."""
    with path.open("rb") as file:
        file.seek(-min(LONGEST_END, path.stat().st_size), 2)
        end = file.read()
    place = end.rfind(END_OF_DIRECTORY)
    return int.from_bytes(end[place + 10 : place + 12], "little") if place >= 0 else 0


def sheets(infos: Iterable[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    return [info for info in infos if SHEET.fullmatch(info.filename)]


def columns_of_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> int:
    if info.flag_bits & 1 or info.is_dir():
        return 0
    with archive.open(info) as member:
        head = member.read(HEAD)
    return columns_of_sheet(head) if SHEET.fullmatch(info.filename) else columns_of_text(head)


def columns_of_sheet(head: bytes) -> int:
    """Cells of the longest row that the beginning of a worksheet shows."""
    return max(len(CELL.findall(row)) for row in ROW_END.split(head))


def columns_of_text(head: bytes) -> int:
    """Cells of the longest of the first lines, by whichever delimiter gives most; 0 for JSON, XML and bytes that are no text."""
    text = head.decode(errors="replace").lstrip("\ufeff \r\n\t")
    if text[:1] in ("{", "[", "<") or "\0" in text[:100]:
        return 0
    return max((cells_of_line(line) for line in text.splitlines()[:FIRST_LINES]), default=0)


def cells_of_line(line: str) -> int:
    """Commas within quotation marks divide nothing. A line that is longer than the module takes a cell to be has many, by another delimiter."""
    most = 0
    for delimiter in DELIMITERS:
        with suppress(csv.Error, StopIteration):
            most = max(most, len(next(csv.reader([line], delimiter=delimiter))))
    return most
