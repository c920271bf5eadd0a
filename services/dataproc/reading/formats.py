"""Which format a file has, decided by its content and never by its name."""

from __future__ import annotations

import zipfile
from pathlib import Path

from shared.formats import Format
from shared.formats.compound import check_chains, check_compound
from shared.formats.ends import ENDS, TAIL
from shared.formats.refusals import corrupt_file
from shared.formats.signatures import HEAD, format_of
from shared.formats.zips import DAMAGE, zip_format


def detect_format(path: Path) -> Format:
    """The format of a file, ZIP for an archive of several. Raises FileRefused for what holds no table, by its name."""
    with path.open("rb") as file:
        head = file.read(HEAD)
        found, size = format_of(head), path.stat().st_size
        if check_ends := ENDS.get(found):
            file.seek(max(0, size - TAIL))
            check_ends(head, file.read(TAIL), size)
        elif found is Format.XLS:
            check_compound(file, size)
            check_chains(file, size)
    return inside_zip(path) if found is Format.ZIP else found


def inside_zip(path: Path) -> Format:
    try:
        with zipfile.ZipFile(path) as archive:
            return zip_format(archive)
    except DAMAGE as error:
        raise corrupt_file("a zip archive or workbook", "its directory is damaged or cut off") from error
