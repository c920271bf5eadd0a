"""nlq's ports in memory, and a session with one table to ask about."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from services.dataproc.evaluation.engine import Engine as DuckEngine
from services.dataproc.evaluation.evaluator import Evaluator
from services.dataproc.evaluation.model import Limits
from services.dataproc.evaluation.results import plan_outcome
from services.dataproc.evaluation.sources import Sources
from services.nlq.consumers import UseCases
from services.nlq.domain import PAUSES, Question
from services.nlq.errors import TooManyQuestions
from services.nlq.facts import table_facts
from services.nlq.planner.facts import TableFacts
from services.nlq.service import (
    AnswerQuery,
    Ask,
    Classify,
    Compose,
    EndQueries,
    FindAbsent,
    Flow,
    Generate,
    HandOver,
    Read,
    RunSnippet,
    ValidateCode,
    VerifyResult,
)
from services.nlq.service.planning import PlanOffline
from services.nlq.service.relating import RelateTables
from services.nlq.service.replying import ReplyToTalk
from services.nlq.service.settling import SettleReading
from shared.columns import ColumnType
from shared.dictionary import Dictionary
from shared.events import ChosenTable, ColumnFact, Engine, TableDeleted, TableDictionaryChanged, TableReady
from shared.objects import MemoryObjectStore
from shared.open_choices import ReadingTaken
from shared.plan import Plan
from shared.privacy import HousePrivacy, Privacy
from shared.rpc import PlanOutcome
from tests.fakes.bus import RecordingBus


class MemoryCatalog:
    """A `Catalog`."""

    def __init__(self) -> None:
        self.tables: dict[tuple[str, str], TableReady] = {}
        self.profiles: dict[str, dict[str, Any]] = {}
        self.values: dict[str, dict[str, list[str]]] = {}
        self.described: dict[str, tuple[ColumnFact, ...]] = {}
        self.dictionaries: dict[str, Dictionary] = {}
        self.told: list[TableDictionaryChanged] = []

    async def add(self, event: TableReady) -> None:
        held = self.tables.get((event.session_id, event.table_id))
        if not held or held.version <= event.version:
            self.tables[event.session_id, event.table_id] = event

    async def describe(self, event: TableDictionaryChanged) -> None:
        self.told.append(event)

    async def remove(self, event: TableDeleted) -> None:
        self.tables.pop((event.session_id, event.table_id), None)

    async def of_session(self, session_id: str) -> list[TableReady]:
        return [table for (owner, _), table in self.tables.items() if owner == session_id]

    async def get(self, session_id: str, table_id: str) -> TableReady | None:
        return self.tables.get((session_id, table_id))

    async def columns(self, table: TableReady) -> tuple[ColumnFact, ...]:
        return self.described[table.data_key]

    async def facts(self, table: TableReady) -> TableFacts:
        return table_facts(
            table,
            self.described[table.data_key],
            self.profiles.get(table.table_id, {}),
            self.values.get(table.table_id, {}),
            self.dictionaries.get(table.table_id, Dictionary()),
        )

    async def forget_session(self, session_id: str) -> None:
        self.tables = {key: table for key, table in self.tables.items() if key[0] != session_id}


class MemoryQueryStore:
    """A `QueryStore`."""

    def __init__(self) -> None:
        self.queries: dict[str, Question] = {}
        self.listed: dict[str, float] = {}
        self.open: dict[str, float] = {}
        self.conversations: dict[str, list[str]] = {}
        self.gone: set[str] = set()

    async def create(self, question: Question, *, listed: bool) -> None:
        self.queries.setdefault(question.query_id, question)
        self.open[question.query_id] = question.deadline
        if listed:
            self.listed.setdefault(question.query_id, question.deadline)

    async def get(self, query_id: str) -> Question | None:
        return self.queries.get(query_id)

    async def replace(self, question: Question, expected: int) -> bool:
        held = self.queries.get(question.query_id)
        if held is None or held.version != expected:
            return False
        self.queries[question.query_id] = question
        if question.state in PAUSES:
            self.open.pop(question.query_id, None)
        else:
            self.open[question.query_id] = question.deadline
        if question.conversation_id and question.state in PAUSES:
            turns = self.conversations.setdefault(question.conversation_id, [])
            turns[:] = [*(t for t in turns if t != question.query_id), question.query_id]
        return True

    async def of_session(self, session_id: str, before: float | None, limit: int) -> list[tuple[float, Question]]:
        found = [
            (score, self.queries[i])
            for i, score in self.listed.items()
            if i in self.queries and self.queries[i].session_id == session_id
        ]
        return sorted((x for x in found if before is None or x[0] < before), key=lambda x: (-x[0], x[1].query_id))[
            :limit
        ]

    async def turns(self, conversation_id: str, limit: int) -> list[Question]:
        return [self.queries[i] for i in self.conversations.get(conversation_id, [])[-limit:] if i in self.queries]

    async def forget_conversation(self, conversation_id: str) -> None:
        self.conversations.pop(conversation_id, None)

    async def overdue(self, now: float, limit: int) -> list[str]:
        return [i for i, deadline in self.open.items() if deadline <= now][:limit]

    async def dismiss(self, query_id: str) -> None:
        self.open.pop(query_id, None)

    async def forget_session(self, session_id: str) -> None:
        self.gone.add(session_id)
        self.queries = {i: q for i, q in self.queries.items() if q.session_id != session_id}

    async def is_forgotten(self, session_id: str) -> bool:
        return session_id in self.gone


class CountedQuotas:
    """A `Quotas` with so many places at once."""

    def __init__(self, limit: int = 100) -> None:
        self.limit = limit
        self.held: set[str] = set()

    async def reserve(self, session_id: str, query_id: str) -> None:
        if len(self.held) >= self.limit:
            raise TooManyQuestions("too many")
        self.held.add(query_id)

    async def release(self, session_id: str, query_id: str) -> None:
        self.held.discard(query_id)


class EvaluatorHere:
    """An `Evaluator`: dataproc's own, over tables in memory. `away` is what it raises instead of an answer."""

    def __init__(self) -> None:
        self.tables: dict[str, pa.Table] = {}
        self.away: Exception | None = None
        self.asked: list[Plan] = []

    async def evaluate(
        self, session_id: str, tables: Sequence[ChosenTable], plans: Sequence[Plan]
    ) -> tuple[PlanOutcome, ...]:
        if self.away is not None:
            raise self.away
        self.asked += plans
        seen = {table.name: self.tables[table.name] for table in tables}
        return tuple(map(plan_outcome, _evaluator().evaluate(plans, seen, UNHURRIED)))


