"""Large JSON whose objects differ: what every one of them holds is in the table, as it would be if the file were small."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.dataproc.reading import FileRefused, Limits, read_file
from services.dataproc.reading.json import files as json_files
from services.dataproc.reading.json import framing as json_framing
from services.dataproc.reading.json import large as json_large
from tests.unit.dataproc.reading.readings import Read

Rows = list[Any]
SMALL = 64


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_large, "BLOCK", 300)


def both_ways(
    read: Read, monkeypatch: pytest.MonkeyPatch, text: str | bytes
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Raw cells by column: of the file read piece by piece, and held as a whole."""
    found = []
    for held in (SMALL, 1 << 20):
        monkeypatch.setattr(json_files, "HELD_BYTES", held)
        names, *rows = read(text, "t.json").raw()
        found.append({name: [row[i] for row in rows] for i, name in enumerate(names)})
    return found[0], found[1]


KEYS = st.sampled_from(["id", "name", "who", "é", "a.b", "tags", "x y", 'quo"te', "value"])
PLAIN = st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.integers(-(2**70), 2**70), st.sampled_from([0.5, -2.25, 1e-7, 1e300, 123456.789012, 0.1 + 0.2]),
                  st.text("ab,{}[]\"\\é\n😀 1", max_size=8))  # fmt: skip
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=6
)
OBJECTS = st.lists(st.dictionaries(KEYS, VALUES, max_size=6), min_size=12, max_size=30)


def same_value(large: str, small: str) -> bool:
    """Numbers among other kinds are kept as they stand in the file, of which a small file shows the value."""
    try:
        return large == small or json.loads(large) == json.loads(small)
    except json.JSONDecodeError:
        return False


@given(rows=OBJECTS, form=st.sampled_from(["lines", "list", "indented"]), ascii_only=st.booleans())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_objects_of_any_kind_become_the_cells_that_a_small_file_gives(
    read: Read, monkeypatch: pytest.MonkeyPatch, rows: Rows, form: str, ascii_only: bool
) -> None:
    rows = [{"first": n, **row} for n, row in enumerate(rows)]
    dumped = [json.dumps(row, ensure_ascii=ascii_only, indent=1 if form == "indented" else None) for row in rows]
    text = "\n".join(dumped) + "\n" if form == "lines" else "[" + ",".join(dumped) + "]"
    large, small = both_ways(read, monkeypatch, text)
    small = {name: cells for name, cells in small.items() if not name.endswith("(nested)")}
    assert set(small) <= set(large)
    clashing = {
        name
        for row in rows
        for name in dotted(row)
        if name in small and sum(other == name for other in dotted(row)) > 1
    }
    for name in set(small) - clashing:
        assert all(map(same_value, large[name], small[name])), (name, large[name], small[name])


def dotted(item: dict[str, Any], prefix: str = "") -> list[str]:
    inner = [
        name
        for key, value in item.items()
        if isinstance(value, dict) and value
        for name in dotted(value, f"{prefix}{key}.")
    ]
    return inner + [f"{prefix}{key}" for key, value in item.items() if not (isinstance(value, dict) and value)]


@pytest.mark.parametrize(("first", "late", "expected"), [
    ("1", "1.5", "1.5"), ("1", '"x"', "x"), ("9007199254740993", "0.5", "0.5"), ("1", "123456789012345678901", "123456789012345678901"), ("true", "0", "0"), ("1e5", "1e400", "1e400"),
    ('"a"', '["b", 1]', '["b",1]'), ("[1]", "[2,  2.50]", "[2,2.5]"), ("null", "7", "7"), ("{}", '{"b": 1}', ""),
])  # fmt: skip
def test_late_value_of_another_kind_keeps_all_others(
    read: Read, monkeypatch: pytest.MonkeyPatch, first: str, late: str, expected: str
) -> None:
    monkeypatch.setattr(json_files, "HELD_BYTES", SMALL)
    text = "".join(f'{{"n": {n}, "a": {first}}}\n' for n in range(200)) + f'{{"n": 200, "a": {late}}}\n'
    cells = {row[0]: row[1] for row in read(text, "t.jsonl").raw()[1:]}
    assert (len(cells), cells["200"]) == (201, expected)
    assert cells["3"] == "" if first == "null" else same_value(cells["3"], first.strip('"'))


def test_whole_numbers_that_no_double_holds_keep_their_digits_when_a_fraction_comes_late(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_files, "HELD_BYTES", SMALL)
    text = "".join(f'{{"n": {2**53 + 1 + n}}}\n' for n in range(100)) + '{"n": 0.5}\n' * 30
    assert [row[0] for row in read(text, "t.jsonl").raw()[1:101]] == [str(2**53 + 1 + n) for n in range(100)]


def test_whole_numbers_keep_their_digits_when_a_fraction_comes_with_a_new_field(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_files, "HELD_BYTES", SMALL)
    text = "".join(f'{{"n": {2**53 + 1 + n}}}\n' for n in range(100)) + '{"n": 0.5, "new": 1}\n' * 30
    assert [row[0] for row in read(text, "t.jsonl").raw()[1:101]] == [str(2**53 + 1 + n) for n in range(100)]


