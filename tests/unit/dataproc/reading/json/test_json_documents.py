"""The large lists of a document are read piece by piece, as the tables that a small one gives."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.dataproc.reading import FileRefused
from services.dataproc.reading.json import files as json_files
from services.dataproc.reading.json import large as json_large
from services.dataproc.reading.json import outline as json_outline
from tests.unit.dataproc.reading.readings import Read

ROWS = [
    {
        "id": n,
        "name": f"né {n % 5}",
        "who": {"age": n, "at": [n / 2, "]}"]},
        "note": '},{ "x": [' if n % 7 == 0 else None,
    }
    for n in range(120)
]


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is held as a whole; blocks and what is seen of the beginning are small."""
    monkeypatch.setattr(json_large, "BLOCK", 400)
    monkeypatch.setattr(json_outline, "SCANNED", 400)
    monkeypatch.setattr(json_outline, "HEAD_BYTES", 900)
    monkeypatch.setattr(json_outline, "MOST_BESIDE", 600)
    monkeypatch.setattr(json_files, "HELD_BYTES", 64)
    monkeypatch.setattr(json_files, "MEMORY_PER_BYTE", 1 << 40)


def written(document: dict[str, Any], indent: int | None) -> str:
    return json.dumps(document, ensure_ascii=False, indent=indent)


CELLS = [[n, f"né {n % 5}", n / 2, None if n % 3 else "]],["] for n in range(150)]
DOCUMENTS: dict[str, Any] = {
    "one list": {"data": ROWS},
    "a small list and a value beside it": {"größe": 3, "few": [{"a": 1}], "records": ROWS, "next": None},
    "objects around it": {"meta": {"data": [1, 2]}, "records": ROWS, "total": 120, "more": {"a": ["]"]}},
    "a key with a quote": {"a\"b": ROWS},
    "two lists": {"one": ROWS, "n": 2, "two": [{"other": n, "x": str(n)} for n in range(100)]},
    "rows, named": {"columns": ["i", "name", "half", "note"], "data": CELLS},
    "rows, described, and objects": {"meta": {"view": {"columns": [{"name": name} for name in "abcd"]}}, "data": CELLS, "items": ROWS},
    "rows under their names": [["i", "name", "half", "note"], *CELLS],
    "rows alone": {"rows": CELLS, "few": [{"a": 1, "b": [{"c": 2}]}]},
    "rows of different lengths": {"data": [[1], *CELLS, [1, 2, 3, 4, 5, 6]]},
    "a name like a number's": {"names": ["column_3", "b"], "data": [[1, 2], *([n, n, n] for n in range(100))]},
    "long numbers": {"names": ["a", "b"], "data": [[12345678901234567890 + n, 0.5] for n in range(200)]},
}  # fmt: skip


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("about", DOCUMENTS)
def test_tables_of_a_large_document_are_those_of_a_small_one(
    read: Read, monkeypatch: pytest.MonkeyPatch, about: str, indent: int | None
) -> None:
    text = written(DOCUMENTS[about], indent)
    found = read(text, "t.json")
    monkeypatch.setattr(json_files, "MEMORY_PER_BYTE", 1)
    monkeypatch.setattr(json_files, "HELD_BYTES", 1 << 30)
    held = read(text, "t.json")
    tables, expected = (
        {str(table.reading["records"]): number for number, table in enumerate(reading.result.tables)}
        for reading in (found, held)
    )
    assert tables.keys() == expected.keys()
    assert any(table.reading.get("reader") == "blocks" for table in found.result.tables)
    for key, number in tables.items():
        ours, theirs = found.result.tables[number], held.result.tables[expected[key]]
        assert (found.raw(number), found.cells(number)) == (held.raw(expected[key]), held.cells(expected[key]))
        assert (ours.name, ours.reading["rule"], ours.warnings) == (
            theirs.name,
            theirs.reading["rule"],
            theirs.warnings,
        )


def test_list_deep_in_a_document_is_a_table(read: Read) -> None:
    found = read(
        written({"answer": {"n": 3, "of": {}, "docs": ROWS, "more": {"docs": ROWS}}, "took": {}}, None), "t.json"
    ).result.tables
    assert [(table.name, table.rows) for table in found] == [("t answer.docs", 120), ("t answer.more.docs", 120)]
    assert found[0].warnings == ("beside its records the file has 'answer', which is not in the table",)


