"""A second header row of units, which may also name the columns that the first row leaves unnamed ("Yield,," over "t/ha,notes,")."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

Row = list[str]

SYMBOL = r"(?:[kMGmcdhµun]?(?:m|g|l|L|W|Wh|V|A|Hz|Pa|J|N|B|t|s|K)|ha|h|min|d|yr|bar|psi|ft|in|lb|oz|mi|gal|°[CF]?|%|‰|ppm|[€$£¥]|EUR|USD|GBP|CHF|JPY)(?:[²³23]|\^[23])?"
"""Symbols of the SI with its prefixes, and others that stand over columns."""
UNIT = re.compile(rf"[\[(].{{1,20}}[\])]|{SYMBOL}(?:\s?[/·*]\s?{SYMBOL})*")


def is_unit(cell: str) -> bool:
    return UNIT.fullmatch(cell.strip()) is not None


def is_unit_row(row: Row, above: Row, typed: Collection[int], width: int) -> bool:
    """Has the row units over columns of values, something over every column that the row above leaves unnamed, and nothing over the others?"""
    unnamed = [index for index in range(width) if not cell_at(above, index)]
    units = [index for index in typed if index not in unnamed and cell_at(row, index)]
    others = [index for index in range(width) if index not in unnamed and index not in typed]
    return (
        width > 1
        and bool(units)
        and all(is_unit(row[index]) for index in units)
        and all(cell_at(row, index) for index in unnamed)
        and not any(cell_at(row, index) for index in others)
    )


def cell_at(row: Row, index: int) -> str:
    return row[index].strip() if index < len(row) else ""


def joined_units(header: Sequence[Row], width: int) -> list[str] | None:
    """Names of a header whose second row has the units and the missing names; None where it is another one."""
    if len(header) != 2:
        return None
    above, row = header
    named = [index for index in range(width) if cell_at(above, index)]
    unnamed = [index for index in range(width) if index not in named]
    units = [cell_at(row, index) for index in named if cell_at(row, index)]
    if not unnamed or not units or not all(map(is_unit, units)) or not all(cell_at(row, index) for index in unnamed):
        return None
    return [f"{cell_at(above, index)} {cell_at(row, index)}".strip() for index in range(width)]
