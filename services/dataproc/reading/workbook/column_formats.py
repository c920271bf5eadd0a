"""What the number formats of worksheet cells say about whole columns: one unit, digits filled up with zeros, or nothing because the formats differ."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from services.dataproc.reading.workbook.number_formats import CellFormat

PLAIN, FORMATTED = 1, 2  # 0 is no number
WHOLE_IN_DOUBLE = 2**53
DECIMALS = (2, 4, 6, 9, 12)
CURRENCY_LENGTH = 3


@dataclass
class PlacedFormats:
    """Places (row and column, counted from 0) of numbers whose style is one of `styles`."""

    styles: Mapping[int, CellFormat] = field(default_factory=dict)
    rows: array[int] = field(default_factory=lambda: array("I"))
    columns: array[int] = field(default_factory=lambda: array("I"))
    numbers: array[int] = field(default_factory=lambda: array("I"))

    def add(self, row: int, column: int, style: int) -> None:
        self.rows.append(row)
        self.columns.append(column)
        self.numbers.append(style)

    def grid(self, cells: Sequence[Sequence[Any]], origin: tuple[int, int]) -> FormatGrid | None:
        """The formats over the cells of a sheet that start at `origin`; None where no number has one."""
        if not self.rows or not cells:
            return None
        codes = np.array([np.fromiter(map(is_number, row), np.uint16, len(row)) for row in cells])
        known = {style: FORMATTED + place for place, style in enumerate(self.styles)}
        rows, columns = (
            np.frombuffer(self.rows, np.uint32) - origin[0],
            np.frombuffer(self.columns, np.uint32) - origin[1],
        )
        styles = np.array([known[style] for style in self.numbers], np.uint16)
        inside = (rows < codes.shape[0]) & (columns < codes.shape[1])
        rows, columns, styles = rows[inside], columns[inside], styles[inside]
        codes[rows, columns] = np.where(codes[rows, columns] == PLAIN, styles, codes[rows, columns])
        return FormatGrid(codes, tuple(self.styles.values()))


@dataclass(frozen=True)
class FormatGrid:
    """For every cell of a sheet: no number, a plain number, or a number in one of the formats."""

    codes: np.ndarray[Any, np.dtype[np.uint16]]
    formats: tuple[CellFormat, ...]

    def show(self, body: Sequence[list[str]], rows: Sequence[int], left: int) -> dict[int, str]:
        """Write the numbers of a table as they are shown, in place, where a column has one format; what there is to say, by column.

        `rows` are those of the grid from which the rows of the body come, `left` is the table's first column.
        """
        said = {}
        part = self.codes[np.array(rows, np.intp), left : left + (len(body[0]) if body else 0)]
        for column in np.flatnonzero((part >= FORMATTED).any(axis=0)).tolist():
            places = np.flatnonzero(part[:, column]).tolist()
            formats = [self.formats[code - FORMATTED] if code >= FORMATTED else None for code in part[places, column]]
            chosen, remark = choose_format([float(body[place][column]) for place in places], formats)
            if chosen is not None:
                for place, own in zip(places, formats, strict=True):
                    if own is not None:
                        body[place][column] = write_number(body[place][column], chosen)
            if remark:
                said[column] = remark
        return said


def is_number(cell: Any) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def choose_format(numbers: Sequence[float], formats: Sequence[CellFormat | None]) -> tuple[CellFormat | None, str]:
    """The one format of a column's numbers, and a remark: on the format, or that there are several.

    Numbers without a unit stand beside those with one as they do in text: where they are zero, or fewer than those of a currency.
    """
    shown = Counter(None if own is None else own.shows for own in formats)
    plain = shown.pop(None, 0)
    if len(shown) != 1:
        return None, describe_differences(shown, plain)
    chosen = next(own for own in formats if own is not None)
    if chosen.mask:
        return choose_mask(chosen, numbers, plain)
    others = [number for number, own in zip(numbers, formats, strict=True) if own is None and number]
    if others and not (
        chosen.unit and len(chosen.unit) == CURRENCY_LENGTH and chosen.unit.isupper() and plain <= len(formats) - plain
    ):
        return None, describe_differences(shown, plain)
    return chosen, describe_format(chosen)


def choose_mask(chosen: CellFormat, numbers: Sequence[float], plain: int) -> tuple[CellFormat | None, str]:
    """Digits are filled up in columns of whole numbers that all have the format, and where one of them is filled up indeed."""
    fits = not plain and all(number >= 0 and number.is_integer() and number < WHOLE_IN_DOUBLE for number in numbers)
    return (chosen, describe_format(chosen)) if fits and fills_up(chosen.mask, min(numbers)) else (None, "")


def fills_up(mask: str, least: float) -> bool:
    """Does the mask add to the digits of a column whose smallest number is `least`?"""
    digits = mask.count("0")
    return mask != "0" * digits or least < 10 ** (digits - 1)


def describe_differences(shown: Mapping[tuple[str | None, bool, str] | None, int], plain: int) -> str:
    names = [f"{(key[0] or key[2]) if key else ''} in {count:,} cell(s)" for key, count in shown.items()]
    none = [f"none in {plain:,}"] if plain else []
    return f"worksheet formats differ: {', '.join([*names, *none])}; the numbers are as stored, without a unit"


def describe_format(chosen: CellFormat) -> str:
    if chosen.mask:
        return f"written with the digits that the worksheet format {chosen.mask} shows"
    if chosen.percent:
        return f"worksheet format {chosen.code}: the stored 0.125 is shown and read as 12.5 with unit %"
    return f"unit {chosen.unit} from the worksheet format {chosen.code}"


def write_number(number: str, chosen: CellFormat) -> str:
    """A stored number, as cells of text would have it."""
    if chosen.mask:
        return fill_mask(number, chosen.mask)
    if chosen.percent:
        value = float(hundredfold(np.array([float(number)]))[0])
        return f"{int(value) if value.is_integer() and abs(value) < WHOLE_IN_DOUBLE else value!r}%"
    return f"{number}{'' if chosen.unit == '%' else ' '}{chosen.unit}"


def fill_mask(number: str, mask: str) -> str:
    """The digits in the places of the mask's zeros, from the right; more digits than zeros stand in front."""
    zeros = mask.count("0")
    digits = iter(number.zfill(zeros)[len(number.zfill(zeros)) - zeros :])
    first = number[: max(0, len(number) - zeros)]
    shown = "".join(next(digits) if sign == "0" else sign for sign in mask)
    place = mask.index("0")
    return shown[:place] + first + shown[place:]


def hundredfold(values: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """A hundred times the decimal number that each double stands for: 0.07 becomes 7, and not 7.000000000000001."""
    result, left = values * 100, np.ones(len(values), bool)
    with np.errstate(all="ignore"):
        for decimals in DECIMALS:
            whole = np.rint(values * 10.0**decimals)
            exact = left & (np.abs(whole) < WHOLE_IN_DOUBLE) & (whole / 10.0**decimals == values)
            result[exact] = whole[exact] / 10.0 ** (decimals - 2)
            left &= ~exact
    return result
