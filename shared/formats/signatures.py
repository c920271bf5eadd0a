"""First bytes: which format they begin, whatever the file is called, and what is refused by its name."""

from __future__ import annotations

from typing import NamedTuple

from shared.formats.refusals import empty_file, unsupported_format
from shared.formats.registry import Format
from shared.formats.text import is_blank, is_plain_text, text_format

HEAD = 1 << 16
"""Bytes that are enough to tell."""
COMPRESSION_HEAD = 16
"""Bytes that are enough to tell whether something is compressed."""


class Stranger(NamedTuple):
    """A kind of file that is known and holds no table that is read here."""

    magic: bytes
    noun: str
    place: int = 0


STRANGERS = (
    Stranger(b"Obj\x01", "an Avro file"),
    Stranger(b"FEA1", "a Feather version 1 file"),
    Stranger(b"\x89HDF", "an HDF5 file"),
    Stranger(b"\x93NUMPY", "a NumPy array"),
    Stranger(b"\x80\x04\x95", "a Python pickle"),
    Stranger(b"\x80\x05\x95", "a Python pickle"),
    Stranger(b"SQLite format 3\x00", "an SQLite database"),
    Stranger(b"DUCK", "a DuckDB database", 8),
    Stranger(b"%PDF", "a PDF document"),
    Stranger(b"{\\rtf", "a rich-text document"),
    Stranger(b"\x89PNG", "a PNG image"),
    Stranger(b"\xff\xd8\xff", "a JPEG image"),
    Stranger(b"GIF87a", "a GIF image"),
    Stranger(b"GIF89a", "a GIF image"),
    Stranger(b"\x7fELF", "a program"),
    Stranger(b"MZ\x90", "a program"),
    Stranger(b"\x00asm", "a program"),
    Stranger(b"\xca\xfe\xba\xbe", "a program"),
    Stranger(b"\xcf\xfa\xed\xfe", "a program"),
    Stranger(b"ustar", "a tar archive", 257),
    Stranger(b"Rar!\x1a\x07", "a RAR archive"),
    Stranger(b"7z\xbc\xaf", "a 7-Zip archive"),
    Stranger(b"OggS", "a sound file"),
    Stranger(b"ID3", "a sound file"),
    Stranger(b"fLaC", "a sound file"),
    Stranger(b"\x1aE\xdf\xa3", "a film"),
    Stranger(b"wOF2", "a font"),
    Stranger(b"-----BEGIN ", "a key or certificate"),
    # BIFF without the container of later versions.
    *(
        Stranger(version + length, "an Excel workbook of version 4 or older")
        for version in (b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08")
        for length in (b"\x04\x00", b"\x06\x00", b"\x08\x00", b"\x10\x00")
    ),
)


def format_of(head: bytes) -> Format:
    """The format that the first `HEAD` bytes begin. Raises FileRefused for what holds no table, by its name.

    XLS is any OLE2 container and ZIP any zip, until somebody looks into it.
    """
    plain = is_plain_text(head)
    for found in Format:
        if any(has_magic(head, magic, 0, plain=plain) for magic in found.magics):
            return found
    if len(head) < HEAD and is_blank(
        head
    ):  # after the signatures: one of them is four bytes 0xFF, which pad texts, too
        raise empty_file()
    for stranger in STRANGERS:
        if has_magic(head, stranger.magic, stranger.place, plain=plain):
            raise unsupported_format(stranger.noun)
    return text_format(head)


def has_magic(head: bytes, magic: bytes, place: int, *, plain: bool) -> bool:
    """Letters and digits (ORC, ID3, PAR1) may be the name of a column as well; in plain text they are."""
    return head.startswith(magic, place) and not (plain and magic.isalnum())


def compression_of(head: bytes) -> Format | None:
    """The compression or archive that the first `COMPRESSION_HEAD` bytes tell, or None."""
    return next((found for found in Format if found.is_packed and head.startswith(found.magics)), None)
