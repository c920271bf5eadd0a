"""Plans are computed where the tables are: in dataproc, asked over the bus."""

from __future__ import annotations

from collections.abc import Sequence

from shared.events import ChosenTable
from shared.plan import Plan
from shared.plan.walking import tables_of
from shared.rpc import EVALUATE_PLANS, EvaluationRequest, PlannedTable, PlanOutcome, ask
from shared.rpc.procedure import Asking


class BusEvaluator:
    """An `Evaluator`."""

    def __init__(self, bus: Asking) -> None:
        self._bus = bus

    async def evaluate(
        self, session_id: str, tables: Sequence[ChosenTable], plans: Sequence[Plan]
    ) -> tuple[PlanOutcome, ...]:
        named = frozenset().union(*map(tables_of, plans))
        planned = tuple(
            PlannedTable(name=table.name, table_id=table.table_id, version=table.version)
            for table in tables
            if table.name in named
        )
        request = EvaluationRequest(session_id=session_id, tables=planned, plans=tuple(plans))
        return (await ask(self._bus, EVALUATE_PLANS, request)).outcomes
