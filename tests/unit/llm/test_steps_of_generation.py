"""What generation reads of earlier steps, keeps of its own, and publishes, step by step."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from typing import Any

import pytest

from services.llm.context import read_context
from services.llm.reply import Block
from shared.events import QueryClassified, QueryGenerated, QueryGenerationFailed, QueryWritten
from tests.fakes.llm import GenerationBench, ScriptedModel, classified, context_document
from tests.fakes.prompts import BY_CITY, TOTAL, computed, step, steps_document, use

THOUGHT = {"type": "thinking", "thinking": 'Let me see: "ü".', "signature": "c2ln"}
UNTIL = datetime(2026, 11, 23, 12, 5, tzinfo=UTC).timestamp()  # five minutes after the clock of the fakes begins


@pytest.fixture
def event() -> QueryClassified:
    return classified(secrets.token_hex(8), secrets.token_hex(8))


async def test_look_is_published_as_one(event: QueryClassified) -> None:
    outcome = await GenerationBench(ScriptedModel(use("look", table="orders", column="city"))).ask(event)
    assert isinstance(outcome, QueryGenerated)
    assert (outcome.purpose, outcome.name, outcome.explanation) == ("look", None, "")
    assert "tables['orders']['city']" in outcome.code


async def test_what_the_model_replied_is_what_the_next_step_sends(event: QueryClassified) -> None:
    content = (THOUGHT, {"type": "text", "text": "So:"}, computed())
    bench = GenerationBench(model := ScriptedModel(content, use("reply", text="1,200.")))
    first = await bench.ask(event, privacy="profile")
    kept = await bench.document(first.reply_key)
    assert kept == {"messages": [{"role": "assistant", "content": list(content)}]}
    await bench.ask(event, steps=[step(1, messages=kept["messages"], result=TOTAL)], privacy="profile")
    assert model.prompts[1].messages[1] == kept["messages"][0]
    assert json.loads(model.prompts[1].messages[2]["content"][0]["content"])["value"] == 1200


@pytest.mark.parametrize(
    "reply", [use("decline", reason="No."), use("ask", question="?", options=["a", "b"]), use("dance"), computed(" ")]
)
async def test_reply_that_ends_in_no_code_is_kept_as_well(event: QueryClassified, reply: Block) -> None:
    """What the person chooses, or what was wrong, is answered to this very call."""
    bench = GenerationBench(ScriptedModel(reply))
    outcome = await bench.ask(event)
    assert isinstance(outcome, QueryGenerationFailed)
    assert (await bench.document(outcome.reply_key))["messages"][0]["content"] == [reply]


async def test_nothing_is_kept_where_nobody_replied(event: QueryClassified) -> None:
    assert (await GenerationBench(None).ask(event)).reply_key is None
    empty = await GenerationBench(ScriptedModel((), stop_reason="refusal")).ask(event)
    assert (empty.code, empty.reply_key) == ("model_refused", None)


async def test_question_asked_back_has_its_options(event: QueryClassified) -> None:
    asked = use("ask", question="Which date?", options=["ordered", "shipped"])
    outcome = await GenerationBench(ScriptedModel(asked)).ask(event)
    assert (outcome.code, outcome.options) == ("needs_clarification", ("ordered", "shipped"))


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (computed(), QueryGenerated),
        (use("reply", text="Thank you."), QueryWritten),
        (use("decline", reason="No."), QueryGenerationFailed),
    ],
)
async def test_each_step_and_attempt_has_an_outcome_of_its_own_that_is_never_paid_for_twice(
    event: QueryClassified, reply: Block, kind: type
) -> None:
    bench = GenerationBench(model := ScriptedModel(reply))
    for number, attempt in [(1, 1), (1, 2), (2, 2), (2, 1), (1, 1), (2, 2)]:
        await bench.ask(event.model_copy(update={"step": number, "attempt": attempt}))
    published = bench.bus.of(kind)
    assert [(one.step, one.attempt) for one in published] == [(1, 1), (1, 2), (2, 2), (2, 1)]
    assert len({one.reply_key for one in published}) == 4
    assert len(model.prompts) == 4


@pytest.mark.parametrize(
    ("steps", "is_last"),
    [
        ([], False),
        ([step(1, purpose="look", result=BY_CITY)], False),
        ([step(1, result=TOTAL)], True),
        ([step(1, outcome="failed")], True),
        ([step(1, outcome="unreadable")], True),
        ([step(1, result=TOTAL), step(2, purpose="look", result=BY_CITY)], True),
    ],
    ids=["nothing yet", "a look", "a result", "a crash", "no tool", "a look after a result"],
)
async def test_step_that_has_a_result_or_mends_something_may_take_all_the_time_that_is_left(
    event: QueryClassified, steps: list[dict[str, Any]], is_last: bool
) -> None:
    model = ScriptedModel(computed())
    await GenerationBench(model).ask(event.model_copy(update={"deadline": UNTIL}), steps=steps)
    (patience,) = model.patience
    assert (patience.exchange > 200) is is_last
    assert (patience.exchange < 136) is not is_last


@pytest.mark.parametrize("named", ["reply_key", "result_key", "steps_key", "history"])
async def test_objects_of_another_session_are_not_read(event: QueryClassified, named: str) -> None:
    """Keys come from a document, and a document may be wrong."""
    bench = GenerationBench(model := ScriptedModel(computed()))
    theirs = f"sessions/{event.session_id}0/results/q/x.json"
    contents = {"reply_key": {"messages": []}, "result_key": TOTAL, "history": TOTAL}
    body = steps_document() if named == "steps_key" else json.dumps(contents[named]).encode()
    await bench.objects.put(theirs, body)
    if named == "steps_key":
        outcome = await bench.ask(event.model_copy(update={"steps_key": theirs}))
    elif named == "history":
        outcome = await bench.ask(event, history=[{"question": "?", "result_key": theirs}])
    else:
        steps = f"sessions/{event.session_id}/results/q/steps.json"
        one = {name: value for name, value in step(1).items() if name != "messages"}
        await bench.objects.put(steps, steps_document({**one, named: theirs}))
        outcome = await bench.ask(event.model_copy(update={"steps_key": steps}))
    assert (outcome.code, model.prompts) == ("context_unusable", [])
    assert "another session" in outcome.reason


async def test_step_whose_objects_have_gone_ends_the_question_and_a_turns_result_does_not(
    event: QueryClassified,
) -> None:
    folder = f"sessions/{event.session_id}/results/q/"
    bench = GenerationBench(model := ScriptedModel(computed()))
    turn = {"question": "Sum?", "code": "result = 1", "answer": "1", "result_key": f"{folder}gone.json"}
    assert isinstance(await bench.ask(event, history=[turn], privacy="profile"), QueryGenerated)
    await bench.objects.put(f"{folder}steps.json", steps_document({**step(1), "result_key": f"{folder}gone.json"}))
    lost = event.model_copy(update={"steps_key": f"{folder}steps.json", "step": 2})
    assert (await bench.ask(lost)).code == "context_unusable"
    assert len(model.prompts) == 1


def test_results_are_those_of_computations_each_as_it_was_last() -> None:
    steps = steps_document(
        step(1, name="a", result=TOTAL),
        step(2, name="b", result=TOTAL),
        step(3, name="a", result=BY_CITY),
        step(4, name="c", purpose="look", result=TOTAL),
        step(5, name="d", outcome="failed", result=TOTAL),
    )
    results = read_context(context_document(), steps).results
    assert [(one.name, one.step) for one in results] == [("a", 3), ("b", 2)]