def test_keys_are_known_however_they_are_escaped(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_files, "HELD_BYTES", SMALL)
    text = "".join(
        f'{{"id": {n}, "{key}": {n}}}\n'
        for n, key in enumerate(["größe", "gr\\u00f6ße", "gr\\u00f6\\u00dfe", "\\u0067röße"] * 20)
    )
    reading = read(text, "t.jsonl")
    assert [c.name for c in reading.table.columns] == ["id", "größe"]
    assert reading.cells()["größe"] == list(range(80))


@pytest.mark.parametrize("separator", [",", ", ", ",\n", " ,\r\n\t"])
def test_list_whose_elements_are_separated_in_several_ways_is_read(
    read: Read, monkeypatch: pytest.MonkeyPatch, separator: str
) -> None:
    monkeypatch.setattr(json_files, "HELD_BYTES", SMALL)
    text = (
        '[{"a": 1, "t": "},{"}'
        + "".join(f'{separator if n % 2 else ","}{{"a": {n}, "t": "]"}}' for n in range(2, 90))
        + "\n]\n"
    )
    assert read(text, "t.json").cells()["a"] == list(range(1, 90))


def test_elements_that_are_no_objects_are_rows_of_a_column_of_their_own(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = json.dumps([{"a": n} for n in range(50)] + [None, 5, "x", [1, {"b": 2}], {}, {"value": 7}])
    large, small = both_ways(read, monkeypatch, text)
    assert large == small
    assert large["value"][-6:] == ["", "5", "x", '[1,{"b":2}]', "", "7"]


def test_key_twice_within_a_list_is_said(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_files, "HELD_BYTES", SMALL)
    text = (
        "".join(f'{{"n": {n}, "l": [{{"a": 1.0}}]}}\n' for n in range(40)) + '{"n": 40, "l": [{"a": 1, "a": 2.50}]}\n'
    )
    reading = read(text, "t.jsonl")
    assert reading.raw()[-1][1] == '[{"a":2.5}]'
    assert reading.table.warnings == (
        "1 key stands twice in one object, the first is 'a'; of each the last value is read",
    )


def test_paths_of_one_dotted_name_are_columns_of_their_own(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_files, "HELD_BYTES", SMALL)
    reading = read('{"a.b.c": 1, "a.b": {"c": 2}, "a": {"b": {"c": 3}, "b.c": 4}}\n' * 20, "t.jsonl")
    assert sorted(row[0] for row in zip(*reading.raw()[1:2], strict=True)) == ["1", "2", "3", "4"]


def test_more_fields_than_are_read_are_refused_by_their_number(
    read: Read, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr(json_files, "HELD_BYTES", SMALL)
    path = tmp_path / "t.jsonl"
    path.write_text("".join(f'{{"id": {n}, "k{n}": 1}}\n' for n in range(60)))
    with pytest.raises(FileRefused, match="50 different fields") as refusal:
        read_file(path, filename="t.jsonl", into=tmp_path / "out", limits=Limits(max_columns=50))
    assert "Parquet" not in str(refusal.value.hint)
    assert refusal.value.code == "too_large"


def test_objects_without_fields_are_no_table(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_files, "HELD_BYTES", SMALL)
    with pytest.raises(FileRefused) as refusal:
        read("{}\n" * 60, "t.jsonl")
    assert refusal.value.code == "no_table"


def test_object_larger_than_a_block_is_read(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_files, "HELD_BYTES", SMALL)
    rows = [
        {"id": n, "text": "x" * (5_000 if n == 7 else 20), "list": list(range(900 if n == 9 else 2))} for n in range(30)
    ]
    for text in ("\n".join(map(json.dumps, rows)) + "\n", json.dumps(rows)):
        assert [len(cell) for cell in read(text, "t.json").cells()["text"]] == [len(row["text"]) for row in rows]


@pytest.mark.parametrize("form", ["lines", "list"])
def test_object_that_is_too_large_is_refused_as_that(read: Read, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    monkeypatch.setattr(json_files, "HELD_BYTES", SMALL)
    monkeypatch.setattr(json_framing, "LARGEST_OBJECT", 2_000)
    rows = [{"id": n, "text": "x" * (5_000 if n == 20 else 20)} for n in range(30)]
    with pytest.raises(FileRefused) as refusal:
        read("\n".join(map(json.dumps, rows)) + "\n" if form == "lines" else json.dumps(rows), "t.json")
    assert refusal.value.code == "too_large" and "one of its objects is larger" in refusal.value.detail


def test_list_of_lists_is_held_as_a_whole(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_files, "HELD_BYTES", SMALL)
    assert read(json.dumps([["a", "b"], *[[n, n * 2] for n in range(60)]]), "t.json").cells() == {
        "a": list(range(60)),
        "b": list(range(0, 120, 2)),
    }
