"""Questions as the version before stored them: plans of another shape, nothing about how they were read."""

from __future__ import annotations

from typing import Any

from services.nlq.domain import Question
from services.nlq.schemas import QueryView
from services.nlq.views import view
from shared.auth import owned_id
from shared.events import QueryAsked, QueryClarified, QueryClassified, QueryExecuted, QueryGenerated, QueryValidated
from tests.fakes.nlq import House
from tests.fakes.rounds import Rounds

CONVERSATION = owned_id("c", "s_1", "0" * 16)
OLD_PLAN = {
    "kind": "query",
    "table": "sales",
    "joins": [],
    "where": [{"kind": "is_in", "column": {"table": "sales", "column": "city"}, "values": ["Paris"], "negate": False}],
    "groups": [],
    "measures": [{"function": "sum", "column": {"table": "sales", "column": "amount"}, "as_number": False}],
    "columns": [],
    "order": [],
    "limit": None,
}


def stored(house: House, state: str = "answered", **changes: Any) -> Question:
    """What the version before wrote, as JSON without the fields that it did not know."""
    tables = [
        {"table_id": t.table_id, "name": t.name, "version": 1, "data_key": t.data_key}
        for t in house.catalog.tables.values()
    ]
    document = {
        "query_id": "q_old",
        "session_id": house.session_id,
        "question": "What is the total amount in Paris?",
        "source": "question",
        "state": state,
        "version": 5,
        "attempt": 1,
        "round": 0,
        "created_at": "2026-11-01T10:00:00+00:00",
        "deadline": house.now + 30,
        "table_ids": [table["table_id"] for table in tables],
        "tables": tables,
        "conversation_id": CONVERSATION,
        "intent": "aggregate",
        "entities": {"columns": ["sales.amount"], "measures": ["total amount"]},
        "plan": OLD_PLAN,
        "draft": "result = df['amount'].sum()",
        "explanation": "Total amount where city is Paris.",
        "code": "result = df['amount'].sum()",
        "engine": "offline",
        "columns": [["sales", "amount"]],
        "answer": {"text": "Total amount: 1,100.", "kind": "scalar", "value": 1100.0},
        "receipt": {"tables": [], "plan": OLD_PLAN},
        "outbox": [],
    }
    question = Question.model_validate_json(Question.model_validate(document | changes).model_dump_json())
    house.store.queries["q_old"] = question
    house.store.listed["q_old"] = question.deadline
    return question


async def test_is_listed_and_shown() -> None:
    house = House()
    old = stored(house)
    (listed,), _ = await house.read.list(house.session_id, None, 10)
    assert listed == await house.read.get(house.session_id, "q_old") == old
    shown = QueryView.model_validate(view(old))
    assert shown.answer is not None and shown.answer.value == 1100.0
    assert (shown.reading, shown.receipt) == ([], old.receipt)


async def test_its_conversation_goes_on_with_complete_questions() -> None:
    house = House()
    stored(house)
    house.store.conversations[CONVERSATION] = ["q_old"]
    question = await house.ask("What is the total amount per city?", CONVERSATION)
    await house.use.classify(house.bus.of(QueryAsked)[-1])
    assert house.question(question.query_id).state == "validated"


async def test_its_plan_is_no_base_for_a_follow_up() -> None:
    house = House()
    stored(house)
    house.store.conversations[CONVERSATION] = ["q_old"]
    question = await house.ask("and in Lyon?", CONVERSATION)
    await house.use.classify(house.bus.of(QueryAsked)[-1])
    done = house.question(question.query_id)
    assert done.state == "failed"
    assert done.error is not None and done.error.code == "cannot_answer"


async def test_a_plan_of_today_is_a_base_for_a_follow_up() -> None:
    """Without this the test above would hold for a planner that knows no follow-ups."""
    house = House()
    first = await house.ask("What is the total amount in Paris?", CONVERSATION)
    await house.use.classify(house.bus.of(QueryAsked)[-1])
    key = await house.keep_result(f"sessions/{house.session_id}/results/{first.query_id}/s1a1.json", value=1100.0)
    ran = QueryExecuted(session_id=house.session_id, query_id=first.query_id, result_key=key, seconds=0.01)
    await house.use.answer.executed(ran)
    assert house.question(first.query_id).state == "answered"
    question = await house.ask("and in Lyon?", CONVERSATION)
    await house.use.classify(house.bus.of(QueryAsked)[-1])
    assert house.question(question.query_id).expected is not None


