"""OLE2 compound files: old Excel workbooks, encrypted new ones and documents of other kinds, told by their directory.

As much of [MS-CFB], versions 3 and 4, as it takes to list the streams, to read the beginning of one, and to follow the chains of
sectors. Sectors are read as they are needed, so that a stored object can be asked for a few of them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import IO

from shared.formats.refusals import FileRefused, corrupt_file, encrypted_file, unsupported_format
from shared.formats.registry import Format

HEADER = 512
ENTRY = 128
MOST_REGULAR = 0xFFFFFFFA
"""Numbers of sectors from here on mean "end", "free" and the like."""
FREE = 0xFFFFFFFF
LISTED_IN_HEADER = 109
ROOT, STREAM = 5, 2
MOST_SECTORS = 4096
"""Of a directory (16,000 streams); more is no honest workbook."""
TABLES_HELD = 4096
BOF, FILEPASS, WRITE_PROTECT = (0x0009, 0x0209, 0x0409, 0x0809), 0x002F, 0x0086
ENCRYPTED = frozenset({"EncryptedPackage", "EncryptionInfo"})
DOCUMENTS = {"WordDocument": "a Word document", "PowerPoint Document": "a PowerPoint presentation"}
OUTLOOK = "__substg1.0"


@dataclass(frozen=True)
class Stream:
    """A directory entry: where the chain of a stream starts and how long the stream says it is."""

    name: str
    kind: int
    start: int
    size: int


def damaged(reason: str) -> FileRefused:
    return corrupt_file("an old Office document (OLE2)", reason)


def check_compound(file: IO[bytes], size: int) -> None:
    """Raises FileRefused unless it is, as far as the directory tells, an Excel workbook that can be opened."""
    compound = Compound(file, size)
    streams = {stream.name: stream for stream in compound.streams()}
    if ENCRYPTED & streams.keys():
        raise encrypted_file("a workbook")
    if workbook := streams.get("Workbook") or streams.get("Book"):
        if has_password(compound.beginning(workbook)):
            raise encrypted_file(Format.XLS.noun)
        return
    for name, noun in DOCUMENTS.items():
        if name in streams:
            raise unsupported_format(noun)
    if any(name.startswith(OUTLOOK) for name in streams):
        raise unsupported_format("an Outlook message")


def check_chains(file: IO[bytes], size: int) -> None:
    """Raises FileRefused unless every stream's chain of sectors ends: one that runs in a circle makes readers collect sectors until memory is gone."""
    compound = Compound(file, size)
    compound.check_header()
    streams = list(compound.streams())
    mini_table = compound.mini_table()
    for stream in streams:
        if stream.kind == ROOT or (stream.kind == STREAM and stream.size >= compound.mini_cutoff):
            compound.check_chain(stream.start)
        elif stream.kind == STREAM and stream.size:
            check_mini_chain(mini_table, stream.start)


class Compound:
    """A compound file, read here and there."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file, self._size = file, size
        file.seek(0)
        self._header = file.read(HEADER)
        if len(self._header) < HEADER:
            raise damaged(f"its header is cut off after {len(self._header)} bytes")
        self._sector: int = 1 << min(struct.unpack_from("<H", self._header, 30)[0], 16)
        self._directory, _, self.mini_cutoff, self._mini_table = struct.unpack_from("<IIII", self._header, 48)
        self._tables: dict[int, tuple[int, ...]] = {}

    def check_header(self) -> None:
        shift, mini_shift = struct.unpack_from("<HH", self._header, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise damaged("its header is damaged")

    def streams(self) -> Iterator[Stream]:
        for count, number in enumerate(self.chain(self._directory)):
            if count >= MOST_SECTORS:
                raise damaged("its directory is larger than that of any real document")
            yield from entries(self.sector(number))

    def beginning(self, stream: Stream) -> bytes:
        """The first sector of a stream; nothing for small ones, which are stored elsewhere."""
        return self.sector(stream.start) if stream.size >= self.mini_cutoff else b""

    def sector(self, number: int) -> bytes:
        start = (number + 1) * self._sector
        if start >= self._size:
            return b""
        self._file.seek(start)
        return self._file.read(self._sector)

    def chain(self, start: int) -> Iterator[int]:
        """The sectors of a chain, each at most once."""
        number, steps, most = start, 0, self._size // self._sector + 1
        while number < MOST_REGULAR:
            if steps > most:
                raise damaged("a chain of sectors runs in a circle")
            yield number
            number, steps = self._following(number), steps + 1
        if number == FREE and steps:
            raise damaged("a chain of sectors ends in a free one")

    def check_chain(self, start: int) -> None:
        for _ in self.chain(start):
            pass

    def mini_table(self) -> tuple[int, ...]:
        """The allocation table of small streams."""
        return numbers(b"".join(map(self.sector, self.chain(self._mini_table))))

    def _following(self, number: int) -> int:
        """What the allocation table has for a sector."""
        per_table = self._sector // 4
        index, place = divmod(number, per_table)
        if index not in self._tables:
            if index >= len(self._listed):
                raise damaged("a chain of sectors leaves the file")
            if len(self._tables) >= TABLES_HELD:
                self._tables.clear()
            self._tables[index] = numbers(self.sector(self._listed[index]))
        table = self._tables[index]
        if place >= len(table):
            raise damaged("a chain of sectors leaves the file")
        return table[place]

    @cached_property
    def _listed(self) -> Sequence[int]:
        """The sectors that hold the allocation table: those that the header lists, and those in its extensions."""
        listed = list(struct.unpack_from(f"<{LISTED_IN_HEADER}I", self._header, 76))
        following, extensions = struct.unpack_from("<II", self._header, 68)
        if not following and not extensions:
            following = MOST_REGULAR
        seen = set[int]()
        while following < MOST_REGULAR:
            block = numbers(self.sector(following))
            if following in seen or not block:
                raise damaged("its list of sectors runs in a circle or leaves the file")
            seen.add(following)
            listed += block[:-1]
            following = block[-1]
        return [number for number in listed if number < MOST_REGULAR]


def check_mini_chain(table: tuple[int, ...], start: int) -> None:
    number, steps = start, 0
    while number < MOST_REGULAR:
        if number >= len(table) or steps > len(table):
            raise damaged("a chain of small sectors runs in a circle or leaves the file")
        number, steps = table[number], steps + 1
    if number == FREE and steps:
        raise damaged("a chain of small sectors ends in a free one")


def entries(block: bytes) -> Iterator[Stream]:
    for offset in range(0, len(block) - ENTRY + 1, ENTRY):
        length, kind = struct.unpack_from("<HB", block, offset + 64)
        start, size = struct.unpack_from("<II", block, offset + 116)
        if 2 <= length <= 64:
            yield Stream(block[offset : offset + length - 2].decode("utf-16-le", "replace"), kind, start, size)


def numbers(block: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(block) // 4}I", block[: len(block) // 4 * 4])


def has_password(stream: bytes) -> bool:
    """A FILEPASS record comes right after the first one, at most with a write protection between them."""
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind == FILEPASS:
            return True
        if kind not in (*BOF, WRITE_PROTECT):
            return False
        at += 4 + length
    return False
