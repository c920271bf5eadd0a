"""Columns that a question names in brackets, behind a description in its own words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from services.nlq.planner.lexicon.tokens import Token
from services.nlq.planner.linking.rows import names_of_rows
from services.nlq.planner.linking.schema import Column, Schema

_IN_BRACKETS = re.compile(r"\(([^()]{1,60})\)")
_ENDS_A_DESCRIPTION = frozenset(
    "and or between while when with by versus vs is are do does than if that compared not without "
    "average mean median mode minimum maximum highest lowest most least common frequent range quartiles percentile standard deviation "
    "variance variances variability variation variations dispersion spread skewness kurtosis asymmetry normal distribution outliers "
    "correlation relationship association total sum".split()
)
"""Words that join or that ask for something: none of them only describes."""
LONGEST_DESCRIPTION = 16
DESCRIBED = 0.1
"""What is said before a column's name in brackets describes it; where the description begins is left to the rules."""


def described_columns(text: str, tokens: Sequence[Token], schema: Schema) -> Iterator[tuple[int, int, Column, float]]:
    """ "the amount spent on meat (MntMeatProducts)": a description, and in brackets the name that settles what it is."""
    for match in _IN_BRACKETS.finditer(text):
        inside = [i for i, t in enumerate(tokens) if t.start >= match.start() and t.end <= match.end()]
        column = _only_column(tuple(tokens[i].stem for i in inside), schema)
        if column is None:
            continue
        start, end = inside[0], inside[-1] + 1
        before = text.rfind(")", 0, match.start())
        rows = {name[-1] for table in schema.tables for name in names_of_rows(table)}
        while start > 0 and inside[0] - start < LONGEST_DESCRIPTION:
            start -= 1
            if tokens[start].norm in _ENDS_A_DESCRIPTION or tokens[start].stem in rows or tokens[start].start < before:
                break  # "the dearest film (insured)" asks for a film
            yield start, end, column, DESCRIBED + 0.005 * (inside[0] - start)


def _only_column(stems: tuple[str, ...], schema: Schema) -> Column | None:
    """The one whose name these are, or the only one in whose name all of them stand."""
    if not stems:
        return None
    named = [c for c in schema.columns if c.stems == stems or "".join(c.stems) == "".join(stems)]
    found = named or [c for c in schema.columns if set(stems) <= set(c.stems)]
    return found[0] if len(found) == 1 else None
