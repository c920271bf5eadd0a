"""The chart of an answer is drawn of the whole result, or there is none."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from services.nlq.answers import rows_of
from services.nlq.answers.charts import MOST_ROWS
from services.nlq.domain import Question
from shared.events import QueryAsked, QueryExecuted, QueryGenerated
from tests.fakes.nlq import House
from tests.fakes.rounds import Rounds

SHOWN = 100  # rows of a result that come with it; the rest is in its table


def stored(columns: dict[str, list[Any]]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


async def answered(house: House, columns: dict[str, list[Any]], *, is_stored: bool = True) -> Question:
    question = await house.ask("What is the total amount per city?")
    await house.use.classify(house.bus.of(QueryAsked)[-1])
    code = "result = df.groupby('city')['amount'].sum()"
    await house.use.validate(
        QueryGenerated(session_id=house.session_id, query_id=question.query_id, engine="claude", code=code, model="m")
    )
    rows = [list(row) for row in zip(*columns.values(), strict=True)]
    prefix = f"sessions/{house.session_id}/results/{question.query_id}/"
    key = await house.keep_result(
        f"{prefix}a1.json", kind="table", columns=list(columns), rows=rows[:SHOWN], total_rows=len(rows)
    )
    table_key = f"{prefix}a1.parquet" if is_stored else None
    if table_key:
        await house.objects.put(table_key, stored(columns))
    executed = QueryExecuted(
        session_id=house.session_id, query_id=question.query_id, result_key=key, table_key=table_key, seconds=0.01
    )
    await house.use.answer.executed(executed)
    await Rounds(house, question.query_id).writes("Here it is.")
    done = house.question(question.query_id)
    assert done.state == "answered", done.error
    return done


def chart_of(question: Question) -> Any:
    assert question.answer is not None
    return question.answer.get("chart")


def days(count: int) -> dict[str, list[Any]]:
    first = dt.date(2020, 1, 1)
    return {"day": [str(first + dt.timedelta(days=n)) for n in range(count)], "n": [float(n) for n in range(count)]}


async def test_long_result_is_drawn_whole_though_the_answer_shows_its_beginning() -> None:
    done = await answered(House(engine="claude"), days(400))
    assert done.answer is not None
    assert len(done.answer["table_preview"]["rows"]) == SHOWN
    values = chart_of(done)["data"]["values"]
    assert len(values) == 400
    assert values[-1] == {"day": "2021-02-03", "n": 399.0}


@pytest.mark.parametrize(("count", "is_stored"), [(MOST_ROWS + 1, True), (SHOWN + 1, False)])
async def test_nothing_is_drawn_of_the_beginning_of_a_result(count: int, is_stored: bool) -> None:
    assert chart_of(await answered(House(engine="claude"), days(count), is_stored=is_stored)) is None


async def test_table_that_is_too_long_to_be_drawn_is_not_even_fetched() -> None:
    house = House(engine="claude")
    columns = days(MOST_ROWS + 1)
    got: list[str] = []
    fetch = house.objects.get

    async def get(key: str) -> bytes:
        got.append(key)
        return await fetch(key)

    house.objects.get = get  # type: ignore[method-assign]
    await answered(house, columns)
    assert not [key for key in got if key.endswith(".parquet")]


def test_stored_cells_are_as_the_jail_shows_them() -> None:
    table = stored(
        {
            "day": [dt.date(2024, 1, 2), None],
            "at": [dt.datetime(2024, 1, 2, 3, 4), None],
            "clock": [dt.time(3, 4), None],
            "price": [Decimal("1.50"), None],
            "n": [float("nan"), 2.5],
            "open": [True, None],
            "name": ["Łódź", None],
            "span": [dt.timedelta(days=1), None],
        }
    )
    assert rows_of(table) == [
        ("2024-01-02", "2024-01-02T03:04:00", "03:04:00", 1.5, None, True, "Łódź", "1 day, 0:00:00"),
        (None, None, None, None, 2.5, None, None, None),
    ]
