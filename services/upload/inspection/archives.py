"""Zip archives and the workbooks that are zip archives, judged by their directory."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from typing import IO

from services.upload.inspection.inflation import bomb, check_inflation
from services.upload.inspection.model import ContentLimits
from shared.formats import Format
from shared.formats.refusals import corrupt_file, empty_file, encrypted_file
from shared.formats.zips import DAMAGE, is_data, is_encrypted, zip_format


def judge_zip(file: IO[bytes], size: int, limits: ContentLimits) -> Format:
    """Which workbook or archive this is; raises for damage, passwords, bombs, and what holds no data."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            refuse_bombs(members, size, limits)
            if any(map(is_encrypted, members)):
                raise encrypted_file(Format.ZIP.noun)
            found = zip_format(archive)
    except DAMAGE as error:
        raise corrupt_file("a zip archive or workbook", "its directory at the end is missing or damaged") from error
    if found is Format.ZIP and not any(map(is_data, members)):
        raise empty_file("The zip archive")
    return found


def refuse_bombs(members: Sequence[zipfile.ZipInfo], size: int, limits: ContentLimits) -> None:
    if len(members) > limits.members:
        raise bomb(f"the archive holds {len(members):,} members; at most {limits.members:,} are opened")
    check_inflation(Format.ZIP, size, sum(member.file_size for member in members), limits)
    end = 0
    for member in sorted(members, key=lambda m: m.header_offset):
        if member.header_offset < end:
            raise bomb(f"the members of the archive overlap (at byte {member.header_offset:,})")
        end = member.header_offset + member.compress_size
