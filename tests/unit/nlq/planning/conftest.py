"""Small tables, and a way to ask about them: the plan's code is run, so that a test sees the answer and not the wording."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from services.nlq.planning import Clarify, ColumnFacts, Decline, Planned, TableFacts, Turn, plan

TODAY = date(2024, 6, 30)
_TYPES = {"i": "integer", "f": "decimal", "M": "date", "b": "boolean"}


def facts_of(name: str, frame: pd.DataFrame) -> TableFacts:
    columns = tuple(_column(str(c), frame[c]) for c in frame.columns)
    keys = tuple(c.name for c in columns if c.distinct == len(frame) and not c.nullable)
    return TableFacts(uuid.uuid4().hex, name, len(frame), columns, keys)


def _column(name: str, series: pd.Series[Any]) -> ColumnFacts:
    kind = _TYPES.get(series.dtype.kind, "text")
    texts = tuple(str(v) for v in series.dropna().value_counts().index) if kind == "text" else ()
    low, high = (None, None) if kind in ("text", "boolean") else (series.min(), series.max())
    if kind == "date":
        low, high = low.date(), high.date()
    elif kind in ("integer", "decimal"):
        low, high = float(low), float(high)
    nullable = bool(series.isna().any())
    return ColumnFacts(name, name, kind, None, nullable, int(series.nunique()), texts, kind == "text", low, high)


@dataclass
class Asked:
    """A set of tables and the conversation about them so far."""

    frames: Mapping[str, pd.DataFrame]
    history: list[Turn] = field(default_factory=list)

    def outcome(self, question: str, choices: Mapping[str, str] | None = None) -> Planned | Clarify | Decline:
        tables = tuple(facts_of(name, frame) for name, frame in self.frames.items())
        found = plan(question, tables, history=tuple(self.history), choices=choices or {}, today=TODAY)
        if isinstance(found, Planned):
            self.history.append(Turn(question, found.code, None, found.plan))
        return found

    def answer(self, question: str, choices: Mapping[str, str] | None = None) -> Any:
        found = self.outcome(question, choices)
        assert isinstance(found, Planned), found
        space: dict[str, Any] = {"pd": pd, "np": np, "tables": {n: f.copy() for n, f in self.frames.items()}}
        space["df"] = next(iter(space["tables"].values()))
        exec(found.code, space)
        return space["result"]

    def column(self, question: str, name: str | int = 0) -> Sequence[Any]:
        """One column of a table of answers."""
        result = self.answer(question)
        assert isinstance(result, pd.DataFrame), result
        return list(result.iloc[:, name] if isinstance(name, int) else result[name])


@pytest.fixture
def sales() -> Asked:
    frame = pd.DataFrame(
        {
            "city": ["Paris", "Lyon", "Nice", "Lille", "Paris", "Lyon"],
            "region": ["north", "south", "south", "north", "north", None],
            "amount": [120.5, 80.0, 45.5, 60.0, 30.0, 10.0],
            "quantity": [3, 2, 1, 4, 5, 6],
            "day": pd.to_datetime(["2024-01-05", "2024-01-20", "2024-02-10", "2024-02-11", "2024-03-01", "2024-03-15"]),
            "paid": [True, False, True, True, False, True],
        }
    )
    return Asked({f"sales_{uuid.uuid4().hex[:6]}": frame})


@pytest.fixture
def shop() -> Asked:
    customers = pd.DataFrame(
        {"customer_id": [1, 2, 3], "name": ["Ada", "Bob", "Cleo"], "country": ["France", "Spain", "France"]}
    )
    orders = pd.DataFrame(
        {"order_id": [10, 11, 12, 13], "customer_id": [1, 1, 2, 3], "total": [100.0, 50.0, 70.0, 30.0]}
    )
    return Asked({"orders": orders, "customers": customers})
