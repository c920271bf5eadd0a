"""What is told of joins: the counts are evaluated over tables with strays and repeated keys."""

from __future__ import annotations

import pyarrow as pa
import pytest

from services.dataproc.evaluation.engine import Engine
from services.dataproc.evaluation.evaluator import Evaluator
from services.dataproc.evaluation.model import Rows
from services.dataproc.evaluation.sources import Sources
from services.nlq.planner.plan.fanout import COUNT, JoinCheck, join_checks
from shared.plan import All, Comparison, Field, Group, Join, Keep, Literal, Measure, Named, Query

ORDERS = pa.table(
    {"order_id": [1, 2, 3, 4, 5], "customer_id": ["a", "b", "x", None, "a"], "amount": [10, 20, 30, 40, 50]}
)
CUSTOMERS = pa.table({"customer_id": ["a", "b", "c"], "country": ["AT", "BE", None]})
VISITS = pa.table({"customer": ["a", "a", "b", "b", "b", "c"]})


def customer(name: str) -> Field:
    return Field(name=name, table="customers")


def order(name: str) -> Field:
    return Field(name=name, table="orders")


JOIN = Join(table="customers", left=order("customer_id"), right="customer_id")
TOTAL = Measure(name="total", function="sum", of=order("amount"))
DEAR = Comparison(left=order("amount"), op=">", right=Literal(value=35, type="number"))
AUSTRIAN = Comparison(left=customer("country"), op="==", right=Literal(value="AT", type="text"))


@pytest.fixture(scope="module")
def evaluator(tmp_path_factory: pytest.TempPathFactory) -> Evaluator:
    folder = tmp_path_factory.mktemp("spill")
    return Evaluator(Engine(folder, threads=1, memory_mb=200, spill_mb=200), Sources())


def counted(evaluator: Evaluator, check: JoinCheck) -> int:
    (found,) = evaluator.evaluate([check.query], {"orders": ORDERS, "customers": CUSTOMERS, "visits": VISITS})
    assert isinstance(found, Rows)
    (number,) = found.table.column(COUNT).to_pylist()
    return int(number)


def test_rows_without_a_partner_are_counted(evaluator: Evaluator) -> None:
    by_country = Group(by=(Named(name="country", of=customer("country")),), measures=(TOTAL,))
    (check,) = join_checks(Query(table="orders", steps=(JOIN, by_country)))
    assert counted(evaluator, check) == 2  # customer x, and the order of nobody
    assert check.told(2) == "2 rows of orders have no partner in customers by customer_id and are left out."


def test_a_total_of_all_rows_keeps_those_without_a_partner() -> None:
    (check,) = join_checks(Query(table="orders", steps=(JOIN, Group(measures=(TOTAL,)))))
    assert check.told(1) == "1 row of orders has no partner in customers by customer_id and is kept without its values."


def test_only_rows_that_the_question_is_about_are_counted(evaluator: Evaluator) -> None:
    (check,) = join_checks(
        Query(table="orders", steps=(JOIN, Keep(where=All(of=(DEAR, AUSTRIAN))), Group(measures=(TOTAL,))))
    )
    assert counted(evaluator, check) == 1  # the order of nobody costs 40, that of x 30
    assert check.left_out


def test_rows_with_several_partners_are_counted_where_a_join_multiplies(evaluator: Evaluator) -> None:
    visits = Join(table="visits", left=customer("customer_id"), right="customer", multiplies=True)
    checks = join_checks(Query(table="customers", steps=(visits,)))
    assert [(c.kind, counted(evaluator, c)) for c in checks] == [("unmatched", 0), ("repeated", 2)]
    assert checks[1].told(2) == "2 rows of customers meet several rows of visits and count once for each."


def test_each_join_of_a_chain_is_counted_with_the_one_before(evaluator: Evaluator) -> None:
    visits = Join(table="visits", left=customer("customer_id"), right="customer", multiplies=True)
    checks = join_checks(Query(table="orders", steps=(JOIN, visits)))
    assert [(c.kind, c.join.table, counted(evaluator, c)) for c in checks] == [
        ("unmatched", "customers", 2),
        ("unmatched", "visits", 2),
        ("repeated", "visits", 3),
    ]


def test_a_query_without_joins_has_nothing_to_tell() -> None:
    assert join_checks(Query(table="orders", steps=(Keep(where=DEAR),))) == ()
