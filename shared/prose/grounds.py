"""What the numbers of an answer may stand on: cells with their rows and columns, and texts that may be repeated. Pure."""

from __future__ import annotations

import ast
import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from shared.prose.columns import Column, columns_of
from shared.prose.labels import LabelIndex
from shared.prose.moments import Moment, moment_of_cell, moments_in
from shared.prose.numbers import numbers_said, written_plainly
from shared.prose.results import VALUE, ShownResult

MOST_CELLS = 20_000  # that are looked at: a preview has a hundred rows
_PERCENT_ASKED = re.compile(r"%|percent|share|rate\b|proportion|prozent|anteil|quote|pourcent|porcent", re.IGNORECASE)
_RANGE = re.compile(r"(\d+)\s?[-–]\s?(\d+)")
_TRUTH = {True: ("True", "Yes"), False: ("False", "No")}
_STATISTICS: Mapping[str, tuple[str, ...]] = {
    "std": ("standard deviation",),
    "min": ("minimum", "lowest", "smallest"),
    "max": ("maximum", "highest", "largest"),
    "50%": ("median",),
    "mean": ("average",),
}
"""Rows of pandas' `describe`, as people call them."""
LONG_TEXT = 4
"""Words from which on a text cell speaks: numbers in it are figures, those in names are not."""


@dataclass(frozen=True)
class Figure:
    """A number that may be told. Of no `row`: it belongs to the question or to what stands beside the rows."""

    value: float
    row: int | None = None
    column: Column | None = None
    percent: str = ""