def test_key_twice_beside_a_large_list_is_said_of_each_table(read: Read) -> None:
    rows = json.dumps(ROWS)
    text = f'{{"unit": "EUR", "docs": {rows}, "unit": "USD", "few": [{{"a": 1}}, {{"a": 2}}]}}'
    found = read(text, "t.json").result.tables
    assert {table.reading.get("reader") for table in found} == {"blocks", None}
    for table in found:
        assert (
            table.warnings[0] == "1 key stands twice in one object, the first is 'unit'; of each the last value is read"
        )


def test_lists_on_lines_are_rows(read: Read) -> None:
    found = read("\n".join(json.dumps(row) for row in [["i", "name", "half", "note"], *CELLS]), "t.jsonl")
    assert found.result.format == "jsonl"
    assert found.cells() == {
        name: list(column) for name, column in zip(["i", "name", "half", "note"], zip(*CELLS, strict=True), strict=True)
    }


def test_geojson_is_a_row_for_each_feature(read: Read) -> None:
    features = [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [n, 2.5]}, "properties": {"name": f"p{n}"}}
        for n in range(60)
    ]
    found = read(json.dumps({"type": "FeatureCollection", "features": features}), "t.geojson")
    assert found.table.warnings == () and found.table.rows == 60
    assert found.raw()[1] == ["Feature", "Point", "[0,2.5]", "p0"]


def test_objects_that_differ_late_are_all_looked_at(read: Read) -> None:
    found = read(json.dumps({"data": [*ROWS, {"id": "x", "late": [1]}], "n": 1}), "t.json")
    assert found.table.reading["path"] == "careful"
    assert found.raw()[-1] == ["x", "", "", "", "", "[1]"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("]}", ",]}"),
        ('"total": 1}', '"total": 1'),
        ('"total": 1}', '"total": 01}'),
        ('"total": 1}', '"total": 1}]'),
        ('"id": 100', '"id": 0100'),
        ('"id": 100', '"id" 100'),
    ],
)
def test_document_that_is_not_valid_is_refused(read: Read, old: str, new: str) -> None:
    text = json.dumps({"data": ROWS, "total": 1})
    with pytest.raises(FileRefused) as refusal:
        read(text.replace(old, new) if old != "]}" else text.replace('], "total"', ',], "total"'), "t.json")
    assert refusal.value.code == "invalid_json"


@pytest.mark.parametrize(
    "document",
    [
        {"one": ROWS, "k": list(range(900))},
        {"a": {"b": "x" * 3_000}},
        {f"k{n}": n for n in range(900)},
        [1, *range(900)],
    ],
)
def test_document_of_which_something_else_is_large_is_refused(read: Read, document: Any) -> None:
    with pytest.raises(FileRefused) as refusal:
        read(json.dumps(document), "t.json")
    assert refusal.value.code == "too_large" and "lists of objects or of rows" in refusal.value.detail


@pytest.mark.parametrize(("text", "code"), [
    (json.dumps({"data": CELLS})[:-1] + ',"x":[}', "invalid_json"), (json.dumps({"data": CELLS}).replace("100,", "0100,", 1), "invalid_json"), (json.dumps({"data": [*CELLS, 3]}), "too_large"),
    ("\n".join(map(json.dumps, CELLS)).replace("[100,", "[0100,", 1), "invalid_json"), ("\n".join(map(json.dumps, [*CELLS, 3])), "too_large"), (json.dumps(CELLS) + "]", "invalid_json"),
    ("\n".join(map(json.dumps, CELLS)).replace("[100,", "[100\n,", 1), "invalid_json"), ("\n".join(map(json.dumps, CELLS)) + "\n[1],[2]", "invalid_json"),
])  # fmt: skip
def test_rows_that_are_not_valid_or_no_rows_are_refused(read: Read, text: str, code: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        read(text, "t.json")
    assert refusal.value.code == code


def test_key_of_the_list_may_be_escaped(read: Read) -> None:
    found = read(json.dumps({"größe €": 1, "größte €": ROWS}), "t.json")
    assert found.table.reading["records"] == "größte €"
    assert found.table.warnings == ("beside its records the file has 'größe €', which is not in the table",)
