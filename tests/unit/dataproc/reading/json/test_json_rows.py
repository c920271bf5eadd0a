"""JSON whose rows are lists: as databases, portals, spreadsheets and logs write them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.dataproc.reading.readings import Read

ROWS = [[1, "x"], [2, "y"]]
CELLS = {"a": [1, 2], "b": ["x", "y"]}


@pytest.mark.parametrize(("document", "cells"), [
    ({"columns": ["a", "b"], "rows": ROWS}, CELLS),
    ({"id": "q7", "columns": [{"name": "a", "type": "bigint"}, {"name": "b", "type": "varchar"}], "data": ROWS, "stats": {"state": "FINISHED"}}, CELLS),
    ({"meta": [{"name": "a", "type": "UInt8"}, {"name": "b", "type": "String"}], "data": ROWS, "rows": 2}, CELLS),
    ({"meta": {"view": {"columns": [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]}}, "data": ROWS}, CELLS),
    ({"result": {"fields": ["a", "b"], "rows": ROWS}, "ok": True}, CELLS),
    ({"range": "A1:B3", "values": [["a", "b"], ["1", "x"], ["2", "y"]]}, CELLS),
    ({"data": ROWS}, {"column_1": [1, 2], "column_2": ["x", "y"]}),
    ([["NAME", "POP", "state"], ["Alabama", "4903185", "01"], ["Alaska", "731545", "02"]], {"NAME": ["Alabama", "Alaska"], "POP": [4903185, 731545], "state": ["01", "02"]}),
    ([["a", "b"], ["c", "d"]], {"column_1": ["a", "c"], "column_2": ["b", "d"]}),
    ({"names": ["column_3", "b"], "data": [*ROWS, *ROWS * 120, [3, "z", 5]]}, {"column_3": [1, 2] * 121 + [3], "b": ["x", "y"] * 121 + ["z"], "column_3 (not named)": [None] * 242 + [5]}),
    ([["a", "b"], [1, "x"], [None, "y"], [3]], {"a": [1, None, 3], "b": ["x", "y", None]}),
])  # fmt: skip
def test_lists_are_rows_named_by_what_names_them(read: Read, document: Any, cells: dict[str, list[Any]]) -> None:
    reading = read(json.dumps(document), "t.json")
    assert len(reading.result.tables) == 1
    assert reading.cells() == cells


def test_rule_says_which_list_names_the_columns_and_what_is_left_is_said(read: Read) -> None:
    found = read(
        json.dumps({"view": {"columns": [{"name": "a"}, {"name": "b"}]}, "data": ROWS, "total": 2}), "t.json"
    ).table
    assert found.reading["rule"] == "view.columns names the columns, each inner list of data is a row"
    assert found.warnings == ("beside its records the file has 'view', 'total', which is not in the table",)


@pytest.mark.parametrize(("more", "said"), [({}, ()), ({"total": 5}, ("result",)), ({"next": None, "of": {}}, ())])
def test_what_stands_beside_rows_deep_in_a_document_is_said(
    read: Read, more: dict[str, Any], said: tuple[str, ...]
) -> None:
    found = read(json.dumps({"result": {"fields": ["a", "b"], "rows": ROWS, **more}}), "t.json").table
    assert found.warnings == tuple(
        f"beside its records the file has {key!r}, which is not in the table" for key in said
    )


def test_records_beside_rows_deep_in_a_document_are_a_table(read: Read) -> None:
    found = read(
        json.dumps({"result": {"fields": ["a", "b"], "rows": ROWS, "records": [{"x": 1}]}}), "t.json"
    ).result.tables
    assert [(table.name, [column.name for column in table.columns], table.warnings) for table in found] == [
        ("t result.records", ["x"], ()),
        ("t result.rows", ["a", "b"], ()),
    ]


@pytest.mark.parametrize("document", [
    {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}, {"size": 2, "matrix": [[1, 0], [0, 1]]}, {"type": "Polygon", "coordinates": [[[1, 2], [3, 4]]]},
    {"name": "x", "data": [1, 2], "tags": ["a", "b"]},
])  # fmt: skip
def test_lists_that_nothing_names_stay_what_they_are(read: Read, document: dict[str, Any]) -> None:
    reading = read(json.dumps(document), "t.json")
    assert (reading.table.rows, list(reading.cells())) == (1, list(document))


def test_rows_of_both_kinds_are_tables_of_their_own(read: Read) -> None:
    found = read(
        json.dumps(
            {
                "items": [{"id": 1}],
                "data": ROWS,
                "a": {"columns": ["x", "y"], "rows": ROWS},
                "b": {"columns": ["p", "q"], "rows": ROWS},
            }
        ),
        "t.json",
    ).result.tables
    assert [(table.name, [column.name for column in table.columns]) for table in found] == [
        ("t items", ["id"]), ("t data", ["column_1", "column_2"]), ("t a.rows", ["x", "y"]), ("t b.rows", ["p", "q"])]  # fmt: skip


@pytest.mark.parametrize("others", [["ann", "bob"], [{"name": "Ann"}, {"name": "Bob"}]])
def test_as_many_other_things_are_no_names(read: Read, others: list[Any]) -> None:
    found = read(json.dumps({"users": others, "data": ROWS}), "t.json").result.tables
    assert [column.name for column in found[-1].columns] == ["column_1", "column_2"]
    assert [table.name for table in found] == (["t users", "t data"] if isinstance(others[0], dict) else ["t"])


def test_a_list_on_each_line_is_a_row(read: Read) -> None:
    reading = read('["Name","Score"]\n["Gil",24]\n\n["Al",29]\n', "t.jsonl")
    assert reading.result.format == "jsonl"
    assert reading.cells() == {"Name": ["Gil", "Al"], "Score": [24, 29]}
    assert reading.raw() == [["Name", "Score"], ["Gil", "24"], ["Al", "29"]]
