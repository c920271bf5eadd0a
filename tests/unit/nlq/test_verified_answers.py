"""A result that was to be verified is computed a second time, in SQL; however that ends, the question is answered."""

from __future__ import annotations

import pytest

from services.nlq.domain import Question, Verification
from services.nlq.service.rounds.verifying import FEWEST_SECONDS
from shared.auth import owned_id
from shared.events import LlmQuestionAsked, QueryAnswered, QueryClassified, QueryValidated
from tests.fakes.nlq import House
from tests.fakes.rounds import Rounds

SQL = "SELECT SUM(amount) FROM sales"


async def written(house: House | None = None, *, verify: bool | None = True) -> Rounds:
    """A question whose answer the model has written."""
    rounds = await Rounds.begin(house or House(engine="claude"), verify=verify)
    await rounds.computes("total", kind="scalar", value=120.5)
    await rounds.writes("The total is 120.5.", result="total")
    return rounds


def verification_of(question: Question) -> Verification:
    assert question.state == "answered"
    assert question.answer is not None
    return Verification.model_validate(question.answer["verification"])


async def test_sql_is_asked_for_with_the_result_but_without_its_code() -> None:
    rounds = await written()
    asked = rounds.house.bus.of(QueryClassified)[-1]
    assert (rounds.now.state, asked.language, asked.step) == ("classified", "sql", rounds.now.step)
    told = await rounds.last_told()
    assert (told["name"], told["code"], told["reply_key"]) == ("total", None, None)
    assert told["result_key"] == rounds.now.results[-1].result_key
    assert not rounds.house.bus.of(QueryAnswered)


async def test_sql_runs_as_it_was_written_anew_over_the_tables_that_it_reads() -> None:
    rounds = await written(House(engine="claude", with_returns=True))
    await rounds.selects(SQL)
    run = rounds.house.bus.of(QueryValidated)[-1]
    assert (run.language, " ".join(run.code.split())) == ("sql", 'SELECT SUM("amount") FROM "tables"."sales"')
    assert [table.name for table in run.tables] == ["sales"]
    assert run.columns_used == {"sales": ("amount",)}


async def test_agreement_stands_in_the_answer_with_the_sql() -> None:
    rounds = await written()
    await rounds.selects(SQL)
    answered = await rounds.runs(kind="scalar", value=120.5)
    found = verification_of(answered)
    assert (found.outcome, "same" in found.sentence) == ("agrees", True)
    assert found.sql is not None
    assert "SUM" in found.sql
    assert answered.answer is not None
    assert (answered.answer["text"], answered.answer["value"]) == ("The total is 120.5.", 120.5)
    assert answered.code is not None
    assert "df['amount']" in answered.code
    assert answered.warnings == ()


async def test_a_difference_is_a_warning_with_both_values() -> None:
    rounds = await written()
    await rounds.selects(SQL)
    answered = await rounds.runs(kind="scalar", value=118.5)
    sentence = "The second computation, in SQL, gives 118.5 where the code gives 120.5."
    assert verification_of(answered).sentence == sentence
    assert sentence in answered.warnings
    assert answered.answer is not None
    assert answered.answer["value"] == 120.5


@pytest.mark.parametrize("way", ["refused", "crashed", "declined"])
async def test_without_a_second_result_the_answer_stands_with_the_reason(way: str) -> None:
    rounds = await written()
    if way == "refused":
        answered = await rounds.selects("SELECT SUM(amuont) FROM sales")
    elif way == "declined":
        answered = await rounds.fails("cannot_answer", "SQL cannot express it.")
    else:
        await rounds.selects(SQL)
        answered = await rounds.crashes("Conversion Error: no number.")
    found = verification_of(answered)
    reason = {"refused": "amuont", "crashed": "Conversion Error", "declined": "cannot express it"}[way]
    assert (found.outcome, reason in found.sentence) == ("not_compared", True)
    assert found.sentence.endswith(".")
    assert answered.answer is not None
    assert answered.answer["text"] == "The total is 120.5."
    assert answered.warnings == ()


async def test_code_in_python_is_no_second_computation() -> None:
    """As an llm service of the version before would send it."""
    rounds = await written()
    found = verification_of(await rounds.generates("result = df['amount'].sum()"))
    assert (found.outcome, found.sql) == ("not_compared", None)


async def test_words_are_no_second_computation() -> None:
    rounds = await written()
    answered = await rounds.writes("It is 7.")
    assert verification_of(answered).outcome == "not_compared"
    assert answered.answer is not None
    assert answered.answer["text"] == "The total is 120.5."


async def test_near_the_deadline_the_answer_does_not_wait() -> None:
    house = House(engine="claude")
    rounds = await Rounds.begin(house, verify=True)
    await rounds.computes("total", kind="scalar", value=120.5)
    house.now = rounds.now.deadline - FEWEST_SECONDS + 1
    found = verification_of(await rounds.writes("The total is 120.5."))
    assert (found.outcome, "time" in found.sentence) == ("not_compared", True)


async def test_who_does_not_ask_gets_none_and_the_house_may_ask_for_all() -> None:
    assert (await written(verify=None)).now.state == "answered"
    assert (await written(House(engine="claude", verify=True), verify=None)).now.state == "classified"
    declined = await written(House(engine="claude", verify=True), verify=False)
    assert declined.now.answer is not None
    assert "verification" not in declined.now.answer


async def test_words_without_a_result_have_nothing_to_verify() -> None:
    rounds = await Rounds.begin(House(engine="claude"), verify=True)
    assert (await rounds.writes("You are welcome.")).state == "answered"


async def test_every_event_may_come_twice() -> None:
    rounds = await written()
    await rounds.selects(SQL)
    ran = await rounds.ran(kind="scalar", value=120.5)
    for _ in range(2):
        await rounds.house.use.answer.executed(ran)
    assert len(rounds.house.bus.of(QueryAnswered)) == 1
    assert verification_of(rounds.now).outcome == "agrees"


@pytest.mark.parametrize(
    ("of_house", "asked", "verified"), [(False, True, True), (True, None, True), (True, False, False)]
)
async def test_message_of_a_conversation_may_ask_for_it(of_house: bool, asked: bool | None, verified: bool) -> None:
    house = House(engine="claude", verify=of_house)
    event = LlmQuestionAsked(
        session_id=house.session_id,
        query_id="q_chat",
        conversation_id=owned_id("c", house.session_id, "0" * 16),
        message_id="m_1",
        text="How do the cities compare?",
        verify=asked,
    )
    await house.use.ask.from_conversation(event)
    assert house.question("q_chat").verify is verified
