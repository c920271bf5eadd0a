"""What a table says of its rows that sum up others, and of those that only are called so."""

from __future__ import annotations

from collections.abc import Sequence

from services.dataproc.reading.totals.model import TotalsRow
from services.dataproc.reading.totals.single_rows import Candidate
from services.dataproc.reading.totals.words import Figure

SHOWN = 3
"""Rows that are told one by one."""
MOST_MISNAMED = 3
"""So often a word is a name: a brand, a film for all."""


def totals_sentences(rows: Sequence[TotalsRow], *, left_out: bool) -> tuple[str, ...]:
    out = "questions leave {} out" if left_out else "no few cells tell {} from other rows, so questions count {}"
    if len(rows) <= SHOWN:
        return tuple(
            f"row {row.row:,} {called(row)} = {row.figure} of {row.sums}; {out.format('it', 'it')}" for row in rows
        )
    labels = list(dict.fromkeys(called(row) for row in rows))
    more = ", …" if len(rows) > SHOWN else ""
    shown = ", ".join(f"{row.row:,}" for row in rows[:SHOWN])
    named = ", ".join(labels[:SHOWN]) + (", …" if len(labels) > SHOWN else "")
    return (f"{len(rows):,} rows sum up others (rows {shown}{more}: {named}); {out.format('them', 'them')}",)


def called(row: TotalsRow) -> str:
    return f"with a blank {row.column}" if row.label is None else repr(row.label)


def misnamed_sentence(left: Sequence[Candidate]) -> tuple[str, ...]:
    """A row that is called a total and is none is data, which a reader should know."""
    bare = [c for c in left if c.label and c.label.bare and c.label.figure is Figure.SUM]
    if not 0 < len(bare) <= MOST_MISNAMED:
        return ()
    return tuple(
        f"row {c.row + 1:,} is called {c.cell!r}, but is not the sum of other rows: it is counted as data" for c in bare
    )
