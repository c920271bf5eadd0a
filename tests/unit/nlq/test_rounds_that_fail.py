"""What becomes of a question whose model fails on its way: what it has computed is shown, what went wrong is told, and there is an end."""

from __future__ import annotations

import pytest

from services.nlq.domain import Choice, Clarification
from services.nlq.service import StopQuestion
from services.nlq.service.flow import Flow
from services.nlq.service.rounds.composing import answer_key
from services.nlq.service.rounds.generating import TOO_MANY_STEPS
from shared.events import QueryAnswered, QueryClassified, QueryFailed
from shared.open_choices import ReadingTaken
from tests.fakes.nlq import House
from tests.fakes.rounds import PLANNED, REFUSED, SUM, Rounds

MOST_REPAIRS = 2  # of the house


@pytest.fixture
async def rounds() -> Rounds:
    return await Rounds.begin(House(engine="claude"))


@pytest.mark.parametrize("code", ["model_unavailable", "budget_exhausted", "model_refused"])
async def test_model_that_fails_after_it_computed_leaves_that_as_the_answer(code: str) -> None:
    """Though the planner would have had one of its own."""
    rounds = await Rounds.begin(House(engine="claude"), PLANNED)
    await rounds.computes("total", value=1350.0)
    done = await rounds.fails(code, "The model did not answer.")
    assert (done.state, done.engine, done.code) == ("answered", "claude", SUM)
    assert done.answer is not None and done.answer["value"] == 1350.0
    assert done.warnings == ("Claude could not finish; this is what it had computed. The model did not answer.",)
    assert len(rounds.house.bus.of(QueryAnswered)) == 1
    assert rounds.house.bus.of(QueryAnswered)[0].answer_key in rounds.house.objects.objects


async def test_code_that_cannot_be_mended_leaves_what_was_computed_before(rounds: Rounds) -> None:
    await rounds.computes("total", value=1350.0)
    for _ in range(MOST_REPAIRS):
        await rounds.generates()
        assert (await rounds.crashes("KeyError: 'x'")).state == "classified"
    await rounds.generates("result = df['amount'].max()")
    done = await rounds.crashes("KeyError: 'x'")
    assert (done.state, done.code) == ("answered", SUM)
    assert done.warnings == ("Claude could not finish; this is what it had computed. KeyError: 'x'",)


async def test_code_that_is_refused_to_the_end_leaves_what_was_computed_before(rounds: Rounds) -> None:
    await rounds.computes("total", value=1350.0)
    for _ in range(MOST_REPAIRS + 1):
        await rounds.generates(REFUSED)
        await rounds.is_refused()
    assert (rounds.now.state, rounds.now.code) == ("answered", SUM)


async def test_what_was_looked_at_is_not_shown_in_place_of_an_answer(rounds: Rounds) -> None:
    await rounds.looks(value=1350.0)
    done = await rounds.fails("model_unavailable", "The model did not answer.")
    assert done.error is not None
    assert (done.state, done.error.code) == ("failed", "model_unavailable")


async def test_model_that_declines_after_it_computed_is_believed(rounds: Rounds) -> None:
    await rounds.computes("total", value=1350.0)
    done = await rounds.fails("cannot_answer", "The amounts are in different currencies.")
    assert done.error is not None
    assert (done.state, done.error.code) == ("failed", "cannot_answer")
    assert done.error.message == "The amounts are in different currencies."


async def test_crash_goes_back_with_the_code_and_its_reasons_so_many_times(rounds: Rounds) -> None:
    for repair in range(MOST_REPAIRS):
        await rounds.generates(f"result = 1 / {repair}", reply_key=f"reply {repair}")
        question = await rounds.crashes("ZeroDivisionError: division by zero")
        assert (question.state, question.step, question.attempt) == ("classified", 1, repair + 2)
        last = await rounds.last_told()
        assert (last["outcome"], last["code"]) == ("failed", f"result = 1 / {repair}")
        assert (last["said"], last["reply_key"]) == (["ZeroDivisionError: division by zero"], f"reply {repair}")
    told = await rounds.told()
    assert told is not None and len(told["steps"]) == MOST_REPAIRS, "all earlier attempts"
    await rounds.generates("result = 1 / 0")
    done = await rounds.crashes("ZeroDivisionError: division by zero")
    assert done.error is not None
    assert (done.state, done.error.code) == ("failed", "code_failed")


@pytest.mark.parametrize(("outcome", "code"), [("timed_out", "code_timed_out"), ("rejected", "code_rejected")])
async def test_how_code_ended_is_told_to_the_model_and_at_last_to_the_person(rounds: Rounds, outcome, code) -> None:
    for _ in range(MOST_REPAIRS):
        await rounds.generates()
        await rounds.crashes("It took too long.", outcome=outcome)
        assert (await rounds.last_told())["outcome"] == outcome
    await rounds.generates()
    done = await rounds.crashes("It took too long.", outcome=outcome)
    assert done.error is not None and done.error.code == code


