"""A question's way through nlq, event by event, with every delivery possibly repeated and every process possibly killed."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from services.nlq.domain import Choice, Clarification, Question
from services.nlq.errors import (
    ChangedMeanwhile,
    NotWaiting,
    QueryNotFound,
    TableUnknown,
    TooManyQuestions,
    UnknownChoice,
)
from services.nlq.service.classifying import clarifying
from services.nlq.service.ending import GIVEN_UP
from shared.auth import owned_id
from shared.bus import BusUnavailable
from shared.columns import ColumnType
from shared.events import (
    DeadLetter,
    LlmQuestionAsked,
    QueryAnswered,
    QueryAsked,
    QueryClarificationRequested,
    QueryClarified,
    QueryClassified,
    QueryExecuted,
    QueryExecutionFailed,
    QueryFailed,
    QueryGenerated,
    QueryGenerationFailed,
    QueryRejected,
    QueryValidated,
    SessionExpired,
)
from tests.fakes.nlq import House
from tests.fakes.rounds import REFUSED, Rounds

QUESTION = "What is the total amount?"
AMBIGUOUS = "What is the total revenue?"  # of a table with net_revenue and gross_revenue


async def classified(house: House, text: str = QUESTION, max_wrong: float | None = None) -> Question:
    question = await house.ask(text, max_wrong=max_wrong)
    await house.use.classify(house.bus.of(QueryAsked)[-1])
    return house.question(question.query_id)


async def validated(house: House, text: str = QUESTION, max_wrong: float | None = None) -> Question:
    """Offline that is one step: read, evaluated, chosen, written, checked."""
    done = await classified(house, text, max_wrong)
    assert done.state == "validated"
    return done


async def executed(house: House, question: Question, **result: object) -> QueryExecuted:
    key = await house.keep_result(f"sessions/{house.session_id}/results/{question.query_id}/a1.json", **result)
    return QueryExecuted(session_id=house.session_id, query_id=question.query_id, result_key=key, seconds=0.01)


async def test_question_is_stored_before_it_is_acknowledged() -> None:
    house = House()
    question = await house.ask(QUESTION)
    assert house.question(question.query_id).state == "asked"
    assert [e.query_id for e in house.bus.of(QueryAsked)] == [question.query_id]


async def test_question_goes_all_the_way_to_its_answer_with_a_receipt() -> None:
    house = House()
    question = await validated(house)
    assert "amount" in house.bus.of(QueryValidated)[0].code
    await house.use.answer.executed(await executed(house, question, value=1350.0))
    done = house.question(question.query_id)
    assert done.state == "answered"
    assert done.answer is not None
    assert done.answer["value"] == 1350.0
    assert "1,350" in done.answer["text"]
    assert done.receipt is not None
    assert done.receipt["tables"][0]["rows_in"] == 4
    assert len(done.receipt["code_sha256"]) == 64
    assert len(house.bus.of(QueryAnswered)) == 1


async def test_event_delivered_twice_moves_the_question_once() -> None:
    house = House()
    question = await classified(house)
    version = house.question(question.query_id).version
    await house.use.classify(house.bus.of(QueryAsked)[0])
    assert house.question(question.query_id).version == version
    assert len(house.bus.of(QueryClassified)) == 1


async def test_process_that_dies_between_saving_and_publishing_is_made_good_by_the_redelivery() -> None:
    house = House()
    question = await house.ask(QUESTION)
    house.bus.fail_next = 1
    with pytest.raises(BusUnavailable):
        await house.use.classify(house.bus.of(QueryAsked)[0])
    assert house.question(question.query_id).state == "validated"
    assert house.bus.of(QueryValidated) == []
    await house.use.classify(house.bus.of(QueryAsked)[0])
    assert len(house.bus.of(QueryValidated)) == 1


async def test_second_writer_of_the_same_version_is_refused() -> None:
    house = House()
    question = await house.ask(QUESTION)
    stale = house.question(question.query_id)
    await house.use.classify(house.bus.of(QueryAsked)[0])
    with pytest.raises(ChangedMeanwhile) as refused:
        await house.use.end._flow.commit(stale, stale.moved("failed"))
    assert refused.value.retryable


async def test_question_that_names_nothing_in_the_data_is_declined() -> None:
    house = House()
    question = await classified(house, "What is the average wingspan of each penguin?")
    assert question.state == "failed"
    assert question.error is not None
    assert question.error.code == "cannot_answer"
    assert [e.code for e in house.bus.of(QueryFailed)] == ["cannot_answer"]


async def test_table_of_another_session_looks_like_none() -> None:
    house = House()
    with pytest.raises(TableUnknown):
        await house.use.ask.question("s_other", QUESTION, ["t_sales"], None)


async def test_query_of_another_session_looks_like_none() -> None:
    house = House()
    question = await house.ask(QUESTION)
    with pytest.raises(QueryNotFound):
        await house.read.get("s_other", question.query_id)


async def test_conversation_of_another_session_is_refused() -> None:
    house = House()
    with pytest.raises(Exception, match="no conversation"):
        await house.ask(QUESTION, owned_id("c", "s_other", "0" * 16))


async def test_choice_is_refused_where_none_is_awaited() -> None:
    house = House()
    question = await house.ask(QUESTION)
    with pytest.raises(NotWaiting):
        await house.use.ask.clarified(house.session_id, question.query_id, "1")


async def test_rejected_code_goes_back_to_claude_at_most_twice_and_then_fails() -> None:
    house = House(engine="claude")
    question = await classified(house, "How would a stranger see it?")
    for attempt in (1, 2, 3):
        assert house.question(question.query_id).attempt == attempt
        await house.use.validate(
            QueryGenerated(
                session_id=house.session_id,
                query_id=question.query_id,
                attempt=attempt,
                engine="claude",
                code="result = df['amuont'].sum()",
            )
        )
        await house.use.generate.after_rejection(house.bus.of(QueryRejected)[-1])
    done = house.question(question.query_id)
    assert done.state == "failed"
    assert done.error is not None
    assert done.error.code == "code_rejected"
    assert "amuont" in done.error.message
    assert len(house.bus.of(QueryClassified)) == 3


async def test_code_of_claude_that_joins_texts_goes_back_with_what_to_do_instead() -> None:
    house = House(engine="claude")
    question = await classified(house)
    await house.use.validate(
        QueryGenerated(
            session_id=house.session_id, query_id=question.query_id, engine="claude", code="result = df['city'].sum()"
        )
    )
    (rejected,) = house.bus.of(QueryRejected)
    assert "no sum of text: 'city'" in rejected.reasons[0]
    assert house.bus.of(QueryValidated) == []


async def test_repair_carries_the_code_and_the_reasons_to_the_model() -> None:
    house = House(engine="claude")
    question = await classified(house)
    await house.use.validate(
        QueryGenerated(
            session_id=house.session_id, query_id=question.query_id, engine="claude", code="result = df['amuont'].sum()"
        )
    )
    await house.use.generate.after_rejection(house.bus.of(QueryRejected)[-1])
    told = await Rounds(house, question.query_id).last_told()
    assert (told["outcome"], told["code"]) == ("rejected", "result = df['amuont'].sum()")
    assert any("amuont" in reason and "amount" in reason for reason in told["said"]), "with the column that is near"


async def test_claude_out_of_reach_falls_back_to_the_planner_and_says_so() -> None:
    house = House(engine="claude")
    question = await classified(house)
    await house.use.generate.fall_back(
        QueryGenerationFailed(
            session_id=house.session_id,
            query_id=question.query_id,
            engine="claude",
            code="model_unavailable",
            reason="The model did not answer.",
        )
    )
    after = house.question(question.query_id)
    assert after.engine == "offline"
    assert "did not answer" in after.warnings[0]
    assert house.bus.of(QueryClassified)[-1].engine == "offline"


async def test_claude_declining_is_not_overruled_by_the_planner() -> None:
    house = House(engine="claude")
    question = await classified(house)
    await house.use.generate.fall_back(
        QueryGenerationFailed(
            session_id=house.session_id,
            query_id=question.query_id,
            engine="claude",
            code="cannot_answer",
            reason="The data does not say.",
        )
    )
    assert house.question(question.query_id).state == "failed"


async def test_crash_of_planned_code_ends_the_question_with_the_reason() -> None:
    house = House()
    question = await validated(house)
    await house.use.generate.after_crash(
        QueryExecutionFailed(
            session_id=house.session_id,
            query_id=question.query_id,
            outcome="timed_out",
            reasons=("Stopped after 20 seconds.",),
        )
    )
    done = house.question(question.query_id)
    assert (done.state, done.error and done.error.code) == ("failed", "code_timed_out")


async def test_overdue_question_fails_and_says_where_it_stopped() -> None:
    house = House()
    question = await classified(house)
    house.now += 61
    assert await house.use.end.sweep() == 1
    done = house.question(question.query_id)
    assert done.error is not None
    assert done.error.code == "timed_out"
    assert "validated" in done.error.message
    assert await house.use.end.sweep() == 0


async def test_dead_letter_of_a_question_ends_it() -> None:
    house = House()
    question = await classified(house)
    await house.use.end.dead_letter(
        DeadLetter(
            durable="dataproc-run-code",
            subject="query.validated.v1",
            reason="'>=' not supported between instances of 'NoneType' and 'int'",
            error="TypeError",
            deliveries=5,
            stream="QUERIES",
            stream_sequence=1,
            body={"query_id": question.query_id},
        )
    )
    ended = house.question(question.query_id)
    assert ended.state == "failed"
    assert ended.error is not None
    assert ended.error.message == GIVEN_UP, "a sentence for people, without the exception's words"


async def test_dead_letter_of_a_bystander_leaves_the_question_alone() -> None:
    house = House()
    question = await classified(house)
    await house.use.end.dead_letter(
        DeadLetter(
            durable="session-record-answer",
            subject="query.answered.v1",
            reason="x",
            error="X",
            deliveries=5,
            stream="QUERIES",
            stream_sequence=1,
            body={"query_id": question.query_id},
        )
    )
    assert house.question(question.query_id).state == "validated"


async def test_message_from_a_conversation_is_taken_up_once() -> None:
    house = House()
    event = LlmQuestionAsked(
        session_id=house.session_id,
        query_id="q_from_llm",
        conversation_id=owned_id("c", house.session_id, "0" * 16),
        message_id="m_1",
        text=QUESTION,
    )
    await house.use.ask.from_conversation(event)
    await house.use.ask.from_conversation(event)
    assert [e.query_id for e in house.bus.of(QueryAsked)] == ["q_from_llm"]


def asked_in_conversation(house: House, query_id: str) -> LlmQuestionAsked:
    return LlmQuestionAsked(
        session_id=house.session_id,
        query_id=query_id,
        conversation_id=owned_id("c", house.session_id, "0" * 16),
        message_id=f"m_{query_id}",
        text=QUESTION,
    )


async def test_message_from_a_conversation_takes_a_place_until_it_is_answered() -> None:
    house = House()
    house.quotas.limit = 1
    await house.use.ask.from_conversation(asked_in_conversation(house, "q_1"))
    assert house.quotas.held == {"q_1"}
    with pytest.raises(TooManyQuestions):
        await house.ask(QUESTION)
    await house.use.classify(house.bus.of(QueryAsked)[-1])
    await house.use.answer.executed(await executed(house, house.question("q_1"), value=1350.0))
    assert house.quotas.held == set()


async def test_message_beyond_the_quota_is_refused_in_its_conversation_and_not_run() -> None:
    house = House()
    house.quotas.limit = 1
    await house.ask(QUESTION)
    late = asked_in_conversation(house, "q_late")
    await house.use.ask.from_conversation(late)
    await house.use.ask.from_conversation(late)
    (told,) = house.bus.of(QueryFailed)
    assert (told.query_id, told.conversation_id, told.code) == ("q_late", late.conversation_id, "too_many_questions")
    assert (told.reason, told.question) == ("too many", QUESTION)
    assert house.question("q_late").state == "failed"
    assert "q_late" not in [e.query_id for e in house.bus.of(QueryAsked)]
    assert "q_late" not in house.quotas.held


async def test_message_whose_event_was_lost_with_its_worker_is_told_when_it_comes_again() -> None:
    house = House()
    house.bus.fail_next = 1
    event = asked_in_conversation(house, "q_1")
    with pytest.raises(BusUnavailable):
        await house.use.ask.from_conversation(event)
    await house.use.ask.from_conversation(event)
    assert [e.query_id for e in house.bus.of(QueryAsked)] == ["q_1"]


async def test_forgotten_session_takes_no_more_questions_from_its_conversations() -> None:
    house = House()
    await house.use.end.forget_session(SessionExpired(session_id=house.session_id, reason="deleted"))
    await house.use.ask.from_conversation(
        LlmQuestionAsked(
            session_id=house.session_id, query_id="q_late", conversation_id="c_1", message_id="m_1", text="x"
        )
    )
    assert house.bus.of(QueryAsked) == []


async def test_code_over_more_tables_than_the_jail_opens_ends_with_the_reason() -> None:
    house = House()
    for number in range(249):
        house.has_table(f"more_{number}", city=ColumnType.CATEGORY)
    reason = "Code can use at most 249 tables at once, and 250 are chosen; choose fewer."
    ran = await house.snippets.run(house.session_id, "result = 1", [])
    assert (ran.outcome, ran.reasons) == ("failed", (reason,))
    question = await classified(house, QUESTION)
    error = house.question(question.query_id).error
    assert error is not None and (error.code, error.message) == ("too_many_tables", reason)
    assert house.bus.of(QueryValidated) == [] and house.quotas.held == set()


async def test_snippet_that_is_refused_is_an_outcome_with_reasons() -> None:
    house = House()
    outcome = await house.snippets.run(house.session_id, "import os\nresult = 1", [])
    assert outcome.outcome == "rejected"
    assert "os" in " ".join(outcome.reasons)
    assert house.bus.events == []


async def test_empty_result_is_answered_with_a_warning() -> None:
    house = House()
    # Of a look-up in vain the scorer is less sure: it oftener comes of a wrong reading.
    question = await validated(house, "Show the city and amount of sales with an amount above 5000", max_wrong=0.1)
    nothing = await executed(house, question, kind="table", columns=["city", "amount"], rows=[], total_rows=0)
    await house.use.answer.executed(nothing)
    done = house.question(question.query_id)
    assert done.state == "answered"
    assert any("No rows" in warning for warning in done.warnings)


async def test_unknown_choice_names_the_options() -> None:
    house = House()
    question = await house.ask(QUESTION)
    net_or_gross = Clarification(
        question="Which?", options=(Choice(id="1", label="net"), Choice(id="2", label="gross")), slot="column:amount"
    )
    asked = clarifying(house.question(question.query_id), net_or_gross)
    await house.use.end._flow.commit(house.question(question.query_id), asked)
    with pytest.raises(UnknownChoice, match="none of the options"):
        await house.use.ask.clarified(house.session_id, question.query_id, "3")
    after = await house.use.ask.clarified(house.session_id, question.query_id, "gross")
    assert after.state == "asked"
    assert after.choices == {"column:amount": "2"}


async def test_a_question_that_goes_on_after_its_choice_takes_a_place_again() -> None:
    house = House()
    question = await house.ask(QUESTION)
    which = Clarification(
        question="Which?", options=(Choice(id="1", label="net"), Choice(id="2", label="gross")), slot="column:amount"
    )
    asked = clarifying(house.question(question.query_id), which)
    await house.use.end._flow.commit(house.question(question.query_id), asked)
    assert house.quotas.held == set()
    house.quotas.limit = 0
    with pytest.raises(TooManyQuestions):
        await house.use.ask.clarified(house.session_id, question.query_id, "1")
    assert house.question(question.query_id).state == "needs_clarification"
    house.quotas.limit = 1
    await house.use.ask.clarified(house.session_id, question.query_id, "1")
    assert house.quotas.held == {question.query_id}


async def test_claude_asks_back_and_goes_on_with_the_choice_as_a_new_attempt() -> None:
    house = House(engine="claude")
    question = await classified(house)
    await house.use.generate.fall_back(
        QueryGenerationFailed(
            session_id=house.session_id,
            query_id=question.query_id,
            engine="claude",
            code="needs_clarification",
            reason="Which total?",
            options=("net", "gross"),
        )
    )
    assert house.question(question.query_id).state == "needs_clarification"
    assert house.bus.hints[-1][1]["clarification"]["options"][1] == {"id": "2", "label": "gross"}
    await house.use.ask.clarified(house.session_id, question.query_id, "2")
    await house.use.classify(house.bus.of(QueryClarified)[-1])
    again = house.bus.of(QueryClassified)[-1]
    assert (again.attempt, again.engine) == (2, "claude")
    assert again.deadline == house.question(question.query_id).deadline
    assert '"choice": "gross"' in (await house.objects.get(str(again.context_key))).decode()


def unavailable(question: Question, code: str = "model_unavailable") -> QueryGenerationFailed:
    return QueryGenerationFailed(
        session_id=question.session_id,
        query_id=question.query_id,
        attempt=question.attempt,
        engine="claude",
        code=code,
        reason="The model did not answer.",
    )


async def context_of(house: House) -> dict[str, Any]:
    context: dict[str, Any] = json.loads(await house.objects.get(str(house.bus.of(QueryClassified)[-1].context_key)))
    return context


async def test_without_claude_the_planner_asks_back() -> None:
    house = House(with_returns=True)
    question = await classified(house, AMBIGUOUS)
    assert question.state == "needs_clarification"
    assert question.clarification is not None
    assert [option.label for option in question.clarification.options] == ["net_revenue: 660.0", "gross_revenue: 792.0"]


async def test_with_claude_what_the_planner_would_ask_is_advice_and_stops_nothing() -> None:
    house = House(engine="claude", with_returns=True)
    question = await classified(house, AMBIGUOUS)
    assert question.state == "classified"
    assert house.bus.of(QueryClarificationRequested) == []
    advice = (await context_of(house))["advice"]
    assert "revenue" in advice["question"]
    assert advice["options"] == ["net_revenue: 660.0", "gross_revenue: 792.0"]


async def test_what_readings_come_to_is_not_told_to_a_model_that_may_see_the_schema_only() -> None:
    house = House(engine="claude", with_returns=True, privacy="schema_only")
    question = await classified(house, AMBIGUOUS)
    advice = (await context_of(house))["advice"]
    assert advice["options"] == ["net_revenue", "gross_revenue"]
    await house.use.generate.fall_back(unavailable(question))
    await house.use.ask.clarified(house.session_id, question.query_id, "net_revenue: 660.0")
    await house.use.classify(house.bus.of(QueryClarified)[-1])
    assert [told["choice"] for told in (await context_of(house))["clarified"]] == ["net_revenue"]
    assert "660" not in json.dumps(await context_of(house))


async def test_claude_that_is_away_leaves_the_planners_question_to_the_person_and_their_choice_to_the_planner() -> None:
    house = House(engine="claude", with_returns=True)
    question = await classified(house, AMBIGUOUS)
    await house.use.generate.fall_back(unavailable(question))
    asked = house.question(question.query_id)
    assert asked.state == "needs_clarification"
    await house.use.ask.clarified(house.session_id, question.query_id, "net_revenue")
    await house.use.classify(house.bus.of(QueryClarified)[-1])
    await house.use.generate.fall_back(unavailable(house.question(question.query_id)))
    again = house.question(question.query_id)
    assert (again.state, again.engine) == ("classified", "offline")
    assert "net_revenue" in str(again.draft)


async def test_claude_declining_is_not_turned_into_the_planners_question() -> None:
    house = House(engine="claude", with_returns=True)
    question = await classified(house, AMBIGUOUS)
    await house.use.generate.fall_back(unavailable(question, "cannot_answer"))
    assert house.question(question.query_id).state == "failed"


async def test_what_the_planner_linked_is_in_the_first_context_already() -> None:
    house = House(engine="claude")
    await classified(house)
    context = await context_of(house)
    assert (context["intent"], context["entities"]["columns"]) == ("aggregate", ["sales.amount"])
    assert context["advice"] is None


async def test_question_beyond_the_sessions_places_is_refused_and_not_kept() -> None:
    house = House()
    house.quotas.limit = 1
    await house.ask(QUESTION)
    with pytest.raises(TooManyQuestions) as refused:
        await house.ask(QUESTION)
    assert refused.value.http_status == 429
    assert len(house.store.queries) == 1


async def test_question_that_ends_or_asks_back_frees_its_place() -> None:
    house = House()
    question = await validated(house)
    assert house.quotas.held == {question.query_id}
    await house.use.answer.executed(await executed(house, question, value=1350.0))
    assert house.quotas.held == set()


async def test_snippets_take_the_places_of_questions_and_give_them_back() -> None:
    house = House()
    house.quotas.limit = 1
    running = asyncio.create_task(house.snippets.run(house.session_id, "result = 1", []))
    while not house.bus.of(QueryValidated):
        await asyncio.sleep(0)
    (validated_event,) = house.bus.of(QueryValidated)
    for refused in (
        house.snippets.run(house.session_id, "result = 2", []),
        house.snippets.edit(house.session_id, validated_event.query_id, "result = 2"),
        house.ask(QUESTION),
    ):
        with pytest.raises(TooManyQuestions):
            await refused
    assert len(house.store.queries) == 1
    await house.use.answer.executed(await executed(house, house.question(validated_event.query_id), value=1))
    assert (await running).outcome == "ok"
    assert house.quotas.held == set()


async def test_code_that_is_refused_takes_no_place() -> None:
    house = House()
    house.quotas.limit = 0
    assert (await house.snippets.run(house.session_id, "import os\nresult = 1", [])).outcome == "rejected"


async def test_jail_is_told_until_when_somebody_waits() -> None:
    house = House()
    question = await validated(house)
    assert house.bus.of(QueryValidated)[0].deadline == question.deadline


async def asked_back(house: House, *options: str) -> Question:
    """Claude asks which one is meant, of a question that the planner would answer in its own way."""
    question = await classified(house)
    assert question.draft is not None
    event = unavailable(question, "needs_clarification").model_copy(update={"reason": "Which?", "options": options})
    await house.use.generate.fall_back(event)
    return house.question(question.query_id)


@pytest.mark.parametrize("choice", ["2", "the hours that were logged, please"])
async def test_after_a_choice_that_only_claude_knows_of_the_planner_answers_nothing(choice: str) -> None:
    house = House(engine="claude")
    question = await asked_back(house, "estimated hours", "logged hours")
    await house.use.ask.clarified(house.session_id, question.query_id, choice)
    await house.use.classify(house.bus.of(QueryClarified)[-1])
    context = await context_of(house)
    assert (context["entities"], context["advice"], context["unmatched"]) == ({}, None, [])
    again = house.question(question.query_id)
    assert (again.draft, again.plan, again.chart) == (None, None, None)
    await house.use.generate.fall_back(unavailable(again))
    done = house.question(question.query_id)
    assert done.error is not None
    assert (done.state, done.error.code) == ("failed", "model_unavailable")


async def test_question_back_may_be_answered_in_words_of_ones_own_where_there_is_a_model() -> None:
    house = House(engine="claude")
    question = await asked_back(house, "net", "gross")
    await house.use.ask.clarified(house.session_id, question.query_id, "neither: what was refunded")
    await house.use.classify(house.bus.of(QueryClarified)[-1])
    context = await context_of(house)
    assert context["clarified"] == [{"question": "Which?", "choice": "neither: what was refunded"}]
    assert context["own_words"] == ["neither: what was refunded"]


async def test_after_a_choice_the_model_is_told_that_last_and_nothing_is_left_to_mend() -> None:
    """Code that was refused before anybody knew stands among the steps that are over."""
    rounds = await Rounds.begin(House(engine="claude"))
    await rounds.generates(REFUSED)
    await rounds.is_refused()
    assert (await rounds.last_told())["outcome"] == "rejected"
    await rounds.asks_back("Which?", "net", "gross", reply_key="the model asks")
    chosen = await rounds.is_told("net")
    assert chosen.repair == ()
    last = await rounds.last_told()
    assert (last["outcome"], last["said"], last["reply_key"]) == ("chosen", ["net"], "the model asks")


async def test_words_that_only_one_option_has_choose_it() -> None:
    house = House(engine="claude")
    question = await asked_back(house, "the net amount", "the gross amount")
    after = await house.use.ask.clarified(house.session_id, question.query_id, "Gross")
    assert after.choices == {"model:1": "2"}
    assert after.clarified == (("Which?", "the gross amount"),)


async def test_own_words_are_told_to_a_model_that_sees_the_schema_only_without_the_question_back() -> None:
    """The person wrote them, as they wrote the question; what was asked back may name cells."""
    house = House(engine="claude", privacy="schema_only")
    question = await asked_back(house, "Paris", "Lyon")
    await house.use.ask.clarified(house.session_id, question.query_id, "both of them")
    await house.use.classify(house.bus.of(QueryClarified)[-1])
    assert (await context_of(house))["clarified"] == [{"question": "", "choice": "both of them"}]


async def test_choice_of_claudes_ends_the_question_where_claude_is_gone_for_good() -> None:
    """The service was started anew without a key."""
    house = House(engine="claude")
    question = await asked_back(house, "net", "gross")
    await house.use.ask.clarified(house.session_id, question.query_id, "1")
    offline = House(objects=house.objects, store=house.store, bus=house.bus, catalog=house.catalog)
    await offline.use.classify(house.bus.of(QueryClarified)[-1])
    done = house.question(question.query_id)
    assert done.error is not None
    assert (done.state, done.error.code) == ("failed", "cannot_answer")


async def test_words_that_the_planner_finds_nowhere_are_a_hint_for_claude() -> None:
    house = House(engine="claude")
    await classified(house, "What is the total overtime?")
    assert "overtime" in (await context_of(house))["unmatched"]


@pytest.mark.parametrize("engine", ["claude", "offline"])
async def test_turn_that_claude_answered_is_no_plan_for_the_planner_to_go_on_from(engine: str) -> None:
    house, conversation_id = House(engine="claude"), owned_id("c", "s_1", "0" * 16)
    first = await house.ask("What is the total amount in Paris?", conversation_id)
    await house.use.classify(house.bus.of(QueryAsked)[-1])
    rounds = Rounds(house, first.query_id)
    assert rounds.now.plan is not None
    if engine == "claude":
        await rounds.computes(value=1)
        await rounds.writes("It is 1.")
    else:
        await rounds.fails("model_unavailable", "The model did not answer.")
        await house.use.generate.offline(house.bus.of(QueryClassified)[-1])
        await house.use.validate(house.bus.of(QueryGenerated)[-1])
        await rounds.runs(value=1100.0)
    assert (rounds.now.state, rounds.now.engine) == ("answered", engine)
    follow_up = await house.ask("and in Lyon?", conversation_id)
    await house.use.classify(house.bus.of(QueryAsked)[-1])
    assert (house.question(follow_up.query_id).plan is None) == (engine == "claude")