@dataclass(frozen=True)
class Grounds:
    """`texts` may be repeated of every name (the question, names of columns); `asides` only where no name is told (the code's thresholds, warnings,
    earlier answers); `sizes` only of tables (their rows and columns)."""

    results: Sequence[ShownResult] = ()
    texts: Sequence[str] = ()
    code: Sequence[str] = ()
    asides: Sequence[str] = ()
    sizes: Sequence[str] = field(default=())

    @cached_property
    def columns(self) -> tuple[tuple[Column, ...], ...]:
        found: list[tuple[Column, ...]] = []
        first = 0
        asks_percent = any(_PERCENT_ASKED.search(text) for text in self.texts)
        for result in self.results:
            found.append(tuple(columns_of(result, first, asks_percent=asks_percent)))
            first += len(result.columns)
        return tuple(found)

    @cached_property
    def _cells(self) -> tuple[tuple[int, Column, Any], ...]:
        found, row_at = [], 0
        for result, columns in zip(self.results, self.columns, strict=True):
            for row in result.rows[: MOST_CELLS // max(len(columns), 1)]:
                found += [(row_at, column, cell) for column, cell in zip(columns, row, strict=False)]
                row_at += 1
        return tuple(found)

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """Of cells, by their size."""
        return tuple(sorted((one for cell in self._cells for one in _figures(*cell)), key=lambda one: one.value))

    @cached_property
    def keys(self) -> tuple[Figure, ...]:
        return tuple(
            Figure(float(cell), at, column) for at, column, cell in self._cells if column.is_key and cell is not None
        )

    @cached_property
    def _sizes_of_figures(self) -> list[float]:
        return [one.value for one in self.figures]

    def figures_between(self, low: float, high: float) -> Iterator[Figure]:
        at = bisect_left(self._sizes_of_figures, low)
        while at < len(self.figures) and self.figures[at].value <= high:
            yield self.figures[at]
            at += 1

    @cached_property
    def of_texts(self) -> tuple[Figure, ...]:
        names = [str(column) for result in self.results for column in result.columns]
        return (*_spoken(self.texts), *_spoken([name for name in names if name.isdigit()]))

    @cached_property
    def of_asides(self) -> tuple[Figure, ...]:
        return (*_spoken(self.asides), *(Figure(value) for code in self.code for value in _literals(code)))

    @cached_property
    def of_sizes(self) -> tuple[Figure, ...]:
        return tuple(_spoken(self.sizes))

    @cached_property
    def counts(self) -> tuple[Figure, ...]:
        """How many rows are here, and how many there are in all."""
        shown = [len(result.rows) for result in self.results]
        return tuple(
            Figure(float(n)) for n in (*shown, *(r.total_rows for r in self.results if r.total_rows is not None))
        )

    def how_many(self, word: str) -> tuple[Figure, ...]:
        """How many different ones a column of names has, for a word of its name: "two cities"."""
        named = [column for columns in self.columns for column in columns if column.is_label and word in column.words]
        cells = {column.at: {str(cell) for _, of, cell in self._cells if of is column} for column in named}
        return tuple(Figure(float(len(different))) for different in cells.values())

    @cached_property
    def most_rows(self) -> int:
        return max((int(one.value) for one in self.counts), default=0)

    @cached_property
    def labels(self) -> LabelIndex:
        found: dict[str, tuple[set[int], set[str]]] = {}
        for at, column, cell in self._cells:
            for text in _labels(column, cell):
                rows, words = found.setdefault(text, (set(), set()))
                rows.add(at)
                words |= column.words
        return LabelIndex({text: (frozenset(rows), frozenset(words)) for text, (rows, words) in found.items()})

    @cached_property
    def moments(self) -> dict[Moment, frozenset[int]]:
        """The rows of each day, month, quarter or year; of one that stands in several cells, put together."""
        by_row: dict[int, list[Moment]] = {}
        for at, column, cell in self._cells:
            if (moment := _moment(column, cell)) is not None:
                by_row.setdefault(at, []).append(moment)
        found: dict[Moment, set[int]] = {}
        for at, moments in by_row.items():
            years = [one for one in moments if one == Moment(year=one.year)]
            parts = [one for one in moments if one.year is None and (one.month or one.quarter)]
            for one in (*moments, *(year.with_month(part) for year in years for part in parts)):
                found.setdefault(one, set()).add(at)
        return {moment: frozenset(rows) for moment, rows in found.items()}

    @cached_property
    def said_moments(self) -> tuple[Moment, ...]:
        names = [str(name).replace("_", " ") for result in self.results for name in (*result.columns, result.name)]
        return tuple(
            one for text in (*self.texts, *self.asides, *names) for said in moments_in(text) for one in said.readings
        )

    @cached_property
    def column_names(self) -> frozenset[str]:
        return frozenset(str(name).casefold() for result in self.results for name in result.columns)

    @cached_property
    def words(self) -> frozenset[str]:
        """All that stands in texts, names and cells, to know a code by."""
        cells = (cell for _, _, cell in self._cells if isinstance(cell, str))
        names = (str(name) for result in self.results for name in (*result.columns, result.name))
        return frozenset(word for text in (*self.texts, *self.sizes, *cells, *names) for word in whole_words(text))


def whole_words(text: str) -> Iterator[str]:
    for word in text.casefold().split():
        yield word.strip(".,;:!?()[]{}\"'“”‘’*|")


def _labels(column: Column, cell: Any) -> Iterator[str]:
    if isinstance(cell, bool):
        yield from _TRUTH[cell]
    elif isinstance(cell, str) and moment_of_cell(cell) is None:
        yield cell.strip()
        yield from _STATISTICS.get(cell.strip().casefold(), ())
        if found := _RANGE.fullmatch(cell.strip()):
            yield from (f"{found[1]} {to} {found[2]}" for to in ("to", "bis", "à", "a"))
    elif column.is_key and isinstance(cell, int | float) and moment_of_key(column, cell) is None:
        yield str(int(cell))


def _moment(column: Column, cell: Any) -> Moment | None:
    if isinstance(cell, str):
        return moment_of_cell(cell)
    return moment_of_key(column, cell) if column.is_key and isinstance(cell, int | float) else None


def moment_of_key(column: Column, cell: float) -> Moment | None:
    """A key that is a year, or the number of a month under the name of months."""
    if "month" in column.words and 1 <= cell <= 12:
        return Moment(month=int(cell))
    return moment_of_cell(str(int(cell)))


def _figures(row: int, column: Column, cell: Any) -> Iterator[Figure]:
    if isinstance(cell, bool) or cell is None:
        return
    if isinstance(cell, int | float):
        if math.isfinite(cell) and not column.is_key:
            yield Figure(float(cell), row, column, column.percent)
    elif column.name == VALUE or len(str(cell).split()) >= LONG_TEXT:
        yield from (Figure(one.value, row, column, one.percent) for one in _spoken([str(cell)]))


def _spoken(texts: Sequence[str]) -> Iterator[Figure]:
    """Numbers of texts; of "5 %" it is known that they are percent."""
    for text in texts:
        for said in numbers_said(written_plainly(text)):
            if said.kind in ("count", "place", "part", "times") and said.readings:
                yield Figure(
                    said.value, percent="whole" if said.unit == "percent" else "fraction" if abs(said.value) < 1 else ""
                )


def _literals(code: str) -> Iterator[float]:
    """Numbers that the code computes with, also in the conditions of `query`: none of its comments and other texts."""
    try:
        nodes = list(ast.walk(ast.parse(code)))
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
            yield float(node.value)
        elif (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("query", "eval")
        ):
            conditions = [
                one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)
            ]
            yield from (one.value for one in _spoken(conditions))
