"""Every format that a file may have: one entry each, read by whoever takes, names, reads or lists files.

A new format is an entry here and a reader in dataproc's `READERS`; the tests that walk this registry say what else it needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, StrEnum, auto


class Family(Enum):
    """What has to be done with a file of the format before it is a table."""

    TEXT = auto()
    JSON = auto()
    WORKBOOK = auto()
    COLUMNAR = auto()
    """Typed columns, which the file describes itself at its end."""
    COMPRESSED = auto()
    """One file in fewer bytes."""
    ARCHIVE = auto()
    """Several files under names."""


class Format(StrEnum):
    """The name that events and tables carry; with it the family, what a file of it is called, its label in lists and its media type.

    `magics` are the first bytes that tell it. XLS and ZIP are told so only as far as the container: `compound` and `zips` look into it.
    """

    family: Family
    noun: str
    label: str
    media_type: str
    magics: tuple[bytes, ...]

    def __new__(cls, name: str, family: Family, noun: str, label: str, media_type: str, *magics: bytes) -> Format:
        member = str.__new__(cls, name)
        member._value_ = name
        member.family, member.noun, member.label = family, noun, label
        member.media_type, member.magics = media_type, magics
        return member

    CSV = "csv", Family.TEXT, "text", "CSV, TSV", "text/csv"
    JSON = "json", Family.JSON, "a JSON document", "JSON", "application/json"
    JSONL = "jsonl", Family.JSON, "a file of JSON lines", "JSON lines", "application/jsonl"
    PARQUET = (
        "parquet",
        Family.COLUMNAR,
        "a Parquet file",
        "Parquet",
        "application/vnd.apache.parquet",
        b"PAR1",
        b"PARE",
    )
    ARROW = (
        "arrow",
        Family.COLUMNAR,
        "an Arrow file",
        "Arrow",
        "application/vnd.apache.arrow.file",
        b"ARROW1",
        b"\xff\xff\xff\xff",  # before each message of a stream
    )
    ORC = "orc", Family.COLUMNAR, "an ORC file", "ORC", "application/vnd.apache.orc", b"ORC"
    XLSX = "xlsx", Family.WORKBOOK, "a workbook", "Excel xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"  # fmt: skip
    XLSM = "xlsm", Family.WORKBOOK, "a workbook with macros", "xlsm", "application/vnd.ms-excel.sheet.macroEnabled.12"
    XLSB = "xlsb", Family.WORKBOOK, "a binary workbook", "xlsb", "application/vnd.ms-excel.sheet.binary.macroEnabled.12"
    XLS = "xls", Family.WORKBOOK, "an Excel 97 workbook", "xls", "application/vnd.ms-excel", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # fmt: skip
    ODS = "ods", Family.WORKBOOK, "an OpenDocument spreadsheet", "ods", "application/vnd.oasis.opendocument.spreadsheet"
    ZIP = "zip", Family.ARCHIVE, "a zip archive", "zip", "application/zip", b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08PK\x03\x04"  # fmt: skip
    GZIP = "gzip", Family.COMPRESSED, "gzip data", "gzip", "application/gzip", b"\x1f\x8b"
    ZSTD = "zstd", Family.COMPRESSED, "zstd data", "zstd", "application/zstd", b"\x28\xb5\x2f\xfd"
    BZIP2 = "bzip2", Family.COMPRESSED, "bzip2 data", "bzip2", "application/x-bzip2", *(
        b"BZh%d%b" % (level, block) for level in range(1, 10) for block in (b"1AY&SY", b"\x17rE8P\x90")
    )  # fmt: skip
    XZ = "xz", Family.COMPRESSED, "xz data", "xz", "application/x-xz", b"\xfd7zXZ\x00"

    @property
    def is_packed(self) -> bool:
        """Does it hold files, rather than being one that is read?"""
        return self.family in (Family.COMPRESSED, Family.ARCHIVE)


FORMATS: Mapping[str, Format] = {found.value: found for found in Format}
"""Each by its name, as events and tables carry it."""


def readable() -> str:
    """What may be uploaded, as a sentence names it."""
    return f"{_listed(False)}; also inside {_listed(True)}"


def _listed(packed: bool) -> str:
    labels = [found.label for found in Format if found.is_packed is packed]
    return f"{', '.join(labels[:-1])} or {labels[-1]}"
