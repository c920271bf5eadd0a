"""How cells that a delimiter divides are joined again, and what is left open where several places could be meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from services.dataproc.reading.layout.cell_kinds import CellKind, cell_kind
from services.dataproc.reading.layout.finding import Layout
from services.dataproc.reading.text.repairs import Repair, Repairs
from services.dataproc.reading.text.splitting import Row

LEADING_GROUP = re.compile(r"[-+(]?\s?[$€£¥₹]?\s?\d{1,3}")
GROUP = re.compile(r"\d{3}")
LAST_GROUP = re.compile(r"\d{3}(?:\.\d+)?[)%]?")


class Sign(Enum):
    """What tells that two cells were one; the sentence is for people."""

    BLANK_FOLLOWS = "a blank follows the delimiter there and nowhere else"
    THOUSANDS = "what follows the delimiter there are groups of three digits"
    TEXTS = "texts stand side by side there and nowhere else"
    SURPLUS = "only there every other column keeps its kind"
    NUMBERS = "what stands there makes one number in every row"


@dataclass(frozen=True)
class Rejoining:
    """The rows have to have `width` cells; what a row has more belongs to the cell in `column`."""

    width: int
    column: int
    sign: Sign
    delimiter: str
    name: str

    def rows(self, rows: Iterable[Row], repairs: Repairs, first: int = 1) -> Iterator[Row]:
        """The rows, those with more cells joined and noted by their number."""
        for number, row in enumerate(rows, first):
            if len(row) > self.width and self.divides(row):
                yield self.join(row)
                repairs.note(Repair.REJOINED, number, repr(self.name))
            else:
                yield row

    def divides(self, row: Row) -> bool:
        """Can the cells that the row has more be parts of that cell?"""
        parts = row[self.column : self.column + len(row) - self.width + 1]
        if self.sign is Sign.BLANK_FOLLOWS:
            return all(part[:1] == " " for part in parts[1:])
        if self.sign is Sign.SURPLUS:
            return all(cell_kind(part) is CellKind.TEXT for part in parts)
        return len(parts) == 2 if self.sign is Sign.TEXTS else are_groups(parts)

    def join(self, row: Row) -> Row:
        end = self.column + len(row) - self.width + 1
        return [*row[: self.column], self.delimiter.join(row[self.column : end]), *row[end:]]


@dataclass(frozen=True)
class Undecided:
    """Several places at which cells may have been divided: names stand before the `first` and after the `last` of them only.

    The names are those of row `head`; the rows below it have so many `columns`.
    """

    first: int
    last: int
    names: tuple[str, ...]
    columns: int
    head: int

    def unnamed(self, layout: Layout) -> Layout:
        """The layout without the names of which nobody can tell over which column they belong."""
        after = self.names[self.last + 1 :]
        unnamed = self.columns - self.first - len(after)
        said = f"the header has {len(self.names)} names over {self.columns} columns, and a delimiter may stand inside the cells of several: columns {self.first + 1} to {self.first + unnamed} have no names"
        above = [(row, note) for row, note in zip(layout.preamble, layout.notes, strict=False) if row != self.head]
        return replace(
            layout,
            header=(self.head, self.head + 1),
            start=layout.start if layout.header[0] == self.head else self.head + 1,
            width=self.columns,
            names=(*self.names[: self.first], *[""] * unnamed, *after),
            preamble=tuple(row for row, _ in above),
            notes=(*(note for _, note in above), *layout.notes[len(layout.preamble) :]),
            evidence=f"header in row {self.head + 1}, of which names stand over some columns only",
            remarks=(said,),
        )


def are_groups(parts: Sequence[str]) -> bool:
    first, *between, last = (part.strip() for part in parts)
    return bool(LEADING_GROUP.fullmatch(first) and all(map(GROUP.fullmatch, between)) and LAST_GROUP.fullmatch(last))
