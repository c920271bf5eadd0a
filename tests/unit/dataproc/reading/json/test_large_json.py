"""Large JSON: in one pass where its objects are alike, in two elsewhere; the same table either way, and nothing lost in silence."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.dataproc.reading import FileRefused
from services.dataproc.reading.json import files as json_files
from services.dataproc.reading.json import framing as json_framing
from services.dataproc.reading.json import invalid as json_invalid
from services.dataproc.reading.json import large as json_large
from tests.unit.dataproc.reading.readings import Read, Reading

Lines = list[dict[str, Any]]
TRICKY = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["},{", "},\n{", '"', "\\", "}{", "NaN", "a\nb", "0.12345678901234567890", "], [", "é€😀"]),
)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks so small that every file has many, and none is held whole."""
    monkeypatch.setattr(json_files, "HELD_BYTES", 64)
    monkeypatch.setattr(json_large, "BLOCK", 200)
    monkeypatch.setattr(json_invalid, "PIECE", 150)


def written(rows: Lines, form: str) -> str:
    dumped = [json.dumps(row, ensure_ascii=False) for row in rows]
    if form == "lines":
        return "\n".join(dumped) + "\n"
    if form == "indented":
        return json.dumps(rows, ensure_ascii=False, indent=2)
    return "[" + {"list": ", ", "compact": ",", "broken list": ",\n"}[form].join(dumped) + "]"


FORMS = ("lines", "list", "compact", "broken list", "indented")


def orders(count: int = 60) -> Lines:
    return [
        {
            "id": n,
            "name": f"p{n % 7}",
            "price": n / 4,
            "paid": n % 2 == 0,
            "at": "2024-02-03",
            "who": {"age": n, "city": None},
        }
        for n in range(count)
    ]


@pytest.mark.parametrize("form", FORMS)
def test_objects_that_are_alike_are_read_in_columns(read: Read, form: str) -> None:
    reading = read(written(orders(), form), "t.json")
    assert reading.table.reading["reader"] == "blocks"
    assert [(c.name, c.type) for c in reading.table.columns] == [
        ("id", "integer"), ("name", "category"), ("price", "decimal"), ("paid", "boolean"), ("at", "date"), ("who.age", "integer"), ("who.city", "empty")]  # fmt: skip
    assert reading.cells()["price"] == [n / 4 for n in range(60)]
    assert reading.cells()["who.age"] == list(range(60))