class ReadingsHere:
    """A `ColumnReadings`. `table` is what dataproc makes of the column; `away` is what it raises instead."""

    def __init__(self, catalog: MemoryCatalog) -> None:
        self._catalog = catalog
        self.taken: list[ReadingTaken] = []
        self.away: Exception | None = None
        self.cells: dict[str, pa.Array] = {}
        self.evaluator: EvaluatorHere | None = None

    async def take(self, session_id: str, taken: ReadingTaken) -> TableReady:
        """Another version of the table, in which nothing of the column is open; its cells are those that `cells` has for the option."""
        if self.away is not None:
            raise self.away
        self.taken.append(taken)
        before = self._catalog.tables[session_id, taken.table_id]
        keys = {"data_key": before.data_key.replace("/v1/", "/v2/")}
        after = before.model_copy(update={"version": before.version + 1, **keys})
        self._catalog.described[after.data_key] = tuple(
            column.model_copy(update={"open_choice": None}) if column.name == taken.column else column
            for column in self._catalog.described[before.data_key]
        )
        if self.evaluator is not None and taken.option in self.cells:
            data = self.evaluator.tables[before.name]
            at = data.column_names.index(taken.column)
            self.evaluator.tables[before.name] = data.set_column(at, taken.column, self.cells[taken.option])
        return after


UNHURRIED = Limits(seconds=60)  # a test says nothing of how fast the machine is


@cache
def _evaluator() -> Evaluator:
    """One for all houses of a process: to open DuckDB takes longer than most of their tests."""
    return Evaluator(DuckEngine(Path(tempfile.mkdtemp()), threads=1, memory_mb=200, spill_mb=1), Sources())


def profile_of(table: pa.Table) -> dict[str, Any]:
    """What the planner reads of a table's profile."""
    columns = zip(table.column_names, table.columns, strict=True)
    return {"rows": table.num_rows, "columns": {name: _column_profile(column) for name, column in columns}}


def _column_profile(column: pa.ChunkedArray) -> dict[str, Any]:
    bounds = {} if pa.types.is_duration(column.type) else pc.min_max(column).as_py()
    written = {name: str(bound) if isinstance(bound, date) else bound for name, bound in bounds.items()}
    return {"distinct": pc.count_distinct(column).as_py(), **written}


ARROW_TYPES = {
    ColumnType.DECIMAL: pa.float64(),
    ColumnType.INTEGER: pa.int64(),
    ColumnType.DATE: pa.date32(),
    ColumnType.DURATION: pa.duration("us"),
}
SALES = {"city": ["Paris", "Lyon", "Paris", "Lyon"], "amount": [1000.0, 200.0, 100.0, 50.0]}
RETURNS = {"net_revenue": [300.0, 200.0, 100.0, 60.0], "gross_revenue": [400.0, 220.0, 110.0, 62.0]}


def announced(session_id: str, name: str, columns: int) -> TableReady:
    """A table as dataproc would have announced it."""
    prefix = f"sessions/{session_id}/tables/t_{name}/v1/"
    return TableReady(
        session_id=session_id,
        table_id=f"t_{name}",
        file_id="f_1",
        version=1,
        name=name,
        rows=4,
        columns=columns,
        description_key=f"{prefix}description.json",
        data_key=f"{prefix}data.parquet",
        profile_key=f"{prefix}profile.json",
        values_key=f"{prefix}values.json",
        source_sha256="0" * 64,
    )


