"""Which format a file has, decided by its content and never by its name."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from services.dataproc.reading.errors import ReadError, corrupt_file, empty_file, unsupported_format
from services.dataproc.reading.ole import checked_streams
from services.dataproc.reading.text.encoding import looks_binary

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEAD = 1 << 16

REFUSED = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"SQLite format 3\x00": "an SQLite database",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"{\\rtf": "a rich-text document",
    b"Obj\x01": "an Avro file",
    b"ORC": "an ORC file",
    b"\x89HDF": "an HDF5 file",
    b"\x00asm": "a program",
    b"\xca\xfe\xba\xbe": "a program",
    b"\xff\xff\xff\xff": "an Arrow stream and no Arrow file",
}

TEXTS_REFUSED = (
    (
        re.compile(
            rb"<\?xml\b.{0,1000}?(?:progid=.excel\.sheet|urn:schemas-microsoft-com:office:spreadsheet)", re.DOTALL
        ),
        "an Excel 2003 workbook in XML",
    ),
    (re.compile(rb"<\?xml\b.{0,1000}?<html\b", re.DOTALL), "a web page (HTML)"),
    (re.compile(rb"<\?xml\b"), "an XML document"),
    (re.compile(rb"<(?:!doctype html|html|head|body|meta|style|div|table|center|font)\b"), "a web page (HTML)"),
    (re.compile(rb"<!--.{0,60000}?<(?:html|table)\b", re.DOTALL), "a web page (HTML)"),
    (re.compile(rb"mime-version:[^\n]*\n(?:[^\n]+\n)*?content-type:\s*multipart/related"), "a web archive (MHTML)"),
    (re.compile(rb"id;p\w*(?:;[a-z]\w*)*\r?\n(?:[bcfpo];)"), "a SYLK file"),
    (re.compile(rb'table\r?\n0,1\r?\n"[^"\n]*"\r?\nvectors\r?\n'), "a DIF file"),
)


def detect_format(path: Path) -> str:
    """One of parquet, arrow, feather, xlsx, xlsb, ods, xls, json, csv; anything else is refused by name."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head or not head.strip(b"\xef\xbb\xbf \t\r\n\x00"):
        raise empty_file()
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PARE"):
        raise ReadError("encrypted_file", "The Parquet file is encrypted.", "Upload it decrypted.")
    if head.startswith(b"ARROW1"):
        return "arrow"
    if head.startswith(b"FEA1"):
        raise unsupported_format("a Feather version 1 file")
    if head.startswith(b"PK"):
        return workbook_format(path)
    if head.startswith(OLE):
        return ole_format(path)
    if is_bare_biff(head):
        raise unsupported_format("an Excel workbook of version 4 or older")
    for magic, kind in REFUSED.items():
        if head.startswith(magic):
            raise unsupported_format(kind)
    if head[257:262] == b"ustar":
        raise unsupported_format("a tar archive")
    return text_format(head)


def workbook_format(path: Path) -> str:
    """Which kind of workbook this zip is."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "mimetype" in names or "content.xml" in names:
                return open_document(archive, names)
    except (zipfile.BadZipFile, OSError, KeyError, NotImplementedError, RuntimeError) as error:
        raise corrupt_file("a workbook", "its zip container is damaged") from error
    lowered = {name.lower().replace("\\", "/") for name in names}
    if any(name.startswith("word/") for name in lowered):
        raise unsupported_format("a Word document")
    if any(name.startswith("ppt/") for name in lowered):
        raise unsupported_format("a PowerPoint presentation")
    return "xlsb" if any(name.endswith("workbook.bin") for name in lowered) else "xlsx"


def open_document(archive: zipfile.ZipFile, names: set[str]) -> str:
    kind = archive.read("mimetype").decode("ascii", "replace").strip() if "mimetype" in names else "spreadsheet"
    if "spreadsheet" not in kind:
        raise unsupported_format("an OpenDocument file without a spreadsheet")
    return "ods"


def ole_format(path: Path) -> str:
    """An OLE2 container is an xls workbook, an encrypted workbook, or an office document of another kind."""
    names = {stream.name for stream in checked_streams(path.read_bytes())}
    if names & {"EncryptedPackage", "EncryptionInfo"}:
        raise encrypted_workbook()
    if "WordDocument" in names:
        raise unsupported_format("a Word document")
    if "PowerPoint Document" in names:
        raise unsupported_format("a PowerPoint presentation")
    return "xls"


def encrypted_workbook() -> ReadError:
    return ReadError(
        "encrypted_workbook",
        "The workbook is protected by a password.",
        "Save it without a password and upload it again.",
    )


def is_bare_biff(head: bytes) -> bool:
    """BIFF2 to BIFF5 streams that were written without an OLE2 container."""
    return head[:2] in (b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08") and head[2:4] in (
        b"\x04\x00",
        b"\x06\x00",
        b"\x08\x00",
        b"\x10\x00",
    )


def text_format(head: bytes) -> str:
    if looks_binary(head):
        raise unsupported_format("binary data of an unknown kind")
    start = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if kind := next((kind for pattern, kind in TEXTS_REFUSED if pattern.match(start)), None):
        raise unsupported_format(kind)
    return "json" if start[:1] in (b"{", b"[") else "csv"
