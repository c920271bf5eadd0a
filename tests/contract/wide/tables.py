"""Tables of 3,000 columns: the columns that a trade has, among thousands that are named in the manner of the same trade."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product

from services.nlq.planner.facts import ColumnFacts, TableFacts
from shared.columns import ColumnType

WIDTH = 3000
KINDS = {
    "n": ColumnType.DECIMAL,
    "i": ColumnType.INTEGER,
    "d": ColumnType.DATE,
    "t": ColumnType.DATETIME,
    "c": ColumnType.CATEGORY,
    "x": ColumnType.TEXT,
    "k": ColumnType.IDENTIFIER,
    "b": ColumnType.BOOLEAN,
}


@dataclass(frozen=True)
class Own:
    """A column that questions ask for. `values` are texts of its cells, `labels` and `definition` its dictionary entry."""

    name: str
    kind: str
    values: str = ""
    labels: str = ""
    definition: str = ""
    unit: str | None = None


def wide_table(name: str, own: Sequence[Own], others: Iterator[tuple[str, str]], seed: int) -> TableFacts:
    """The trade's own columns anywhere among others; most of these have facts of their own, too."""
    chance = random.Random(seed)
    taken = {column.name for column in own}
    columns = [_own(column) for column in own]
    for other, kind in others:
        if len(columns) == WIDTH:
            break
        if other not in taken:
            taken.add(other)
            columns.append(_other(other, kind, chance))
    assert len(columns) == WIDTH, len(columns)
    chance.shuffle(columns)
    keys = tuple(column.name for column in own if column.kind == "k")[:1]
    return TableFacts(table_id="t", name=name, rows=48_211, columns=tuple(columns), candidate_keys=keys)


def _own(column: Own) -> ColumnFacts:
    values = tuple(filter(None, column.values.split("|")))
    return ColumnFacts(
        name=column.name,
        source_name=column.name,
        type=KINDS[column.kind],
        unit=column.unit,
        distinct=len(values) or 900,
        values=values,
        values_complete=bool(values),
        minimum=0.5 if column.kind == "n" else None,
        maximum=9999.5 if column.kind == "n" else None,
        labels=tuple(filter(None, column.labels.split("|"))),
        definition=column.definition,
    )


def _other(name: str, kind: str, chance: random.Random) -> ColumnFacts:
    texts = tuple(chance.sample(("low", "medium", "high", "none", "A1", "B2", "C3", "open", "closed"), 4))
    return ColumnFacts(
        name=name,
        source_name=name,
        type=KINDS[kind],
        distinct=chance.randint(2, 40_000),
        values=texts if kind in "cx" else (),
        minimum=round(chance.uniform(-50, 50), 3) if kind == "n" else None,
        maximum=round(chance.uniform(60, 9000), 3) if kind == "n" else None,
    )


def names(pattern: Callable[..., str], *parts: Sequence[object], kinds: str = "nnnic") -> Iterator[tuple[str, str]]:
    """All combinations in a mixed order, so that the first 3,000 hold something of each part."""
    all_names = [pattern(*combined) for combined in product(*parts)]
    random.Random(len(all_names)).shuffle(all_names)
    return islice(((name, kinds[at % len(kinds)]) for at, name in enumerate(all_names)), 2 * WIDTH)
