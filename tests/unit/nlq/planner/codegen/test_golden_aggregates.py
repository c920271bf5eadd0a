"""What each aggregate of the registry computes: of all rows, of some, of none, of groups, of an expression."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from shared.plan import (
    AGGREGATES,
    Arithmetic,
    Bin,
    Comparison,
    Derive,
    Field,
    Group,
    Keep,
    Literal,
    Measure,
    Named,
    Query,
)

from .conftest import cells_of, compute

FIVE_AND_FOUR = pa.table(
    {
        "shop": pa.array(["a"] * 5 + ["b"] * 4 + [None], pa.string()),
        "price": pa.array([1.0, 2.0, 2.0, 5.0, None, 10.0, 20.0, 30.0, 60.0, 1000.0], pa.float64()),
        "day": pa.array([1, 2, 2, 5, None, 10, 20, 30, 60, 1000], pa.int64()),
    }
)
# Of 1, 2, 2, 5 (a gap beside them) and of 10, 20, 30, 60. Skewness and kurtosis are the unbiased estimates (G1, G2).
GOLDEN: dict[str, tuple[float, float]] = {
    "count": (4, 4),
    "distinct": (3, 4),
    "sum": (10.0, 120.0),
    "mean": (2.5, 30.0),
    "median": (2.0, 25.0),
    "min": (1.0, 10.0),
    "max": (5.0, 60.0),
    "std": (math.sqrt(3), math.sqrt(1400 / 3)),
    "variance": (3.0, 1400 / 3),
    "percentile": (4.55, 55.5),  # the 95th
    "skewness": (8 / (3 * math.sqrt(3)), 12000 / math.sqrt(1400 / 3) ** 3),
    "kurtosis": (26 / 9, 1.5),
}
PRICE = Field(name="price", table="sales")
SHOP = Field(name="shop", table="sales")


def measured(function: str, of: Any = PRICE, **more: Any) -> Measure:
    percentile = 95 if function == "percentile" else None
    return Measure(name="measured", function=function, of=of, percentile=percentile, **more)


def in_shop(name: str) -> Comparison:
    return Comparison(left=SHOP, op="==", right=Literal(value=name, type="text"))


def answer(folder: Path, *steps: Any) -> Any:
    return cells_of(compute(Query(table="sales", steps=steps), {"sales": FIVE_AND_FOUR}, folder))


def test_every_aggregate_has_a_golden_result() -> None:
    assert set(GOLDEN) == set(AGGREGATES)


@pytest.mark.parametrize("function", GOLDEN)
class TestEachAggregate:
    def test_of_the_rows_kept(self, function: str, tmp_path: Path) -> None:
        found = answer(tmp_path, Keep(where=in_shop("a")), Group(measures=(measured(function),)))
        assert found == pytest.approx(GOLDEN[function][0])

    def test_of_the_rows_of_this_measure_alone(self, function: str, tmp_path: Path) -> None:
        found = answer(tmp_path, Group(measures=(measured(function, where=in_shop("b")),)))
        assert found == pytest.approx(GOLDEN[function][1])

    def test_of_groups(self, function: str, tmp_path: Path) -> None:
        group = Group(by=(Named(name="shop", of=SHOP),), measures=(measured(function),))
        (a, of_a), (b, of_b) = answer(tmp_path, group)
        assert (a, b) == ("a", "b")
        assert (of_a, of_b) == pytest.approx(GOLDEN[function])

    def test_of_groups_beside_another_measure_and_of_an_expression(self, function: str, tmp_path: Path) -> None:
        """A difference of zero changes nothing, but is made row by row."""
        same = Arithmetic(op="+", left=PRICE, right=Arithmetic(op="-", left=PRICE, right=PRICE))
        rows = Measure(name="rows", function="count")
        found = answer(tmp_path, Group(by=(Named(name="shop", of=SHOP),), measures=(measured(function, same), rows)))
        assert [row[1] for row in found] == pytest.approx(GOLDEN[function])
        assert [row[2] for row in found] == [5, 4]

    def test_of_whole_numbers_beside_gaps(self, function: str, tmp_path: Path) -> None:
        """Bins of one are the number itself, in the type of whole numbers that has gaps."""
        whole = Bin(width=1, of=Field(name="day", table="sales"))
        group = Group(by=(Named(name="shop", of=SHOP),), measures=(measured(function, whole),))
        assert [row[1] for row in answer(tmp_path, group)] == pytest.approx(GOLDEN[function])
        single = answer(tmp_path, Derive(name="n", of=whole), Keep(where=in_shop("b")), Group(measures=(measured(function, Field(name="n")),)))  # fmt: skip
        assert single == pytest.approx(GOLDEN[function][1])

    def test_of_groups_narrowed_for_this_measure(self, function: str, tmp_path: Path) -> None:
        group = Group(by=(Named(name="shop", of=SHOP),), measures=(measured(function, where=in_shop("a")),))
        (_, of_a), (_, of_b) = answer(tmp_path, group)
        assert of_a == pytest.approx(GOLDEN[function][0])
        assert of_b == (0 if function in ("count", "distinct") else None)

    def test_of_no_rows_it_is_missing_but_for_counts(self, function: str, tmp_path: Path) -> None:
        for of in (PRICE, Field(name="day", table="sales")):
            found = answer(tmp_path, Keep(where=in_shop("nowhere")), Group(measures=(measured(function, of),)))
            assert found == (0 if function in ("count", "distinct") else None)


def test_rows_are_counted_with_their_gaps(tmp_path: Path) -> None:
    assert answer(tmp_path, Group(measures=(Measure(name="rows", function="count"),))) == 10
    assert answer(tmp_path, Group(measures=(Measure(name="rows", function="count", where=in_shop("a")),))) == 5
