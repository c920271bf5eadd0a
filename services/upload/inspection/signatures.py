"""First bytes: which kind of content they begin, whatever the file is called."""

from __future__ import annotations

import codecs

from services.upload.inspection.model import binary, empty_file, unsupported

HEAD = 1 << 16  # bytes that are enough to tell

KINDS: tuple[tuple[bytes, str], ...] = (
    (b"PAR1", "parquet"),
    (b"PARE", "parquet"),
    (b"ARROW1", "arrow"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"PK\x07\x08PK\x03\x04", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
)
REFUSED: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"{\\rtf", "a rich-text document"),
    (b"Obj\x01", "an Avro file"),
    (b"ORC\x08", "an ORC file"),
    (b"\x89HDF\r\n", "an HDF5 file"),
    (b"FEA1", "a Feather version 1 file"),
    (b"\x00asm", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"OggS", "a sound file"),
    (b"ID3", "a sound file"),
    (b"fLaC", "a sound file"),
    (b"\x1aE\xdf\xa3", "a film"),
    (b"wOF2", "a font"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"\x80\x04\x95", "a Python pickle"),
    (b"\x80\x05\x95", "a Python pickle"),
    (b"-----BEGIN ", "a key or certificate"),
)
BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Bytes that no text encoding in use has: most control characters. Tab, line ends, form feed and the escapes of ISO-2022 stay.
CONTROL = bytes((*range(1, 8), *range(14, 26)))


def kind_of(head: bytes) -> str:
    """parquet, arrow, zip, ole, biff, gzip, zstd, bzip2, xz or text; everything else is refused by name."""
    if not head:
        raise empty_file()
    for magic, kind in KINDS:
        if head.startswith(magic):
            return kind
    for magic, what in REFUSED:
        if head.startswith(magic):
            raise unsupported(what)
    if is_bare_biff(head):
        return "biff"
    if looks_binary(head):
        raise binary(first_control(head))
    return "text"


def is_bare_biff(head: bytes) -> bool:
    """Excel 2 to 5 streams written without a container."""
    return head[:2] in (b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08") and head[2:4] in (
        b"\x04\x00",
        b"\x06\x00",
        b"\x08\x00",
        b"\x10\x00",
    )


def looks_binary(head: bytes) -> bool:
    """Too many control bytes for text, outside of UTF-16 and UTF-32."""
    if encoding_of(head) in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        return False
    control = len(head) - len(head.translate(None, CONTROL))
    return control > 0.02 * len(head) or head.count(0) > 0.3 * len(head)


def first_control(head: bytes) -> int:
    """Where the first byte is that no text has."""
    return next((at for at, byte in enumerate(head) if byte == 0 or byte in CONTROL), 0)


def text_format(head: bytes) -> str:
    """json or csv (anything with rows of text)."""
    start = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return "json" if start[:1] in (b"{", b"[") else "csv"


def encoding_of(head: bytes) -> str:
    """What the first bytes show: a byte order mark, the zeros of UTF-16, valid UTF-8, or else an older 8-bit encoding."""
    for mark, name in BOMS:
        if head.startswith(mark):
            return name
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if len(head) >= 8 and max(even, odd) > 0.2 * len(head) and min(even, odd) < 0.05 * len(head):
        return "utf-16-le" if odd > even else "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "8-bit"
    return "ascii" if head.isascii() else "utf-8"
