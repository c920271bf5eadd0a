"""Zip archives and the workbooks that are zip archives, judged by their directory."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Sequence
from typing import IO

from services.upload.inspection.inflation import check_inflation
from services.upload.inspection.model import ContentLimits, Verdict, bomb, corrupt, encrypted, unsupported
from services.upload.inspection.model import empty_file as empty

DAMAGE = (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error, UnicodeDecodeError)
HIDDEN = ("__MACOSX/", ".")


def judge_zip(file: IO[bytes], size: int, limits: ContentLimits) -> Verdict:
    """Which workbook or archive this is; raises for damage, passwords, bombs, and what holds no data."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            kind = archive.read("mimetype")[:200] if is_small(members, "mimetype") else b""
    except DAMAGE as error:
        raise corrupt("a zip archive or workbook", "its directory at the end is missing or damaged") from error
    refuse_bombs(members, size, limits)
    if any(member.flag_bits & 1 for member in members):
        raise encrypted("a zip archive")
    return Verdict(
        workbook_of({member.filename.lower().replace("\\", "/") for member in members}, kind) or plain_zip(members)
    )


def is_small(members: Sequence[zipfile.ZipInfo], name: str) -> bool:
    return any(
        m.filename == name and m.file_size <= 200 and m.compress_size <= 400 and not m.flag_bits & 1 for m in members
    )


def refuse_bombs(members: Sequence[zipfile.ZipInfo], size: int, limits: ContentLimits) -> None:
    if len(members) > limits.members:
        raise bomb(f"the archive holds {len(members):,} members; at most {limits.members:,} are opened")
    check_inflation("zip", size, sum(member.file_size for member in members), limits)
    end = 0
    for member in sorted(members, key=lambda m: m.header_offset):
        if member.header_offset < end:
            raise bomb(f"the members of the archive overlap (at byte {member.header_offset:,})")
        end = member.header_offset + member.compress_size


def workbook_of(names: set[str], mimetype: bytes) -> str | None:
    """The office format that the members tell, or None; documents that are no workbooks are refused."""
    if any(name.startswith("word/") for name in names):
        raise unsupported("a Word document")
    if any(name.startswith("ppt/") for name in names):
        raise unsupported("a PowerPoint presentation")
    if mimetype.startswith(b"application/vnd.oasis.opendocument"):
        if b"spreadsheet" not in mimetype:
            raise unsupported("an OpenDocument file without a spreadsheet")
        return "ods"
    if any(name.endswith("xl/workbook.bin") for name in names):
        return "xlsb"
    if any(name.startswith("xl/") for name in names):
        return "xlsm" if "xl/vbaproject.bin" in names else "xlsx"
    return "xlsx" if "[content_types].xml" in names else "ods" if "content.xml" in names else None


def plain_zip(members: Sequence[zipfile.ZipInfo]) -> str:
    if not any(is_data(member) for member in members):
        raise empty("The zip archive")
    return "zip"


def is_data(member: zipfile.ZipInfo) -> bool:
    """Not a folder, not hidden, not empty."""
    parts = member.filename.split("/")
    return (
        not member.is_dir()
        and member.file_size > 0
        and not member.filename.startswith(HIDDEN)
        and not parts[-1].startswith(".")
    )
