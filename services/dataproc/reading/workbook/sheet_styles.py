"""The styles of an xlsx workbook: the number formats to which its cells refer by number."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from services.dataproc.reading.workbook.number_formats import CellFormat, read_format
from services.dataproc.reading.workbook.sheet_parts import elements_in, text_of, workbook_targets

CELL_STYLES = re.compile(r"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
BUILT_IN = {
    "9": "0%",
    "10": "0.00%",
    **dict.fromkeys(("5", "6", "42"), '"$"#,##0'),
    **dict.fromkeys(("7", "8", "44"), '"$"#,##0.00'),
}


def cell_formats(path: Path) -> dict[int, CellFormat]:
    """The styles, by the numbers that cells refer to, whose number format shows more than a number."""
    with zipfile.ZipFile(path) as archive:
        part = next((part for kind, part in workbook_targets(archive).values() if kind == "styles" and part), None)
        return formats_in(text_of(archive, part)) if part else {}


def formats_in(text: str) -> dict[int, CellFormat]:
    codes = BUILT_IN | {found.get("numFmtId", ""): found.get("formatCode", "") for found in elements_in(text, "numFmt")}
    styles = CELL_STYLES.search(text)
    numbers = [found.get("numFmtId", "") for found in elements_in(styles[0], "xf")] if styles else []
    found = {number: read_format(codes[number]) for number in set(numbers) if number in codes}
    return {index: shown for index, number in enumerate(numbers) if (shown := found.get(number)) is not None}