async def test_a_choice_of_its_question_back_leads_on() -> None:
    """The slot is none that is known any more: the question is read anew, and no old choice settles it."""
    house = House(with_returns=True)
    options = [{"id": "returns.net_revenue", "label": "net_revenue"}, {"id": "returns.gross_revenue", "label": "gross"}]
    clarification = {"question": "Which revenue?", "options": options, "slot": "column:returns.net_revenue"}
    stored(
        house,
        "needs_clarification",
        question="What is the total revenue?",
        clarification=clarification,
        round=1,
        plan=None,
        draft=None,
        code=None,
        answer=None,
        engine=None,
    )
    await house.use.ask.clarified(house.session_id, "q_old", "gross")
    await house.use.classify(house.bus.of(QueryClarified)[-1])
    again = house.question("q_old")
    assert again.state == "needs_clarification" and again.clarification is not None
    assert [option.schema_label for option in again.clarification.options] == ["net_revenue", "gross_revenue"]
    await house.use.ask.clarified(house.session_id, "q_old", "gross_revenue")
    await house.use.classify(house.bus.of(QueryClarified)[-1])
    done = house.question("q_old")
    assert done.state == "validated" and done.expected is not None and done.expected.rows == ((792.0,),)


async def test_one_on_its_way_goes_on() -> None:
    """Classified before, its code waits for the consumer that takes it on."""
    house = House()
    old = stored(house, "classified", code=None, answer=None, receipt=None)
    event = QueryClassified(
        session_id=house.session_id,
        query_id="q_old",
        engine="offline",
        question=old.question,
        intent="aggregate",
        tables=old.tables,
    )
    await house.use.generate.offline(event)
    await house.use.validate(house.bus.of(QueryGenerated)[-1])
    assert house.question("q_old").state == "validated"
    assert len(house.bus.of(QueryValidated)) == 1


OF_CLAUDE = {
    "created_at": "2026-09-01T10:00:00+00:00",
    "privacy": "profile",
    "engine": "claude",
    "plan": None,
    "draft": None,
    "answer": None,
    "receipt": None,
}


async def test_one_whose_code_of_claude_runs_is_answered_without_another_step() -> None:
    """There is no context that the model could go on with."""
    house = House(engine="claude")
    stored(house, "validated", **OF_CLAUDE)
    done = await Rounds(house, "q_old").runs(value=1100.0)
    assert done.state == "answered" and done.answer is not None
    assert done.answer["text"] == "Total amount where city is Paris: 1,100."


async def test_one_whose_code_of_claude_crashes_ends_with_the_reason() -> None:
    house = House(engine="claude")
    stored(house, "validated", **OF_CLAUDE)
    done = await Rounds(house, "q_old").crashes("KeyError: 'amount'")
    assert done.error is not None
    assert (done.state, done.error.code, done.error.message) == ("failed", "code_failed", "KeyError: 'amount'")


async def test_one_that_claude_asked_back_goes_on_in_steps() -> None:
    house = House(engine="claude")
    asked = {"question": "Which?", "options": [{"id": "1", "label": "net"}], "slot": "model:1"}
    stored(house, "needs_clarification", **OF_CLAUDE, clarification=asked, round=1, attempt=2, code=None)
    rounds = Rounds(house, "q_old")
    assert (await rounds.is_told("net")).state == "classified"
    assert (await rounds.context())["clarified"] == [{"question": "Which?", "choice": "net"}]
    assert (await rounds.computes("total", value=1350.0)).step == 2
    assert (await rounds.writes("1,350.")).state == "answered"


async def test_one_of_claudes_that_is_classified_is_answered_by_its_first_code() -> None:
    house = House(engine="claude")
    stored(house, "classified", **OF_CLAUDE, code=None)
    rounds = Rounds(house, "q_old")
    assert (await rounds.generates()).state == "validated"
    assert (await rounds.runs(value=1350.0)).state == "answered"
