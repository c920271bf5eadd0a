"""Which unit an axis may say of a column."""

from __future__ import annotations

from services.nlq.planner.facts import ColumnFacts, TableFacts
from services.nlq.service.planning import units_of
from shared.columns import ColumnType
from shared.open_choices import OpenChoice, OpenQuestion


def column(name: str, unit: str | None, open_choice: OpenChoice | None = None) -> ColumnFacts:
    return ColumnFacts(name, name, ColumnType.DECIMAL, unit, open_choice=open_choice)


def test_a_name_of_two_units_and_a_column_that_mixes_some_have_none() -> None:
    mixed = OpenChoice(OpenQuestion.UNIT, ("EUR", "USD", ""), "EUR")
    orders = (column("amount", "EUR"), column("price", "EUR"), column("n", None), column("both", "EUR", mixed))
    tables = [
        TableFacts("t_1", "orders", 3, orders),
        TableFacts("t_2", "items", 3, (column("amount", "EUR"), column("price", "USD"))),
    ]
    assert units_of(tables) == {"amount": "EUR"}
