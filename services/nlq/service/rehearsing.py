"""What a process does once, before anybody asks."""

from __future__ import annotations

from datetime import date

from services.nlq.planner import codegen
from services.nlq.planner.facts import ColumnFacts, TableFacts
from services.nlq.planner.planner import read
from shared.columns import ColumnType

REHEARSED = TableFacts(
    table_id="rehearsal",
    name="rehearsal",
    rows=2,
    columns=(
        ColumnFacts(name="city", source_name="city", type=ColumnType.CATEGORY, distinct=2, values=("Oslo", "Rome")),
        ColumnFacts(name="amount", source_name="amount", type=ColumnType.DECIMAL, distinct=2),
        ColumnFacts(name="sold_on", source_name="sold_on", type=ColumnType.DATE, distinct=2),
    ),
)


def rehearse(today: date) -> None:
    """The first question of a process loads word lists and completes types: half a second, which no person should wait for."""
    for question in (
        "Average amount per city in 2024, cities not in Oslo",
        "Which town has the second highest turnover?",
    ):
        for reading in read(question, [REHEARSED], today=today).best[:1]:
            codegen.write(reading.query, {REHEARSED.name: REHEARSED}, REHEARSED.name)