@dataclass
class House:
    """All of nlq over fakes. `now` is the clock, in seconds since the epoch."""

    engine: Engine = "offline"
    now: float = 1_790_000_000.0
    session_id: str = "s_1"
    with_returns: bool = False
    privacy: Privacy = "profile"
    privacy_floor: Privacy = "profile"
    max_steps: int = 8
    verify: bool = False
    store: MemoryQueryStore = field(default_factory=MemoryQueryStore)
    catalog: MemoryCatalog = field(default_factory=MemoryCatalog)
    objects: MemoryObjectStore = field(default_factory=MemoryObjectStore)
    bus: RecordingBus = field(default_factory=RecordingBus)
    quotas: CountedQuotas = field(default_factory=CountedQuotas)
    evaluator: EvaluatorHere = field(default_factory=EvaluatorHere)

    def __post_init__(self) -> None:
        self._ids = iter(range(1, 1000))
        self.has_table("sales", SALES, city=ColumnType.CATEGORY, amount=ColumnType.DECIMAL)
        if self.with_returns:
            self.has_table("returns", RETURNS, net_revenue=ColumnType.DECIMAL, gross_revenue=ColumnType.DECIMAL)
        self.catalog.values["t_sales"] = {"city": ["Paris", "Lyon"]}
        self.readings = ReadingsHere(self.catalog)
        self.readings.evaluator = self.evaluator
        flow = Flow(self.store, self.bus, self.quotas)
        ask = Ask(
            catalog=self.catalog,
            store=self.store,
            flow=flow,
            quotas=self.quotas,
            clock=lambda: self.now,
            new_id=lambda: f"q_{next(self._ids)}",
            seconds=60,
            takes_words=self.engine == "claude",
            privacy=HousePrivacy(self.privacy, self.privacy_floor),
            verify=self.verify,
        )
        self.read = Read(self.store, self.bus)
        hand_over = HandOver(self.objects, self.max_steps)
        compose = Compose(objects=self.objects, catalog=self.catalog, clock=lambda: self.now)
        verify = VerifyResult(objects=self.objects, catalog=self.catalog, compose=compose, clock=lambda: self.now)
        classify = Classify(
            catalog=self.catalog,
            store=self.store,
            hand_over=hand_over,
            flow=flow,
            engine=self.engine,
            plan=PlanOffline(self.evaluator, lambda: date(2026, 11, 23)),
            settle=SettleReading(self.readings, self.catalog),
            relate=RelateTables(self.evaluator),
            reply=ReplyToTalk(compose),
            keep=compose.keep,
        )
        self.snippets = RunSnippet(
            ask=ask,
            read=self.read,
            store=self.store,
            flow=flow,
            quotas=self.quotas,
            new_id=lambda: f"q_{next(self._ids)}",
            seconds=5,
        )
        self.use = UseCases(
            catalog=self.catalog,
            ask=ask,
            classify=classify,
            generate=Generate(
                store=self.store,
                flow=flow,
                hand_over=hand_over,
                compose=compose,
                bus=self.bus,
                max_repairs=2,
                verify=verify,
            ),
            validate=ValidateCode(self.catalog, flow, hand_over, verify),
            answer=AnswerQuery(
                objects=self.objects,
                catalog=self.catalog,
                flow=flow,
                absent=FindAbsent(self.catalog, self.evaluator),
                compose=compose,
                hand_over=hand_over,
                verify=verify,
            ),
            end=EndQueries(
                store=self.store,
                catalog=self.catalog,
                flow=flow,
                compose=compose,
                verify=verify,
                clock=lambda: self.now,
            ),
        )

    def has_table(self, name: str, cells: dict[str, list[Any]] | None = None, **columns: ColumnType) -> None:
        """A table of four rows, empty ones where no cells are given."""
        cells = cells or {column: [None] * 4 for column in columns}
        data = pa.table(
            {column: pa.array(cells[column], ARROW_TYPES.get(kind, pa.string())) for column, kind in columns.items()}
        )
        self.evaluator.tables[name] = data
        table = announced(self.session_id, name, len(columns))
        self.catalog.tables[self.session_id, table.table_id] = table
        self.catalog.described[table.data_key] = tuple(
            ColumnFact(name=column, source_name=column, type=kind, nullable=data[column].null_count > 0)
            for column, kind in columns.items()
        )
        self.catalog.profiles[table.table_id] = profile_of(data)

    async def ask(
        self,
        question: str,
        conversation_id: str | None = None,
        max_wrong: float | None = None,
        *,
        include_totals: bool = False,
        verify: bool | None = None,
        privacy: Privacy | None = None,
    ) -> Question:
        return await self.use.ask.question(
            self.session_id,
            question,
            [],
            conversation_id,
            max_wrong,
            include_totals=include_totals,
            verify=verify,
            privacy=privacy,
        )

    async def keep_result(self, key: str, **result: Any) -> str:
        """Put a jail's result where `query.executed` will say that it is."""
        body = {
            "kind": "scalar",
            "value": None,
            "columns": [],
            "rows": [],
            "total_rows": 0,
            "warnings": [],
            "rows_in": {"sales": 4},
            "seconds": 0.01,
        }
        await self.objects.put(key, json.dumps(body | result).encode())
        return key

    def question(self, query_id: str) -> Question:
        return self.store.queries[query_id]
