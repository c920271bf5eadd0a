"""What an inspection knows, and the words in which it refuses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from services.upload.errors import ContentRefused

ReadRange = Callable[[int, int], Awaitable[bytes]]
"""Bytes of the stored object from a start up to, not including, an end."""

MEDIA_TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "arrow": "application/vnd.apache.arrow.file",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    "xlsb": "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
    "xls": "application/vnd.ms-excel",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "zip": "application/zip",
    "gzip": "application/gzip",
    "zstd": "application/zstd",
    "bzip2": "application/x-bzip2",
    "xz": "application/x-xz",
}
READABLE = "CSV, TSV, Excel (xlsx, xlsm, xlsb, xls), OpenDocument, JSON, JSON lines, Parquet or Arrow, also inside gzip, zstd, bzip2, xz or zip"


@dataclass(frozen=True)
class ContentLimits:
    """How far compressed content may unfold. A file that stays below `small` bytes may have any ratio."""

    inflated_bytes: int = 4 << 30
    inflation: int = 250
    small: int = 256 << 20
    members: int = 10_000


@dataclass(frozen=True)
class Verdict:
    """What the content is. `encoding` is told for text only, as far as its beginning shows it."""

    format: str
    encoding: str | None = None

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self.format]


def empty_file(what: str = "The file") -> ContentRefused:
    return ContentRefused("empty_file", f"{what} is empty: it has 0 bytes.", "Check the file and upload it again.")


def unsupported(kind: str) -> ContentRefused:
    return ContentRefused(
        "unsupported_format",
        f"The content is {kind}, which holds no table that can be read here.",
        f"Upload {READABLE}.",
    )


def binary(place: int) -> ContentRefused:
    return ContentRefused(
        "binary_content",
        f"The content is neither text nor a known format: byte {place:,} is the first that no text has.",
        f"Upload {READABLE}.",
    )


def corrupt(what: str, place: str) -> ContentRefused:
    return ContentRefused(
        "corrupt_file",
        f"The content begins like {what}, but {place}.",
        "The file is damaged or was cut off: save or export it again and upload the new copy.",
    )


def encrypted(what: str) -> ContentRefused:
    return ContentRefused(
        "encrypted_file",
        f"The content is {what} that is protected by a password.",
        "Save it without a password and upload it again.",
    )


def bomb(what: str) -> ContentRefused:
    return ContentRefused(
        "decompression_bomb",
        f"The compressed content is refused: {what}.",
        "Unpack it and upload the table itself, in pieces if it is large.",
    )
