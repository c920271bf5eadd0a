"""The OLE2 container of xls files: its streams by name, and a check that its sector chains end.

A damaged chain that runs in a circle makes readers collect sectors until memory is gone, so it is found before they start.
Layout: [MS-CFB], version 3 and 4.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from services.dataproc.reading.errors import ReadError, corrupt_file

HEADER = 512
ENTRY = 128
MOST_REGULAR = 0xFFFFFFFA
FREE = 0xFFFFFFFF
ROOT, STREAM = 5, 2


@dataclass(frozen=True)
class Stream:
    """A directory entry: where the chain of a stream starts and how long the stream says it is."""

    name: str
    kind: int
    start: int
    size: int


def damaged(reason: str) -> ReadError:
    return corrupt_file("an Excel workbook (xls)", reason)


def checked_streams(data: bytes) -> list[Stream]:
    """The streams of the container. Raises ReadError when its chains are damaged."""
    if len(data) < HEADER:
        raise damaged("it is cut off")
    shift, mini_shift = struct.unpack_from("<HH", data, 30)
    if shift not in (9, 12) or mini_shift != 6:
        raise damaged("its header is damaged")
    size = 1 << shift
    directory, _, cutoff, mini_fat = struct.unpack_from("<IIII", data, 48)
    fat = allocation_table(data, size)
    entries = list(directory_entries(b"".join(sector(data, n, size) for n in chain(fat, directory))))
    mini = numbers(b"".join(sector(data, n, size) for n in chain(fat, mini_fat)))
    for entry in entries:
        if entry.kind == ROOT or (entry.kind == STREAM and entry.size >= cutoff):
            list(chain(fat, entry.start))
        elif entry.kind == STREAM and entry.size:
            list(chain(mini, entry.start))
    return entries


def sector(data: bytes, number: int, size: int) -> bytes:
    start = (number + 1) * size
    return data[start : start + size]


def numbers(block: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(block) // 4}I", block[: len(block) // 4 * 4])


def allocation_table(data: bytes, size: int) -> tuple[int, ...]:
    """The next sector of every sector, gathered from the sectors that the header and its extension list."""
    listed = [n for n in struct.unpack_from("<109I", data, 76) if n < MOST_REGULAR]
    following, seen = struct.unpack_from("<I", data, 68)[0], set[int]()
    while following < MOST_REGULAR:
        block = numbers(sector(data, following, size))
        if following in seen or not block:
            raise damaged("its list of sectors runs in a circle or leaves the file")
        seen.add(following)
        listed += [n for n in block[:-1] if n < MOST_REGULAR]
        following = block[-1]
    return numbers(b"".join(sector(data, n, size) for n in listed))


def chain(table: tuple[int, ...], start: int) -> Iterator[int]:
    """The sectors of a chain, each at most once."""
    number, steps = start, 0
    while number < MOST_REGULAR:
        if number >= len(table) or steps > len(table):
            raise damaged("a chain of sectors runs in a circle or leaves the file")
        yield number
        number, steps = table[number], steps + 1
    if number == FREE and steps:
        raise damaged("a chain of sectors ends in a free one")


def directory_entries(block: bytes) -> Iterator[Stream]:
    for offset in range(0, len(block) - ENTRY + 1, ENTRY):
        entry = block[offset : offset + ENTRY]
        length, kind = struct.unpack_from("<HB", entry, 64)
        start, size = struct.unpack_from("<II", entry, 116)
        if kind:
            yield Stream(entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace"), kind, start, size)
