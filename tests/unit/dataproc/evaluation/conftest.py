"""One engine for all tests, and tables with everything in them that a plan has to mind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pytest

from services.dataproc.evaluation import Engine, Evaluator, Refusal, Rows, Sources
from shared.plan import Query, Step
from tests.plan_pieces import query


def day(number: int) -> dt.date:
    return dt.date(2024, 1, 1) + dt.timedelta(days=number)


ORDERS = pa.table(
    {
        "region": pa.array(["North", "South", None, "East", "North", "South", None, "East"], pa.large_string()),
        "amount": pa.array([1.5, 2.0, None, 4.0, 5.0, 9.0, 9.0, float("nan")]),
        "pieces": pa.array([1, 2, 3, 4, 5, None, 0, 8], pa.int64()),
        "price": pa.array([1, 2, 3, 4, 5, 6, 7, None], pa.decimal128(10, 2)),
        "ordered": pa.array([day(0), day(9), day(18), day(27), None, day(45), day(54), day(63)]),
        "sent": pa.array(
            [dt.datetime(2024, 1, 1, 5) + dt.timedelta(hours=31 * i) for i in range(8)], pa.timestamp("us")
        ),
        "paid": pa.array([True, False, None, True, False, None, True, False]),
        "customer": pa.array([1, 2, 3, 4, 1, 2, None, 4], pa.int64()),
        "note": pa.array(["$1,234.50", "-12 €", "2414€2,752.92", "Abc ", None, "USD 5", "(3)", "A12"]),
    }
)
CUSTOMERS = pa.table(
    {"id": pa.array([1, 2, 2, 5, None]), "name": ["Ann", "Bo", "Bob", "Cy", "Di"], "region": list("vwxyz")}
)
TABLES = {"orders": ORDERS, "customers": CUSTOMERS}


@pytest.fixture(scope="session")
def evaluator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evaluator]:
    engine = Engine(tmp_path_factory.mktemp("spill"), threads=1, memory_mb=256, spill_mb=64)
    yield Evaluator(engine, Sources())
    engine.close()


@pytest.fixture
def outcome(evaluator: Evaluator) -> Callable[[Query], Any]:
    return lambda plan: evaluator.evaluate([plan], TABLES)[0]


@pytest.fixture
def rows(outcome: Callable[[Query], Any]) -> Callable[..., list[tuple[Any, ...]]]:
    """The rows of `orders` after some steps."""

    def found(*steps: Step, table: str = "orders") -> list[tuple[Any, ...]]:
        result = outcome(query(table, *steps))
        assert isinstance(result, Rows), result
        return list(zip(*result.table.to_pydict().values(), strict=True))

    return found


@pytest.fixture
def refusal(outcome: Callable[[Query], Any]) -> Callable[..., Refusal]:
    def found(*steps: Step, table: str = "orders") -> Refusal:
        result = outcome(query(table, *steps))
        assert isinstance(result, Refusal)
        return result

    return found
