"""A result beside that of a second, independent computation in SQL: do they agree, and where do they part? Pure.

Both are results of the jail. A second author names columns, and orders columns and rows, in their own way; that says nothing about the
numbers. What counts are the numbers, each in a row with the same labels: texts, dates, truths.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice, permutations

from services.nlq.domain import Verification
from shared.plan.agreement import compare, same_cell
from shared.plan.result import Cell, Result, Row, is_number, rest_of
from shared.prose import shown_value

# Ways in which columns can be paired grow with their factorial. All are tried of six columns and a few rows; of larger results the likely
# ones, which come first: a pairing of 100,000 cells takes about a second.
MOST_PAIRINGS = 720
MOST_CELLS = 100_000
# From two decimals on a number is taken for a rounded one: 120.5 may well be exact, and 120.46 something else.
ROUNDED_FROM = 2
_MOST_DECIMALS = 6


def verify(first: Result, second: Result) -> Verification:
    """`first` is what is shown, `second` what SQL found."""
    if len(first.columns) != len(second.columns):
        return _not_compared(
            f"it has {_counted(len(second.columns), 'column')} where the code has {len(first.columns)}"
        )
    if first.rows is None or second.rows is None:
        return _not_compared("the results are too large to be held side by side")
    if first.total_rows != second.total_rows:
        shown = f"{_counted(second.total_rows, 'row')} where the code gives {first.total_rows:,}"
        return Verification(outcome="differs", sentence=f"The second computation, in SQL, gives {shown}.")
    if any(_agree(first, paired) for paired in _pairings(first, second)):
        return Verification(outcome="agrees", sentence="A second computation, in SQL, gives the same.")
    for paired in _pairings(first, second):
        if decimals := _agreeing_decimals(first, paired):
            return Verification(
                outcome="agrees", sentence=f"A second computation, in SQL, gives the same to {decimals} decimals."
            )
    return _parting(first, next(_pairings(first, second), second))


def not_verified(reason: str) -> Verification:
    """For a second computation that came to no result; `reason` ends no sentence."""
    return _not_compared(reason)


def _not_compared(reason: str) -> Verification:
    return Verification(
        outcome="not_compared", sentence=f"The second computation, in SQL, could not be compared: {reason}."
    )


def _pairings(first: Result, second: Result) -> Iterator[Result]:
    """`second` with its columns where those of `first` are: of the same name where there is one, and numbers with numbers."""
    kinds = [_kind(first, place) for place in range(len(first.columns))]
    theirs = [_kind(second, place) for place in range(len(second.columns))]
    orders = (
        order
        for order in islice(_orders(first.columns, second.columns), MOST_PAIRINGS)
        if all(_may_meet(kind, theirs[place]) for kind, place in zip(kinds, order, strict=True))
    )
    cells = max(1, first.total_rows * len(first.columns))
    for order in islice(orders, max(1, MOST_CELLS // cells)):
        yield _with_columns(second, order, first.columns)


def _orders(names: Sequence[str], others: Sequence[str]) -> Iterator[tuple[int, ...]]:
    """For every column the place of its partner. Those of one name belong together: figures that have changed places between them differ."""
    free = list(range(len(others)))
    partners: list[int | None] = []
    for name in names:
        partners.append(next((place for place in free if others[place].casefold() == name.casefold()), None))
        free = [place for place in free if place != partners[-1]]
    for order in permutations(free):
        unnamed = iter(order)
        yield tuple(next(unnamed) if partner is None else partner for partner in partners)


def _kind(result: Result, place: int) -> bool | None:
    """Whether the column is one of numbers; None when it holds nothing."""
    cells = [row[place] for row in result.rows or () if row[place] is not None]
    return all(map(is_number, cells)) if cells else None


def _may_meet(kind: bool | None, other: bool | None) -> bool:
    return kind is None or other is None or kind == other


def _with_columns(result: Result, order: Sequence[int], names: Sequence[str]) -> Result:
    return Result.of_columns(names, [[row[place] for row in result.rows or ()] for place in order])


def _agree(first: Result, second: Result) -> bool:
    return compare(first, second) is None


def _agreeing_decimals(first: Result, second: Result) -> int | None:
    """To how many decimals the two agree, where one of them was rounded to so many."""
    for rounded, exact in ((first, second), (second, first)):
        decimals = max((_decimals(cell) for row in rounded.rows or () for cell in row), default=0)
        if ROUNDED_FROM <= decimals <= _MOST_DECIMALS and _agree(rounded, _rounded(exact, decimals)):
            return decimals
    return None


def _decimals(cell: Cell) -> int:
    if not isinstance(cell, float):
        return 0
    digits = repr(cell)
    return len(digits.partition(".")[2]) if "e" not in digits and not cell.is_integer() else 0


def _rounded(result: Result, decimals: int) -> Result:
    rows = [[round(cell, decimals) if isinstance(cell, float) else cell for cell in row] for row in result.rows or ()]
    return Result.of_columns(result.columns, [[row[place] for row in rows] for place in range(len(result.columns))])


def _parting(first: Result, second: Result) -> Verification:
    """The first pair of numbers that differ, under the labels that both have."""
    rows, others = _in_order(first), _in_order(second)
    if Counter(map(rest_of, rows)) != Counter(map(rest_of, others)):
        return _parting_labels(rows, others)
    for row, other in zip(rows, others, strict=True):
        for name, cell, against in zip(first.columns, row, other, strict=True):
            if not same_cell(cell, against):
                return Verification(outcome="differs", sentence=_difference(first, row, name, cell, against))
    return _not_compared("its columns cannot be told apart")


def _in_order(result: Result) -> list[Row]:
    """By labels, then by numbers."""
    return sorted(result.rows or (), key=lambda row: (repr(rest_of(row)), [float(c) for c in row if is_number(c)]))  # type: ignore[arg-type]


def _parting_labels(rows: Sequence[Row], others: Sequence[Row]) -> Verification:
    """Rows of one value each differ in it; of others it is open whether they mean the same under another name."""
    if len(rows) == 1 and len(rows[0]) == 1:
        values = f"{shown_value(others[0][0])} where the code gives {shown_value(rows[0][0])}"
        return Verification(outcome="differs", sentence=f"The second computation, in SQL, gives {values}.")
    return _not_compared("its rows are named in another way, or are others")


def _difference(result: Result, row: Row, name: str, cell: Cell, against: Cell) -> str:
    labels = [str(label) for label in row if label is not None and not is_number(label)]
    where = f" for {', '.join(labels)}" if labels else ""
    what = f" as {name}" if len(result.columns) - len(labels) > 1 else ""
    values = f"{_exact(against, cell)} where the code gives {_exact(cell, against)}"
    return f"The second computation, in SQL, gives {values}{what}{where}."


def _exact(cell: Cell, beside: Cell) -> str:
    """As people write it, unless two different numbers would look the same."""
    return shown_value(cell) if shown_value(cell) != shown_value(beside) else repr(cell)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