@pytest.mark.parametrize("form", FORMS)
@given(
    texts=st.lists(
        st.tuples(
            TRICKY,
            st.none() | TRICKY,
            st.integers(-(2**63), 2**63 - 1),
            st.floats(allow_nan=False, allow_infinity=False),
        ),
        min_size=25,
        max_size=60,
    )
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_cells_hold_they_come_out_as_they_went_in(
    read: Read, form: str, texts: list[tuple[str, str | None, int, float]]
) -> None:
    rows = [
        {"k": f"key {n}", "t": text, "u": other, "n": number, "x": fraction}
        for n, (text, other, number, fraction) in enumerate(texts)
    ]
    raw = read(written(rows, form), "t.jsonl").raw()[1:]
    assert [(row[1], row[2]) for row in raw] == [(text, other or "") for text, other, _, _ in texts]
    assert [int(row[3]) for row in raw] == [number for _, _, number, _ in texts]
    assert [float(row[4]) for row in raw] == [fraction for _, _, _, fraction in texts]


def late(rows: Lines, **changed: Any) -> Lines:
    """The same rows; the one before the last differs, far behind what is sampled."""
    return [*rows[:-2], rows[-2] | changed, rows[-1]]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("changed", [{"more": "x"}, {"name": 5}, {"id": 1.5}, {"paid": "yes"}, {"who": {"age": 1, "city": "Rome"}}, {"who": {"age": 1, "zip": "a"}},
                                     {"id": 2**64 - 1}, {"name": ["a", {"b": 1}]}, {"price": None}, {"who": None}])  # fmt: skip
def test_object_that_differs_late_loses_nothing(
    read: Read, monkeypatch: pytest.MonkeyPatch, form: str, changed: dict[str, Any]
) -> None:
    text = written(late(orders(), **changed), form)
    streamed = read(text, "t.json")
    monkeypatch.setattr(json_files, "HELD_BYTES", 1 << 20)
    held = read(text, "t.json")
    assert {row[0]: row for row in zip(*streamed.raw(), strict=True)} == {
        row[0]: row for row in zip(*held.raw(), strict=True)
    }


@pytest.mark.parametrize("form", ["lines", "list"])
def test_object_without_some_keys_has_missing_cells(read: Read, form: str) -> None:
    rows = [{"a": n, "b": f"x{n}"} if n % 3 else {"a": n} for n in range(80)]
    reading = read(written(rows, form), "t.json")
    assert reading.table.reading["reader"] == "blocks"
    assert reading.cells()["b"] == [f"x{n}" if n % 3 else None for n in range(80)]


@pytest.mark.parametrize("form", ["lines", "list"])
def test_decimal_of_more_digits_than_a_double_keeps_them(
    read: Read, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    text = written(orders(), form).replace("14.5", "14.50000000000000000000001", 1)
    assert "14.50000000000000000000001" in [row[2] for row in read(text, "t.json").raw()]


@pytest.mark.parametrize(
    "number",
    [
        "0.8444218515250481",
        "1234567890123456.5",
        "5e-324",
        "-0.1000000000000000055",
        "9007199254740993.0",
        "1e-400",
        "123456789012345678",
    ],
)
def test_long_number_is_read_in_columns_only_when_a_double_holds_it(
    read: Read, monkeypatch: pytest.MonkeyPatch, number: str
) -> None:
    reading = read(written(orders(), "lines").replace("13.25", number, 1), "t.json")
    found = next(row[2] for row in reading.raw() if row[0] == "53")
    assert Decimal(found) == Decimal(number)
    held = Decimal(repr(float(number))) == Decimal(number)
    assert (reading.table.reading["path"] == "fast") is held


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("number", ["1e400", "-1.5E+999", "9" * 400])
def test_number_beyond_a_double_is_read_with_every_digit(
    read: Read, monkeypatch: pytest.MonkeyPatch, form: str, number: str
) -> None:
    reading = read(written(orders(), form).replace("13.25", number, 1), "t.json")
    assert reading.table.reading["path"] == "careful"
    assert next(row[2] for row in reading.raw() if row[0] == "53") == number


BROKEN = {"trailing comma": ('"city": null}}', '"city": null},}'), "nan": ("13.25", "nan"), "infinity": ("13.25", "+Infinity"), "leading zero": ('"age": 53', '"age": 053'),
          "single quotes": ('"p4", "price": 13.25', "'p4', \"price\": 13.25"), "control character": ("p4", "p\x01"),
          "two values": ("13.25", "13.25 1"), "open string": ('"p4"', '"p4')}  # fmt: skip


@pytest.mark.parametrize("form", ["lines", "list", "indented"])
@pytest.mark.parametrize("fault", BROKEN)
def test_large_document_that_is_not_strict_json_is_refused_with_its_place(
    read: Read, monkeypatch: pytest.MonkeyPatch, form: str, fault: str
) -> None:
    old, new = BROKEN[fault]
    text = written(orders(), form)
    at = text.index('"id": 53')
    index = text.find(old, at)
    if index < 0:
        pytest.skip("this way of writing has no such place")
    broken = text[:index] + new + text[index + len(old) :]
    with pytest.raises(FileRefused) as refusal:
        read(broken, "t.json")
    assert refusal.value.code == "invalid_json"
    line = broken.count("\n", 0, index) + 1
    said = int(refusal.value.detail.split("line ")[1].split(",")[0])
    assert line <= said <= line + 2


@pytest.mark.parametrize("form", ["lines", "list", "indented"])
def test_a_lone_surrogate_of_a_large_document_is_replaced_and_counted(read: Read, form: str) -> None:
    table = read(written(orders(), form).replace("p4", "p\\ud8004", 1), "t.json").table
    assert table.rows == len(orders())
    assert [warning for warning in table.warnings if warning.startswith("1 letter(s)")]


@pytest.mark.parametrize("end", ["", ",", "]]", "] x", "}"])
def test_list_that_does_not_end_as_one_is_refused(read: Read, end: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        read(written(orders(), "list")[:-1] + end, "t.json")
    assert refusal.value.code == "invalid_json"


@pytest.mark.parametrize("line", ["null", "5", "[1]", '"text"'])
def test_line_that_is_no_object_is_refused_by_its_number(read: Read, line: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        read(written(orders(), "lines") + line + "\n", "t.jsonl")
    assert "line 61" in refusal.value.detail


def test_blank_lines_and_carriage_returns_between_objects_are_no_rows(read: Read) -> None:
    text = written(orders(), "lines").replace("\n", "\r\n\r\n")
    reading: Reading = read(text, "t.jsonl")
    assert (reading.table.rows, reading.table.reading["reader"]) == (60, "blocks")


@pytest.mark.parametrize("form", ["lines", "list"])
@pytest.mark.parametrize("place", ["first", "last"])
def test_key_twice_in_one_object_is_read_with_its_last_value_and_a_warning(read: Read, form: str, place: str) -> None:
    twice = '{"id": 100, "name": ": \\"id\\": :", "id": 2, "who": {"age": 1, "age" : 3}}'
    rows = [json.dumps(row) for row in orders()]
    rows.insert(0 if place == "first" else 60, twice)
    text = "\n".join(rows) + "\n" if form == "lines" else f"[{','.join(rows)}]"
    reading = read(text, "t.json")
    assert (2, 3) in zip(reading.cells()["id"], reading.cells()["who.age"], strict=True)
    assert reading.table.warnings == (
        "2 keys stand twice in one object, the first is 'age'; of each the last value is read",
    )


def test_bytes_that_are_no_utf8_are_refused(read: Read, tmp_path: Path) -> None:
    text = written(orders(), "lines").encode().replace(b"p4", b"p\xff", 1)
    with pytest.raises(FileRefused) as refusal:
        read(text, "t.jsonl")
    assert refusal.value.code == "invalid_json"


def test_lines_are_lines_however_long_the_first_is(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    path.write_text("".join(json.dumps({"id": n, "text": "x" * 100_000}) + "\n" for n in range(2)))
    assert json_framing.shape_of(path) == "jsonl"
    path.write_text(json.dumps({"id": 1, "text": "x" * 100_000}) + "\n")
    assert json_framing.shape_of(path) is None
