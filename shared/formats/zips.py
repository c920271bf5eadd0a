"""Zip archives: workbooks and documents of office programs among them, told by their members."""

from __future__ import annotations

import struct
import zipfile

from shared.formats.refusals import unsupported_format
from shared.formats.registry import Format

DAMAGE = (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, KeyError, struct.error)
"""What `zipfile` raises for an archive that it cannot read."""
OFFICE_MEMBERS = frozenset({"[content_types].xml", "mimetype", "content.xml", "meta-inf/manifest.xml"})
LONGEST_MEDIA_TYPE = 200


def zip_format(archive: zipfile.ZipFile) -> Format:
    """Which workbook it is, or ZIP for an archive of files. Raises FileRefused for documents that are no workbooks, and `DAMAGE`."""
    names = member_names(archive)
    if not is_office(archive):
        return Format.ZIP
    for folder, noun in (("word/", "a Word document"), ("ppt/", "a PowerPoint presentation")):
        if any(name.startswith(folder) for name in names):
            raise unsupported_format(noun)
    media_type = stated_media_type(archive)
    if media_type or "content.xml" in names:
        if media_type and b"spreadsheet" not in media_type:
            raise unsupported_format("an OpenDocument file without a spreadsheet")
        return Format.ODS
    if any(name.endswith("workbook.bin") for name in names):
        return Format.XLSB
    return Format.XLSM if any(name.endswith("vbaproject.bin") for name in names) else Format.XLSX


def is_office(archive: zipfile.ZipFile) -> bool:
    """Are its members those of a single document, rather than files that were put together?"""
    return any(name in OFFICE_MEMBERS or name.startswith("xl/") for name in member_names(archive))


def member_names(archive: zipfile.ZipFile) -> set[str]:
    """As the formats compare them: without case, and with the slashes that some programs turn round."""
    return {info.filename.lower().replace("\\", "/") for info in archive.infolist()}


def stated_media_type(archive: zipfile.ZipFile) -> bytes:
    """What a small member `mimetype` says, as OpenDocument files begin."""
    for info in archive.infolist():
        if info.filename == "mimetype" and info.file_size <= LONGEST_MEDIA_TYPE and not is_encrypted(info):
            return archive.read(info)[:LONGEST_MEDIA_TYPE]
    return b""


def is_encrypted(info: zipfile.ZipInfo) -> bool:
    """Bit 0 of the general purpose flags (APPNOTE 4.4.4)."""
    return bool(info.flag_bits & 1)


def is_data(info: zipfile.ZipInfo) -> bool:
    """A file that somebody packed: no folder, not empty, not hidden, none of the Finder's shadow copies."""
    parts = [part for part in info.filename.split("/") if part not in ("", ".", "..")]
    hidden = not parts or parts[0] == "__MACOSX" or parts[0].startswith(".") or parts[-1].startswith(".")
    return not info.is_dir() and info.file_size > 0 and not hidden