async def test_failure_that_is_delivered_again_is_told_the_person_once() -> None:
    """The planner has taken over at the same step and attempt; what comes again is of the model, whose turn it is no longer."""
    rounds = await Rounds.begin(House(engine="claude"), PLANNED)
    failure = rounds.failure("model_unavailable", "The model did not answer.")
    for _ in range(2):
        await rounds.house.use.generate.fall_back(failure)
    assert rounds.now.warnings == ("Answered by the offline planner: The model did not answer.",)
    assert len(rounds.house.bus.of(QueryClassified)) == 2


async def test_model_that_answers_after_the_planner_took_over_comes_too_late() -> None:
    rounds = await Rounds.begin(House(engine="claude"), PLANNED)
    wrote = await rounds.wrote("You are welcome.")
    await rounds.fails("model_unavailable", "The model did not answer.")
    before = rounds.now
    await rounds.house.use.answer.written(wrote)
    await rounds.generates("result = 1")
    assert rounds.now == before


async def test_column_that_is_read_otherwise_from_now_on_leaves_nothing_of_the_steps_before(rounds: Rounds) -> None:
    await rounds.computes("total", value=1350.0)
    house = rounds.house
    taken = ReadingTaken(table_id="t_sales", column="amount", option="thousands")
    asked = Clarification(question="Read how?", slot="s", options=(Choice(id="1", label="thousands", settles=taken),))
    waiting = rounds.now.moved("needs_clarification", clarification=asked, round=1, reply_key="asks")
    house.store.queries[rounds.query_id] = waiting
    after = await house.use.ask.clarified(house.session_id, rounds.query_id, "1")
    assert (after.steps, after.settling) == ((), taken), "they were computed of other values"


async def bring_to(rounds: Rounds, state: str) -> None:
    if state == "validated":
        await rounds.generates()
    if state == "generated":
        await rounds.generates(REFUSED)
    if state == "needs_clarification":
        await rounds.asks_back("Which?", "net", "gross", reply_key="asks")
    assert rounds.now.state == state


@pytest.mark.parametrize("state", ["classified", "generated", "validated", "needs_clarification"])
@pytest.mark.parametrize("computed", [False, True])
async def test_question_can_be_stopped_wherever_it_is(rounds: Rounds, state: str, computed: bool) -> None:
    """Nobody wants to see any more what it had computed."""
    if computed:
        await rounds.computes("total", value=1350.0)
    await bring_to(rounds, state)
    house, announced = rounds.house, []

    async def announce(session_id: str, query_id: str) -> None:
        announced.append(query_id)

    stop = StopQuestion(house.use.ask, Flow(house.store, house.bus, house.quotas), announce)
    await stop(house.session_id, rounds.query_id)
    stopped = rounds.now
    assert stopped.error is not None
    assert (stopped.state, stopped.error.code, announced) == ("failed", "stopped", [rounds.query_id])
    assert house.quotas.held == set()
    await rounds.writes("Too late.")
    await rounds.runs(value=1)
    await rounds.fails("model_unavailable", "Too late.")
    assert rounds.now == stopped
    assert [event.code for event in house.bus.of(QueryFailed)] == ["stopped"]
    assert house.bus.of(QueryAnswered) == []


async def test_what_was_computed_is_shown_when_the_time_is_over(rounds: Rounds) -> None:
    await rounds.computes("total", value=1350.0)
    rounds.house.now += 3600
    assert await rounds.house.use.end.sweep() == 1
    done = rounds.now
    assert done.state == "answered" and done.answer is not None
    assert done.answer["value"] == 1350.0
    assert any("could not finish" in warning for warning in done.warnings)
    assert await rounds.house.objects.get(answer_key(done)), "whoever follows the events reads it"


async def test_question_of_which_nothing_was_computed_ends_in_time(rounds: Rounds) -> None:
    await rounds.looks()
    rounds.house.now += 3600
    assert await rounds.house.use.end.sweep() == 1
    assert rounds.now.error is not None and rounds.now.error.code == "timed_out"


async def test_planner_answers_where_the_models_code_is_refused_for_good() -> None:
    rounds = await Rounds.begin(House(engine="claude"), PLANNED)
    for _ in range(MOST_REPAIRS + 1):
        await rounds.generates(REFUSED)
        await rounds.is_refused()
    done = rounds.now
    assert (done.state, done.engine) == ("classified", "offline")
    assert any(warning.startswith("Answered by the offline planner") for warning in done.warnings)
    assert done.attempt == MOST_REPAIRS + 2, "its events have ids of their own"


async def test_sentence_for_a_model_is_none_for_a_person() -> None:
    rounds = await Rounds.begin(House(engine="claude", max_steps=1))
    await rounds.looks()
    for _ in range(MOST_REPAIRS + 1):
        await rounds.generates()
        await rounds.is_refused()
    assert rounds.now.error is not None
    assert rounds.now.error.message == TOO_MANY_STEPS
