"""Plans in, results out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import ibis.common.exceptions
import ibis.expr.types as ir
import pyarrow as pa
import structlog

from services.dataproc.evaluation.engine import Engine, OutOfTime
from services.dataproc.evaluation.model import Limits, Outcome, Refusal, Rows
from services.dataproc.evaluation.modelling import Checked, checked_rows
from services.dataproc.evaluation.relation import IllTyped
from services.dataproc.evaluation.relational import Rendering, headings_of
from services.dataproc.evaluation.sources import Source, Sources
from shared.plan import Model, Plan
from shared.plan.model import CHECK_COLUMNS, rows_of
from shared.plan.walking import tables_of
from shared.rpc.evaluation import RefusalCode

_REFUSALS: tuple[tuple[type[Exception], RefusalCode, str], ...] = (
    (OutOfTime, "out_of_time", "The evaluation took too long."),
    (duckdb.OutOfMemoryException, "out_of_memory", "The evaluation takes more memory than it may have."),
    (duckdb.InvalidInputException, "not_single", "A statistic that a value is compared with has several values."),
    (duckdb.OutOfRangeException, "out_of_range", "A number is too large."),
    (pa.ArrowInvalid, "out_of_range", "A number is too large."),
    (duckdb.ConversionException, "out_of_range", "A value is out of the range of its type."),
    (ibis.common.exceptions.IbisError, "ill_typed", "A step of the plan does not take these values."),
    (duckdb.Error, "failed", "The evaluation failed."),
    # Ibis on values that it has no such method for; a plan too deep to be rendered. One plan's fault is not the others'.
    (AttributeError, "failed", "The evaluation failed."),
    (TypeError, "failed", "The evaluation failed."),
    (RecursionError, "failed", "The evaluation failed."),
)

BOUNDS = Limits()
log = structlog.get_logger(__name__)


class Evaluator:
    """For one thread at a time; `sources` may be shared."""

    def __init__(self, engine: Engine, sources: Sources) -> None:
        self._engine = engine
        self._sources = sources

    def evaluate(
        self, plans: Sequence[Plan], tables: Mapping[str, Path | pa.Table], limits: Limits = BOUNDS
    ) -> list[Outcome]:
        """One outcome for each plan, in their order. The same plan is computed once; when the time is over, the rest is refused."""
        named = frozenset().union(*map(tables_of, plans))
        opened = {name: self._sources.open(table) for name, table in tables.items() if name in named}
        sources = {name: (f"t{number}", source) for number, (name, source) in enumerate(opened.items())}
        with (
            self._engine.seeing({registered: source.table for registered, source in sources.values()}),
            self._engine.within(limits.seconds),
        ):
            found = {plan: self._outcome(plan, sources, limits) for plan in dict.fromkeys(plans)}
        return [found[plan] for plan in plans]

    def _outcome(self, plan: Plan, sources: Mapping[str, tuple[str, Source]], limits: Limits) -> Outcome:
        try:
            return self._result(plan, sources, limits)
        except IllTyped as error:
            return Refusal("ill_typed", str(error))
        except tuple(kind for kind, _, _ in _REFUSALS) as error:
            code, reason = next((code, reason) for kind, code, reason in _REFUSALS if isinstance(error, kind))
            log.info("plan_refused", code=code, error=f"{type(error).__name__}: {str(error)[:200]}")
            return Refusal(code, reason)

    def _result(self, plan: Plan, sources: Mapping[str, tuple[str, Source]], limits: Limits) -> Outcome:
        relation = Rendering(sources, self._values_of).result_of(rows_of(plan))
        if isinstance(plan, Model):
            return self._checks(checked_rows(plan, relation, headings_of(relation)))
        table = self._engine.run(relation.table.limit(limits.rows + 1))
        if table.num_rows > limits.rows:
            ((rows,),) = self._values_of(relation.table.aggregate(rows=relation.table.count()))
            return Refusal("too_many_rows", f"The result has more than {limits.rows} rows.", rows)
        if table.nbytes > limits.size:
            return Refusal("too_large", f"The result is larger than {limits.size} bytes.", table.num_rows)
        return Rows(table.rename_columns(list(headings_of(relation))))

    def _checks(self, checked: Sequence[Checked]) -> Rows:
        """A row for each check; without those that these rows leave undefined, on which nothing can agree."""
        found = [
            (*check, value)
            for part in checked
            for check, value in zip(part.checks, self._values_of(part.table)[0], strict=True)
            if value is not None
        ]
        return Rows(pa.table(dict(zip(CHECK_COLUMNS, map(list, zip(*found, strict=True)), strict=True))))

    def _values_of(self, expression: ir.Table) -> list[tuple[Any, ...]]:
        columns = self._engine.run(expression).to_pydict().values()
        return list(zip(*columns, strict=True))
