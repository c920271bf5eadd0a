"""Names of columns and tables: trimmed, never empty, unique."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePath

from services.dataproc.reading.invisible_marks import word_without_marks

COMPRESSED = {".gz", ".zst", ".zip", ".bz2", ".xz"}
LONGEST_NAME = 300
SAYS_NOTHING = re.compile(
    r"(?:(?:work)?sheet|tabelle|feuil(?:le)?|hoja|foglio|blad|planilha|folha|ark|arkusz|list|munka|taul|sayfa|foaie|лист|аркуш|φύλλο|工作表|シート)[ _]?\d*"
    r"|(?:data|daten|report|export|results?|output|query|table|dataset)[ _]?\d*",
    re.IGNORECASE,
)
"""Names that Excel and its relatives give to a new worksheet, in their languages, and those that exports give to their only one."""


def tidy_name(name: str) -> str:
    """Trimmed, inner whitespace collapsed, control characters dropped."""
    return "".join(c for c in " ".join(name.split()) if c.isprintable())[:LONGEST_NAME].strip()


def source_name(cell: str) -> str:
    """The header cell as it is seen in the file, for people: its end is missing where it is no name but a text. Cells are found by their place."""
    cell = word_without_marks(cell)
    return cell if len(cell) <= LONGEST_NAME else f"{cell[:LONGEST_NAME]}…"


def cut_names_warning(sources: Iterable[str]) -> tuple[str, ...]:
    """What is said of header cells that are longer than names are."""
    cut = sum(len(" ".join(source.split())) > LONGEST_NAME for source in sources)
    said = "1 name of a column was" if cut == 1 else f"{cut:,} names of columns were"
    return (f"{said} longer than {LONGEST_NAME} characters and cut",) if cut else ()


def column_names(sources: Iterable[str]) -> list[str]:
    """Stored names of columns whose header cells are `sources`."""
    return unique_names([tidy_name(source) or f"column_{position}" for position, source in enumerate(sources, 1)])


def unique_names(names: Iterable[str]) -> list[str]:
    """The same names, repeats marked " (2)", " (3)", …; compared without case, as SQL engines do."""
    taken: set[str] = set()
    numbers: dict[str, int] = {}  # up to which a name was tried: thousands of columns may all be called the same
    result = []
    for name in names:
        candidate, number = name, numbers.get(name.casefold(), 1)
        while candidate.casefold() in taken:
            number += 1
            candidate = f"{name} ({number})"
        taken.add(candidate.casefold())
        numbers[name.casefold()] = number
        result.append(candidate)
    return result


def stem(filename: str) -> str:
    """The file's name without folder, format suffix and compression suffix; never empty."""
    name = PurePath(filename.replace("\\", "/")).name
    while PurePath(name).suffix.lower() in COMPRESSED:
        name = PurePath(name).stem
    return tidy_name(PurePath(name).stem) or "table"


def name_within(file: str, place: str) -> str:
    """A table by its file and its place there, without saying twice what both are called: the list `orders` of orders.json is "orders"."""
    if place.casefold() == file.casefold() or place.casefold().startswith(f"{file.casefold()}."):
        return place
    return f"{file} {place}".strip()


def name_of_sheet(sheet: str, filename: str, *, alone: bool) -> str:
    """What the tables of a worksheet are called: as it is, unless it is alone and its name says nothing; then as the file."""
    return stem(filename) if alone and SAYS_NOTHING.fullmatch(sheet.strip()) else sheet
