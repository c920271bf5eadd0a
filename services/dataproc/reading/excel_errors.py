"""Error values (#DIV/0!, #N/A …) of xlsx sheets, which the fast reader leaves blank: found in the sheet's own XML."""

from __future__ import annotations

import posixpath
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

MOST_ERRORS = 100_000
BLOCK = 1 << 20
LARGEST_PART = 512 << 20
CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d+)"[^>]*?\bt="e"[^>]*>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)</', re.DOTALL)
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


def error_cells(path: Path, sheet: str) -> dict[tuple[int, int], str]:
    """(row, column), counted from 0, to the error's text; empty when the sheet's part is not found."""
    try:
        with zipfile.ZipFile(path) as archive:
            part = part_of(archive, sheet)
            if part is None or archive.getinfo(part).file_size > LARGEST_PART:
                return {}
            return scan(archive, part)
    except (zipfile.BadZipFile, KeyError, OSError, ElementTree.ParseError, EOFError, NotImplementedError):
        return {}


def part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The archive member with the cells of a sheet."""
    workbook = next((n for n in archive.namelist() if n.lower().endswith("xl/workbook.xml")), None)
    if workbook is None:
        return None
    folder = posixpath.dirname(workbook)
    relations = ElementTree.fromstring(archive.read(f"{folder}/_rels/workbook.xml.rels"))
    targets = {r.get("Id"): r.get("Target", "") for r in relations}
    for element in ElementTree.fromstring(archive.read(workbook)).iter():
        if element.tag.endswith("}sheet") and element.get("name") == sheet:
            target = targets.get(element.get(RELATION) or element.get(STRICT_RELATION), "")
            found = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
            return found if found in archive.namelist() else None
    return None


def scan(archive: zipfile.ZipFile, part: str) -> dict[tuple[int, int], str]:
    """Read the part in blocks; a block without an error cell costs one search."""
    found: dict[tuple[int, int], str] = {}
    rest = b""
    with archive.open(part) as source:
        while block := source.read(BLOCK):
            text = rest + block
            end = text.rfind(b"</row>") + 1 or len(text)
            if b't="e"' in text:
                for column, row, value in CELL.findall(text[:end]):
                    found[int(row) - 1, column_number(column.decode())] = value.decode("utf-8", "replace")
                    if len(found) >= MOST_ERRORS:
                        return found
            rest = text[end:]
    return found


def column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
