"""A few rows that show what the rows of a table are like, for who will never see the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

SAMPLED = 3
LONGEST_CELL = 80  # characters: a row shows how cells are written, not all that is written in them


def sample_rows(head: Mapping[str, Sequence[Any]]) -> list[list[Any]]:
    """Some of the first rows, in their order; `head` are the columns' cells of these, as the profile shows cells."""
    cells = list(head.values())
    return [[_cut(column[place]) for column in cells] for place in sorted(choose_rows(cells))]


def choose_rows(columns: Sequence[Sequence[Any]]) -> list[int]:
    """Places of the rows that tell most: each is the one with the most cells that no row before it has, the first of equals. A gap tells nothing."""
    left = list(range(min(map(len, columns), default=0)))
    shown: list[set[Any]] = [set() for _ in columns]
    chosen: list[int] = []
    while left and len(chosen) < SAMPLED:
        told = {place: sum(_is_news(c[place], seen) for c, seen in zip(columns, shown, strict=True)) for place in left}
        best = max(left, key=lambda place: (told[place], -place))
        if not told[best]:
            break
        chosen.append(best)
        left.remove(best)
        for column, seen in zip(columns, shown, strict=True):
            seen.add(column[best])
    return chosen


def _is_news(cell: Any, seen: set[Any]) -> bool:
    return cell is not None and cell not in seen


def _cut(cell: Any) -> Any:
    return f"{cell[: LONGEST_CELL - 1]}…" if isinstance(cell, str) and len(cell) > LONGEST_CELL else cell
