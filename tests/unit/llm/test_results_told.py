"""A result as the model reads it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.llm.privacy.vocabulary import Vocabulary
from services.llm.prompt.results import MOST_BYTES, MOST_ROWS, result_told, type_of
from services.llm.prompt.writing import as_json

NOTHING = Vocabulary.of([], [])
CELLS = st.one_of(st.text(min_size=3), st.integers(1000), st.floats(1000.5, allow_infinity=False), st.dates().map(str))


def table(rows: list[list[Any]], *columns: str, total: int | None = None) -> dict[str, Any]:
    return {
        "kind": "table",
        "columns": list(columns),
        "rows": rows,
        "total_rows": len(rows) if total is None else total,
    }


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ([1, None, 3], "integer"),
        ([1, 2.5], "decimal"),
        ([True, None], "boolean"),
        (["2024-01-31", None], "date"),
        (["2024-01-31T08:30:00"], "date"),
        (["2024-01-31", "later"], "text"),
        (["2024-01-31 is a day"], "text"),
        (["Lyon"], "text"),
        ([1, "Lyon"], "mixed"),
        ([True, 1], "mixed"),
        ([None, None], "no values"),
        ([], "no values"),
    ],
)
def test_type_of_a_column_is_that_of_its_cells(cells: list[Any], told: str) -> None:
    assert type_of(cells) == told


def test_small_table_is_told_whole() -> None:
    told = result_told(table([["Lyon", 80.5], ["Oslo", None]], "city", "amount"), unseeing=None)
    assert told == {
        "columns": [{"name": "city", "type": "text"}, {"name": "amount", "type": "decimal"}],
        "total_rows": 2,
        "rows": [["Lyon", 80.5], ["Oslo", None]],
    }


def test_empty_table_is_told_by_its_columns() -> None:
    assert result_told(table([], "city"), unseeing=None) == {
        "columns": [{"name": "city", "type": "no values"}],
        "total_rows": 0,
    }


def test_long_table_is_told_by_its_first_rows_and_its_length() -> None:
    told = result_told(table([[n] for n in range(100)], "n", total=12_345), unseeing=None)
    assert told["rows"] == [[n] for n in range(MOST_ROWS)]
    assert (MOST_ROWS, told["total_rows"]) == (50, 12_345)


@pytest.mark.parametrize(
    "result",
    [
        table([["x" * 5_000] * 10] * 100, *"abcdefghij"),
        table([["列" * 80] * 20] * 100, *"abcdefghijklmnopqrst"),
        table([list(range(3_000))] * 5, *(f"column_{n}" for n in range(3_000))),
        table([[["nested"] * 9_000]], "list"),
        table([[{"deep": "x" * 90_000}]], "record"),
        {"kind": "text", "value": "x" * 500_000},
        {"kind": "scalar", "value": ["x"] * 90_000},
    ],
    ids=["long cells", "wide letters", "many columns", "list", "record", "long text", "list as a value"],
)
def test_whatever_a_result_is_it_takes_a_bounded_room(result: dict[str, Any]) -> None:
    """Each later step pays for it again."""
    assert len(as_json(result_told(result, unseeing=None)).encode()) < 2 * MOST_BYTES


def test_value_that_was_printed_is_told_as_far_as_a_page_and_a_cell_as_far_as_a_line() -> None:
    page = "x" * 5_000
    assert len(result_told({"kind": "text", "value": page}, unseeing=None)["value"]) == 4_000
    assert result_told(table([[page]], "note"), unseeing=None)["rows"] == [["x" * 80]]


def test_columns_that_are_not_told_are_counted() -> None:
    told = result_told(table([list(range(3_000))], *(f"c{n}" for n in range(3_000))), unseeing=None)
    assert len(told["columns"]) + told["further_columns"] == 3_000
    assert [column["name"] for column in told["columns"][:2]] == ["c0", "c1"]
    assert len(told["rows"][0]) == len(told["columns"])


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6))
def test_who_may_not_see_is_told_types_and_numbers_of_rows_only(rows: list[tuple[Any, Any]]) -> None:
    told = result_told(table([list(row) for row in rows], "Oslo", "amount"), unseeing=Vocabulary.of(["amount"], []))
    assert told == {
        "columns": [
            {"name": "…", "type": type_of([row[0] for row in rows])},
            {"name": "amount", "type": type_of([row[1] for row in rows])},
        ],
        "total_rows": len(rows),
    }


@pytest.mark.parametrize(("kind", "value"), [("scalar", 4711), ("text", "Lyon"), ("scalar", None), ("scalar", True)])
def test_who_may_not_see_is_told_the_type_of_a_value_only(kind: str, value: Any) -> None:
    assert result_told({"kind": kind, "value": value}, unseeing=NOTHING) == {"type": type_of([value])}
