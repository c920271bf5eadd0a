"""Questions back: which column was meant."""

from __future__ import annotations

from services.nlq.planner.facts import Clarify, Option
from services.nlq.planner.linking.schema import Column
from services.nlq.planning.reading.draft import Draft, Unclear, option_id


def clarification(unclear: Unclear, draft: Draft) -> Clarify:
    several_tables = len({c.ref.table for c in unclear.columns}) > 1
    options = tuple(Option(option_id(c), _label(c, several_tables)) for c in unclear.columns)
    return Clarify(
        question=f"Which column do you mean by '{unclear.expression}'?",
        options=options,
        intent="other",
        entities={"expression": unclear.expression},
        slot=unclear.slot,
    )


def _label(column: Column, several_tables: bool) -> str:
    return f"{column.ref.column} (table {column.ref.table})" if several_tables else column.ref.column
