"""Blocks of large JSON: whatever their bytes, they hold what a strict parser finds in them, read as structs or not, or are refused."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.dataproc.reading.json.blocks import BlockFault, Fault, ObjectReader
from services.dataproc.reading.json.numbers import long_or_extreme, parse
from services.dataproc.reading.json.surrogates import without_lone_surrogates
from services.dataproc.reading.json.values import to_array, to_columns

ROOT = Path(__file__).resolve().parents[5]
NUMBERS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.decimals(allow_nan=False, allow_infinity=False, places=12).map(lambda value: f"{value:f}"),
    st.integers(min_value=-(10**25), max_value=10**25).map(str),
    st.integers(min_value=-(2**64), max_value=2**64).map(str),
    st.tuples(st.integers(0, 10**19), st.integers(-320, 290)).map(lambda parts: f"{parts[0]}e{parts[1]}"),
    st.tuples(st.integers(0, 10**9), st.text("0123456789", min_size=1, max_size=18)).map(
        lambda parts: f"-{parts[0]}.{parts[1]}"
    ),
    st.sampled_from(
        [
            "0",
            "-0",
            "0.0",
            "-0.0",
            "9223372036854775807",
            "9223372036854775808",
            "999999999999999",
            "0.000001",
            "5e-324",
            "1E+2",
            "123456789.5",
            "1234567890123456",
        ]
    ),
)


def reader_for(objects: list[Any], *, listed: bool = False) -> ObjectReader:
    """A reader that has seen these objects."""
    reader = ObjectReader(listed=listed, max_columns=100)
    reader.read((b"," if listed else b"\n").join(map(orjson.dumps, objects)), first=True)
    return reader


def columns_of(reader: ObjectReader, text: bytes) -> dict[str, pa.Array]:
    batch = reader.read(text, first=False).batch
    columns = {
        ".".join(orjson.loads(name)): column for name, column in zip(batch.schema.names, batch.columns, strict=True)
    }
    return {name: column for name, column in columns.items() if column.null_count < len(column)}


def held(text: str) -> bool:
    value = float(text)
    return not math.isinf(value) and Decimal(repr(value)) == Decimal(text)


@given(st.lists(NUMBERS, min_size=1, max_size=30))
@settings(deadline=None)
def test_numbers_are_read_to_the_last_digit(numbers: list[str]) -> None:
    for kind in (1, 1.5, "x", [1]):
        reader = reader_for([{"x": kind}])
        for text in numbers:
            (column,) = columns_of(reader, f'{{"x":{text}}}\n'.encode()).values()
            assert Decimal(str(column[0].as_py())) == Decimal(text)
            whole = text.lstrip("-").isdigit() and abs(int(text)) < 2**63
            expected = pa.int64() if whole else pa.float64() if held(text) else pa.string()
            assert column.type == expected


def test_numbers_of_one_column_are_doubles_only_when_all_of_them_are() -> None:
    reader = reader_for([{"x": 1.5}])
    assert columns_of(reader, b'{"x":1}\n{"x":0.5}\n{"x":null}')["x"].to_pylist() == [1.0, 0.5, None]
    assert columns_of(reader, b'{"x":9007199254740993}\n{"x":0.5}')["x"].to_pylist() == ["9007199254740993", "0.5"]


@pytest.mark.parametrize("number", ["01", "-01", "1.", ".5", "-", "--1", "+1", "1e", "1e+", "1.5.2", "1-2", "0x1", "1_000", "nan", "+Infinity", "1,", "00", "-.5", "1 2", "１", "12345678901234567a",
                                    "1.e5", "123456789.", "99999999x", "1.0e5.5"])  # fmt: skip
@pytest.mark.parametrize("kind", [1, 1.5, [1], None])
def test_what_is_no_number_is_refused(number: str, kind: Any) -> None:
    with pytest.raises(BlockFault) as refusal:
        reader_for([{"x": kind}]).read(f'{{"x":{number}}}\n'.encode(), first=False)
    assert refusal.value.fault == Fault.BROKEN


@given(st.lists(st.text(max_size=30), min_size=1, max_size=30), st.booleans())
@settings(deadline=None)
def test_texts_come_out_as_they_went_in_however_they_are_escaped(texts: list[str], ascii_only: bool) -> None:
    lines = "".join(json.dumps({"t": text, "u": [text]}, ensure_ascii=ascii_only) + "\n" for text in texts).encode()
    columns = columns_of(reader_for([{"t": "", "u": []}]), lines)
    assert columns["t"].to_pylist() == texts
    assert [orjson.loads(cell) for cell in columns["u"].to_pylist()] == [[text] for text in texts]


JSON = st.recursive(st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12),
                    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4), max_leaves=20)  # fmt: skip


@given(st.lists(st.lists(JSON, max_size=5), min_size=1, max_size=10), st.sampled_from([None, 1, "\t"]), st.booleans())
@settings(deadline=None)
def test_lists_are_kept_as_the_text_that_small_files_have_of_them(
    lists: list[list[Any]], indent: int | str | None, ascii_only: bool
) -> None:
    text = ",".join(json.dumps({"l": value}, indent=indent, ensure_ascii=ascii_only) for value in lists).encode()
    cells = columns_of(reader_for([{"l": []}], listed=True), text)["l"].to_pylist()
    if not long_or_extreme(text):  # numbers of many digits are kept as they are written
        assert cells == [orjson.dumps(value).decode() for value in lists]
    assert list(map(json.loads, cells)) == lists


SAMPLE = [
    {
        "id": 12,
        "name": 'Ann "the" é\\n',
        "price": 10.25,
        "ok": True,
        "who": {"age": 41, "geo": {"lat": -3.5, "lon": 100.0}},
        "tags": ["a", 1, {"b": None}],
        "note": None,
    },
    {
        "id": -7,
        "name": "",
        "price": 0.5,
        "ok": False,
        "who": {"age": None, "geo": {"lat": 1e-7, "lon": -0.0}},
        "tags": [],
        "note": None,
    },
    {
        "id": 900719925474099,
        "name": "😀 x",
        "price": 123456.789012,
        "ok": None,
        "who": {"age": 1, "geo": {"lat": 2.0, "lon": 4.125}},
        "tags": [[1.5], {}],
        "note": None,
    },
]
PIECES = [
    b'"',
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b" ",
    b"\n",
    b"\x00",
    b"\xff",
    b"0",
    b"-",
    b".",
    b"e5",
    b"null",
    b"true",
    b"\\u00e9",
    b"\\ud800",
    b"\\ud83d\\ude00",
    b'"id":',
    b"{}",
    b"\t",
    b"\x1f",
]


def changed(text: bytes, rng: Random) -> bytes:
    """The text with one to three bytes or pieces replaced, put in or taken out; mostly one."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        at, width = rng.randrange(len(text)), rng.choice((0, 0, 1, 1, 1, 2, 9))
        put = rng.choice(
            (
                b"",
                bytes([rng.randrange(256)]),
                rng.choice(PIECES),
                rng.choice(PIECES),
                text[(other := rng.randrange(len(text))) : other + rng.randint(1, 30)],
            )
        )
        text = text[:at] + put + text[at + width :] or b" "
    return text


