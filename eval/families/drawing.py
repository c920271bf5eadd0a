"""What a family draws: one question in several wordings, with its answer computed twice."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

import duckdb
import pandas as pd

from eval.families.subjects import World
from eval.grading.cells import number, same
from eval.running import result_of
from services.dataproc.jail.cells import cell

Row = list[Any]
Found = TypeVar("Found")
Shape = Literal["scalar", "set", "rows", "order"]


class Disagreement(Exception):
    """pandas and DuckDB gave different answers to a question: its family is wrong."""


@dataclass(frozen=True)
class Drawn:
    """`value` is what pandas found: a scalar, a list, a Series with its keys as index, or a frame; `sql` finds it with DuckDB.

    `instead` are other answers that are as right: rows may be told by their codes or by their names.
    `times`: multiples of the numbers that are right, too (a share as a fraction or in percent, a difference of either sign).
    """

    wordings: Sequence[str]
    value: Any
    sql: str
    shape: Shape = "scalar"
    times: tuple[float, ...] = (1,)
    instead: tuple[Drawn, ...] = ()
    then: tuple[Drawn | Told, ...] = ()


@dataclass(frozen=True)
class Told:
    """A question that is not answered by a value: `expect` says what should come."""

    wordings: Sequence[str]
    expect: Mapping[str, Any]


class Pick:
    """Choices of one family over one world: the same in every run."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)  # noqa: S311 - questions, not secrets

    def some(self, things: Sequence[Found], most: int) -> list[Found]:
        return self._random.sample(list(things), min(most, len(things)))

    def one(self, things: Sequence[Found]) -> Found:
        return self._random.choice(things)


def any_of(answers: Sequence[Drawn]) -> Drawn:
    """The first one's question, with the others' answers instead of its own, too."""
    return replace(answers[0], instead=tuple(answers[1:]))


Family = Callable[[World, Pick], Iterator[Drawn | Told]]
FAMILIES: dict[str, Family] = {}
"""Every family by its name, which is its items' `kind`."""


def family(name: str) -> Callable[[Family], Family]:
    """Several functions may draw for one family: a phenomenon has more than one form."""

    def add(draw: Family) -> Family:
        before = FAMILIES.get(name)
        FAMILIES[name] = draw if before is None else _both(before, draw)
        return draw

    return add


def _both(one: Family, other: Family) -> Family:
    def draw(world: World, pick: Pick) -> Iterator[Drawn | Told]:
        yield from one(world, pick)
        yield from other(world, pick)

    return draw


class Answers:
    """Right answers over one world's tables, which DuckDB holds as tables of its own."""

    def __init__(self, world: World) -> None:
        self._database = duckdb.connect(config={"threads": 1})  # thousands of tiny queries
        for subject in world.subjects:
            self._database.register("cells", subject.frame)
            self._database.execute(f"CREATE TABLE {subject.name} AS SELECT * FROM cells")

    def expected(self, drawn: Drawn | Told) -> dict[str, Any]:
        """What a set's line says is expected. Raises Disagreement."""
        if isinstance(drawn, Told):
            return dict(drawn.expect)
        if drawn.instead:
            return {"check": "any", "of": [self.expected(one) for one in (replace(drawn, instead=()), *drawn.instead)]}
        rows = rows_of(drawn.value)
        self.check_twice(drawn, rows)
        match drawn.shape:
            case "scalar":
                return {"check": "scalar", "values": [_times(rows[0][0], factor) for factor in drawn.times]}
            case "set":
                return {"check": "set", "values": [row[0] for row in rows]}
            case "order":
                return {"check": "order", "values": [row[0] for row in rows]}
            case "rows":
                return {"check": "rows", "rows": [[_scaled(row, factor) for row in rows] for factor in drawn.times]}

    def check_twice(self, drawn: Drawn, rows: list[Row]) -> None:
        found = [[cell(value) for value in row] for row in self._database.execute(drawn.sql).fetchall()]
        both = (rows, found) if drawn.shape == "order" else (sorted(rows, key=_order), sorted(found, key=_order))
        if not rows or len(rows) != len(found) or not all(map(_same_row, *both)):
            raise Disagreement(f"{drawn.wordings[0]}: pandas {rows[:5]}, DuckDB {found[:5]} by {drawn.sql}")


def rows_of(value: Any) -> list[Row]:
    if isinstance(value, pd.Series):
        value = value.reset_index()
    if isinstance(value, pd.DataFrame):
        return [list(row) for row in result_of(value).rows]
    if isinstance(value, list):
        return [[cell(item)] for item in value]
    return [[cell(value)]]


def _same_row(one: Row, other: Row) -> bool:
    return len(one) == len(other) and all(map(same, one, other))


def _order(row: Row) -> list[tuple[float, str]]:
    """Any order that both have in common: numbers by value, the rest as text."""
    shown = ((number(value), value) for value in row)
    return [(0.0, str(value)) if found is None else (found, "") for found, value in shown]


def _scaled(row: Row, factor: float) -> Row:
    return [*row[:-1], _times(row[-1], factor)]


def _times(value: Any, factor: float) -> Any:
    return value if factor == 1 or value is None else value * factor
