"""Objects whose keys are data become rows; objects whose keys are fields stay as they are."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.dataproc.reading.json.records import find_records


def rows_of(document: Any) -> list[tuple[str, list[dict[str, Any]]]]:
    return [(found.path, list(found.rows)) for found in find_records(document)]


def test_a_series_by_date_below_a_name_is_a_table_of_that_name() -> None:
    document = {"source": {"bank": "ECB"}, "rates": {"2024-03-01": {"USD": 1.08}, "2024-03-02": {"USD": 1.09}}}
    (found,) = find_records(document)
    assert (found.path, found.beside) == ("rates", ("source",))
    assert list(found.rows) == [{"key": "2024-03-01", "USD": 1.08}, {"key": "2024-03-02", "USD": 1.09}]


def test_members_by_number_are_rows_also_deeper() -> None:
    document = {"answer": {"sensors": {"s-1": {"t": 20}, "s-22": {"t": 21, "h": 4}}}}
    assert rows_of(document) == [("answer.sensors", [{"key": "s-1", "t": 20}, {"key": "s-22", "t": 21, "h": 4}])]


def test_members_by_name_need_the_same_fields_three_times() -> None:
    towns = {name: {"people": size, "river": "Elbe"} for name, size in (("Pirna", 39), ("Riesa", 29), ("Torgau", 20))}
    ((path, rows),) = rows_of({"towns": towns})
    assert path == "towns"
    assert [row["key"] for row in rows] == ["Pirna", "Riesa", "Torgau"]


def test_single_values_by_date_are_rows() -> None:
    assert rows_of({"2024-03-01": 5, "2024-03-02": 6, "2024-03-03": None}) == [
        (
            "",
            [
                {"key": "2024-03-01", "value": 5},
                {"key": "2024-03-02", "value": 6},
                {"key": "2024-03-03", "value": None},
            ],
        )
    ]


def test_a_field_called_key_is_kept_beside_the_key() -> None:
    assert rows_of({"a1": {"key": "x", "n": 1}, "a2": {"key": "y", "n": 2}}) == [
        ("", [{"outer_key": "a1", "key": "x", "n": 1}, {"outer_key": "a2", "key": "y", "n": 2}])
    ]


@pytest.mark.parametrize(
    "document",
    [
        {"name": "Ada", "address": {"home": {"street": "a", "city": "b"}, "work": {"street": "c", "city": "d"}}},
        {"id": 7, "size": {"width": {"cm": 1}, "height": {"in": 2}}},
        {"id": 7, "dates": {"from": "2024-01-01", "to": "2024-02-01"}},
        {"id": 7, "position": {"x": 1, "y": 2, "z": 3}},
        {"name": "app", "version": "1.0", "scripts": {"test": "pytest", "lint": "ruff", "build": "make"}},
    ],
)
def test_an_object_of_fields_is_one_row(document: dict[str, Any]) -> None:
    assert rows_of(document) == [("", [document])]


def test_nested_objects_in_a_list_stay_columns() -> None:
    people = [{"id": 1, "scores": {"2023": {"n": 1}, "2024": {"n": 2}}}]
    assert rows_of(people) == [("", people)]


def test_more_keys_than_a_table_has_columns_are_rows() -> None:
    document = json.loads(json.dumps({"users": {f"u{n}": {"age": n} for n in range(20_000)}}))
    ((_, rows),) = rows_of(document)
    assert len(rows) == 20_000
