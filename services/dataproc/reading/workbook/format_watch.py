"""The number formats of a large sheet's columns: found in its first rows, and held against every later cell of those columns while the sheet passes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from services.dataproc.reading.workbook.column_formats import shown_format
from services.dataproc.reading.workbook.number_formats import CellFormat
from services.dataproc.reading.workbook.sheet_cells import ROW_OR_CELL, STYLED, TYPED, CellWalk, column_letters

MOST_DIGITS = 7  # of row numbers
BEYOND = 64  # bytes behind the text, so that looking ahead stays inside
Signs = np.ndarray[Any, np.dtype[np.uint8]]


class FormatWatch:
    """Columns, counted from the first, all of whose numbers are shown alike. Nothing is done where no style shows more than a number."""

    def __init__(self, styles: Mapping[int, CellFormat] | None = None) -> None:
        self._styles = styles or {}
        self._sampled, self._left = False, 0
        self.columns: dict[int, CellFormat] = {}
        self.remarks: dict[int, str] = {}

    def look(self, text: bytes) -> None:
        """Take the next part of the sheet: whole rows, the header first."""
        if not self._styles:
            return
        if self._sampled:
            self._check(text)
        elif b"<row" in text or b":row" in text:
            self._sample(text)
            self._sampled = True

    def _sample(self, text: bytes) -> None:
        cells = [cell for cell in CellWalk().cells(text) if not cell.empty]
        if not cells or not all(cell.referred for cell in cells):
            return
        top, self._left = cells[0].row, cells[0].column
        found: dict[int, list[CellFormat | None]] = {}
        for cell in cells:
            if cell.holds_number and cell.row > top:
                found.setdefault(cell.column - self._left, []).append(self._styles.get(cell.style))
        for column, formats in found.items():
            chosen, remark = shown_format([1.0] * len(formats), formats)
            if chosen is not None and None not in formats:
                self.columns[column] = chosen
            elif remark:
                self.remarks[column] = remark

    def _check(self, text: bytes) -> None:
        """Nearly all cells have the style that their column had so far, which is seen in the bytes; the others are looked at."""
        signs = np.frombuffer(text + bytes(BEYOND), np.uint8)
        for column, chosen in list(self.columns.items()):
            alike = [b' s="%d"' % style for style, own in self._styles.items() if own.shows == chosen.shows]
            places = odd_cells(signs, b'"' + column_letters(column + self._left + 1).encode(), alike)
            if any(self._differs(text, place, chosen) for place in places):
                del self.columns[column]
                self.remarks[column] = (
                    f"worksheet formats differ: {chosen.code} in the first rows, another one further on; the numbers are as stored"
                )

    def _differs(self, text: bytes, place: int, chosen: CellFormat) -> bool:
        """Is the cell whose reference stands there a number that is shown in another way?"""
        element = ROW_OR_CELL.match(text, text.rfind(b"<", 0, place))
        if element is None or element[1] != b"c" or element[2].endswith(b"/"):
            return False
        kind, style = TYPED.search(element[2]), STYLED.search(element[2])
        own = self._styles.get(int(style[1]) if style else 0)
        return (kind is None or kind[1] == b"n") and (own is None or own.shows != chosen.shows)


def odd_cells(signs: Signs, begins: bytes, alike: list[bytes]) -> list[int]:
    """The places of the references that begin so and after which none of the given attributes stands."""
    found = np.ones(len(signs) - BEYOND, bool)
    for offset, sign in enumerate(begins):
        found &= signs[offset : offset + len(found)] == sign
    places = np.flatnonzero(found)
    first = signs[places + len(begins)]
    places = places[(first >= ord("0")) & (first <= ord("9"))]
    ends = np.zeros(len(places), np.intp)
    for digits in range(MOST_DIGITS, 0, -1):
        ends = np.where(signs[places + len(begins) + digits] == ord('"'), places + len(begins) + digits, ends)
    fits = np.zeros(len(places), bool)
    for attribute in alike:
        fits |= np.logical_and.reduce([signs[ends + 1 + offset] == sign for offset, sign in enumerate(attribute)])
    odd: list[int] = places[~fits].tolist()
    return odd
