"""Questions come in: from people, from conversations, and again when a choice was made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from services.nlq.domain import MODEL_SLOT, Choice, Clarification, Question
from services.nlq.errors import (
    ConversationUnknown,
    NoTable,
    NotWaiting,
    QueryNotFound,
    TableUnknown,
    TooManyQuestions,
    UnknownChoice,
)
from services.nlq.ports import Catalog, QueryStore, Quotas
from services.nlq.service.flow import Flow, failed, owing
from services.nlq.service.rounds.handing_over import step_over
from services.nlq.service.validating import Schemas, schemas_of
from services.nlq.steps import Step
from shared.auth import belongs_to
from shared.errors import NotFound
from shared.events import ChosenTable, LlmQuestionAsked, QueryAsked, QueryClarified, TableReady
from shared.privacy import HousePrivacy, Privacy, stricter

Clock = Callable[[], float]  # seconds since the epoch


class Ask:
    """Accepts questions; an accepted one is stored before it is acknowledged."""

    def __init__(
        self,
        *,
        catalog: Catalog,
        store: QueryStore,
        flow: Flow,
        quotas: Quotas,
        clock: Clock,
        new_id: Callable[[], str],
        seconds: float,
        takes_words: bool,
        privacy: HousePrivacy,
        verify: bool = False,
    ) -> None:
        """`takes_words`: whether a question back may be answered in words of one's own, which takes a model to understand."""
        self._takes_words = takes_words
        self._verify = verify
        self._privacy = privacy
        self._catalog = catalog
        self._quotas = quotas
        self._store = store
        self._flow = flow
        self._clock = clock
        self._new_id = new_id
        self._seconds = seconds

    async def question(
        self,
        session_id: str,
        text: str,
        table_ids: Sequence[str],
        conversation_id: str | None,
        max_wrong: float | None = None,
        *,
        include_totals: bool = False,
        verify: bool | None = None,
        privacy: Privacy | None = None,
    ) -> Question:
        """`privacy` is what the session chose. It holds to the end of the question, whatever is chosen meanwhile."""
        if conversation_id is not None and not belongs_to(conversation_id, session_id):
            raise ConversationUnknown(
                f"This session has no conversation {conversation_id[:80]}.",
                hint="Make one with POST /v1/conversations.",
            )
        tables = await self.tables(session_id, table_ids)
        question = self.new(self._new_id(), session_id, text, tables, conversation_id, max_wrong)
        question = question.model_copy(update={"include_totals": include_totals, **self._as_asked(privacy, verify)})
        await self._quotas.reserve(session_id, question.query_id)
        return await self._accept(question)

    def _as_asked(self, privacy: Privacy | None, verify: bool | None) -> dict[str, Any]:
        """What the session and the question chose, where the house leaves it to them; without a choice the house's way."""
        return {"privacy": self._privacy.in_force(privacy)} | ({} if verify is None else {"verify": verify})

    async def from_conversation(self, event: LlmQuestionAsked) -> None:
        """A message that llm took in, under the id that it gave. Without any table, or any place, the question still ends, with the reason."""
        if await self._store.is_forgotten(event.session_id):
            return
        if held := await self._store.get(event.query_id):
            await self._flow.tell(held)
            return
        try:
            tables = await self.tables(event.session_id, event.table_ids)
        except (NoTable, NotFound):
            tables = []
        question = self.new(event.query_id, event.session_id, event.text, tables, event.conversation_id)
        question = question.model_copy(update=self._as_asked(event.privacy, event.verify))
        try:
            await self._quotas.reserve(event.session_id, event.query_id)
        except TooManyQuestions as refusal:
            await self._begin(failed(question, refusal.code, " ".join(filter(None, (refusal.detail, refusal.hint)))))
            return
        await self._accept(question)

    async def clarified(self, session_id: str, query_id: str, choice: str, privacy: Privacy | None = None) -> Question:
        """A session that has become stricter since it asked goes on stricter; a question never gets laxer on its way."""
        question = await self.owned(session_id, query_id)
        if question.state != "needs_clarification" or question.clarification is None:
            raise NotWaiting(
                f"This question is {question.state}; it does not wait for a choice.",
                hint="GET /v1/queries/{id} shows where it stands.",
            )
        chosen = question.clarification.meant_by(choice)
        if chosen is None and not self._takes_words:
            ids = ", ".join(option.id for option in question.clarification.options)
            raise UnknownChoice(f"{choice[:80]!r} is none of the options.", hint=f"Send one of: {ids}.")
        event = QueryClarified(
            session_id=session_id,
            query_id=query_id,
            attempt=question.attempt,
            step=question.step,
            round=question.round,
            choice=OWN_WORDS if chosen is None else chosen.id,
        )
        told = (
            _in_own_words(question, choice) if chosen is None else _by_option(question, question.clarification, chosen)
        )
        held = stricter(question.privacy, self._privacy.in_force(privacy))
        goes_on = held == question.privacy and not (chosen and chosen.settles)
        after = question.moved(
            "asked",
            clarification=None,
            settled=(*question.settled, question.clarification),
            settling=chosen.settles if chosen else None,
            repair=(),  # of code that was written before anybody knew
            steps=_steps_with(question, chosen.label if chosen else choice) if goes_on else (),
            reply_key=None,
            outbox=owing(event),
            deadline=self._clock() + self._seconds,
            privacy=held,
            **told,
        )
        # While it waited for the choice it had given its place back.
        await self._quotas.reserve(session_id, query_id)
        await self._flow.commit(question, after)
        return after

    async def owned(self, session_id: str, query_id: str) -> Question:
        question = await self._store.get(query_id)
        if question is None or question.session_id != session_id:
            raise QueryNotFound(query_id)
        return question

    async def tables(self, session_id: str, table_ids: Sequence[str]) -> list[TableReady]:
        """The chosen tables in the given order, or all of the session's."""
        if not table_ids:
            tables = await self._catalog.of_session(session_id)
            if not tables:
                raise NoTable(
                    "This session has no table yet.",
                    hint="Upload a file with POST /v1/files and wait until it is ready.",
                )
            return tables
        found = [(table_id, await self._catalog.get(session_id, table_id)) for table_id in dict.fromkeys(table_ids)]
        missing = [table_id for table_id, table in found if table is None]
        if missing:
            raise TableUnknown(
                f"This session has no table {missing[0][:80]}.", hint="GET /v1/tables lists the tables of this session."
            )
        return [table for _, table in found if table]

    async def schemas(self, tables: Sequence[TableReady]) -> Schemas:
        """The columns of these tables."""
        return await schemas_of(self._catalog, tables)

    def new(
        self,
        query_id: str,
        session_id: str,
        text: str,
        tables: Sequence[TableReady],
        conversation_id: str | None,
        max_wrong: float | None = None,
    ) -> Question:
        now = self._clock()
        return Question(
            query_id=query_id,
            session_id=session_id,
            question=text,
            conversation_id=conversation_id,
            max_wrong=max_wrong,
            created_at=datetime.fromtimestamp(now, UTC).isoformat(),
            deadline=now + self._seconds,
            table_ids=tuple(t.table_id for t in tables),
            tables=tuple(chosen(t) for t in tables),
            verify=self._verify,
        )

    async def _accept(self, question: Question) -> Question:
        event = QueryAsked(
            session_id=question.session_id,
            query_id=question.query_id,
            question=question.question,
            table_ids=question.table_ids,
            conversation_id=question.conversation_id,
        )
        return await self._begin(question.model_copy(update={"outbox": owing(event)}))

    async def _begin(self, question: Question) -> Question:
        await self._store.create(question, listed=True)
        await self._flow.tell(question)
        return question