def strict_rows(text: bytes, *, listed: bool) -> list[dict[str, Any]] | None:
    """What a strict parser finds; None where it refuses the text, or finds a line that is no object. Lone surrogates are replaced before."""
    text, _ = without_lone_surrogates(text)
    try:
        if listed:
            return [item if isinstance(item, dict) else {"value": item} for item in parse(b"[" + text + b"]")]
        rows = [parse(line) for line in text.split(b"\n") if line.strip()]
    except orjson.JSONDecodeError:
        return None
    return rows if all(isinstance(row, dict) for row in rows) else None


@pytest.mark.parametrize("listed", [False, True])
def test_whatever_the_bytes_it_finds_what_a_strict_parser_finds_or_refuses(listed: bool) -> None:
    rng, counts = Random(20), {True: 0, False: 0}
    text = (b",\n" if listed else b"\n").join(map(orjson.dumps, SAMPLE))
    for _ in range(5_000):
        tried = changed(text, rng)
        rows = strict_rows(tried, listed=listed)
        reader = reader_for(SAMPLE, listed=listed)
        counts[rows is not None] += 1
        if rows is None:
            with pytest.raises(BlockFault):
                reader.read(tried, first=False)
            continue
        expected = {name: to_array(values) for name, values in to_columns(rows).items()}
        expected = {name: column for name, column in expected.items() if column.null_count < len(column)}
        assert columns_of(reader, tried) == expected, tried
    assert min(counts.values()) > 200


@pytest.mark.parametrize(
    "text", [b'{"id":1} {"id":2}\n{"id":\n3}', b'{"id":1}{"id":2}', b'{"id":1},\n{"id":2}', b'{"id":\n1}']
)
def test_each_line_is_one_object(text: bytes) -> None:
    with pytest.raises(BlockFault):
        reader_for(SAMPLE).read(text, first=False)


def test_empty_object_is_a_value_and_none_is_not() -> None:
    reader = reader_for([{"who": {"age": 1}}])
    assert "who" not in columns_of(reader, b'{"who":{"age":null}}\n{"who":null}\n{}\n{"who":{"age":2}}')
    assert columns_of(reader, b'{"who":{}}\n{"who":{"age":2}}')["who"].to_pylist() == ["{}", None]


def test_what_is_preloaded_is_thawed_before_the_process_ends() -> None:
    """Libraries complain of objects that nobody collected; and what a file makes is seldom looked through for garbage."""
    program = (
        "from services.dataproc import reading; reading.preload(); import gc; "
        "print(gc.get_freeze_count() > 10_000, gc.get_threshold()[0] > 100_000)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    assert (done.stdout.split(), done.stderr) == (["True", "True"], "")
