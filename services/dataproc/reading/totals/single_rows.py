"""Single rows that say of themselves that they sum up rows above or below: each is held against the blocks that it may mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow.compute as pc

from services.dataproc.reading.totals.arithmetic import NO_FIT, Fit, Mask, Measure, Numbers, fit, tolerance
from services.dataproc.reading.totals.cells import TableCells, as_mask
from services.dataproc.reading.totals.chance import digits_of_proof
from services.dataproc.reading.totals.standing import FEWEST, SURE, SURE_TOGETHER, Standing
from services.dataproc.reading.totals.words import Figure, Label, label_of, words_of

MOST_ROUNDS = 3
"""A row that turns out to be data is an addend of the others: they are looked at again."""

MOST_BOUNDS = 40
"""Earlier totals up to which a row may reach back; those of an outline are nested a few levels deep."""


@dataclass(frozen=True)
class Candidate:
    """`label` is None for a blank cell, and for a row that only stands at an end; `cell` is what stands there."""

    row: int
    column: str
    cell: str | None
    label: Label | None


@dataclass(frozen=True)
class Found:
    candidate: Candidate
    fit: Fit

    @property
    def figure(self) -> Figure:
        return self.candidate.label.figure if self.candidate.label else Figure.SUM


@dataclass(frozen=True)
class Doubt:
    """A row that agrees with `rows`, as chance may have it."""

    standing: Standing
    rows: Mask


@dataclass
class Search:
    """`data` are the rows that are counted: neither candidates nor what was found already."""

    cells: TableCells
    measures: Sequence[Measure]
    data: Mask
    found: dict[int, Found] = field(default_factory=dict)
    doubted: dict[int, Doubt] = field(default_factory=dict)
    """Rows that agree with others, as chance may have it."""
    _running: list[Numbers] = field(default_factory=list)

    def run(self, candidates: Sequence[Candidate]) -> dict[int, Found]:
        left = self._look(list(candidates))
        if together := self._together(left):
            for candidate, doubt in together:
                self.found[candidate.row] = Found(candidate, doubt.standing.fit)
                self.doubted.pop(candidate.row)
            self._count(list(self.found), as_data=False)
            self._look([c for c in left if c.row not in self.found])
        return self.found

    def _together(self, left: Sequence[Candidate]) -> list[tuple[Candidate, Doubt]]:
        """Rows of which none is believed alone: several of them that agree, each with rows of its own, seldom do so by chance."""
        like = [c for c in left if c.label and c.label.figure is Figure.SUM and not c.label.is_name_too]
        agree = [(c, d) for c in like if (d := self.doubted.get(c.row)) and d.standing.may_be_one_of_several()]
        if len(agree) < FEWEST or len(agree) * 2 < len(like):
            return []
        summed = np.sum([doubt.rows for _, doubt in agree], axis=0)
        if summed.max(initial=0) > 1:
            return []
        last = max(c.row for c, _ in agree)
        without_gaps = len(agree) == len(like) and bool(
            np.all(summed[:last] | ~self.data[:last] | self._marked(agree)[:last])
        )
        digits = sum(doubt.standing.digits for _, doubt in agree)
        return agree if digits >= (SURE_TOGETHER if without_gaps else SURE) else []

    def _marked(self, agree: Sequence[tuple[Candidate, Doubt]]) -> Mask:
        marked = np.zeros(len(self.data), bool)
        marked[[candidate.row for candidate, _ in agree]] = True
        return marked

    def _look(self, left: list[Candidate]) -> list[Candidate]:
        """Several times, until nothing changes; what is left is data."""
        self._count([c.row for c in left], as_data=False)
        for turn in range(MOST_ROUNDS):
            before = len(self.found)
            for candidate in left:
                if fitting := self._fit(candidate):
                    self.found[candidate.row] = Found(candidate, fitting)
                    self._count([candidate.row], as_data=False)
            left = [c for c in left if c.row not in self.found]
            self._count([c.row for c in left], as_data=True)
            if not left or (turn and len(self.found) == before):
                break
        return left

    def _count(self, rows: list[int], *, as_data: bool) -> None:
        if bool(np.any(self.data[rows] != as_data)) or not self._running:
            self.data[rows] = as_data
            self._running = [running_sum(np.where(self.data, measure.cells, 0.0)) for measure in self.measures]

    def _fit(self, candidate: Candidate) -> Fit | None:
        figure = candidate.label.figure if candidate.label else Figure.SUM
        for block, says_which in self._blocks(candidate):
            if figure is Figure.SUM and isinstance(block, range) and not self._may_sum(candidate.row, block):
                continue
            chosen = self._mask(block) if isinstance(block, range) else block
            found = fit(self.measures, candidate.row, chosen, figure) if chosen.any() else NO_FIT
            if not found.holds:
                continue
            standing = self._standing(candidate, chosen, found, says_which=says_which)
            if standing.is_enough():
                self.doubted.pop(candidate.row, None)
                return found
            self.doubted.setdefault(candidate.row, Doubt(standing, chosen))
        return None

    def _standing(self, candidate: Candidate, chosen: Mask, found: Fit, *, says_which: bool) -> Standing:
        row, figure = candidate.row, candidate.label.figure if candidate.label else Figure.SUM
        digits, columns = digits_of_proof(self.measures, row, chosen, found, figure)
        return Standing(
            label=candidate.label,
            is_blank=candidate.cell is None,
            fit=found,
            digits=digits,
            columns=columns,
            is_last=row == len(self.data) - 1,
            at_an_end=not (self.data[:row].any() and self.data[row + 1 :].any()),
            of_all=self._is_of_all(row, chosen, found),
            nets=any(self._has_both_signs(m, chosen) for m in self.measures if m.name in found.agree),
            says_which=says_which,
            holds_names=self._holds_names(candidate, chosen),
            describes_itself=self._describes_itself(candidate, chosen),
            others=len(self.found),
            beside=any(abs(other - row) == 1 for other in self.found),
        )

    def _is_of_all(self, row: int, chosen: Mask, found: Fit) -> bool:
        others = self.data.copy()
        others[row] = False
        said = sum(1 for measure in self.measures if not np.isnan(measure.cells[row]))
        return len(found.agree) == said and bool(np.array_equal(chosen, others))

    @staticmethod
    def _has_both_signs(measure: Measure, chosen: Mask) -> bool:
        cells = measure.cells[chosen]
        return bool(np.any(cells < 0) and np.any(cells > 0))

    def _holds_names(self, candidate: Candidate, chosen: Mask) -> bool:
        """Two rows of which one is called like a total as well: the column has names of words, a team called All Hands."""
        rows = np.flatnonzero(chosen)
        if candidate.label is None or len(rows) > FEWEST:
            return False
        return any(label_of(self.cells.text_at(candidate.column, int(row))) for row in rows)

    def _describes_itself(self, candidate: Candidate, chosen: Mask) -> bool:
        """Has it a text of its own beside its label, as things have that are counted, and sums of them do not?"""
        for name in self.cells.texts:
            codes = self.cells.codes(name)
            own = codes[candidate.row]
            if name == candidate.column or not own or bool(np.all(codes[chosen] == own)):
                continue
            if label_of(self.cells.text_at(name, candidate.row)) is None:
                return True
        return False

    def _may_sum(self, row: int, block: range) -> bool:
        """By the running sums, without a look at the rows: most blocks are far from what a row says."""
        for measure, running in zip(self.measures, self._running, strict=True):
            total, added = measure.cells[row], running[block.stop] - running[block.start]
            if abs(added - total) <= tolerance(total, len(block), measure.unit, float(abs(running).max())):
                return True
        return False

    def _adds_up_to_all(self, row: int) -> bool:
        for measure, running in zip(self.measures, self._running, strict=True):
            total, own = measure.cells[row], measure.cells[row] if self.data[row] else 0.0
            if abs(running[-1] - own - total) <= tolerance(
                total, len(self.data), measure.unit, float(abs(running).max())
            ):
                return True
        return False

    def _mask(self, block: range) -> Mask:
        chosen = np.zeros(len(self.data), bool)
        chosen[block.start : block.stop] = self.data[block.start : block.stop]
        return chosen

    def _blocks(self, candidate: Candidate) -> Iterator[tuple[Mask | range, bool]]:
        """What it may sum up, and whether it says so itself: rows above since an earlier total, its own group, rows below, all rows; the nearest first."""
        row, last = candidate.row, len(self.data)
        others = sorted({*self.found, *np.flatnonzero(~self.data).tolist()} - {row})
        if candidate.label and candidate.label.of:
            yield self._named(candidate.label.of), True
            if (head := self._head(candidate.column, candidate.label.of, row)) is not None:
                yield range(head + 1, row), True
        yield from (
            (range(start + 1, row), False) for start in self._bounds([-1, *(o for o in others if o < row)][::-1])
        )
        yield self._group(candidate), True
        yield from ((range(row + 1, end), False) for end in self._bounds([*(o for o in others if o > row), last]))
        if not self._adds_up_to_all(row) and (candidate.label is None or candidate.label.figure is Figure.SUM):
            return
        everything = self.data.copy()
        everything[row] = False
        yield everything, False

    @staticmethod
    def _bounds(nearest_first: Sequence[int]) -> list[int]:
        """The nearest ones and the end of the table."""
        return list(dict.fromkeys([*nearest_first[:MOST_BOUNDS], nearest_first[-1]]))

    def _named(self, of: str) -> Mask:
        """Rows in which the rest of the label stands: "Nord" of "Summe Nord"."""
        chosen = np.zeros(len(self.data), bool)
        for name in self.cells.texts:
            chosen |= as_mask(pc.equal(pc.utf8_lower(pc.utf8_trim_whitespace(self.cells.column(name))), of))
        return chosen & self.data

    def _head(self, column: str, of: str, before: int) -> int | None:
        """The row without numbers under which "Income" stands, of "Total Income"."""
        empty = np.all([np.isnan(measure.cells[:before]) for measure in self.measures], axis=0)
        heads = np.flatnonzero(empty)[::-1][:MOST_BOUNDS].tolist()
        return next((row for row in heads if " ".join(words_of(self.cells.text_at(column, row))) == of), None)

    def _group(self, candidate: Candidate) -> Mask:
        """Rows that are about the same as this one, as far as it says what it is about."""
        chosen = self.data.copy()
        chosen[candidate.row] = said = False
        for name in self.cells.keys:
            if name == candidate.column:
                continue
            codes = self.cells.codes(name)
            if codes[candidate.row]:
                said = True
                chosen &= codes == codes[candidate.row]
        return chosen if said else np.zeros(len(self.data), bool)


def running_sum(cells: Numbers) -> Numbers:
    """Before each row, and at last of all; what is missing adds nothing."""
    return np.concatenate([[0.0], np.cumsum(np.nan_to_num(cells))])


def labelled_rows(labels: Mapping[str, Mapping[int, str]], parse: Mapping[str, Label]) -> dict[int, Candidate]:
    """One candidate for each row: labelled in the first column that says so."""
    found: dict[int, Candidate] = {}
    for column, cells in labels.items():
        for row, cell in cells.items():
            found.setdefault(row, Candidate(row, column, cell, parse[cell]))
    return found
