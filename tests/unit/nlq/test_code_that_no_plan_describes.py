"""Answers of a model's code, and of a person's: words, chart, joins and look-ups come from the code that ran, and never from the planner's draft."""

from __future__ import annotations

from typing import Any

import pytest

from services.nlq.domain import Question
from shared.columns import ColumnType
from shared.errors import Unavailable
from shared.events import QueryAsked, QueryExecuted, QueryGenerated
from shared.telemetry import metrics
from tests.fakes.nlq import House
from tests.fakes.rounds import Rounds

PEOPLE: dict[str, list[Any]] = {"person": ["Ada", "Alan", "Grace"], "badge": [101, 102, 140]}


@pytest.fixture
def house() -> House:
    house = House(engine="claude")
    house.has_table("people", PEOPLE, person=ColumnType.TEXT, badge=ColumnType.INTEGER)
    return house


async def answered(house: House, code: str, explanation: str = "", **result: Any) -> Question:
    """The model wrote `code`, which left `result`; the planner would have had an answer of its own."""
    question = await house.ask("What is the total amount per city?")
    await house.use.classify(house.bus.of(QueryAsked)[-1])
    assert house.question(question.query_id).draft
    await house.use.validate(
        QueryGenerated(
            session_id=house.session_id,
            query_id=question.query_id,
            engine="claude",
            code=code,
            explanation=explanation,
            model="m",
        )
    )
    return await finished(house, question.query_id, **result)


async def finished(house: House, query_id: str, **result: Any) -> Question:
    prefix = f"sessions/{house.session_id}/results/{query_id}/"
    key = await house.keep_result(f"{prefix}a1.json", **({"kind": "table"} | result))
    await house.use.answer.executed(
        QueryExecuted(session_id=house.session_id, query_id=query_id, result_key=key, seconds=0.01)
    )
    done = house.question(query_id)
    if done.is_read_on:  # the model has nothing to say of it that could be shown
        done = await Rounds(house, query_id).writes()
    assert done.state == "answered", done.error
    return done


def text_of(question: Question) -> str:
    assert question.answer is not None
    return str(question.answer["text"])


async def test_code_without_a_word_of_the_model_is_not_explained_by_the_planners_draft(house: House) -> None:
    done = await answered(house, "result = df['amount'].max()", kind="scalar", value=7)
    assert text_of(done) == "7"


async def test_sentence_of_the_model_with_a_number_of_its_own_is_left_out(house: House) -> None:
    """It wrote its words before there was a result."""
    before = metrics.SENTENCES_LEFT_OUT._value.get()
    said = "Adds up amount over 4 cities. That is 37% more than last year."
    done = await answered(house, "result = df['amount'].sum() + 4", said, kind="scalar", value=9)
    assert text_of(done) == "Adds up amount over 4 cities: 9."
    assert done.explanation == "Adds up amount over 4 cities."
    assert metrics.SENTENCES_LEFT_OUT._value.get() == before + 1


async def test_edited_code_is_not_told_in_the_words_of_the_code_before(house: House) -> None:
    first = await answered(house, "result = df['amount'].sum()", "Adds up amount.", kind="scalar", value=9)
    edited = await house.snippets.edit(house.session_id, first.query_id, "result = df['amount'].max()")
    done = await finished(house, edited.query_id, kind="scalar", value=7)
    assert text_of(done) == "Your code gives: 7."
    assert done.receipt is not None
    assert done.receipt["plan"] is None
    assert done.receipt["columns"] == [{"table": "sales", "column": "amount"}]


async def test_chart_is_of_the_columns_that_the_result_has(house: House) -> None:
    rows = [["Paris", 3.0], ["Lyon", 4.0]]
    done = await answered(house, "result = df", columns=["town", "sum_of_it"], rows=rows, total_rows=2)
    assert done.answer is not None
    encoding = done.answer["chart"]["encoding"]
    assert (encoding["x"]["field"], encoding["y"]["field"]) == ("town", "sum_of_it")


async def test_rows_that_a_join_of_the_code_loses_are_told(house: House) -> None:
    join = {"how": "inner", "keys": ["city"], "left": 340, "right": 50, "left_alone": 12, "right_alone": 0}
    joins = [join | {"many_to_many": False, "rows": 328}]
    done = await answered(house, "result = df", columns=["n"], rows=[[1]], total_rows=1, joins=joins)
    assert done.warnings == (
        "In the join on city, 12 of the 340 rows on the left side found no partner and are left out.",
    )


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("tables['people']['person'] == 'Grrace'", "No row has 'Grrace' in person; near is 'Grace'."),
        ("tables['people'].person == 'ada'", "No row has 'ada' in person; near is 'Ada'."),
        ("tables['people']['person'].str.lower().eq('hopper')", "No row has 'hopper' in person."),
        ("tables['people']['person'].isin(['Alan', 'Alun'])", "No row has 'Alun' in person; near is 'Alan'."),
        ("tables['people']['person'].str.contains('zz')", "No row contains 'zz' in person."),
        ("tables['people']['badge'] == 999", "No row has 999 in badge, whose values run from 101 to 140."),
    ],
)
async def test_look_up_of_what_does_not_occur_says_so_and_names_what_is_near(
    house: House, condition: str, said: str
) -> None:
    house.catalog.values["t_people"] = {"person": PEOPLE["person"]}
    done = await answered(house, f"p = tables['people']\nresult = p[{condition}]", columns=["person"], total_rows=0)
    assert text_of(done).endswith(said)
    assert said in done.warnings


async def test_what_is_not_listed_is_counted_in_the_table(house: House) -> None:
    for name, expected in (
        ("Alan", ("No rows matched the conditions.",)),
        ("Nobody", ("No row has 'Nobody' in person.",)),
    ):
        code = f"p = tables['people']\nresult = p[(p['person'] == '{name}') & (p['badge'] > 500)]"
        done = await answered(house, code, columns=["person"], total_rows=0)
        assert done.warnings == expected


async def test_tables_that_cannot_be_looked_into_leave_the_answer_as_it_is(house: House) -> None:
    question = await house.ask("What is the total amount?")
    await house.use.classify(house.bus.of(QueryAsked)[-1])
    code = "p = tables['people']\nresult = p[p['person'] == 'Nobody']"
    await house.use.validate(
        QueryGenerated(session_id=house.session_id, query_id=question.query_id, engine="claude", code=code)
    )
    house.evaluator.away = Unavailable("dataproc does not answer")
    done = await finished(house, question.query_id, columns=["person"], total_rows=0)
    assert done.warnings == ("No rows matched the conditions.",)


async def test_what_is_looked_for_and_there_is_no_reason_for_an_empty_result(house: House) -> None:
    house.catalog.values["t_people"] = {"person": PEOPLE["person"]}
    code = "p = tables['people']\nresult = p[(p['person'] == 'Ada') & ~(p['person'] == 'Nobody') & (p['badge'] == 140)]"
    done = await answered(house, code, columns=["person"], total_rows=0)
    assert done.warnings == ("No rows matched the conditions.",)
