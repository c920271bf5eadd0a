"""What nlq needs from the outside."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from services.nlq.domain import Question
from services.nlq.planner.facts import TableFacts
from services.nlq.rendering.model import Format, Picture
from shared.events import ChosenTable, ColumnFact, TableDeleted, TableDictionaryChanged, TableReady
from shared.open_choices import ReadingTaken
from shared.plan import Plan
from shared.rpc import PlanOutcome


class Catalog(Protocol):
    """The tables of each session, as `table.ready` told. Falls back to the manifests in the object store."""

    async def add(self, event: TableReady) -> None:
        """Take a table in, unless it, its session or what is stored of it is gone already: events come late, and again."""
        ...

    async def describe(self, event: TableDictionaryChanged) -> None:
        """From now on `facts` say what this dictionary says, unless a later one is known or its table has gone."""
        ...

    async def remove(self, event: TableDeleted) -> None:
        """For good: no event or manifest brings it back."""
        ...

    async def of_session(self, session_id: str) -> list[TableReady]: ...
    async def get(self, session_id: str, table_id: str) -> TableReady | None: ...
    async def columns(self, table: TableReady) -> tuple[ColumnFact, ...]:
        """In the table's order. Raises `ObjectMissing` when the table has gone meanwhile, as `facts` does."""
        ...

    async def facts(self, table: TableReady) -> TableFacts:
        """Columns with the profile's figures, the cell values that words may link to, and what the dictionary says."""
        ...

    async def forget_session(self, session_id: str) -> None: ...


class QueryStore(Protocol):
    """Questions, changed only by compare-and-set on their version."""

    async def create(self, question: Question, *, listed: bool) -> None: ...
    async def get(self, query_id: str) -> Question | None: ...
    async def replace(self, question: Question, expected: int) -> bool:
        """Write where the version `expected` is stored; False when another one is."""
        ...

    async def of_session(self, session_id: str, before: float | None, limit: int) -> list[tuple[float, Question]]:
        """Newest first, with their scores."""
        ...

    async def turns(self, conversation_id: str, limit: int) -> list[Question]:
        """The last questions of a conversation that ended, or wait for the person, oldest first."""
        ...

    async def forget_conversation(self, conversation_id: str) -> None: ...
    async def overdue(self, now: float, limit: int) -> list[str]: ...
    async def dismiss(self, query_id: str) -> None: ...
    async def forget_session(self, session_id: str) -> None: ...
    async def is_forgotten(self, session_id: str) -> bool: ...


class Quotas(Protocol):
    """Places for questions. `reserve` raises `TooManyQuestions` when there is none."""

    async def reserve(self, session_id: str, query_id: str) -> None: ...
    async def release(self, session_id: str, query_id: str) -> None: ...


class ResultRenderer(Protocol):
    """Makes files of results. What goes wrong before the first byte is raised by the call, and not while its bytes are read."""

    async def of_table(self, session_id: str, table_key: str, form: Format) -> AsyncIterator[bytes]: ...
    async def of_value(self, session_id: str, value: object, form: Format) -> AsyncIterator[bytes]: ...
    async def of_chart(
        self, session_id: str, spec: Mapping[str, Any], form: Picture, *, dark: bool
    ) -> AsyncIterator[bytes]: ...


class Evaluator(Protocol):
    """Computes plans over tables of a session in dataproc: one outcome for each plan, in their order, at most `MOST_PLANS`. Of a model it
    finds what its result can be checked by (`CHECK_COLUMNS`).

    Raises `NotFound` when a table has gone meanwhile, `Unavailable` when nobody answers.
    """

    async def evaluate(
        self, session_id: str, tables: Sequence[ChosenTable], plans: Sequence[Plan]
    ) -> tuple[PlanOutcome, ...]: ...


class ColumnReadings(Protocol):
    """How dataproc reads the columns of tables."""

    async def take(self, session_id: str, taken: ReadingTaken) -> TableReady:
        """The table, with the column read so; as it is where its reading was settled meanwhile.

        Raises `NotFound`, `Conflict` (cells do not fit) and `InvalidRequest` for good, `Unavailable` while it is not done.
        """
        ...


class Listener(Protocol):
    """The lossy half of the bus: who waits for a question listens here and reads the state again at every hint."""

    def listen(self, subject: str) -> AbstractAsyncContextManager[AsyncIterator[tuple[str, dict[str, Any]]]]: ...
