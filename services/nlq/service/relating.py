"""How the tables of a question hang together, for who writes code over them: by which columns, and how many of the rows find a partner."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from services.nlq.facts import share_of
from services.nlq.planner.facts import Reference, TableFacts
from services.nlq.planner.linking.joins import Join, likely_references
from services.nlq.planner.linking.schema import build
from services.nlq.planner.plan.fanout import JoinCheck, join_checks
from services.nlq.ports import Evaluator
from shared.errors import NotFound, Unavailable
from shared.events import ChosenTable
from shared.plan import Field, Query
from shared.plan import Join as JoinStep
from shared.rpc import MOST_PLANS

MOST_COLUMNS = 600  # of all tables together: wider ones are told in part, without this, and to compare their columns each with each takes seconds
COUNTED_TOGETHER = MOST_PLANS // 2  # two counts of each in one request
MOST_REFERENCES = 2 * COUNTED_TOGETHER  # of one question, which waits for their counts the first time
LEAST_MATCHED = 0.3  # of the rows: fewer find a partner by chance, where numbers are compared with numbers
HELD = 10_000  # pairs of columns, and sets of tables: a few hundred bytes each


Key = TypeVar("Key")
Held = TypeVar("Held")
Columns = tuple[str, str, str, str]  # the key of a version's data and a column in it, twice


@dataclass(frozen=True)
class Counted:
    """How many rows find no partner, and how many more than one."""

    unmatched: int
    repeated: int


class RelateTables:
    """Counts are made by dataproc, once for each version of two tables: neither changes under its key."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._likely: OrderedDict[tuple[str, ...], tuple[Join, ...]] = OrderedDict()
        self._counted: OrderedDict[Columns, Counted | None] = OrderedDict()

    async def __call__(
        self, session_id: str, chosen: Sequence[ChosenTable], facts: Sequence[TableFacts]
    ) -> list[TableFacts]:
        """The facts with references; without counts while dataproc does not answer."""
        if len(facts) < 2 or sum(len(table.columns) for table in facts) > MOST_COLUMNS:
            return list(facts)
        data = {table.name: table.data_key for table in chosen}
        columns = {
            join: (data[join.left.table], join.left.column, data[join.right.table], join.right.column)
            for join in await self._joins(data, facts)
        }
        missing = [join for join, place in columns.items() if place not in self._counted]
        for start in range(0, len(missing), COUNTED_TOGETHER):
            together = missing[start : start + COUNTED_TOGETHER]
            found = await self._count(session_id, chosen, together)
            _keep(self._counted, {columns[join]: counted for join, counted in found})
        told = [_reference(join, self._counted.get(place), facts) for join, place in columns.items()]
        return [
            replace(
                table,
                references=tuple(
                    r for join, r in zip(columns, told, strict=True) if r and join.left.table == table.name
                ),
            )
            for table in facts
        ]

    async def _joins(self, data: Mapping[str, str], facts: Sequence[TableFacts]) -> tuple[Join, ...]:
        """The same for the same versions under the same names, and found once: columns are compared each with each."""
        name = tuple(f"{table.name} {data.get(table.name)}" for table in facts)
        if name not in self._likely:
            likely = await asyncio.to_thread(lambda: likely_references(build(tuple(facts))))
            there = [join for join in likely if {join.left.table, join.right.table} <= data.keys()]
            _keep(self._likely, {name: tuple(there[:MOST_REFERENCES])})
        return self._likely[name]

    async def _count(
        self, session_id: str, chosen: Sequence[ChosenTable], joins: Sequence[Join]
    ) -> list[tuple[Join, Counted | None]]:
        """Nothing while nobody answers; None for what cannot be counted within dataproc's bounds, which is not tried again."""
        plans = [check.query for join in joins for check in _checks_of(join)]
        try:
            outcomes = await self._evaluator.evaluate(session_id, chosen, plans)
        except (NotFound, Unavailable):
            return []
        counts = [outcome.result.rows[0][0] if outcome.result and outcome.result.rows else None for outcome in outcomes]
        return [
            (join, Counted(unmatched, repeated) if isinstance(unmatched, int) and isinstance(repeated, int) else None)
            for join, unmatched, repeated in zip(joins, counts[::2], counts[1::2], strict=True)
        ]


def _keep(held: OrderedDict[Key, Held], found: Mapping[Key, Held]) -> None:
    held |= found
    while len(held) > HELD:
        held.popitem(last=False)


def _checks_of(join: Join) -> tuple[JoinCheck, ...]:
    """Rows without a partner, and rows with several: a key of a large table is one by estimate."""
    left = Field(name=join.left.column, table=join.left.table)
    step = JoinStep(table=join.right.table, left=left, right=join.right.column, multiplies=True)
    return join_checks(Query(table=join.left.table, steps=(step,)))


def _reference(join: Join, counted: Counted | None, facts: Sequence[TableFacts]) -> Reference | None:
    """None where the cells do not bear out what the names say."""
    rows = next(table.rows for table in facts if table.name == join.left.table)
    reference = Reference(join.left.column, join.right.table, join.right.column)
    if counted is None:
        return reference
    matched = share_of(rows - counted.unmatched, rows)
    if matched is None or matched < LEAST_MATCHED:
        return None
    return replace(reference, matched=matched, several=counted.repeated > 0)
