"""A model is told by which columns tables hang together, and how many rows find a partner: counted over the cells, once for each version of the tables."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from services.nlq.facts import model_context
from services.nlq.planner.facts import Reference, TableFacts
from services.nlq.service import relating
from services.nlq.service.relating import RelateTables
from shared.columns import ColumnType
from shared.errors import Unavailable
from shared.events import ChosenTable, QueryAsked, QueryClassified
from shared.rpc import PlanOutcome, PlanRefused
from tests.fakes.nlq import House

IDS = [1, 2, 3, 4]


class Tables:
    """Two tables of four rows in a house, and what is made of them."""

    def __init__(self, house: House | None = None) -> None:
        self.house = house or House(engine="claude")
        self.relate = RelateTables(self.house.evaluator)

    def put(self, name: str, *keys: str, cells: dict[str, list[Any]], **columns: ColumnType) -> None:
        self.house.has_table(name, cells, **columns)
        self.house.catalog.profiles[f"t_{name}"]["candidate_keys"] = list(keys)
        texts = {column: cells[column] for column, kind in columns.items() if kind.lists_values}
        self.house.catalog.values[f"t_{name}"] = {
            column: list(dict.fromkeys(filter(None, found))) for column, found in texts.items()
        }

    def customers(self, ids: list[int] = IDS) -> None:
        self.put("customers", "id", cells={"id": ids}, id=ColumnType.INTEGER)

    def orders(self, customer_ids: list[int | None], version: int = 1) -> None:
        self.put("orders", cells={"customer_id": customer_ids}, customer_id=ColumnType.INTEGER)
        table = self.house.catalog.tables["s_1", "t_orders"]
        data_key = table.data_key.replace("/v1/", f"/v{version}/")
        self.house.catalog.described[data_key] = self.house.catalog.described[table.data_key]
        changed = table.model_copy(update={"version": version, "data_key": data_key})
        self.house.catalog.tables["s_1", "t_orders"] = changed

    async def facts(self, *names: str) -> list[TableFacts]:
        tables = [self.house.catalog.tables["s_1", f"t_{name}"] for name in names]
        chosen = [ChosenTable(table_id=t.table_id, name=t.name, version=t.version, data_key=t.data_key) for t in tables]
        return await self.relate("s_1", chosen, [await self.house.catalog.facts(table) for table in tables])

    async def references(self, *names: str) -> list[Reference]:
        return [reference for table in await self.facts(*names) for reference in table.references]


@pytest.mark.parametrize(
    ("customer_ids", "matched"),
    [([1, 1, 2, 3], 1.0), ([1, 1, 2, 9], 0.75), ([1, 2, None, 3], 0.75), ([1, 9, None, 2], 0.5)],
)
async def test_the_share_of_rows_that_find_a_partner_is_counted(customer_ids: list[int | None], matched: float) -> None:
    tables = Tables()
    tables.customers()
    tables.orders(customer_ids)
    expected = Reference("customer_id", "customers", "id", matched)
    assert await tables.references("orders", "customers") == [expected]
    assert await tables.references("customers", "orders") == [expected], "whichever comes first"


async def test_a_key_that_repeats_says_that_joining_multiplies_rows() -> None:
    """Of a large table, a key is one by estimate."""
    tables = Tables()
    tables.customers(ids=[1, 2, 2, 3])
    tables.orders([2, 1, 3, 1])
    assert await tables.references("orders", "customers") == [
        Reference("customer_id", "customers", "id", 1.0, several=True)
    ]


async def test_columns_of_the_same_name_whose_cells_hardly_meet_are_no_reference() -> None:
    tables = Tables()
    tables.customers()
    tables.orders([1, 7, 8, 9])
    assert await tables.references("orders", "customers") == []


async def test_texts_refer_by_what_stands_in_them_whatever_they_are_called() -> None:
    tables = Tables()
    tables.put("airports", "faa", cells={"faa": ["EWR", "JFK", "LGA", "BOS"]}, faa=ColumnType.TEXT)
    tables.put("flights", cells={"origin": ["EWR", "JFK", "LGA", "EWR"]}, origin=ColumnType.CATEGORY)
    assert await tables.references("flights", "airports") == [Reference("origin", "airports", "faa", 1.0)]


async def test_counts_are_made_once_for_each_version_of_the_tables() -> None:
    tables = Tables()
    tables.customers()
    tables.orders([1, 1, 2, 3])
    first = await tables.facts("orders", "customers")
    asked = len(tables.house.evaluator.asked)
    assert asked == 2
    assert await tables.facts("orders", "customers") == first
    assert len(tables.house.evaluator.asked) == asked
    tables.orders([1, 1, 2, 9], version=2)
    assert await tables.references("orders", "customers") == [Reference("customer_id", "customers", "id", 0.75)]


async def test_while_nobody_counts_the_columns_are_told_without_a_share() -> None:
    tables = Tables()
    tables.customers()
    tables.orders([1, 1, 2, 3])
    tables.house.evaluator.away = Unavailable("dataproc is away")
    assert await tables.references("orders", "customers") == [Reference("customer_id", "customers", "id")]
    tables.house.evaluator.away = None
    assert await tables.references("orders", "customers") == [Reference("customer_id", "customers", "id", 1.0)]


async def test_what_cannot_be_counted_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = Tables()
    tables.customers()
    tables.orders([1, 1, 2, 3])
    tries: list[int] = []

    async def refuse(session_id: str, chosen: Any, plans: Any) -> tuple[PlanOutcome, ...]:
        tries.append(len(plans))
        return tuple(PlanOutcome(refusal=PlanRefused(code="out_of_time", reason="too slow")) for _ in plans)

    monkeypatch.setattr(tables.house.evaluator, "evaluate", refuse)
    for _ in range(2):
        assert await tables.references("orders", "customers") == [Reference("customer_id", "customers", "id")]
    assert tries == [2]


async def test_a_single_table_and_very_wide_ones_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = Tables()
    tables.customers()
    tables.orders([1, 1, 2, 3])
    assert await tables.references("orders") == []
    monkeypatch.setattr(relating, "MOST_COLUMNS", 1)
    assert await tables.references("orders", "customers") == []
    assert tables.house.evaluator.asked == []


@pytest.mark.parametrize("privacy", ["schema_only", "profile"])
async def test_a_question_for_claude_tells_them_in_either_mode(privacy: Any) -> None:
    tables = Tables(House(engine="claude", privacy=privacy))
    tables.customers()
    tables.orders([1, 1, 2, 9])
    await tables.house.ask("How do the customers compare?")
    await tables.house.use.classify(tables.house.bus.of(QueryAsked)[-1])
    key = str(tables.house.bus.of(QueryClassified)[-1].context_key)
    told = {table["name"]: table for table in json.loads(await tables.house.objects.get(key))["tables"]}
    assert told["orders"]["references"] == [
        {"column": "customer_id", "table": "customers", "key": "id", "matched": 0.75, "several": False}
    ]
    assert told["customers"]["references"] == []


async def test_the_offline_engine_does_not_wait_for_what_only_a_model_is_told() -> None:
    tables = Tables(House())
    tables.customers()
    tables.orders([1, 1, 2, 3])
    await tables.house.ask("zzz")
    await tables.house.use.classify(tables.house.bus.of(QueryAsked)[-1])
    assert tables.house.evaluator.asked == []


async def test_numbers_that_name_rows_elsewhere_have_no_middle() -> None:
    tables = Tables()
    tables.customers()
    tables.orders([1, 1, 2, 3])
    tables.house.catalog.profiles["t_orders"]["columns"]["customer_id"]["mean"] = 1.75
    related, _ = await tables.facts("orders", "customers")
    alone = replace(related, references=())
    means = [model_context([table], privacy="profile")[0]["columns"][0]["mean"] for table in (related, alone)]
    assert means == [None, 1.75]
