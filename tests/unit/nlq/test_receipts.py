"""What stands beside an answer: the tables and columns that it was computed of, and what it leaves out, repeats and counts from."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.nlq.domain import Question
from services.nlq.planner.plan.remarks import remarks_to_count
from services.nlq.service.asking import chosen
from services.nlq.validation import tables_touched
from shared.columns import ColumnType
from shared.events import QueryAsked, QueryExecuted, QueryGenerated
from shared.plan import Join
from tests.fakes.nlq import House
from tests.fakes.rounds import Rounds
from tests.plan_pieces import count, group, of, query

SHOPS: dict[str, list[Any]] = {
    "region": ["North", "North", None, "South"],
    "opened": [date(2026, 1, 5), date(2026, 9, 1), date(2026, 10, 3), date(2026, 10, 20)],
    "staff": [3, 4, 5, 6],
}
LEDGER: dict[str, list[Any]] = {
    "account": ["Rent", "Wages", "Heating", "Grand total"],
    "cost": [10.0, 20.0, 5.0, 35.0],
}


@pytest.fixture
def house() -> House:
    house = House()
    house.has_table("shops", SHOPS, region=ColumnType.CATEGORY, opened=ColumnType.DATE, staff=ColumnType.INTEGER)
    house.has_table("ledger", LEDGER, account=ColumnType.TEXT, cost=ColumnType.DECIMAL)
    house.catalog.values["t_shops"] = {"region": ["North", "South"]}
    house.catalog.values["t_ledger"] = {"account": LEDGER["account"]}
    house.catalog.profiles["t_ledger"]["totals"] = {"told_by": [[{"column": "account", "value": "Grand total"}]]}
    return house


async def answered(house: House, text: str) -> Question:
    """As the jail would, it finds what the plan comes to."""
    question = await house.ask(text)
    await house.use.classify(house.bus.of(QueryAsked)[-1])
    planned = house.question(question.query_id)
    assert planned.expected is not None, planned.error
    rows = [list(row) for row in planned.expected.rows or ()]
    return await finished(house, planned, columns=list(planned.expected.columns), rows=rows, total_rows=len(rows))


async def finished(house: House, question: Question, **result: Any) -> Question:
    key = await house.keep_result(
        f"sessions/{house.session_id}/results/{question.query_id}/a1.json", kind="table", **result
    )
    await house.use.answer.executed(
        QueryExecuted(session_id=house.session_id, query_id=question.query_id, result_key=key, seconds=0.01)
    )
    done = house.question(question.query_id)
    if done.is_read_on:
        done = await Rounds(house, question.query_id).writes()
    assert done.state == "answered", done.error
    return done


def receipt(question: Question) -> tuple[list[str], list[str]]:
    assert question.receipt is not None
    columns = [f"{entry['table']}.{entry['column']}" for entry in question.receipt["columns"]]
    return [table["name"] for table in question.receipt["tables"]], columns


async def test_only_what_the_plan_uses_is_on_its_receipt(house: House) -> None:
    done = await answered(house, "What is the total amount per city?")
    assert receipt(done) == (["sales"], ["sales.city", "sales.amount"])
    assert done.warnings == ()


async def test_rows_in_no_group_are_counted_and_told(house: House) -> None:
    done = await answered(house, "What is the total staff per region?")
    assert "1 row has no region and is in no group." in done.warnings


async def test_rows_in_no_group_are_counted_after_the_conditions(house: House) -> None:
    done = await answered(house, "What is the total staff per region of shops opened before October 2026?")
    assert not any("in no group" in warning for warning in done.warnings)


async def test_groups_of_a_column_without_gaps_ask_for_no_count(house: House) -> None:
    await answered(house, "What is the total amount per city?")
    assert len(house.evaluator.asked) == len(set(house.evaluator.asked)) == 1


async def test_rows_that_sum_up_others_are_left_out_and_named(house: House) -> None:
    done = await answered(house, "What is the total cost?")
    assert done.expected is not None and done.expected.rows == ((35.0,),)
    assert "Rows that sum up others are left out: Grand total." in done.warnings


async def test_a_person_may_have_them_counted(house: House) -> None:
    question = await house.ask("What is the total cost?", include_totals=True)
    await house.use.classify(house.bus.of(QueryAsked)[-1])
    planned = house.question(question.query_id)
    assert planned.expected is not None and planned.expected.rows == ((70.0,),)
    assert not any("left out" in warning for warning in planned.plan_warnings)


async def test_a_relative_date_says_what_it_is_counted_from(house: House) -> None:
    done = await answered(house, "How many shops opened last month?")
    (told,) = [warning for warning in done.warnings if "last month" in warning]
    assert "September 2026" in told and "the newest date of the data" in told and "20 October 2026" in told


async def test_warnings_of_the_plan_are_none_of_claudes() -> None:
    house = House(engine="claude")
    house.has_table("shops", SHOPS, region=ColumnType.CATEGORY, opened=ColumnType.DATE, staff=ColumnType.INTEGER)
    question = await house.ask("What is the total staff per region?")
    await house.use.classify(house.bus.of(QueryAsked)[-1])
    assert house.question(question.query_id).plan_warnings != ()
    code = "result = tables['shops'].groupby('region', dropna=False)['staff'].sum()"
    await house.use.validate(
        QueryGenerated(session_id=house.session_id, query_id=question.query_id, engine="claude", code=code)
    )
    found = house.question(question.query_id)
    done = await finished(house, found, columns=["region", "staff"], rows=[["North", 7]], total_rows=1)
    assert done.warnings == ()
    assert receipt(done) == (["shops"], ["shops.region", "shops.staff"])


@pytest.mark.parametrize(
    ("code", "used", "touched"),
    [
        ("result = len(df)", {"t": (), "u": ()}, ("t",)),
        ("result = tables['u']['x'].sum()", {"t": (), "u": ("x",)}, ("u",)),
        ("result = len(tables['u'])", {"t": (), "u": ()}, ("u",)),
        ("result = df.merge(tables['u'], on='a')", {"t": ("a",), "u": ("a",)}, ("t", "u")),
        ("result = 1", {"t": (), "u": ()}, ()),
        ("result = list(tables)", {"t": (), "u": ()}, None),
        ("name = 'u'\nresult = len(tables[name])", {"t": (), "u": ()}, None),
        ("result = len(df)", None, None),
    ],
)
def test_tables_that_code_can_touch(
    code: str, used: dict[str, tuple[str, ...]] | None, touched: tuple[str, ...] | None
) -> None:
    frozen = None if used is None else {name: frozenset(columns) for name, columns in used.items()}
    assert tables_touched(code, ["t", "u"], frozen) == touched


async def test_a_row_without_a_partner_is_told_once(house: House) -> None:
    """It is in no group because it has no partner: not a second time because the partner's name is missing."""
    house.has_table(
        "regions",
        {"region": ["North", "West"], "manager": ["Ann", "Bo"]},
        region=ColumnType.TEXT,
        manager=ColumnType.TEXT,
    )
    house.catalog.values["t_regions"] = {"region": ["North", "West"], "manager": ["Ann", "Bo"]}
    house.has_table(
        "stores",
        {"region": ["North", "North", "South", "West"], "stock": [1, 2, 3, 4]},
        region=ColumnType.TEXT,
        stock=ColumnType.INTEGER,
    )
    facts = [await house.catalog.facts(table) for table in await house.catalog.of_session(house.session_id)]
    plan = query(
        "stores",
        Join(table="regions", left=of("stores", "region"), right="region"),
        group(count(), manager=of("regions", "manager")),
    )
    (remark,) = remarks_to_count(plan, facts)
    tables = [chosen(table) for table in await house.catalog.of_session(house.session_id)]
    (outcome,) = await house.evaluator.evaluate(house.session_id, tables, [remark.count])
    assert outcome.result is not None and outcome.result.rows == ((1,),)
    assert remark.sentence(1) == "1 row of stores has no partner in regions by region and is left out."
