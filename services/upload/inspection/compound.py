"""OLE2 compound files: old Excel workbooks, encrypted new ones, and documents of other kinds, told by their directory."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from services.upload.inspection.model import Verdict, corrupt, encrypted, unsupported

HEADER = 512
ENTRY = 128
LAST_SECTOR = 0xFFFFFFFA  # numbers from here on mean "end", "free" and the like
MOST_SECTORS = 4096  # of the directory; more is no honest workbook
BOF, FILEPASS, WRITE_PROTECT = (0x0009, 0x0209, 0x0409, 0x0809), 0x002F, 0x0086


@dataclass(frozen=True)
class Entry:
    name: str
    start: int
    size: int


class Compound:
    """As much of the format as it takes to list the streams and to read the beginning of one."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file = file
        self._size = size
        header = file.read(HEADER)
        if len(header) < HEADER:
            raise corrupt("an old Office document", f"its header is cut off after {len(header)} bytes")
        self._sector = 1 << min(struct.unpack_from("<H", header, 30)[0], 16)
        self._directory = struct.unpack_from("<I", header, 48)[0]
        self._mini_cutoff = struct.unpack_from("<I", header, 56)[0]
        self._tables = struct.unpack_from("<109I", header, 76)

    def entries(self) -> Iterator[Entry]:
        for sector in self._chain(self._directory):
            block = self._read(sector)
            for at in range(0, len(block) - ENTRY + 1, ENTRY):
                length = struct.unpack_from("<H", block, at + 64)[0]
                if 2 <= length <= 64:
                    name = block[at : at + length - 2].decode("utf-16-le", "replace")
                    yield Entry(name, *struct.unpack_from("<II", block, at + 116))

    def beginning(self, entry: Entry) -> bytes:
        """The first sector of a stream; nothing for small ones, which are stored elsewhere."""
        return self._read(entry.start) if entry.size >= self._mini_cutoff else b""

    def _chain(self, sector: int) -> Iterator[int]:
        for _ in range(MOST_SECTORS):
            if sector >= LAST_SECTOR:
                return
            yield sector
            sector = self._next(sector)

    def _next(self, sector: int) -> int:
        per_table = self._sector // 4
        index = sector // per_table
        if index >= len(self._tables) or self._tables[index] >= LAST_SECTOR:
            return LAST_SECTOR
        table = self._read(self._tables[index])
        at = 4 * (sector % per_table)
        return int(struct.unpack_from("<I", table, at)[0]) if len(table) >= at + 4 else LAST_SECTOR

    def _read(self, sector: int) -> bytes:
        start = (sector + 1) * self._sector
        if start >= self._size:
            return b""
        self._file.seek(start)
        return self._file.read(self._sector)


def judge_compound(file: IO[bytes], size: int) -> Verdict:
    """xls, or a refusal. What only a full reading could tell is left to the reader."""
    compound = Compound(file, size)
    entries = {entry.name: entry for entry in compound.entries()}
    if "EncryptedPackage" in entries or "EncryptionInfo" in entries:
        raise encrypted("a workbook")
    workbook = entries.get("Workbook") or entries.get("Book")
    if workbook:
        if has_password(compound.beginning(workbook)):
            raise encrypted("an Excel 97 workbook")
    elif "WordDocument" in entries:
        raise unsupported("a Word document")
    elif "PowerPoint Document" in entries:
        raise unsupported("a PowerPoint presentation")
    elif any(name.startswith("__substg1.0") for name in entries):
        raise unsupported("an Outlook message")
    return Verdict("xls")


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
