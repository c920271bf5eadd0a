"""What is true of a table is found once, and not for every reading of every question about it."""

from __future__ import annotations

from datetime import date

import pytest

from services.nlq.planner.facts import ColumnFacts, TableFacts
from services.nlq.planner.linking import schema
from services.nlq.planner.planner import read
from services.nlq.service.rehearsing import REHEARSED
from shared.columns import ColumnType

QUESTION = "total amount per shop where shop is not shop 7"


def test_rows_that_sum_up_others_are_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = tuple(f"shop {number}" for number in range(200))
    shop = ColumnFacts("shop", "shop", ColumnType.TEXT, distinct=200, values=cells, values_complete=True)
    amount = ColumnFacts("amount", "amount", ColumnType.DECIMAL, distinct=150)
    looked_at: list[str] = []

    def look(cell: str, _: object) -> bool:
        looked_at.append(cell)
        return False

    monkeypatch.setattr(schema, "sums_up", look)
    for _ in range(2):
        assert read(QUESTION, [TableFacts("t", "once_per_table", 200, (shop, amount))], today=date(2026, 11, 29)).best
    assert sorted(looked_at) == sorted(cells)


def test_rehearsal_reads_what_people_ask() -> None:
    assert read("Average amount per city in 2024", [REHEARSED], today=date(2026, 11, 29)).best
