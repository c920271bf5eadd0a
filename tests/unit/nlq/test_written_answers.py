"""An answer over the results of a model's steps: whose words it is told in, what stands in it, and where it is kept."""

from __future__ import annotations

import json

import pytest

from services.nlq.schemas import QueryView
from services.nlq.views import view
from shared.columns import ColumnType
from shared.events import QueryAnswered, QueryClassified, QueryFailed, QueryGenerated
from tests.fakes.nlq import House
from tests.fakes.rounds import PLANNED, SUM, Rounds

PER_CITY = "result = df.groupby('city', as_index=False)['amount'].sum()"
CITIES = {"kind": "table", "columns": ["city", "amount"], "rows": [["Paris", 1100.0], ["Lyon", 250.0]], "total_rows": 2}


@pytest.fixture
async def rounds() -> Rounds:
    return await Rounds.begin(House(engine="claude"))


async def test_the_result_that_the_words_are_about_is_the_answer_and_the_other_stands_beside_it(rounds: Rounds) -> None:
    await rounds.computes("total", value=1350.0)
    await rounds.computes("per_city", PER_CITY, **CITIES)
    done = await rounds.writes("All in all 1,350, most of it in Paris.", result="total")
    assert done.answer is not None
    assert (done.answer["kind"], done.answer["value"], done.code) == ("scalar", 1350.0, SUM)
    (beside,) = done.answer["results"]
    assert (beside["name"], beside["code"], beside["kind"]) == ("per_city", PER_CITY, "table")
    assert beside["table_preview"] == {name: CITIES[name] for name in ("columns", "rows", "total_rows")}
    assert beside["chart"]["data"]["values"] == [
        {"city": "Paris", "amount": 1100.0},
        {"city": "Lyon", "amount": 250.0},
    ]


@pytest.mark.parametrize("named", [None, "no such result"])
async def test_words_about_no_certain_result_have_the_last_one_as_the_answer(rounds: Rounds, named: str | None) -> None:
    await rounds.computes(None, SUM, value=1350.0)
    await rounds.computes("per_city", PER_CITY, **CITIES)
    done = await rounds.writes("Most of it in Paris.", result=named)
    assert (done.code, done.answer is not None and done.answer["kind"]) == (PER_CITY, "table")


async def test_what_is_computed_again_under_its_name_counts_as_it_was_last(rounds: Rounds) -> None:
    await rounds.computes("total", "result = df['amount'].max()", value=1000.0)
    await rounds.computes("per_city", PER_CITY, **CITIES)
    await rounds.computes("total", SUM, value=1350.0)
    done = await rounds.writes("All in all 1,350.", result="total")
    assert done.answer is not None
    assert (done.code, done.answer["value"]) == (SUM, 1350.0)
    assert [beside["name"] for beside in done.answer["results"]] == ["per_city"]


async def test_what_can_be_downloaded_is_the_result_that_the_words_are_about(rounds: Rounds) -> None:
    keys = []
    for name, code in (("total", SUM), ("per_city", PER_CITY)):
        await rounds.generates(code, name=name)
        ran = (await rounds.ran(**CITIES)).model_copy(update={"table_key": f"{name}.parquet"})
        keys.append(ran.result_key)
        await rounds.house.use.answer.executed(ran)
    done = await rounds.writes("So much.", result="total")
    assert (done.result_key, done.table_key) == (keys[0], "total.parquet")


async def test_receipt_lists_what_every_result_is_computed_of(rounds: Rounds) -> None:
    rounds.house.has_table("shops", {"staff": [3, 4, 5, 6]}, staff=ColumnType.INTEGER)
    rounds = await Rounds.begin(rounds.house)
    await rounds.looks("result = df['city'].unique()")
    await rounds.computes("staff", "result = tables['shops']['staff'].sum()", value=18)
    await rounds.computes("total", SUM, value=1350.0)
    done = await rounds.writes("18 people, 1,350.", result="total")
    assert done.receipt is not None
    assert done.receipt["columns"] == [{"table": "shops", "column": "staff"}, {"table": "sales", "column": "amount"}]
    assert [table["name"] for table in done.receipt["tables"]] == ["sales", "shops"]


async def test_warnings_of_every_result_are_told_once_and_those_of_looks_are_not(rounds: Rounds) -> None:
    await rounds.looks(value=None)
    await rounds.computes("first", kind="table", columns=["n"], rows=[], total_rows=0)
    await rounds.computes(
        "second", kind="table", columns=["m"], rows=[], total_rows=0, warnings=["Rows were left out."]
    )
    done = await rounds.writes("There is nothing.")
    assert done.warnings == ("No rows matched the conditions.", "Rows were left out.")


