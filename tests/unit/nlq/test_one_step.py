"""Without Claude a question is read, evaluated, chosen, written and checked in one step, and its answer is computed twice."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.nlq.domain import Question
from services.nlq.settings import Settings
from services.nlq.views import view
from shared.bus import BusUnavailable
from shared.bus.topology import DURABLES
from shared.columns import ColumnType
from shared.errors import NotFound, Unavailable
from shared.events import (
    EVENTS,
    Event,
    QueryAnswered,
    QueryAsked,
    QueryClassified,
    QueryExecuted,
    QueryFailed,
    QueryGenerated,
    QueryGenerationFailed,
    QueryValidated,
)
from shared.open_choices import OpenChoice, OpenQuestion
from shared.telemetry import metrics
from tests.fakes.nlq import House
from tests.fakes.rounds import Rounds

TOTAL = "What is the total amount?"
BY_CITY = "What is the total amount per city?"
OWED = [QueryAsked, QueryClassified, QueryGenerated, QueryValidated]


async def asked(house: House, text: str = TOTAL) -> Question:
    question = await house.ask(text)
    await house.use.classify(house.bus.of(QueryAsked)[-1])
    return house.question(question.query_id)


async def ran(house: House, question: Question, **result: Any) -> Question:
    """What the jail found comes back."""
    key = await house.keep_result(f"sessions/{house.session_id}/results/{question.query_id}/a1.json", **result)
    await house.use.answer.executed(
        QueryExecuted(session_id=house.session_id, query_id=question.query_id, result_key=key, seconds=0.01)
    )
    return house.question(question.query_id)


async def deliver(house: House, event: Event) -> None:
    """To the use case that listens for it."""
    match event:
        case QueryAsked():
            await house.use.classify(event)
        case QueryClassified():
            await house.use.generate.offline(event)
        case QueryGenerated():
            await house.use.validate(event)


def disagreements(kind: str) -> float:
    return metrics.ANSWERS_DISAGREED.labels(kind=kind)._value.get()


async def test_one_write_owes_every_event_of_the_way_to_the_jail() -> None:
    house = House()
    question = await asked(house)
    assert (question.state, question.version) == ("validated", 3)
    assert [type(event) for event in house.bus.events] == OWED
    assert [EVENTS[message.subject] for message in question.outbox] == OWED[1:]
    assert question.draft is not None
    assert house.bus.of(QueryGenerated)[0].code == house.bus.of(QueryValidated)[0].code == question.draft.code


async def test_every_event_may_come_again() -> None:
    house = House()
    question = await asked(house)
    for _ in range(2):
        for event in list(house.bus.events):
            await deliver(house, event)
    assert house.question(question.query_id) == question
    assert [type(event) for event in house.bus.events] == OWED


async def test_events_that_come_again_after_the_answer_change_nothing() -> None:
    house = House()
    done = await ran(house, await asked(house), value=1350.0)
    for event in list(house.bus.events):
        await deliver(house, event)
    assert house.question(done.query_id) == done
    assert len(house.bus.of(QueryAnswered)) == 1


@pytest.mark.parametrize("published", range(3))
async def test_kill_between_two_of_its_events_loses_none(published: int) -> None:
    house = House()
    question = await house.ask(TOTAL)
    house.bus.dies_after = published
    with pytest.raises(BusUnavailable):
        await house.use.classify(house.bus.of(QueryAsked)[0])
    assert [type(event) for event in house.bus.events] == OWED[: published + 1]
    await house.use.classify(house.bus.of(QueryAsked)[0])
    assert [type(event) for event in house.bus.events] == OWED
    assert (await ran(house, house.question(question.query_id), value=1350.0)).state == "answered"


async def test_kill_before_the_write_leaves_the_question_as_it_was() -> None:
    house = House()
    question = await house.ask(TOTAL)
    house.evaluator.away = Unavailable("Nobody answers.")
    with pytest.raises(Unavailable):
        await house.use.classify(house.bus.of(QueryAsked)[0])
    assert house.question(question.query_id).state == "asked"
    assert [type(event) for event in house.bus.events] == [QueryAsked]


async def test_evaluator_that_is_away_is_asked_again_at_the_next_delivery() -> None:
    house = House()
    question = await house.ask(TOTAL)
    house.evaluator.away = Unavailable("Nobody answers.")
    with pytest.raises(Unavailable) as refused:
        await house.use.classify(house.bus.of(QueryAsked)[0])
    assert refused.value.retryable
    house.evaluator.away = None
    await house.use.classify(house.bus.of(QueryAsked)[0])
    assert house.question(question.query_id).state == "validated"


async def test_table_that_goes_while_its_question_is_read_ends_it_with_the_reason() -> None:
    house = House()
    question = await house.ask(TOTAL)
    house.evaluator.away = NotFound("No such table.")
    await house.use.classify(house.bus.of(QueryAsked)[0])
    done = house.question(question.query_id)
    assert done.error is not None and done.error.code == "no_table"
    assert "deleted" in done.error.message


async def test_number_on_which_the_two_computations_differ_is_not_shown() -> None:
    house = House()
    before = disagreements("values")
    done = await ran(house, await asked(house), value=1350.01)
    assert done.state == "failed" and done.answer is None
    assert done.error is not None and done.error.code == "cannot_answer"
    assert "do not agree" in done.error.message
    assert disagreements("values") == before + 1
    assert [event.code for event in house.bus.of(QueryFailed)] == ["cannot_answer"]
    assert "1350.01" not in json.dumps(view(done))


@pytest.mark.parametrize(
    ("kind", "rows"),
    [
        ("rows", [["Lyon", 250.0]]),
        ("values", [["Lyon", 250.0], ["Paris", 1100.5]]),
        ("order", [["Paris", 1100.0], ["Lyon", 250.0]]),
    ],
)
async def test_tables_that_differ_are_not_shown(kind: str, rows: list[list[Any]]) -> None:
    house = House()
    before = disagreements(kind)
    question = await asked(house, BY_CITY)
    assert question.expected is not None and question.expected.rows == (("Lyon", 250.0), ("Paris", 1100.0))
    found = {"kind": "table", "columns": list(question.expected.columns), "rows": rows, "total_rows": len(rows)}
    assert (await ran(house, question, **found)).state == "failed"
    assert disagreements(kind) == before + 1


async def test_tables_that_agree_are_shown() -> None:
    house = House()
    question = await asked(house, BY_CITY)
    assert question.expected is not None
    rows = [list(row) for row in question.expected.rows or ()]
    found = {"kind": "table", "columns": list(question.expected.columns), "rows": rows, "total_rows": 2}
    assert (await ran(house, question, **found)).state == "answered"


async def test_how_the_question_was_read_is_in_the_event_and_in_the_answer() -> None:
    house = House()
    await ran(house, await asked(house, "What is the total amount in Paris?"), value=1100.0)
    told = [(part.text, part.means, part.column, part.value) for part in house.bus.of(QueryClassified)[0].reading]
    assert ("amount", "the column amount", "amount", None) in told
    assert ("Paris", "city is Paris", "city", "Paris") in told
    kept = json.loads(await house.objects.get(house.bus.of(QueryAnswered)[0].answer_key))
    assert [part["text"] for part in kept["reading"]] == [text for text, *_ in told]


async def test_answer_of_claude_is_not_shown_as_the_planners_reading() -> None:
    house = House(engine="claude")
    question = await asked(house)
    assert house.bus.of(QueryClassified)[0].reading == ()
    assert question.state == "classified" and question.draft is not None
    await house.use.validate(generated_by_claude(question, "result = df['amount'].max()"))
    await ran(house, house.question(question.query_id), value=1000.0)
    done = await Rounds(house, question.query_id).writes("The largest amount is 1,000.")
    assert done.state == "answered" and done.answer is not None and done.answer["value"] == 1000.0
    assert view(done)["reading"] == []
    assert done.receipt is not None and done.receipt["plan"] is None


async def test_planner_that_takes_over_from_claude_is_checked_as_ever() -> None:
    house = House(engine="claude")
    question = await asked(house)
    await house.use.generate.fall_back(
        QueryGenerationFailed(
            session_id=house.session_id,
            query_id=question.query_id,
            engine="claude",
            code="model_unavailable",
            reason="The model did not answer.",
        )
    )
    await house.use.generate.offline(house.bus.of(QueryClassified)[-1])
    await house.use.validate(house.bus.of(QueryGenerated)[-1])
    done = await ran(house, house.question(question.query_id), value=1.0)
    assert done.error is not None and "do not agree" in done.error.message
    assert [part.text for part in house.bus.of(QueryClassified)[-1].reading] != []


def generated_by_claude(question: Question, code: str) -> QueryGenerated:
    return QueryGenerated(session_id=question.session_id, query_id=question.query_id, engine="claude", code=code)


@pytest.mark.parametrize("durable", ["nlq-classify", "nlq-resume"])
def test_a_question_outlives_a_start_of_dataproc_and_no_more_than_its_deadline(durable: str) -> None:
    waits = sum(DURABLES[durable].retry_delays)
    assert 120 <= waits < Settings().question_seconds


async def test_a_foreign_question_is_never_half_read_for_the_column_that_it_names() -> None:
    question = await asked(House(), "Wie viele Bestellungen haben mehr als 4 Stück (amount)?")
    assert question.state == "failed" and "Ohne Claude-Schlüssel" in str(view(question))


PARCELS = {
    "depot": ["North", "North", "South", "South"],
    "weight": [450.0, 3.5, 2.5, 7.0],
    "unit": ["g", "kg", "kg", "kg"],
}


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("What is the total weight of parcels?", "failed"),
        ("What is the average weight of parcels per depot?", "failed"),
        ("How many parcels have a weight over 5?", "failed"),
        ("What is the total weight of parcels where depot is South?", "validated"),
        ("What is the average weight of parcels per unit?", "validated"),
        ("How many parcels are there?", "validated"),
    ],
)
async def test_numbers_of_several_units_are_never_taken_together(text: str, state: str) -> None:
    house = House()
    house.has_table("parcels", PARCELS, depot=ColumnType.CATEGORY, weight=ColumnType.DECIMAL, unit=ColumnType.CATEGORY)
    house.catalog.values["t_parcels"] = {"depot": ["North", "South"], "unit": ["g", "kg"]}
    question = await asked(house, text)
    assert question.state == state, question.error
    if state == "failed":
        assert question.error is not None and "several units (unit: g, kg)" in question.error.message


@pytest.mark.parametrize(
    ("text", "units", "state"),
    [
        ("What is the total price of parcels?", ("EUR", "USD"), "failed"),
        ("What is the average price of parcels per depot?", ("EUR", "USD"), "failed"),
        ("How many parcels are there?", ("EUR", "USD"), "validated"),
        ("What is the total weight of parcels?", ("EUR", "USD"), "validated"),
        ("What is the total price of parcels?", (), "validated"),
    ],
)
async def test_numbers_whose_own_cells_are_in_several_units_are_not_added(
    text: str, units: tuple[str, ...], state: str
) -> None:
    house = House()
    cells = {"depot": ["North", "South", "South"], "price": [1.5, 2.5, 3.5], "weight": [1.0, 2.0, 4.0]}
    house.has_table("parcels", cells, depot=ColumnType.CATEGORY, price=ColumnType.DECIMAL, weight=ColumnType.DECIMAL)
    house.catalog.values["t_parcels"] = {"depot": ["North", "South"]}
    mixed = OpenChoice(OpenQuestion.UNIT, (*units, ""), "")
    for key, columns in house.catalog.described.items():
        house.catalog.described[key] = tuple(
            column.model_copy(update={"open_choice": mixed if column.name == "price" else None}) for column in columns
        )
    question = await asked(house, text)
    assert question.state == state, question.error
    if state == "failed":
        assert question.error is not None and "several units (EUR, USD)" in question.error.message
