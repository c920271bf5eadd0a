"""What every conversation store, usage ledger and outcome store must do: run over memory here, over Redis in `integration/`."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Literal

import pytest

from services.llm.conversation import Asking, Conversation, Message, message_id
from services.llm.errors import ConversationBusy, ConversationFull, TooManyConversations
from services.llm.limits.tokens import TokenUsage
from services.llm.limits.usage import Exchange
from services.llm.ports import ConversationStore, Outcome, OutcomeStore, OwedQuestions, UsageLedger
from shared.auth import owned_id
from shared.events import LlmQuestionAsked, QueryGenerated, QueryGenerationFailed, QueryWritten

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def new_session() -> str:
    return secrets.token_hex(8)


def new_conversation(session_id: str) -> Conversation:
    return Conversation(
        conversation_id=owned_id("c", session_id, secrets.token_hex(8)),
        session_id=session_id,
        created_at=NOON,
        updated_at=NOON,
    )


def new_message(session_id: str, text: str = "How many?", role: Literal["user", "assistant"] = "user") -> Message:
    return Message(
        message_id=message_id(session_id, secrets.token_hex(8), role),
        role=role,
        text=text,
        query_ids=("q_1",),
        created_at=NOON + timedelta(minutes=1),
    )


def new_question(number: int) -> LlmQuestionAsked:
    conversation_id = owned_id("c", new_session(), secrets.token_hex(8))
    asked = {"session_id": new_session(), "query_id": f"q_{secrets.token_hex(4)}", "conversation_id": conversation_id}
    return LlmQuestionAsked(**asked, message_id=f"m_{number}", text=f"Question {number}?", table_ids=("t_1",))


class OwedQuestionsSuite:
    """Subclasses give the fixture `owed`. The set is one for the whole house."""

    async def test_question_is_owed_from_its_time_on_until_it_is_removed(self, owed: OwedQuestions) -> None:
        early, late = new_question(1), new_question(2)
        await owed.keep(early, 10)
        await owed.keep(early, 11)
        await owed.keep(late, 20)
        assert [one for one in await owed.kept_before(15, 1000) if one in (early, late)] == [early]
        assert [one for one in await owed.kept_before(20, 1000) if one in (early, late)] == [early, late]
        await owed.remove(early)
        await owed.remove(early)
        assert [one for one in await owed.kept_before(20, 1000) if one in (early, late)] == [late]
        await owed.remove(late)


class ConversationStoreSuite:
    """Subclasses give the fixture `store`."""

    async def test_made_conversation_is_found_by_its_session_only(self, store: ConversationStore) -> None:
        session_id = new_session()
        made = new_conversation(session_id)
        await store.create(made, 10)
        assert await store.get(session_id, made.conversation_id) == made
        assert await store.get(new_session(), made.conversation_id) is None

    async def test_one_question_at_a_time_until_it_has_ended_or_is_overdue(self, store: ConversationStore) -> None:
        session_id = new_session()
        made = new_conversation(session_id)
        await store.create(made, 10)
        asked, second = new_message(session_id), new_message(session_id, "And in Lyon?")
        assert await store.append(made.conversation_id, asked, asking=Asking("q_1", 100, 200))
        with pytest.raises(ConversationBusy):
            await store.append(made.conversation_id, second, asking=Asking("q_2", 150, 250))
        assert await store.messages(made.conversation_id) == [asked]
        assert not await store.append(made.conversation_id, asked, asking=Asking("q_1", 150, 250)), "told again"
        of_another = new_message(session_id, "7", "assistant").model_copy(update={"query_ids": ("q_0",)})
        await store.append(made.conversation_id, of_another)
        with pytest.raises(ConversationBusy):
            await store.append(made.conversation_id, second, asking=Asking("q_2", 199, 299))
        await store.append(made.conversation_id, new_message(session_id, "It is 7.", "assistant"))
        assert await store.append(made.conversation_id, second, asking=Asking("q_2", 150, 250))
        late = new_message(session_id, "Hello?")
        assert await store.append(made.conversation_id, late, asking=Asking("q_3", 251, 351))

    async def test_messages_keep_their_order_and_are_added_once(self, store: ConversationStore) -> None:
        session_id = new_session()
        made = new_conversation(session_id)
        await store.create(made, 10)
        sent = [new_message(session_id, f"Question {n}?") for n in range(5)]
        assert [await store.append(made.conversation_id, message) for message in [*sent, sent[2]]] == [True] * 5 + [
            False
        ]
        assert await store.messages(made.conversation_id) == sent
        assert await store.message(made.conversation_id, sent[3].message_id) == sent[3]
        assert await store.message(made.conversation_id, "m_none") is None

    async def test_first_question_gives_the_title_and_the_last_message_the_time(self, store: ConversationStore) -> None:
        session_id = new_session()
        made = new_conversation(session_id)
        await store.create(made, 10)
        for message in (new_message(session_id, "Sales by\n month?"), new_message(session_id, "And by city?")):
            await store.append(made.conversation_id, message)
        found = await store.get(session_id, made.conversation_id)
        assert found
        assert (found.title, found.messages, found.updated_at) == ("Sales by month?", 2, NOON + timedelta(minutes=1))

    async def test_title_is_written_once_and_stays(self, store: ConversationStore) -> None:
        session_id = new_session()
        made = new_conversation(session_id)
        await store.create(made, 10)
        await store.append(made.conversation_id, new_message(session_id, "Sales by month?"))
        assert [await store.claim_title(made.conversation_id) for _ in range(3)] == [True, False, False]
        await store.rename(made.conversation_id, "Sales over the months")
        await store.append(made.conversation_id, new_message(session_id, "And by city?"))
        found = await store.get(session_id, made.conversation_id)
        assert found and found.title == "Sales over the months"

    async def test_conversation_that_is_gone_gets_no_title(self, store: ConversationStore) -> None:
        session_id = new_session()
        made = new_conversation(session_id)
        assert not await store.claim_title(made.conversation_id)
        await store.rename(made.conversation_id, "Too late")
        assert await store.get(session_id, made.conversation_id) is None

    async def test_full_conversation_takes_answers_and_no_questions(self, store: ConversationStore) -> None:
        session_id = new_session()
        made = new_conversation(session_id)
        await store.create(made, 10)
        await store.append(made.conversation_id, new_message(session_id), 1)
        with pytest.raises(ConversationFull):
            await store.append(made.conversation_id, new_message(session_id), 1)
        assert await store.append(made.conversation_id, new_message(session_id, role="assistant"))

    async def test_pages_go_from_the_newest_to_the_oldest_without_gaps(self, store: ConversationStore) -> None:
        session_id = new_session()
        made = [new_conversation(session_id) for _ in range(5)]
        for conversation in made:
            await store.create(conversation, 10)
        await store.create(new_conversation(new_session()), 10)
        seen, cursor = [], None
        for _ in range(3):
            page = await store.page(session_id, cursor, 2)
            seen += [conversation.conversation_id for conversation in page.conversations]
            cursor = page.cursor
        assert cursor is None
        assert seen == [conversation.conversation_id for conversation in reversed(made)]

    async def test_session_holds_as_many_conversations_as_it_may(self, store: ConversationStore) -> None:
        session_id = new_session()
        await store.create(new_conversation(session_id), 1)
        with pytest.raises(TooManyConversations):
            await store.create(new_conversation(session_id), 1)

    async def test_deleted_conversation_is_gone_and_takes_no_late_answer(self, store: ConversationStore) -> None:
        session_id = new_session()
        made = new_conversation(session_id)
        await store.create(made, 10)
        await store.append(made.conversation_id, new_message(session_id))
        await store.delete(session_id, made.conversation_id)
        assert await store.get(session_id, made.conversation_id) is None
        assert not await store.append(made.conversation_id, new_message(session_id))
        assert await store.messages(made.conversation_id) == []
        assert (await store.page(session_id, None, 10)).conversations == ()

    async def test_forgotten_session_leaves_nothing_and_its_neighbour_all(self, store: ConversationStore) -> None:
        session_id, neighbour = new_session(), new_session()
        made, other = new_conversation(session_id), new_conversation(neighbour)
        await store.create(made, 10)
        await store.create(other, 10)
        await store.append(made.conversation_id, new_message(session_id))
        await store.forget(session_id)
        assert await store.get(session_id, made.conversation_id) is None
        assert await store.messages(made.conversation_id) == []
        assert await store.get(neighbour, other.conversation_id)


def exchange(session_id: str, query_id: str = "q_1", model: str = "claude-sonnet-5-5") -> Exchange:
    return Exchange(
        usage_id=secrets.token_hex(8),
        session_id=session_id,
        query_id=query_id,
        conversation_id=None,
        model=model,
        usage=TokenUsage(input=10, output=5, cache_read=3, cache_write=2),
        cost_micros=76,
        at=NOON,
    )


class UsageLedgerSuite:
    """Subclasses give the fixture `ledger`."""

    async def test_sums_by_session_question_and_model(self, ledger: UsageLedger) -> None:
        session_id = new_session()
        counted = [exchange(session_id), exchange(session_id, "q_2"), exchange(session_id, "q_2", "claude-opus-5-5")]
        for one in counted:
            assert await ledger.record(one)
        question = await ledger.of_query(session_id, "q_2")
        assert (question.requests, question.usage, question.cost_micros) == (2, TokenUsage(20, 10, 6, 4), 152)
        assert (await ledger.of_session(session_id)).cost_micros == 228
        report = await ledger.report(session_id)
        assert {model: spent.requests for model, spent in report.by_model.items()} == {
            "claude-sonnet-5-5": 2,
            "claude-opus-5-5": 1,
        }
        assert report.session == await ledger.of_session(session_id)
        assert report.recent == tuple(reversed(counted))

    async def test_same_exchange_counts_once(self, ledger: UsageLedger) -> None:
        once = exchange(new_session())
        assert await ledger.record(once)
        assert not await ledger.record(once)
        assert (await ledger.of_session(once.session_id)).requests == 1

    async def test_sessions_do_not_see_each_other_and_can_be_forgotten(self, ledger: UsageLedger) -> None:
        one, other = exchange(new_session()), exchange(new_session())
        await ledger.record(one)
        await ledger.record(other)
        await ledger.forget(one.session_id)
        assert (await ledger.of_session(one.session_id)).requests == 0
        assert (await ledger.report(one.session_id)).recent == ()
        assert (await ledger.of_session(other.session_id)).requests == 1

    async def test_day_sums_up_all_sessions_once_by_its_utc_date(self, ledger: UsageLedger) -> None:
        day = date(2000, 1, 1) + timedelta(days=secrets.randbelow(9000))  # other tests share the server
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
        berlin = timezone(timedelta(hours=1))
        moments = (
            midnight - timedelta(seconds=1),
            midnight - timedelta(hours=5),
            (midnight - timedelta(minutes=30)).astimezone(berlin),  # the next day there
        )
        counted = [replace(exchange(new_session()), at=at) for at in moments]
        for one in (*counted, counted[0], replace(exchange(new_session()), at=midnight)):
            await ledger.record(one)
        await ledger.forget(counted[1].session_id)
        assert await ledger.of_day(day) == 3 * 76
        assert await ledger.of_day(day + timedelta(days=1)) == 76


class OutcomeStoreSuite:
    """Subclasses give the fixture `outcomes`."""

    async def test_outcomes_are_found_by_question_step_and_attempt(self, outcomes: OutcomeStore) -> None:
        named = {"session_id": new_session(), "query_id": "q_1", "engine": "claude"}
        kept: dict[tuple[int, int], Outcome] = {
            (1, 1): QueryGenerated.model_validate({**named, "step": 1, "attempt": 1, "code": "result = 'a b'\n"}),
            (1, 2): QueryGenerationFailed.model_validate(
                {**named, "step": 1, "attempt": 2, "code": "max_tokens", "reason": "Long."}
            ),
            (2, 1): QueryWritten.model_validate({**named, "step": 2, "attempt": 1, "written_key": "sessions/s/w.json"}),
            (11, 1): QueryGenerated.model_validate({**named, "step": 11, "attempt": 1, "code": "result = 11\n"}),
        }
        for outcome in kept.values():
            await outcomes.keep(outcome)
        wanted = [*kept, (2, 2), (1, 11)]
        found = [await outcomes.find(named["session_id"], "q_1", step, attempt) for step, attempt in wanted]
        assert found == [*kept.values(), None, None]
        assert await outcomes.find(new_session(), "q_1", 1, 1) is None