async def test_seconds_in_the_jail_are_those_of_every_step_once(rounds: Rounds) -> None:
    await rounds.generates(purpose="look")
    await rounds.runs(seconds=0.25)
    for seconds in (1.0, 2.0):
        await rounds.generates(name=f"in_{seconds:.0f}")
        await rounds.runs(seconds=seconds, value=1)
    done = await rounds.writes("1.")
    assert done.timings["execution"] == 3.25


async def test_results_without_words_are_told_by_the_template(rounds: Rounds) -> None:
    await rounds.generates(name="total", explanation="Adds up amount.")
    await rounds.runs(value=1350.0)
    done = await rounds.writes("")
    assert done.answer == {"text": "Adds up amount: 1,350.", "kind": "scalar", "value": 1350.0}


async def test_neither_results_nor_words_are_no_answer(rounds: Rounds) -> None:
    await rounds.looks(value=1)
    done = await rounds.writes("")
    assert done.error is not None
    assert (done.state, done.error.code, done.answer) == ("failed", "cannot_answer", None)
    assert [event.code for event in rounds.house.bus.of(QueryFailed)] == ["cannot_answer"]


async def test_reply_that_needs_no_computation_is_a_text(rounds: Rounds) -> None:
    done = await rounds.writes("You are welcome.", suggestions=["What is the total amount?"])
    assert done.answer == {
        "text": "You are welcome.",
        "kind": "text",
        "value": "You are welcome.",
        "suggestions": ["What is the total amount?"],
    }
    assert (done.state, done.receipt, done.warnings) == ("answered", None, ())
    assert QueryView.model_validate(view(done)).answer is not None


async def test_code_that_gave_no_part_of_a_text_is_not_shown_as_its_code() -> None:
    """The last that it tried was refused, and it replied without; nor are the planner's words of its own plan."""
    rounds = await Rounds.begin(House(engine="claude"), PLANNED)
    await rounds.generates("result = df['amuont'].sum()", explanation="Adds up amuont.")
    await rounds.is_refused()
    done = await rounds.writes("There is no such column.")
    assert (done.state, done.code, done.explanation) == ("answered", None, "")


async def test_answer_is_kept_as_it_is_shown(rounds: Rounds) -> None:
    await rounds.computes("total", value=1350.0)
    done = await rounds.writes("All in all 1,350.")
    (said,) = rounds.house.bus.of(QueryAnswered)
    kept = json.loads(await rounds.house.objects.get(said.answer_key))
    assert kept == json.loads(json.dumps(view(done)))
    assert QueryView.model_validate(kept).answer is not None
    assert (said.engine, said.step, said.question) == ("claude", 2, done.question)


async def test_next_turn_knows_the_answer_and_where_its_result_lies() -> None:
    house = House(engine="claude")
    conversation_id = "c_" + "0" * 16
    rounds = await Rounds.begin(house)
    house.store.conversations[conversation_id] = [rounds.query_id]
    await rounds.computes("total", value=1350.0)
    done = await rounds.writes("All in all 1,350.")
    follow_up = house.use.ask.new("q_next", house.session_id, "why?", [*house.catalog.tables.values()], conversation_id)
    after = await house.use.classify.decide(follow_up.model_copy(update={"privacy": "profile"}))
    context = json.loads(await house.objects.get(str(after.context_key)))
    (turn,) = context["history"]
    assert (turn["answer"], turn["code"], turn["result_key"]) == ("All in all 1,350.", SUM, done.result_key)


async def test_planner_that_takes_over_is_shown_in_its_own_words_and_with_its_own_columns() -> None:
    """Claude's code touched another column, and said something else."""
    rounds = await Rounds.begin(House(engine="claude"), PLANNED)
    house, draft = rounds.house, rounds.now.draft
    assert draft is not None
    await rounds.looks("result = df['city'].nunique()", value=2)
    await rounds.generates("result = df['city'].max()", explanation="The last city of all.")
    await rounds.crashes("TypeError")
    taken = await rounds.fails("model_unavailable", "The model did not answer.")
    assert (taken.engine, taken.state) == ("offline", "classified")
    await house.use.generate.offline(house.bus.of(QueryClassified)[-1])
    await house.use.validate(house.bus.of(QueryGenerated)[-1])
    expected = rounds.now.expected
    assert expected is not None
    rows = [list(row) for row in expected.rows or ()]
    done = await rounds.runs(kind="table", columns=list(expected.columns), rows=rows, total_rows=len(rows))
    assert done.state == "answered", done.error
    assert (done.code, done.explanation) == (draft.code, draft.explanation)
    assert done.answer is not None and done.answer["text"].startswith(draft.explanation.rstrip("."))
    assert done.receipt is not None
    assert [entry["column"] for entry in done.receipt["columns"]] == ["city", "amount"]
    assert done.warnings == ("Answered by the offline planner: The model did not answer.",)
    assert done.model is None
