"""An answer is shown while it is written, sentence by sentence, as far as its numbers stand in the results."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from prometheus_client import REGISTRY

from services.llm.context import read_context
from services.llm.prompt import PROMPT_VERSION
from services.llm.reply import NOT_HELD, WHICH, Block
from services.llm.service.writing import AnswerStream, CheckAnswer
from shared.events import QueryClassified, QueryGenerated, QueryWritten
from tests.fakes.llm import MODEL, GenerationBench, ScriptedModel, classified, context_document
from tests.fakes.prompts import BY_CITY, TOTAL, computed, results_in, step, use

HOLDS = "Lyon leads with 80.5. Oslo has 20.25. Nothing was left out."
DOES_NOT = "Lyon leads with 80.5. Oslo has 77. Nothing was left out."
DONE = step(1, name="by_city", result=BY_CITY)
PROFILE: dict[str, Any] = {"steps": [DONE], "privacy": "profile"}


@pytest.fixture
def event() -> QueryClassified:
    return classified(secrets.token_hex(8), secrets.token_hex(8), "Amount by city?")


def refused(after: str) -> float:
    return REGISTRY.get_sample_value("askframe_replies_refused_total", {"after": after}) or 0.0


def reply(text: str, **given: Any) -> Block:
    return use("reply", text=text, **given)


async def test_answer_is_published_with_its_document_and_its_version(event: QueryClassified) -> None:
    chart = {"mark": "bar", "encoding": {"x": {"field": "city"}}}
    bench = GenerationBench(ScriptedModel(reply(HOLDS, result="by_city", chart=chart, suggestions=["Why?"])))
    outcome = await bench.ask(event, **PROFILE)
    assert isinstance(outcome, QueryWritten)
    assert (outcome.step, outcome.attempt, outcome.model, outcome.prompt_version) == (2, 1, MODEL, PROMPT_VERSION)
    assert await bench.document(outcome.written_key) == {
        "text": HOLDS,
        "result": "by_city",
        "chart": chart,
        "suggestions": ["Why?"],
    }


@pytest.mark.parametrize(
    "text",
    [HOLDS, "Lyon leads with 80.5.", f"  {HOLDS}\n", "Lyon leads.  \nOslo has 20.25.\n\nThat is all", "Thank you!"],
    ids=["sentences", "one sentence", "blanks around", "lines", "no number"],
)
async def test_deltas_are_whole_sentences_and_together_the_text(event: QueryClassified, text: str) -> None:
    bench = GenerationBench(ScriptedModel(reply(text)))
    outcome = await bench.ask(event, **PROFILE)
    deltas = bench.deltas()
    assert "".join(deltas) == text.strip() == (await bench.document(outcome.written_key))["text"]
    assert all(delta for delta in deltas), "nothing began anew"
    assert all(delta.rstrip()[-1] in ".!" for delta in deltas[:-1])
    assert {facts["step"] for _, facts in bench.bus.told} == {2}


async def test_sentences_are_shown_before_the_answer_is_whole(event: QueryClassified) -> None:
    bench = GenerationBench(ScriptedModel(reply(HOLDS)))
    await bench.ask(event, **PROFILE)
    assert bench.deltas() == ["Lyon leads with 80.5.", " Oslo has 20.25.", " Nothing was left out."]


async def test_sentence_that_does_not_hold_stops_the_stream_and_is_written_anew(event: QueryClassified) -> None:
    before = refused("first"), refused("rewrite")
    bench = GenerationBench(model := ScriptedModel(reply(DOES_NOT), reply(HOLDS)))
    outcome = await bench.ask(event, **PROFILE)
    assert bench.deltas()[:2] == ["Lyon leads with 80.5.", ""], "what held was shown, then it began anew"
    assert "".join(bench.deltas()[2:]) == HOLDS == (await bench.document(outcome.written_key))["text"]
    (*_, told) = results_in(model.prompts[1])
    assert (told["is_error"], "77 stand in no result" in told["content"]) == (True, True)
    assert (refused("first"), refused("rewrite")) == (before[0] + 1, before[1])


async def test_nothing_begins_anew_where_nothing_was_shown(event: QueryClassified) -> None:
    bench = GenerationBench(ScriptedModel(reply("Oslo has 77. That is all."), reply(HOLDS)))
    await bench.ask(event, **PROFILE)
    assert "" not in bench.deltas()


async def test_answer_that_does_not_hold_twice_is_not_shown(event: QueryClassified) -> None:
    """nlq puts its plain sentence there; the chart and the suggestions have no numbers of their own."""
    before = refused("rewrite")
    bench = GenerationBench(model := ScriptedModel(reply(DOES_NOT), reply(DOES_NOT, suggestions=["Why?"])))
    outcome = await bench.ask(event, **PROFILE)
    written = await bench.document(outcome.written_key)
    assert (written["text"], written["suggestions"]) == ("", ["Why?"])
    assert bench.deltas()[-1] == "", "what was shown is taken back"
    assert refused("rewrite") == before + 1
    assert len(model.prompts) == 2, "it is rewritten once"


async def test_rewrite_may_compute_what_was_missing_instead(event: QueryClassified) -> None:
    bench = GenerationBench(ScriptedModel(reply(DOES_NOT), computed("result = 77", "oslo")))
    outcome = await bench.ask(event, **PROFILE)
    assert isinstance(outcome, QueryGenerated)
    assert (outcome.code, outcome.name, outcome.purpose) == ("result = 77\n", "oslo", "compute")
    document = await bench.document(outcome.reply_key)
    assert [message["role"] for message in document["messages"]] == ["assistant", "user", "assistant"]
    assert bench.deltas()[-1] == "", "the answer that was begun is taken back"


async def test_rewrite_is_paid_for_on_top(event: QueryClassified) -> None:
    bench = GenerationBench(ScriptedModel(reply(DOES_NOT), reply(HOLDS)))
    await bench.ask(event, **PROFILE)
    assert (await bench.ledger.of_query(event.session_id, event.query_id)).requests == 2


async def test_figures_exchanged_between_names_are_not_shown(event: QueryClassified) -> None:
    bench = GenerationBench(ScriptedModel(reply("Lyon has 20.25. Oslo has 80.5.")))
    outcome = await bench.ask(event, **PROFILE)
    assert (await bench.document(outcome.written_key))["text"] == ""


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("In 2024 there were 1,200 orders with 2 columns.", {"question": "And in 2024?"}),
        ("You chose the 17 largest.", {"clarified": [{"question": "How many?", "choice": "the 17 largest"}]}),
        ("It was 333 before.", {"history": [{"question": "Sum?", "answer": "333."}]}),
        ("I kept amounts above 45.", {"steps": [step(1, code="result = df.query('amount > 45')", result=TOTAL)]}),
    ],
    ids=["question and tables", "choice", "earlier answer", "code"],
)
async def test_what_was_said_already_may_be_said_again(
    event: QueryClassified, text: str, changes: dict[str, Any]
) -> None:
    bench = GenerationBench(ScriptedModel(reply(text)))
    outcome = await bench.ask(event, **{**PROFILE, **changes})
    assert (await bench.document(outcome.written_key))["text"] == text


@pytest.mark.parametrize("purpose_or_outcome", [{"purpose": "look"}, {"outcome": "failed"}])
async def test_what_only_the_model_saw_carries_no_answer(
    event: QueryClassified, purpose_or_outcome: dict[str, Any]
) -> None:
    bench = GenerationBench(ScriptedModel(reply(HOLDS)))
    outcome = await bench.ask(event, steps=[{**DONE, **purpose_or_outcome}], privacy="profile")
    assert (await bench.document(outcome.written_key))["text"] == ""


async def test_result_that_was_computed_again_counts_as_it_was_last(event: QueryClassified) -> None:
    again = {**BY_CITY, "rows": [["Lyon", 99], ["Oslo", 20.25]]}
    steps = [DONE, step(2, name="by_city", result=again)]
    bench = GenerationBench(ScriptedModel(reply("Lyon has 80.5."), reply("Lyon has 99.")))
    outcome = await bench.ask(event, steps=steps, privacy="profile")
    assert (await bench.document(outcome.written_key))["text"] == "Lyon has 99."


SLOTS = "{by_city.city.1} leads with {by_city.amount.1} of {by_city.rows} cities. {total} in all."


async def test_places_are_filled_for_a_model_that_may_not_see(event: QueryClassified) -> None:
    steps = [DONE, step(2, name="total", result=TOTAL)]
    bench = GenerationBench(model := ScriptedModel(reply(SLOTS)))
    outcome = await bench.ask(event, steps=steps)
    filled = "Lyon leads with 80.5 of 2 cities. 1,200 in all."
    assert (await bench.document(outcome.written_key))["text"] == filled == "".join(bench.deltas())
    assert "Lyon" not in str((await bench.document(outcome.reply_key))["messages"]), "it goes back as it was written"
    assert len(model.prompts) == 1


@pytest.mark.parametrize("slot", ["{by_town.city.1}", "{by_city.city.3}", "{by_city.town.1}", "{by_city}", "{x}"])
async def test_place_that_names_nothing_is_refused(event: QueryClassified, slot: str) -> None:
    bench = GenerationBench(model := ScriptedModel(reply(f"It is {slot}. All of it.")))
    outcome = await bench.ask(event, steps=[DONE])
    assert (await bench.document(outcome.written_key))["text"] == ""
    assert not "".join(bench.deltas())
    assert slot in results_in(model.prompts[1])[-1]["content"], "and the model is told which"


async def test_rewrite_tells_one_who_may_not_see_no_value_of_a_place(event: QueryClassified) -> None:
    """A value in the wrong row does not hold, and is a cell all the same."""
    bench = GenerationBench(model := ScriptedModel(reply("In Lyon it is {by_city.amount.2}, and 55 elsewhere.")))
    await bench.ask(event.model_copy(update={"question": "And in Lyon?"}), steps=[DONE])
    told = results_in(model.prompts[1])[-1]["content"]
    assert "20.25" not in told
    assert "55" in told


async def test_cells_of_any_length_do_not_make_an_answer_that_nobody_can_read(event: QueryClassified) -> None:
    long = {"kind": "text", "value": "word " * 3_000}
    bench = GenerationBench(ScriptedModel(reply("It says: {note}")))
    outcome = await bench.ask(event, steps=[step(1, name="note", result=long)])
    assert (await bench.document(outcome.written_key))["text"] == ""


@pytest.mark.parametrize("column", ["Total. Net", "a.1", "rows"])
async def test_names_of_columns_with_points_and_ends_of_sentences_are_filled(
    event: QueryClassified, column: str
) -> None:
    result = {"kind": "table", "columns": [column], "rows": [["Lyon"]], "total_rows": 1}
    bench = GenerationBench(ScriptedModel(reply(f"First. It is {{t.{column}.1}} there. Last.")))
    outcome = await bench.ask(event, steps=[step(1, name="t", result=result)])
    assert (await bench.document(outcome.written_key))["text"] == "First. It is Lyon there. Last."
    assert bench.deltas() == ["First.", " It is Lyon there.", " Last."]


async def test_shown_text_that_the_answer_does_not_begin_with_is_taken_back() -> None:
    told: list[dict[str, Any]] = []

    async def tell(facts: dict[str, Any]) -> None:
        told.append(facts)

    stream = AnswerStream(CheckAnswer(read_context(context_document())), tell, 3)
    await stream.text("This. That. Th")
    await stream.ended("Only this.")
    assert told == [
        {"stage": "writing", "delta": "This. That.", "step": 3},
        {"stage": "writing", "restart": True, "step": 3},
        {"stage": "writing", "delta": "Only this.", "step": 3},
    ]


ORDERS = {
    "name": "orders",
    "rows": 3,
    "columns": [{"name": "day", "type": "date", "min": "2021-01-04", "max": "2023-11-30"}],
}


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        ("The total was 12,345,678, which I cannot tell.", NOT_HELD),
        ("No table has prices. The total was 12,345,678.", "No table has prices."),
        ("The orders go from 2021 to 2023.", "The orders go from 2021 to 2023."),
        ("Amounts by city are all there is.", "Amounts by city are all there is."),
    ],
)
async def test_reason_to_decline_says_no_number_that_stands_nowhere(
    event: QueryClassified, reason: str, shown: str
) -> None:
    bench = GenerationBench(ScriptedModel(use("decline", reason=reason)))
    outcome = await bench.ask(event, tables=[ORDERS], privacy="profile")
    assert (outcome.code, outcome.reason) == ("cannot_answer", shown)


@pytest.mark.parametrize(
    ("steps", "options"),
    [([], ("the 500 largest", "all")), ([DONE], ("Lyon with 80.5", "all"))],
    ids=["readings", "told of a result"],
)
async def test_question_back_says_no_number_that_stands_nowhere(
    event: QueryClassified, steps: list[Any], options: tuple[str, ...]
) -> None:
    """An option may propose a number; beside a result it would tell of it."""
    asked = use("ask", question="The total is 12,345,678?", options=["the 500 largest", "Lyon with 80.5", "all"])
    outcome = await GenerationBench(ScriptedModel(asked)).ask(event, steps=steps, privacy="profile")
    assert (outcome.code, outcome.reason) == ("needs_clarification", WHICH)
    assert set(options) <= set(outcome.options)
    assert ("the 500 largest" in outcome.options) == (not steps)


async def test_suggestion_with_a_number_that_stands_nowhere_is_left_out(event: QueryClassified) -> None:
    suggestions = ["Why has Lyon 80.5?", "Why has Oslo 77?", "And by month?"]
    bench = GenerationBench(ScriptedModel(reply(HOLDS, suggestions=suggestions)))
    written = await bench.document((await bench.ask(event, **PROFILE)).written_key)
    assert written["suggestions"] == ["Why has Lyon 80.5?", "And by month?"]


async def test_what_is_shown_while_it_is_written_has_no_unseen_characters(event: QueryClassified) -> None:
    bench = GenerationBench(ScriptedModel(reply("Lyon leads with \u202e80.5\u202c.\x00 Oslo has 20.25.")))
    outcome = await bench.ask(event, **PROFILE)
    assert "".join(bench.deltas()) == "Lyon leads with 80.5. Oslo has 20.25."
    assert (await bench.document(outcome.written_key))["text"] == "Lyon leads with 80.5. Oslo has 20.25."
