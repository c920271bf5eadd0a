"""Rows that sum up others, in a table as it was written: the words say where to look, the arithmetic decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from services.dataproc.reading.model import Column
from services.dataproc.reading.totals.arithmetic import Measure
from services.dataproc.reading.totals.balances import Balance, find_balances
from services.dataproc.reading.totals.cells import TableCells
from services.dataproc.reading.totals.members import Member, find_members
from services.dataproc.reading.totals.model import Totals, TotalsRow
from services.dataproc.reading.totals.said import misnamed_sentence, totals_sentences
from services.dataproc.reading.totals.single_rows import Candidate, Found, Search, labelled_rows
from services.dataproc.reading.totals.telling import told_by
from services.dataproc.reading.totals.words import Figure, label_of

MOST_ROWS = 16_000_000
"""Of a longer table no column of numbers is held at once, and hence no total is looked for."""
UNSAID_ROWS = 100_000
"""Rows up to which the first and the last row are looked at without a word: larger exports have no such row."""
COMPARED = 20_000_000
"""Rows times candidates: what is looked at one by one."""
SPANS_AMONG = 3
"""A quarter stands for three months: where more of the rows are called so, they are the data."""
FEW_CANDIDATES = 4
MOST_LISTED = 100
MOST_BLANK = 3
"""One row in so many may have a blank label; where more have, blank means as above."""


def find_totals(
    path: Path,
    rows: int,
    columns: Sequence[Column],
    summaries: Mapping[str, Mapping[str, Any]],
    values: Mapping[str, Sequence[str]],
) -> Totals:
    """`summaries` and `values` are those of the table's profile."""
    if not 2 <= rows <= MOST_ROWS or not any(column.type.sums for column in columns):
        return Totals()
    cells = TableCells(path, rows, columns, summaries, values)
    labels = {name: found for name in cells.texts if (found := cells.labels(name))}
    blank = _blank_rows(cells)
    if not labels and not blank and rows > UNSAID_ROWS:
        return Totals()
    measures = cells.measures()
    if not measures:
        return Totals()
    members = {member.row: member for member in find_members(cells, labels, measures)}
    candidates = _candidates(cells, labels, members)
    search = _search(cells, measures, members)
    single = _without_chance(search.run(candidates), candidates, rows) if candidates else {}
    single |= _unsaid(cells, measures, members, single, blank)
    balances = find_balances(measures, candidates, single)
    left = [c for c in candidates if c.row not in single and c.row not in balances]
    return _told(cells, measures, members, single, balances, misnamed_sentence(left, search.doubted))


