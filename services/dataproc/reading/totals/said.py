"""What a table says of its rows that sum up others, and of those that only are called so."""

from __future__ import annotations

from collections.abc import Container, Sequence

from services.dataproc.reading.totals.model import TotalsRow
from services.dataproc.reading.totals.single_rows import Candidate

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


def misnamed_sentence(left: Sequence[Candidate], doubted: Container[int]) -> tuple[str, ...]:
    """A row that is called a total or a mean and is none is data, which a reader should know. `doubted` are those that agree by chance, perhaps."""
    bare = [(c, c.label.figure) for c in left if c.label and c.label.bare and not c.label.is_name_too]
    if not 0 < len(bare) <= MOST_MISNAMED:
        return ()
    return tuple(
        f"row {c.row + 1:,} is called {c.cell!r}, but is not the {figure} of other rows: it is counted as data"
        if c.row not in doubted
        else f"row {c.row + 1:,} is called {c.cell!r} and agrees with other rows, as it may by chance: it is counted as data"
        for c, figure in bare
    )