def _steps_with(question: Question, said: str) -> tuple[Step, ...]:
    """A model that asked gets the answer as what came of its step. Where a column is read otherwise from now on, or less may be told than it was,
    nothing of what it did before goes along."""
    if question.reply_key is None:
        return question.steps
    return (*question.steps, step_over(question, "chosen", said=(said,)))


OWN_WORDS = "own words"  # what `query.clarified` says was chosen, where it was no option


def _by_option(question: Question, asked: Clarification, chosen: Choice) -> dict[str, Any]:
    return {
        "choices": {**question.choices, asked.slot: chosen.id},
        "clarified": (*question.clarified, (asked.question, chosen.label)),
        "clarified_by_schema": _told_by_schema(question, chosen),
    }


def _in_own_words(question: Question, said: str) -> dict[str, Any]:
    """As told as the question itself is, in every mode of privacy. What was asked back may hold cells, and is told where these are."""
    asked = question.clarification.question if question.clarification else ""
    return {
        "choices": {**question.choices, f"{MODEL_SLOT}{question.round}": said},
        "clarified": (*question.clarified, (asked, said)),
        "clarified_by_schema": (*question.clarified_by_schema, ("", said)),
        "own_words": (*question.own_words, said),
    }


def _told_by_schema(question: Question, chosen: Choice) -> tuple[tuple[str, str], ...]:
    if question.clarification is None or chosen.schema_label is None:
        return question.clarified_by_schema
    return (*question.clarified_by_schema, (question.clarification.question, chosen.schema_label))


def chosen(table: TableReady) -> ChosenTable:
    return ChosenTable(table_id=table.table_id, name=table.name, version=table.version, data_key=table.data_key)
