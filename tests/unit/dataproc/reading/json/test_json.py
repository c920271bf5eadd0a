"""JSON documents and lines: strictly read, flattened by a rule that is shown, errors with their place."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.dataproc.reading import FileRefused, read_file
from services.dataproc.reading.json import files as json_files
from services.dataproc.reading.json.numbers import long_or_extreme
from tests.unit.dataproc.reading.readings import Read

RECORDS = [{"id": 1, "who": {"name": "Ann", "age": 30}}, {"id": 2, "who": {"name": "Bob", "age": None}}]


def dump(document: Any) -> str:
    return json.dumps(document)


def test_list_of_objects_is_a_table_with_dotted_columns(read: Read) -> None:
    reading = read(dump(RECORDS), "people.json")
    assert reading.cells() == {"id": [1, 2], "who.name": ["Ann", "Bob"], "who.age": [30, None]}


def test_one_object_per_line_is_a_table(read: Read) -> None:
    reading = read("\n".join(map(dump, RECORDS)), "people.jsonl")
    assert reading.result.format == "jsonl"
    assert reading.cells()["who.age"] == [30, None]


def test_content_decides_not_the_name(read: Read) -> None:
    assert read(dump(RECORDS), "people.csv").result.format == "json"
    assert read("a,b\n1,x\n2,y\n", "people.json").result.format == "csv"


def test_features_of_geojson_are_the_rows(read: Read) -> None:
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [1.5, 2.5]},
        "properties": {"name": "here"},
    }
    reading = read(dump({"type": "FeatureCollection", "features": [feature, feature]}), "places.geojson")
    assert reading.cells()["properties.name"] == ["here", "here"]
    assert json.loads(reading.cells()["geometry.coordinates"][0]) == [1.5, 2.5]


def test_object_of_lists_is_a_table_by_columns(read: Read) -> None:
    assert read(dump({"a": [1, 2, 3], "b": ["x", "y", "z"]}), "t.json").cells() == {
        "a": [1, 2, 3],
        "b": ["x", "y", "z"],
    }


def test_objects_by_key_keep_their_key(read: Read) -> None:
    reading = read(dump({"fr": {"name": "France", "n": 1}, "de": {"name": "Germany", "n": 2}}), "t.json")
    assert reading.cells()["key"] == ["fr", "de"]


def test_long_numbers_keep_every_digit(read: Read) -> None:
    cells = read('[{"n": 12345678901234567890, "x": 0.1234567890123456789}, {"n": 1, "x": 2.5}]', "t.json").cells()
    assert [str(v) for v in cells["n"]] == ["12345678901234567890", "1"]
    assert str(cells["x"][0]).startswith("0.1234567890123456789")


@settings(max_examples=500)
@given(st.text("0123456789eE+-. x", max_size=40).map(str.encode))
def test_long_and_extreme_numbers_are_told(text: bytes) -> None:
    assert long_or_extreme(text) == bool(re.search(rb"\d{16}|[eE][-+]?\d{3}", text.replace(b".", b"")))


def test_number_of_seventeen_digits_around_a_point_keeps_them(read: Read) -> None:
    assert read('[{"x": 10063.992869355509}, {"x": 1.5}]', "t.json").raw()[1:] == [["10063.992869355509"], ["1.5"]]


def test_mixed_kinds_become_text_not_something_else(read: Read) -> None:
    reading = read(dump([{"v": 1}, {"v": "two"}, {"v": [3]}, {"v": True}]), "t.json")
    assert reading.cells()["v"] == ["1", "two", "[3]", "true"]


@pytest.mark.parametrize(
    "text", ['[{"a": 1},]', '[{"a": 01}]', "[{'a': 1}]", '[{"a": nan}]', '{"a": 1', "[1, 2}", '["\t"]', '[{"a": 1}] x']
)
def test_what_is_not_strict_json_is_refused_with_its_place(read: Read, text: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        read(text, "t.json")
    assert refusal.value.code == "invalid_json"
    assert "line 1" in refusal.value.detail


def test_broken_line_is_named(read: Read) -> None:
    with pytest.raises(FileRefused) as refusal:
        read('{"a": 1}\n{"a": 2}\n{"a": }\n', "t.jsonl")
    assert "line 3" in refusal.value.detail


@pytest.mark.parametrize(("text", "code", "said"), [
    ("42", "no_table", "single value"), (' "words" ', "no_table", "single value"), ("null", "no_table", "single value"), ("1\n2\n3\n", "no_table", "lines are single values"),
    ("nul", "invalid_json", "line 1"), ("42 x", "invalid_json", "line 1"), ('"a"\n"b', "invalid_json", "line"),
])  # fmt: skip
def test_a_value_alone_is_refused_as_what_it_is(read: Read, text: str, code: str, said: str) -> None:
    """It is valid by RFC 8259, and to say that it is not would be untrue."""
    with pytest.raises(FileRefused) as refusal:
        read(text, "t.json")
    assert refusal.value.code == code
    assert said in refusal.value.detail


@pytest.mark.parametrize("text", ["[]", "{}", "[[], []]"])
def test_document_without_records_is_refused(read: Read, text: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        read(text, "t.json")
    assert refusal.value.code == "no_table"


def test_raw_cells_of_json_are_text(read: Read) -> None:
    assert read(dump([{"a": 1, "b": None}, {"a": 2, "b": True}]), "t.json").raw() == [
        ["a", "b"],
        ["1", ""],
        ["2", "true"],
    ]


def test_lists_of_objects_become_a_child_table_with_the_row_of_their_parent(read: Read) -> None:
    orders = [
        {"id": 7, "lines": [{"sku": "a", "n": 1}, {"sku": "b", "n": 2}]},
        {"id": 8, "lines": [{"sku": "c", "n": 3}]},
    ]
    reading = read(dump(orders), "orders.json")
    assert [t.name for t in reading.result.tables] == ["orders", "orders lines"]
    assert reading.cells(1) == {"parent_row": [1, 1, 2], "sku": ["a", "b", "c"], "n": [1, 2, 3]}
    assert reading.raw(1)[1] == ["1", "a", "1"]
    assert "parent_row" in reading.result.tables[1].reading["rule"]


@pytest.mark.parametrize("shape", ["list", "lines"])
def test_large_documents_are_streamed_with_the_same_result(
    read: Read, monkeypatch: pytest.MonkeyPatch, shape: str
) -> None:
    records = [
        {"id": n, "at": "2020-01-31", "who": {"name": f"p{n % 3}"}, "tags": ["a", n], "n": None if n % 2 else -n}
        for n in range(500)
    ]
    text = dump(records) if shape == "list" else "\n".join(map(dump, records))
    held = read(text, "t.json")
    monkeypatch.setattr(json_files, "HELD_BYTES", 1 << 10)
    streamed = read(text, "t.json")
    assert streamed.table.reading["reader"] == "blocks"
    assert [(c.name, c.type) for c in streamed.table.columns] == [(c.name, c.type) for c in held.table.columns]
    assert {k: v for k, v in streamed.cells().items() if k != "tags"} == {
        k: v for k, v in held.cells().items() if k != "tags"
    }
    assert [json.loads(v) for v in streamed.cells()["tags"]][:2] == [["a", 0], ["a", 1]]


def test_whole_number_beyond_64_bits_late_in_a_stream_keeps_its_digits(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_files, "HELD_BYTES", 1 << 10)
    rows = [f'{{"n": {n}, "pad": "{"x" * 40}"}}' for n in range(200)] + ['{"n": 18446744073709551615, "pad": "y"}']
    cells = read("\n".join(rows), "t.jsonl").cells()
    assert int(cells["n"][-1]) == 18446744073709551615


def test_fraction_late_in_a_stream_of_whole_numbers_is_not_cut(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_files, "HELD_BYTES", 1 << 10)
    rows = [f'{{"n": {n}}}' for n in range(400)] + ['{"n": 1.5}'] * 40
    reading = read("\n".join(rows), "t.jsonl")
    assert reading.column("n").type == "decimal"
    assert reading.cells()["n"][-1] == 1.5


@pytest.mark.parametrize("form", ["lines", "list"])
def test_key_that_only_a_late_object_has_is_a_column_too(form: str, tmp_path: Path) -> None:
    rows = [{"id": i, "note": "x" * 200, "who": {"name": "ann"}} for i in range(130_000)]
    rows[-1] |= {"late": 7.5, "who": {"name": "bob", "age": 41}}
    lines = [json.dumps(row) for row in rows]
    path = tmp_path / "big.json"
    path.write_text("\n".join(lines) + "\n" if form == "lines" else "[" + ",\n".join(lines) + "]")
    (tmp_path / "out").mkdir()
    table = read_file(path, filename="big.json", into=tmp_path / "out").tables[0]
    assert [c.name for c in table.columns] == ["id", "note", "who.name", "who.age", "late"]
    stored = pq.read_table(table.data_path)
    assert stored.column("late").drop_null().to_pylist() == [7.5]
    assert stored.column("who.age").drop_null().to_pylist() == [41]


def test_dotted_key_and_nested_key_of_the_same_name_are_two_columns(read: Read) -> None:
    cells = read('[{"a.b": 1, "a": {"b": 2}}, {"a.b": 3}, {"a": {"b": 4}}]', "t.json").cells()
    assert cells == {"a.b": [1, 3, 4], "a.b (nested)": [2, None, None]}


def test_objects_nested_beyond_any_use_are_kept_as_text(read: Read) -> None:
    depth = 400
    reading = read("[" + '{"a":' * depth + "1" + "}" * depth + "]", "t.json")
    (cell,) = reading.raw()[1]
    assert cell.count('{"a":') == depth - 13


def test_whole_numbers_of_any_length_inside_lists_keep_their_digits(read: Read) -> None:
    assert read('[{"n": [123456789012345678901234567890]}, {"n": [1]}]', "t.json").raw()[1] == [
        "[123456789012345678901234567890]"
    ]


TWICE = "twice in one object"


@pytest.mark.parametrize(
    "text",
    ['[{"a": 1, "b": 3, "a": 2}, {"a": 4}]', '{"a": 1, "a": 2}\n{"a": 4}\n', '[{"a" :1,"b" : 3,"\\u0061":2},{"a":4}]'],
)
def test_key_twice_in_one_object_is_read_with_its_last_value_and_a_warning(read: Read, text: str) -> None:
    reading = read(text, "t.json")
    assert reading.cells()["a"] == [2, 4]
    assert reading.table.warnings == (
        "1 key stands twice in one object, the first is 'a'; of each the last value is read",
    )


def test_keys_twice_in_nested_objects_are_counted(read: Read) -> None:
    text = '[{"w": {"n": 1, "n": 2}, "l": [[{"deep": 1, "deep": 2, "deep": 3}]]}, {"w": {"n": 5}}]'
    (warning,) = read(text, "t.json").table.warnings
    assert warning.startswith("3 keys stand twice in one object, the first is 'n'")


@pytest.mark.parametrize("cell", ['"a": 1', "x :", 'say ":"', "\\"])
def test_what_looks_like_a_key_inside_a_string_is_none(read: Read, cell: str) -> None:
    assert not any(TWICE in said for said in read(dump([{"a": cell}, {"a": "b"}]), "t.json").table.warnings)


def test_blank_before_a_colon_does_not_hide_a_key_that_stands_twice(read: Read) -> None:
    assert any(TWICE in said for said in read('[{"a" :1,"b":2,"b":3}]', "t.json").table.warnings)


@pytest.mark.parametrize("form", ["list", "lines"])
@pytest.mark.parametrize(
    "number",
    [
        "1e400",
        "-1.5E+999",
        "9" * 400,
        "-" + "9" * 5000,
        "1e-400",
        "-1e9999999",
        "-1e-9999999",
        "1e99999999999999999999",
    ],
)
def test_number_beyond_a_double_is_read_with_every_digit(read: Read, number: str, form: str) -> None:
    rows = [f'{{"a":{number},"b":"1e400"}}', '{"a":1.5,"b":"{1e999"}']
    reading = read("\n".join(rows) if form == "lines" else f"[{','.join(rows)}]", "t.json")
    (_, (found, _), (other, _)) = reading.raw()
    assert (found == number or Decimal(found) == Decimal(number)) and other == "1.5"
    assert [str(cell) for cell in reading.cells()["a"]] == [found, other]
    assert reading.cells()["b"] == ["1e400", "{1e999"]


@pytest.mark.parametrize("fault", ["nan", "Infinityx", "--Infinity", "01", "1e400x", "1e400.5", "-"])
def test_fault_behind_a_number_beyond_a_double_is_refused_with_its_place(read: Read, fault: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        read(f'[{{"a":1e400}},\n{{"a":{fault}}}]', "t.json")
    assert (refusal.value.code, "line 2, column" in refusal.value.detail) == ("invalid_json", True)


@pytest.mark.parametrize("text", [
    '{"city":{"0":"Lyon","1":"Nice"},"n":{"0":1,"1":2}}', '{"columns":["city","n"],"index":[0,1],"data":[["Lyon",1],["Nice",2]]}', '{"city":["Lyon","Nice"],"n":[1,2]}',
])  # fmt: skip
def test_tables_by_columns_as_pandas_writes_them(read: Read, text: str) -> None:
    reading = read(text, "cities.json")
    assert reading.cells() == {"city": ["Lyon", "Nice"], "n": [1, 2]}
    assert reading.raw() == [["city", "n"], ["Lyon", "1"], ["Nice", "2"]]


@pytest.mark.parametrize("text", ['{"v":{"10":1,"12":2}}', '{"columns":["v"],"index":[10,12],"data":[[1],[2]]}'])
def test_row_labels_that_say_something_are_a_column(read: Read, text: str) -> None:
    assert read(text, "labelled.json").cells() == {"index": [10, 12], "v": [1, 2]}


def test_numbers_by_numbers_stay_rows_by_key(read: Read) -> None:
    assert read('{"1":{"2":5,"3":6},"2":{"2":7,"3":8}}', "matrix.json").cells() == {
        "key": [1, 2],
        "2": [5, 7],
        "3": [6, 8],
    }


def test_what_stands_beside_the_records_is_said(read: Read) -> None:
    assert "'meta'" in read('{"meta":{"count":2},"next":null,"data":[{"a":1},{"a":2}]}', "page.json").table.warnings[0]


@pytest.mark.parametrize(
    "number",
    [
        "1000000000000000.0",
        "0.1234567890123456789",
        "18446744073709551616",
        "123456789012345678901234567890",
        "1E+400",
        "-2.5",
    ],
)
def test_numbers_in_lists_stay_numbers_with_every_digit(read: Read, number: str) -> None:
    text = f'[{{"a": [{number}, "x"]}}, {{"a": [{number}, 123456789012345678901, {{"b": {number}}}]}}]'
    assert read(text, "t.json").cells()["a"] == [
        f'[{number},"x"]',
        f'[{number},123456789012345678901,{{"b":{number}}}]',
    ]
