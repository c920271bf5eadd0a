"""When two results say the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Outcome:
    """A result by its columns; `ordered` when the order of rows is part of it."""

    columns: tuple[tuple[Any, ...], ...]
    ordered: bool = False

    @property
    def rows(self) -> int:
        return len(self.columns[0]) if self.columns else 0


def say_the_same(left: Outcome, right: Outcome) -> bool:
    """Whether the columns of one are all among those of the other, row by row: showing more beside an answer is no other answer."""
    few, many = sorted((left, right), key=lambda o: len(o.columns))
    if few.rows != many.rows:
        return False
    where: list[int] = []
    for column in few.columns:
        found = next(
            (i for i, other in enumerate(many.columns) if i not in where and _bag(column) == _bag(other)), None
        )
        if found is None:
            return False
        where.append(found)
    chosen = [many.columns[i] for i in where]
    if left.ordered and right.ordered:
        return list(zip(*few.columns, strict=True)) == list(zip(*chosen, strict=True))
    return _bag(zip(*few.columns, strict=True)) == _bag(zip(*chosen, strict=True))


def _bag(values: Any) -> list[str]:
    return sorted(map(repr, values))
