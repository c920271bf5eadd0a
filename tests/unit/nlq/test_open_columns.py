"""A question that hangs on how a column is read asks first; what is chosen holds for the column, and the question is answered by it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest

from services.llm.context import read_context
from services.llm.prompt import build_prompt
from services.nlq.domain import Question
from services.nlq.facts import model_context
from services.nlq.planner.choosing.unsettled import KEPT
from services.nlq.planner.plan.uses import Use
from shared.columns import ColumnType
from shared.errors import Conflict, Unavailable
from shared.events import (
    QueryAsked,
    QueryClarificationRequested,
    QueryClarified,
    QueryClassified,
    QueryExecuted,
    QueryGenerated,
)
from shared.open_choices import Example, OpenChoice, OpenQuestion, ReadingTaken
from tests.fakes.nlq import House
from tests.fakes.prompts import tables_text
from tests.fakes.rounds import Rounds

POINT = OpenChoice(
    OpenQuestion.POINT_MEANING, ("1,234.5", "1.234,5"), "1,234.5", Example("59.913", ("59.913", "59,913"))
)
COMMA = OpenChoice(OpenQuestion.COMMA_MEANING, ("1,234.5", "1.234,5"), "1,234.5", Example("1,234", ("1,234", "1.234")))
ORDER = OpenChoice(
    OpenQuestion.DAY_ORDER, ("day-first", "month-first"), "day-first",
    Example("03/04/2024", ("3 April 2024", "4 March 2024")),
)  # fmt: skip
PLACE = OpenChoice(
    OpenQuestion.YEAR_PLACE, ("%y-%m-%d", "%d-%m-%y"), "%y-%m-%d",
    Example("20-01-31", ("31 January 2020", "20 January 2031")),
)  # fmt: skip
CENTURY = OpenChoice(
    OpenQuestion.CENTURY, ("%d.%m.%y until 2029", "%d.%m.%y until 2069"), "%d.%m.%y until 2029",
    Example("15.01.68", ("15 January 1968", "15 January 2068")),
)  # fmt: skip
CLOCK = OpenChoice(
    OpenQuestion.CLOCK_PARTS, ("[h]:mm:ss", "[m]:ss"), "[h]:mm:ss", Example("03:45", ("3 h 45 min", "3 min 45 s")),
)  # fmt: skip
PARTS = OpenChoice(
    OpenQuestion.PART_NUMBERS, ("identifier", "decimal"), "decimal", Example("1.10", ("1.10", "1.1")),
)  # fmt: skip
UNIT = OpenChoice(OpenQuestion.UNIT, ("EUR", ""), "")
DAYS = [date(2024, 4, 3), date(2023, 5, 6), date(2024, 7, 8), date(2022, 9, 10)]
NUMBERS = [59.913, 12.5, 7.25, 41.0]


def parcels(choice: OpenChoice, *, engine: Any = "offline") -> House:
    """Parcels with a column for every kind of value; the one that the choice is about is open."""
    house = House(engine=engine)
    house.has_table(
        "parcels",
        {"depot": ["North", "South", "South", "East"], "weight": NUMBERS, "sent_on": DAYS, "price": [1.0, 2.0, 3.0, 4.0]},
        depot=ColumnType.CATEGORY, weight=ColumnType.DECIMAL, sent_on=ColumnType.DATE, price=ColumnType.DECIMAL,
    )  # fmt: skip
    house.catalog.values["t_parcels"] = {"depot": ["North", "South", "East"]}
    of_days = choice.question in (OpenQuestion.DAY_ORDER, OpenQuestion.YEAR_PLACE, OpenQuestion.CENTURY)
    leave_open(house, "sent_on" if of_days else "weight", choice)
    return house


def leave_open(house: House, name: str, choice: OpenChoice) -> None:
    key = house.catalog.tables[house.session_id, "t_parcels"].data_key
    house.catalog.described[key] = tuple(
        column.model_copy(update={"open_choice": choice}) if column.name == name else column
        for column in house.catalog.described[key]
    )


async def asked(house: House, text: str) -> Question:
    question = await house.ask(text)
    await house.use.classify(house.bus.of(QueryAsked)[-1])
    return house.question(question.query_id)


async def chosen(house: House, question: Question, choice: str) -> Question:
    await house.use.ask.clarified(house.session_id, question.query_id, choice)
    await house.use.classify(house.bus.of(QueryClarified)[-1])
    return house.question(question.query_id)


ASKS: list[tuple[OpenChoice, str]] = [
    (POINT, "What is the total weight of parcels?"),
    (POINT, "What is the average weight of parcels per depot?"),
    (POINT, "How many parcels have a weight over 20?"),
    (POINT, "Which parcels have a weight over 20?"),
    (POINT, "Which depot has the highest weight?"),
    (POINT, "correlation of weight and price"),
    (POINT, "Show the 2 parcels with the highest weight"),
    (PARTS, "What is the total weight of parcels?"),
    (COMMA, "What is the total weight of parcels?"),
    (ORDER, "How many parcels were sent in April 2024?"),
    (ORDER, "How many parcels per month of sent on?"),
    (ORDER, "What is the total price per month?"),
    (ORDER, "What is the latest sent on?"),
    (ORDER, "parcels sent on a Monday"),
    (PLACE, "How many parcels were sent in 2024?"),
    (CENTURY, "How many parcels were sent in 2024?"),
    (CENTURY, "What is the earliest sent on?"),
]
TELLS: list[tuple[OpenChoice, str]] = [
    (POINT, "How many parcels are there?"),
    (POINT, "How many parcels per depot?"),
    (POINT, "How many parcels have no weight?"),
    (POINT, "What is the total price of parcels?"),
    (PARTS, "How many parcels have no weight?"),
    (UNIT, "What is the total weight of parcels?"),
    (ORDER, "How many parcels were sent in 2024?"),
    (ORDER, "How many parcels per year?"),
    (ORDER, "What is the total price of parcels?"),
    (ORDER, "number of distinct sent on"),
]


@pytest.mark.parametrize(("choice", "text"), ASKS)
async def test_question_that_hangs_on_an_open_column_asks_first(choice: OpenChoice, text: str) -> None:
    question = await asked(parcels(choice), text)
    assert question.state == "needs_clarification", (question.state, question.error, question.explanation)
    assert question.clarification is not None and choice.example is not None
    assert question.clarification.question.startswith(f"{choice.example.cell} in ")
    labels = [option.label for option in question.clarification.options]
    for label, value in zip(labels, choice.example.values, strict=True):
        assert label.startswith(value)


@pytest.mark.parametrize(("choice", "text"), TELLS)
async def test_question_whose_answer_is_the_same_is_not_asked_back(choice: OpenChoice, text: str) -> None:
    question = await asked(parcels(choice), text)
    assert question.state == "validated", (question.clarification, question.error)


async def test_text_that_may_be_numbers_is_asked_about_when_it_is_to_be_reckoned_with() -> None:
    house = House()
    cells = {"machine": list("ABCD"), "load": ["1.10", "1.5", "1.9", "1.2"]}
    house.has_table("machines", cells, machine=ColumnType.TEXT, load=ColumnType.IDENTIFIER)
    key = house.catalog.tables[house.session_id, "t_machines"].data_key
    machine, load = house.catalog.described[key]
    as_text = replace(PARTS, taken="identifier")
    house.catalog.described[key] = (machine, load.model_copy(update={"open_choice": as_text}))
    question = await asked(house, "What is the total load of machines?")
    assert question.clarification is not None
    assert [option.label for option in question.clarification.options] == [
        "1.10 (parts, kept as they are written)",
        "1.1 (numbers)",
    ]
    question = await chosen(house, question, "identifier")
    assert question.error is not None and question.error.code == "cannot_answer"


async def test_minutes_or_hours_are_asked_about() -> None:
    house = House()
    spans = [timedelta(minutes=minutes) for minutes in (3, 9, 4, 5)]
    house.has_table(
        "rides", {"rider": list("ABCD"), "length": spans}, rider=ColumnType.TEXT, length=ColumnType.DURATION
    )
    key = house.catalog.tables[house.session_id, "t_rides"].data_key
    rider, length = house.catalog.described[key]
    house.catalog.described[key] = (rider, length.model_copy(update={"open_choice": CLOCK}))
    question = await asked(house, "Show rides by length")
    assert question.clarification is not None
    assert (
        question.clarification.question
        == "03:45 in length is 3 h 45 min or 3 min 45 s: which holds for the whole column?"
    )
    assert (await asked(house, "How many rides are there?")).state == "validated"


@pytest.mark.parametrize("text", dict.fromkeys(text for _, text in ASKS))
async def test_column_that_leaves_nothing_open_is_never_asked_about(text: str) -> None:
    house = parcels(UNIT)
    question = await asked(house, text)
    assert question.clarification is None or question.clarification.options[0].settles is None


async def test_option_that_is_taken_is_read_by_and_the_question_answered_over_the_new_version() -> None:
    house = parcels(POINT)
    house.readings.cells["1.234,5"] = pa.array([59913.0, 12500.0, 7250.0, 41000.0])
    question = await asked(house, "What is the total weight of parcels?")
    question = await chosen(house, question, "1.234,5")
    assert house.readings.taken == [ReadingTaken("t_parcels", "weight", "1.234,5")]
    assert question.state == "validated"
    assert question.settling is None
    assert {table.name: table.version for table in question.tables} == {"sales": 1, "parcels": 2}
    assert question.expected is not None and question.expected.rows == ((120663.0,),)
    assert ("59.913 in weight is 59.913 or 59,913: which holds for the whole column?", "59,913 (thousands)") in (
        question.clarified
    )


async def test_one_choice_after_the_other_where_several_columns_are_open() -> None:
    house = parcels(POINT)
    leave_open(house, "sent_on", ORDER)
    question = await asked(house, "What is the total weight of parcels per month of sent on?")
    seen = []
    while question.state == "needs_clarification":
        assert question.clarification is not None
        seen.append(question.clarification.slot)
        question = await chosen(house, question, question.clarification.options[0].id)
    assert question.state == "validated"
    assert sorted(seen) == ["day_order:t_parcels.sent_on", "point_meaning:t_parcels.weight"]


async def test_question_waits_while_its_column_is_read_again_and_takes_it_up_where_it_was() -> None:
    house = parcels(POINT)
    question = await asked(house, "What is the total weight of parcels?")
    house.readings.away = Unavailable("being read again")
    with pytest.raises(Unavailable):
        await chosen(house, question, "1,234.5")
    assert house.question(question.query_id).state == "asked"
    house.readings.away = None
    await house.use.classify(house.bus.of(QueryClarified)[-1])
    assert house.question(question.query_id).state == "validated"


async def test_column_that_cannot_be_read_so_ends_the_question_with_the_reason() -> None:
    house = parcels(POINT)
    question = await asked(house, "What is the total weight of parcels?")
    house.readings.away = Conflict("3 cells of weight cannot be read so.", hint="Look at its cells.")
    question = await chosen(house, question, "1.234,5")
    assert question.error is not None
    assert (question.error.code, question.error.message) == (
        "cannot_answer",
        "3 cells of weight cannot be read so. Look at its cells.",
    )


async def test_columns_that_are_shown_beside_what_was_asked_for_are_said_and_not_asked_about() -> None:
    question = await asked(parcels(ORDER), "list parcels with price over 2")
    assert question.state == "validated"
    assert question.plan_warnings == (
        "sent_on: undecidable whether day-first or month-first; read as day-first. "
        'If that is wrong, set its format to "month-first" (PATCH …/columns).',
    )
    assert (await asked(parcels(UNIT), "list parcels with price over 2")).plan_warnings == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("What is the total weight of parcels?", True),
        ("How many parcels have a weight over 10?", True),
        ("What is the total price of parcels?", False),
        ("How many parcels are there?", False),
    ],
)
async def test_figure_over_numbers_that_are_partly_without_a_unit_says_so(text: str, said: bool) -> None:
    question = await asked(parcels(UNIT), text)
    assert question.state == "validated"
    told = "The numbers in weight are partly in EUR, partly without a unit and are taken as they stand."
    assert any(warning.startswith(told) for warning in question.plan_warnings) is said


async def test_code_over_numbers_in_several_units_is_answered_with_what_they_are_in() -> None:
    house = parcels(OpenChoice(OpenQuestion.UNIT, ("EUR", "USD", ""), ""))
    done = await house.snippets.edit(
        house.session_id,
        (await asked(house, "How many parcels are there?")).query_id,
        "result = tables['parcels']['weight'].sum()",
    )
    assert "The numbers in weight are in several units (EUR, USD) and are taken as they stand." in " ".join(
        done.code_warnings
    )


async def test_choice_that_would_not_make_a_question_answerable_is_not_asked_for() -> None:
    """Elapsed times are not averaged, be they minutes or hours."""
    house = parcels(CLOCK)
    key = house.catalog.tables[house.session_id, "t_parcels"].data_key
    house.catalog.described[key] = tuple(
        column.model_copy(update={"type": ColumnType.DURATION}) if column.name == "weight" else column
        for column in house.catalog.described[key]
    )
    question = await asked(house, "What is the average weight of parcels?")
    assert question.error is not None
    assert "elapsed times, which cannot be averaged" in question.error.message


async def test_column_without_an_example_is_asked_about_by_what_the_options_are_called() -> None:
    house = parcels(replace(POINT, example=None))
    question = await asked(house, "What is the total weight of parcels?")
    assert question.clarification is not None
    assert question.clarification.question == (
        "Nothing tells whether the point divides thousands or is the decimal sign in weight: which holds?"
    )
    assert [option.label for option in question.clarification.options] == ["the decimal sign", "thousands"]


async def test_claude_is_not_asked_what_only_the_person_knows() -> None:
    house = parcels(POINT, engine="claude")
    question = await asked(house, "What is the total weight of parcels?")
    assert question.state == "needs_clarification"
    assert house.bus.of(QueryClassified) == []
    assert house.bus.of(QueryClarificationRequested)[0].options == ("59.913 (the decimal sign)", "59,913 (thousands)")
    question = await chosen(house, question, "59,913 (thousands)")
    assert (question.state, question.engine) == ("classified", "claude")


def test_every_open_question_says_what_it_keeps() -> None:
    assert set(KEPT) == set(OpenQuestion)
    presence_asked = {question for question, keeps in KEPT.items() if Use.PRESENCE not in keeps}
    assert presence_asked == {OpenQuestion.MISSING_WORDS}


READ_AS = (
    "weight: undecidable whether the point divides thousands or is the decimal sign; read as the decimal sign. "
    'If that is wrong, set its format to "1.234,5" (PATCH …/columns).'
)


@pytest.mark.parametrize(
    ("code", "warnings"),
    [
        ('result = tables["parcels"]["weight"].sum()', (READ_AS,)),
        ('result = tables["parcels"]["price"].sum()', ()),
        ('result = len(tables["parcels"])', ()),
    ],
)
async def test_code_of_claude_that_touches_an_open_column_is_answered_with_how_that_was_read(
    code: str, warnings: tuple[str, ...]
) -> None:
    house = parcels(POINT, engine="claude")
    question = await asked(house, "What would somebody else make of the parcels?")  # nothing that the planner reads
    assert question.state == "classified"
    await house.use.validate(
        QueryGenerated(session_id=house.session_id, query_id=question.query_id, engine="claude", code=code)
    )
    key = await house.keep_result(f"sessions/{house.session_id}/results/{question.query_id}/a1.json", value=4)
    await house.use.answer.executed(
        QueryExecuted(session_id=house.session_id, query_id=question.query_id, result_key=key, seconds=0.01)
    )
    answered = await Rounds(house, question.query_id).writes("4 of them.")
    assert (answered.state, answered.warnings) == ("answered", warnings)


async def test_persons_own_code_over_an_open_column_is_answered_with_how_that_was_read() -> None:
    house = parcels(POINT)
    first = await asked(house, "How many parcels are there?")
    edited = await house.snippets.edit(house.session_id, first.query_id, 'result = tables["parcels"]["weight"].max()')
    assert edited.code_warnings == (READ_AS,)


@pytest.mark.parametrize("privacy", ["profile", "schema_only"])
async def test_model_is_told_what_is_open_and_by_a_cell_only_where_it_may_see_one(privacy: str) -> None:
    house = parcels(POINT)
    table = house.catalog.tables[house.session_id, "t_parcels"]
    told = model_context([await house.catalog.facts(table)], privacy=privacy)
    columns = {column["name"]: column for column in told[0]["columns"]}
    open_choice = {
        "whether": "the point divides thousands or is the decimal sign",
        "read_as": "the decimal sign",
    }
    example = {"cell": "59.913", "values": {"the decimal sign": "59.913", "thousands": "59,913"}}
    assert columns["weight"]["undecided"] == open_choice | ({"example": example} if privacy == "profile" else {})
    assert "undecided" not in columns["price"]
    context = read_context(json.dumps({"question": "?", "tables": told, "privacy": privacy}).encode())
    assert '"undecided": {"whether": "the point divides' in tables_text(build_prompt(context))
    assert ("59,913" in tables_text(build_prompt(context))) == (privacy == "profile")


async def test_cell_of_a_question_back_is_not_told_to_a_model_that_sees_the_schema_only() -> None:
    house = parcels(POINT, engine="claude")
    question = await asked(house, "What is the total weight of parcels?")
    question = await chosen(house, question, "1,234.5")
    assert question.clarified_by_schema == ()
