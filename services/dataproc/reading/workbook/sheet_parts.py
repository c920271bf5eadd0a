"""The parts of an xlsx workbook: its sheets with their names, found by the relationships of the package, however these are written."""

from __future__ import annotations

import html
import posixpath
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path

LARGEST_INDEX = 16 << 20
ATTRIBUTE = re.compile(r"""(?:[\w.-]+:)?([\w.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
DEFAULT_WORKBOOK = "xl/workbook.xml"


def attributes(text: str) -> dict[str, str]:
    """The attributes of an element without their prefixes; no entity but those of XML is expanded."""
    return {name: html.unescape(double or single) for name, double, single in ATTRIBUTE.findall(text)}


@lru_cache(maxsize=16)
def element(tag: str) -> re.Pattern[str]:
    return re.compile(rf"""<(?:\w+:)?{tag}\s((?:"[^"]*"|'[^']*'|[^>"'])*)>""")


def elements_in(text: str, tag: str) -> Iterator[dict[str, str]]:
    """The attributes of every element of that name."""
    return (attributes(found[1]) for found in element(tag).finditer(text))


def decoded(content: bytes) -> str:
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    return content.decode("utf-16" if wide else "utf-8-sig", "replace")


def text_of(archive: zipfile.ZipFile, part: str) -> str:
    """The beginning of a part, all of it where it is no more than an index."""
    with archive.open(part) as source:
        return decoded(source.read(LARGEST_INDEX))


def member(archive: zipfile.ZipFile, part: str) -> str | None:
    """The member of the archive that has this name, in whatever case and with whichever slashes."""
    wanted = part.lower()
    return next((name for name in archive.namelist() if name.replace("\\", "/").lower() == wanted), None)


def resolved(target: str, folder: str) -> str:
    target = target.replace("\\", "/")
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}").lstrip("/")


def relationships(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str | None]]:
    """(last word of the type, archive member or None) of what a part refers to, by identifier; of the package itself for ""."""
    folder, name = posixpath.split(part.replace("\\", "/"))
    listed = member(archive, posixpath.join(folder, "_rels", f"{name}.rels"))
    if listed is None:
        return {}
    return {found.get("Id", ""): (found.get("Type", "").rpartition("/")[2], member(archive, resolved(found.get("Target", ""), folder)))
            for found in elements_in(text_of(archive, listed), "Relationship")}  # fmt: skip


def workbook_part(archive: zipfile.ZipFile) -> str | None:
    """The member that lists the sheets."""
    stated = (part for kind, part in relationships(archive, "").values() if kind == "officeDocument")
    return next((part for part in stated if part), None) or member(archive, DEFAULT_WORKBOOK)


def workbook_targets(archive: zipfile.ZipFile) -> dict[str, tuple[str, str | None]]:
    workbook = workbook_part(archive)
    return relationships(archive, workbook) if workbook else {}


def part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The archive member with the cells of a sheet."""
    targets = workbook_targets(archive)
    found = next((listed.get("id", "") for listed in listed_sheets(archive) if listed.get("name") == sheet), "")
    return targets.get(found, ("", None))[1]


def listed_sheets(archive: zipfile.ZipFile) -> list[dict[str, str]]:
    workbook = workbook_part(archive)
    return list(elements_in(text_of(archive, workbook), "sheet")) if workbook else []


def hidden_sheets(path: Path) -> set[str]:
    """The names of the sheets that the workbook does not show."""
    with zipfile.ZipFile(path) as archive:
        return {
            sheet.get("name", "") for sheet in listed_sheets(archive) if sheet.get("state") in ("hidden", "veryHidden")
        }


def sheet_names(path: Path) -> list[str]:
    """The names of all sheets, in the workbook's order; none where it is written in no common way."""
    with zipfile.ZipFile(path) as archive:
        return [sheet.get("name", "") for sheet in listed_sheets(archive)]


def day_zero(archive: zipfile.ZipFile) -> datetime:
    """The day before the first: times of day alone are on it. Workbooks of 1904 count their first day as 0."""
    workbook = workbook_part(archive)
    stated = (
        (found.get("date1904", "") for found in elements_in(text_of(archive, workbook), "workbookPr"))
        if workbook
        else iter(())
    )
    return datetime(1904, 1, 1) if next(stated, "") in ("1", "true") else datetime(1899, 12, 31)  # noqa: DTZ001 - worksheets know no time zones