def _candidates(
    cells: TableCells, labels: Mapping[str, Mapping[int, str]], members: Mapping[int, Member]
) -> list[Candidate]:
    parsed = {cell: label for found in labels.values() for cell in found.values() if (label := label_of(cell))}
    found = [c for c in labelled_rows(labels, parsed).values() if c.row not in members]
    spans = sum(1 for c in found if c.label and c.label.is_span)
    if spans * SPANS_AMONG > cells.rows:
        found = [c for c in found if c.label and not c.label.is_span]
    most = max(4, COMPARED // cells.rows)
    kept = sorted(found, key=lambda c: not (c.label and c.label.bare))[:most]  # of too many, those that say it plainly
    return sorted(kept, key=lambda c: (bool(c.label and c.label.figure is not Figure.SUM), c.row))


def _without_chance(found: dict[int, Found], candidates: Sequence[Candidate], rows: int) -> dict[int, Found]:
    """Where most rows that are called so are none, the word is a name there, and a few may add up by chance: not half of the table, though its
    mean is met easily. Nor do many rows each stand for most of it: "Average" between "Low" and "High" is a name, too."""
    over_most = Counter(one.figure for one in found.values() if _is_over_most(one, rows - len(found)))
    names = {figure for figure, count in over_most.items() if count > FEW_CANDIDATES}
    found = {row: one for row, one in found.items() if one.figure not in names}
    if len(candidates) <= FEW_CANDIDATES or 2 * len(found) >= len(candidates):
        return found
    return {
        row: one for row, one in found.items() if one.figure is Figure.SUM and _is_over_most(one, rows - len(found))
    }


def _is_over_most(one: Found, rows: int) -> bool:
    return 2 * one.fit.addends >= rows


def _search(cells: TableCells, measures: Sequence[Measure], rows: Mapping[int, object]) -> Search:
    data = np.ones(cells.rows, bool)
    data[list(rows)] = False
    return Search(cells, measures, data)


def _blank_rows(cells: TableCells) -> list[Candidate]:
    """Rows without any text or date, in a table whose first column has them elsewhere."""
    if not cells.keys:
        return []
    blank = np.ones(cells.rows, bool)
    for name in cells.keys:
        blank &= cells.blank_rows(name)
        if not blank.any():
            return []
    rows = np.flatnonzero(blank)
    return (
        [Candidate(int(row), cells.keys[0], None, None) for row in rows] if len(rows) * MOST_BLANK <= cells.rows else []
    )


def _unsaid(
    cells: TableCells,
    measures: Sequence[Measure],
    members: Mapping[int, Member],
    single: Mapping[int, Found],
    blank: list[Candidate],
) -> dict[int, Found]:
    """Blank labels, all of which have to fit, or the last row alone; and an ordinary label in the first or the last row."""
    search = _search(cells, measures, {**members, **single})
    free = [c for c in blank if c.row not in single and c.row not in members]
    if free:
        found = search.run(free[:MOST_LISTED])
        last = {row: one for row, one in found.items() if row == cells.rows - 1}
        return found if len(found) == len(free) else last
    if members or single or cells.rows > UNSAID_ROWS or not cells.keys or cells.is_timeline(label := cells.keys[0]):
        return {}
    ends = [Candidate(row, label, cells.text_at(label, row), None) for row in (cells.rows - 1, 0)]
    return next((found for end in ends if (found := _search(cells, measures, {}).run([end]))), {})


def _told(
    cells: TableCells,
    measures: list[Measure],
    members: Mapping[int, Member],
    single: Mapping[int, Found],
    balances: Mapping[int, Balance],
    misnamed: tuple[str, ...],
) -> Totals:
    rows = [
        *(_row(m.row, m.column, m.label, Figure.SUM, m.addends, m.agree) for m in members.values()),
        *(
            _row(row, f.candidate.column, f.candidate.cell, f.figure, f.fit.addends, f.fit.agree)
            for row, f in single.items()
        ),
        *(_row_of_balance(row, balance) for row, balance in balances.items()),
    ]
    rows.sort(key=lambda row: row.row)
    if not rows:
        return Totals(warnings=misnamed, misnamed=misnamed)
    told = told_by(cells, {row.row - 1: row.column for row in rows}, measures)
    warnings = (*totals_sentences(rows, left_out=told is not None), *misnamed)
    return Totals(tuple(rows[:MOST_LISTED]), len(rows), told or (), warnings, misnamed)


def tell_anew(
    totals: Totals,
    path: Path,
    rows: int,
    columns: Sequence[Column],
    summaries: Mapping[str, Mapping[str, Any]],
    values: Mapping[str, Sequence[str]],
) -> Totals:
    """The same rows, told by the cells of a table in which their labels have become missing."""
    cells = TableCells(path, rows, columns, summaries, values)
    told = told_by(cells, {row.row - 1: row.column for row in totals.rows}, cells.measures())
    warnings = (*totals_sentences(totals.rows, left_out=told is not None), *totals.misnamed)
    return replace(totals, told_by=told or (), warnings=warnings)


def _row_of_balance(row: int, balance: Balance) -> TotalsRow:
    first, *others = (f"{line + 1:,}" for line in balance.of)
    of = f"rows {', '.join([first, *others[:-1]])} and {others[-1]}"
    check = f"{Figure.DIFFERENCE} of {of} in {_columns(balance.agree)}"
    return TotalsRow(row + 1, balance.candidate.column, balance.candidate.cell, Figure.DIFFERENCE, of, check)


def _columns(agree: Sequence[str]) -> str:
    more = f" and {len(agree) - 3} more" if len(agree) > 3 else ""
    return ", ".join(agree[:3]) + more


def _row(row: int, column: str, label: str | None, figure: Figure, addends: int, agree: Sequence[str]) -> TotalsRow:
    check = f"{figure} of {addends:,} row{'s' if addends != 1 else ''} in {_columns(agree)}"
    return TotalsRow(row + 1, column, label, figure, f"{addends:,} row{'s' if addends != 1 else ''}", check)
