"""Each kind of expectation takes what it should and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from eval.grading import EXPECTATION, Result, is_right
from eval.grading.cells import key, same


def right(expected: dict[str, Any], rows: list[list[Any]], columns: tuple[str, ...] = ()) -> bool:
    width = max(map(len, rows), default=0)
    named = columns or tuple(f"c{i}" for i in range(width))
    return is_right(Result(named, tuple(map(tuple, rows))), EXPECTATION.validate_python(expected))


@pytest.mark.parametrize(
    ("one", "other", "are"),
    [
        (1234.5, "$1,234.50", True),
        (1.0, 1.0000001, True),
        (1.0, 1.00001, False),
        ("12%", 12, True),
        (None, "nan", True),
        (None, 0, False),
        ("2024-03-01", "1 March 2024", True),
        ("2024-03-01", "2024-03-01T00:00:00", True),
        ("2024-03-01", "2024-03-02", False),
        (True, "yes", True),
        (True, 1, False),
        ("“Straße–1.”", "strasse-1", True),
        ("a", "b", False),
    ],
)
def test_cells_are_compared_by_what_they_show(one: object, other: object, *, are: bool) -> None:
    assert same(one, other) is are
    assert same(other, one) is are


def test_a_rounded_number_is_the_same_to_its_places() -> None:
    assert same(2.35, 2.3478, 2) and not same(2.35, 2.3378, 2)
    assert same("2.35", 2.3478, "written") and not same("2", 2.3, "written")


def test_keys_are_equal_for_what_is_the_same() -> None:
    assert key("1,000.0") == key(1000) and key(-0.0) == key(0) and key(1) != key("one")
    assert key(47737.65) == key(47737.649999999994) != key(47738.65)


def test_a_set_is_a_whole_column_whatever_stands_beside_it() -> None:
    expected = {"check": "set", "values": ["a", "b"]}
    assert right(expected, [["b", 1], ["a", 2], ["a", 3]])
    assert right(expected, [["a, b"]])
    assert not right(expected, [["a", 1]])
    assert not right(expected, [["a", 1], ["b", 2], ["c", 3]])


def test_any_value_of_a_scalar_will_do_but_only_alone() -> None:
    expected = {"check": "scalar", "values": [0.25, 25]}
    assert right(expected, [[25.0]]) and right(expected, [[0.25]])
    assert not right(expected, [[25], [26]])


def test_rows_are_found_in_columns_of_any_order() -> None:
    expected = {"check": "rows", "rows": [[["x", 1], ["y", 1]]]}
    assert right(expected, [[1, "extra", "y"], [1, "extra", "x"]])
    assert not right(expected, [[1, "x"], [2, "y"]])
    assert not right(expected, [[1, "x"]])
    assert not right(expected, [["x"], ["y"]])


def test_two_alike_columns_need_two_columns() -> None:
    expected = {"check": "rows", "rows": [[[1, 1], [2, 2]]]}
    assert right(expected, [[1, 1], [2, 2]]) and not right(expected, [[1], [2]])


def test_rows_may_be_given_without_repetition_but_not_with_more() -> None:
    expected = {"check": "rows", "rows": [[["x"], ["x"], ["y"]]]}
    assert right(expected, [["x"], ["y"]])
    assert not right(expected, [["x"], ["y"], ["y"]])
    assert not right(expected, [["x"], ["x"], ["x"], ["y"]])


def test_no_rows_expected_is_no_rows_or_a_gap() -> None:
    expected: dict[str, Any] = {"check": "rows", "rows": [[]]}
    assert right(expected, []) and right(expected, [[None]]) and not right(expected, [[0]])


def test_an_order_is_read_from_top_to_bottom() -> None:
    expected = {"check": "order", "values": [3, 1, 2]}
    assert right(expected, [["a", 3], ["b", 1], ["c", 2]])
    assert not right(expected, [[1], [2], [3]])


def test_names_carry_their_values_as_headings_or_labels() -> None:
    expected = {"check": "named", "values": {"mean": 2, "max": 5}}
    assert right(expected, [[2, 5]], ("mean", "max"))
    assert right(expected, [["Mean of x", 2], ["max", 5]])
    assert right(expected, [[5, 2]], ("a", "b"))
    assert not right(expected, [[5, 2]], ("mean", "max"))
    assert right({"check": "named", "values": {"anything": 2}}, [[2]])


def test_any_of_several_hands_its_decimals_down() -> None:
    expected = {
        "check": "any",
        "decimals": 1,
        "of": [{"check": "scalar", "values": [9]}, {"check": "set", "values": [2.3]}],
    }
    assert right(expected, [[2.34]]) and not right(expected, [[2.4]])


def test_a_value_of_any_shape_is_a_table() -> None:
    assert Result.of([1, 2]).rows == ((1,), (2,))
    assert Result.of({"a": 1, "b": 2}) == Result(("a", "b"), ((1, 2),))
    assert Result.of([{"a": 1}, {"a": 2}]).rows == ((1,), (2,))
    assert Result.of(None).rows == ((None,),)
