"""Contents of every kind, made where they are needed: honest ones, damaged ones and hostile ones."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import struct
import zipfile

import openpyxl
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
from backports import zstd

CSV = b"id,city\n1,Lyon\n2,Nice\n"
LONG = CSV + b"".join(b"%d,%d\n" % (i, i * 7919 % 10007) for i in range(200_000))
NUL_SECTOR = b"\xff" * 4


def zipped(members: dict[str, bytes], mode: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", mode) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def parquet() -> bytes:
    out = io.BytesIO()
    pyarrow.parquet.write_table(pa.table({"a": [1, 2, 3]}), out)
    return out.getvalue()


def arrow() -> bytes:
    out = io.BytesIO()
    pyarrow.feather.write_feather(pa.table({"a": [1, 2, 3]}), out, compression="uncompressed")
    return out.getvalue()


def xlsx() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["id", "city"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def compound(*names: str, stream: bytes = b"", password: bool = False) -> bytes:
    """A minimal OLE2 file: header, one table sector, one directory sector, and the first named stream after them."""
    if password:
        stream = struct.pack("<HH", 0x0809, 16) + bytes(16) + struct.pack("<HH", 0x002F, 6) + bytes(6)
    stream = stream.ljust(4096, b"\0")
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<H", header, 30, 9)
    struct.pack_into("<III", header, 44, 1, 1, 0)
    struct.pack_into("<I", header, 56, 4096)
    header[76:] = struct.pack("<I", 0) + NUL_SECTOR * 108
    table = struct.pack("<II", 0xFFFFFFFD, 0xFFFFFFFE) + NUL_SECTOR * 126
    entries = b"".join(entry(name, 2, len(stream)) for name in names[:4]).ljust(512, b"\0")
    return bytes(header) + table + entries + stream


def entry(name: str, start: int, size: int) -> bytes:
    raw = bytearray(128)
    coded = name.encode("utf-16-le")
    raw[: len(coded)] = coded
    struct.pack_into("<H", raw, 64, len(coded) + 2)
    struct.pack_into("<II", raw, 116, start, size)
    return bytes(raw)


def encrypted_zip() -> bytes:
    """The flag alone says it: bit 0 of the general purpose flags, in both places."""
    content = bytearray(zipped({"a.csv": CSV}, zipfile.ZIP_STORED))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def overlapping_zip() -> bytes:
    """Two directory entries for the same bytes, as the better zip bombs have them."""
    content = zipped({"a.csv": CSV, "b.csv": CSV}, zipfile.ZIP_STORED)
    first, second = content.index(b"PK\x01\x02"), content.rindex(b"PK\x01\x02")
    changed = bytearray(content)
    changed[second + 42 : second + 46] = changed[first + 42 : first + 46]
    return bytes(changed)


def lying_zip(claimed: int) -> bytes:
    """A directory that announces `claimed` bytes for a tiny member."""
    content = bytearray(zipped({"a.csv": CSV}))
    directory = content.index(b"PK\x01\x02")
    struct.pack_into("<I", content, directory + 24, claimed)
    return bytes(content)


# Five megabytes that hardly compress: no ratio gives them away.
VARIED = b"".join(hashlib.sha256(b"%d" % n).hexdigest().encode() + b"\n" for n in range(80_000))

HONEST: dict[str, tuple[bytes, str]] = {
    "csv": (CSV, "csv"),
    "tsv": (CSV.replace(b",", b"\t"), "csv"),
    "json array": (b'[{"a": 1}]', "json"),
    "json lines": (b'{"a": 1}\n{"a": 2}\n', "json"),
    "csv utf-16": (CSV.decode().encode("utf-16"), "csv"),
    "csv utf-16 without mark": (CSV.decode().encode("utf-16-le"), "csv"),
    "csv latin-1": ("name\ncafé\n".encode("latin-1"), "csv"),
    "csv with a few odd bytes": (CSV * 40 + b"a\x00,b\n", "csv"),
    "parquet": (parquet(), "parquet"),
    "arrow": (arrow(), "arrow"),
    "xlsx": (xlsx(), "xlsx"),
    "xlsm": (zipped({"[Content_Types].xml": b"x", "xl/workbook.xml": b"x", "xl/vbaProject.bin": b"x"}), "xlsm"),
    "xlsb": (zipped({"[Content_Types].xml": b"x", "xl/workbook.bin": b"x"}), "xlsb"),
    "ods": (zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"x"}), "ods"),
    "xls": (
        compound(
            "Root Entry", "Workbook", stream=struct.pack("<HH", 0x0809, 16) + bytes(16) + struct.pack("<HH", 0x0042, 2)
        ),
        "xls",
    ),
    "zip of two": (zipped({"a.csv": CSV, "b.csv": CSV}), "zip"),
    "gzip": (gzip.compress(CSV, mtime=0), "gzip"),
    "zstd": (zstd.compress(CSV), "zstd"),
    "bzip2": (bz2.compress(CSV), "bzip2"),
    "xz": (lzma.compress(CSV), "xz"),
    "gzip of two members": (gzip.compress(CSV, mtime=0) * 2, "gzip"),
    "large gzip": (gzip.compress(LONG, mtime=0), "gzip"),
    "large zstd": (zstd.compress(LONG), "zstd"),
    "gzip with padding": (gzip.compress(CSV, mtime=0) + bytes(100), "gzip"),
}
REFUSED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty_file"),
    "blank": (b"\xef\xbb\xbf \r\n\r\n", "empty_file"),
    "gzip of nothing": (gzip.compress(b"", mtime=0), "empty_file"),
    "zip of nothing": (zipped({}), "empty_file"),
    "zip of folders": (zipped({"a/": b"", "__MACOSX/b": b"x"}), "empty_file"),
    "pdf": (b"%PDF-1.7 ...", "unsupported_format"),
    "png": (b"\x89PNG\r\n\x1a\n", "unsupported_format"),
    "program": (b"\x7fELF\x02", "unsupported_format"),
    "word": (zipped({"[Content_Types].xml": b"x", "word/document.xml": b"x"}), "unsupported_format"),
    "odt": (
        zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"x"}),
        "unsupported_format",
    ),
    "old word": (compound("Root Entry", "WordDocument"), "unsupported_format"),
    "pdf in gzip": (gzip.compress(b"%PDF-1.7 ...", mtime=0), "unsupported_format"),
    "binary posing as text": (bytes(range(1, 30)) * 200, "binary_content"),
    "binary in gzip": (gzip.compress(bytes(range(1, 30)) * 200, mtime=0), "binary_content"),
    "truncated parquet": (parquet()[:-20], "corrupt_file"),
    "parquet with a lying footer": (b"PAR1" + b"\xff\xff\xff\x7f" + b"PAR1", "corrupt_file"),
    "truncated arrow": (arrow()[:-10], "corrupt_file"),
    "truncated xlsx": (xlsx()[:-200], "corrupt_file"),
    "truncated gzip": (gzip.compress(CSV * 50, mtime=0)[:-30], "corrupt_file"),
    "damaged gzip": (gzip.compress(CSV * 50, mtime=0)[:40] + b"\0" * 40, "corrupt_file"),
    "truncated zstd": (zstd.compress(CSV * 50)[:-8], "corrupt_file"),
    "truncated old office": (compound("Root Entry")[:300], "corrupt_file"),
    "encrypted workbook": (compound("Root Entry", "EncryptionInfo", "EncryptedPackage"), "encrypted_file"),
    "xls with password": (compound("Workbook", password=True), "encrypted_file"),
    "encrypted zip": (encrypted_zip(), "encrypted_file"),
    "encrypted parquet": (b"PARE" + bytes(20) + b"PARE", "encrypted_file"),
    "gzip past the absolute limit": (gzip.compress(VARIED, 1, mtime=0), "decompression_bomb"),
    "zstd past the absolute limit": (zstd.compress(VARIED, 1), "decompression_bomb"),
    "gzip bomb": (gzip.compress(b"x" * (2 << 20), mtime=0), "decompression_bomb"),
    "zstd bomb": (zstd.compress(b"x" * (2 << 20)), "decompression_bomb"),
    "bzip2 bomb": (bz2.compress(b"x" * (2 << 20)), "decompression_bomb"),
    "xz bomb": (lzma.compress(b"x" * (2 << 20)), "decompression_bomb"),
    "zip bomb by ratio": (zipped({"a.csv": b"x" * (2 << 20)}), "decompression_bomb"),
    "zip bomb by claim": (lying_zip(3 << 30), "decompression_bomb"),
    "zip bomb by number": (zipped({f"{i}": b"x" for i in range(300)}), "decompression_bomb"),
    "zip bomb by overlap": (overlapping_zip(), "decompression_bomb"),
}
