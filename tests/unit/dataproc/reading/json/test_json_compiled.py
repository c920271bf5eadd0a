"""Compiled code that takes JSON objects apart: it finds what a strict parser finds or refuses, whatever the bytes, and looks no further than it may."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import numba
import numpy as np
import orjson
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.dataproc.reading.compiled import compiler
from services.dataproc.reading.compiled.words import PADDING
from services.dataproc.reading.json.blocks import Block
from services.dataproc.reading.json.cells import written_moments
from services.dataproc.reading.json.columns import Plan
from services.dataproc.reading.json.framing import Framing
from services.dataproc.reading.json.numbers import long_or_extreme
from services.dataproc.reading.json.shape import Shape
from services.dataproc.reading.json.template import template_of
from services.dataproc.reading.sources import Irregular

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


def plan_for(objects: list[Any], *, listed: bool = False) -> Plan:
    """A plan that knows just the fields and kinds of these objects."""
    whole = Shape()
    for item in objects:
        whole.see(item)
    framing = Framing(0, b"" if listed else b"\n", escaped=False)
    return Plan(framing, template_of(whole, framing))


def block_of(text: bytes) -> Block:
    return Block(np.frombuffer(bytearray(text + bytes(PADDING)), np.uint8), len(text), 0)


def rows_of(plan: Plan, text: bytes) -> list[dict[str, Any]]:
    names = [leaf.name for leaf in plan.template.leaves]
    return [row for batch in plan.batches(block_of(text)) for row in batch.rename_columns(names).to_pylist()]


def holds(text: str) -> bool:
    value = float(text)
    return not math.isinf(value) and Decimal(repr(value)) == Decimal(text)


@given(st.lists(NUMBERS, min_size=1, max_size=30))
@settings(deadline=None)
def test_numbers_are_read_to_the_last_digit_or_refused(numbers: list[str]) -> None:
    for kind, suits in ((1, lambda t: t.lstrip("-").isdigit() and abs(int(t)) < 2**63), (1.5, holds)):
        plan = plan_for([{"x": kind}])
        for text in numbers:
            line = f'{{"x":{text}}}\n'.encode()
            if suits(text):
                (row,) = rows_of(plan, line)
                assert row["x"] == (int(text) if kind == 1 else float(text))
                assert math.copysign(1, row["x"]) == math.copysign(1, float(text)) or kind == 1
            else:
                with pytest.raises(Irregular):
                    plan.batches(block_of(line))


@pytest.mark.parametrize("number", ["01", "-01", "1.", ".5", "-", "--1", "+1", "1e", "1e+", "1.5.2", "1-2", "0x1", "1_000", "NaN", "-Infinity", "1,", "00", "-.5", "1 2", "１", "12345678901234567a",
                                    "1.e5", "123456789.", "99999999x", "1.0e5.5"])  # fmt: skip
@pytest.mark.parametrize("kind", [1, 1.5, [1], None])
def test_what_is_no_number_is_refused(number: str, kind: Any) -> None:
    with pytest.raises(Irregular):
        plan_for([{"x": kind}]).batches(block_of(f'{{"x":{number}}}\n'.encode()))


@given(st.lists(st.text(max_size=30), min_size=1, max_size=30), st.booleans())
@settings(deadline=None)
def test_texts_come_out_as_they_went_in_however_they_are_escaped(texts: list[str], ascii_only: bool) -> None:
    lines = "".join(json.dumps({"t": text, "u": [text]}, ensure_ascii=ascii_only) + "\n" for text in texts).encode()
    assert [row["t"] for row in rows_of(plan_for([{"t": "", "u": []}]), lines)] == texts
    assert [orjson.loads(row["u"]) for row in rows_of(plan_for([{"t": "", "u": []}]), lines)] == [
        [text] for text in texts
    ]


JSON = st.recursive(st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12),
                    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4), max_leaves=20)  # fmt: skip


@given(st.lists(st.lists(JSON, max_size=5), min_size=1, max_size=10), st.sampled_from([None, 1, "\t"]), st.booleans())
@settings(deadline=None)
def test_lists_are_kept_as_the_text_that_small_files_have_of_them(
    lists: list[list[Any]], indent: int | str | None, ascii_only: bool
) -> None:
    text = ",".join(json.dumps({"l": value}, indent=indent, ensure_ascii=ascii_only) for value in lists).encode()
    found = rows_of(plan_for([{"l": []}], listed=True), text)
    alike = [not long_or_extreme(text) for _ in lists]  # numbers of many digits may have another exponent's sign
    assert [row["l"] for row, same in zip(found, alike, strict=True) if same] == [
        orjson.dumps(value).decode() for value, same in zip(lists, alike, strict=True) if same
    ]
    assert [json.loads(row["l"]) for row in found] == lists


STAMPS = st.one_of(
    st.datetimes().map(lambda moment: moment.isoformat(sep=" ")), st.datetimes().map(lambda moment: moment.isoformat(timespec="minutes")), st.datetimes().map(lambda moment: moment.isoformat(timespec="milliseconds")),
    st.tuples(st.integers(0, 9999), st.integers(0, 13), st.integers(0, 32), st.integers(0, 25), st.integers(0, 61), st.integers(0, 61)).map(lambda p: "{:04}-{:02}-{:02} {:02}:{:02}:{:02}".format(*p)),
    st.sampled_from(["", "2024-02-30 10:00", "2024-01-01", "2024-1-1 10:00:00", "2024-01-01 10:00:00.", "2024-01-01 10:00:00.1234567", "2024-01-01 10:00:00Z", "2024-01-01 10:00:00+01:00",
                     "2024-01-01x10:00", "0000-01-01 00:00", "1677-01-01 00:00:00", "2024-01-01 10:00:60", "2024-01-01 10", "20240101 10:00", "２024-01-01 10:00", "2024-01-01 10:0"]))  # fmt: skip
DAYS = st.one_of(
    st.dates().map(str),
    STAMPS.map(lambda text: text[:10]),
    st.sampled_from(
        ["1900-02-29", "2000-02-29", "2100-02-29", "2024-00-10", "2024-12-32", "2024/01/01", "-024-01-01", ""]
    ),
)


@given(st.lists(st.none() | STAMPS, min_size=1, max_size=4), st.sampled_from(["s", "ms", "us", "ns"]))
@settings(deadline=None, max_examples=400)
def test_moments_are_those_that_arrow_reads_or_left_alone(texts: list[str | None], unit: str) -> None:
    holds_to_arrow(texts, pa.timestamp(unit))


@given(st.lists(st.none() | DAYS, min_size=1, max_size=4))
@settings(deadline=None, max_examples=400)
def test_days_are_those_that_arrow_reads_or_left_alone(texts: list[str | None]) -> None:
    holds_to_arrow(texts, pa.date32())


def holds_to_arrow(texts: list[str | None], kind: pa.DataType) -> None:
    plan, block = plan_for([{"t": ""}]), block_of("".join(json.dumps({"t": text}) + "\n" for text in texts).encode())
    (spans,) = plan.spans(block)
    if (found := written_moments(block.text, spans[0], kind)) is not None:
        assert found.equals(pa.array(texts, pa.string()).cast(kind)), texts


def test_usual_days_and_moments_are_not_left_alone() -> None:
    plan, block = (
        plan_for([{"t": ""}]),
        block_of(b'{"t": "2024-02-29 23:59:59.5"}\n{"t": "1969-12-31T00:00"}\n{"t": null}\n'),
    )
    (spans,) = plan.spans(block)
    found = written_moments(block.text, spans[0], pa.timestamp("us"))
    assert found is not None and found.to_pylist() == [
        datetime(2024, 2, 29, 23, 59, 59, 500_000),
        datetime(1969, 12, 31),
        None,
    ]
    assert written_moments(block.text, spans[0], pa.date32()) is None


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


def flat(item: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in item.items():
        if isinstance(value, dict) and value and key != "tags":
            found |= flat(value, f"{prefix}{key}.")
        else:
            found[f"{prefix}{key}"] = orjson.dumps(value).decode() if isinstance(value, (list, dict)) else value
    return found


def strict_lines(text: bytes) -> list[Any]:
    return [orjson.loads(line) for line in text.split(b"\n") if line.strip(b" \t\r")]


def strict_list(text: bytes) -> list[Any]:
    found: list[Any] = orjson.loads(b"[" + text.rstrip(b" \t\r\n").removesuffix(b",") + b"]")
    return found


@pytest.mark.parametrize(("listed", "strict"), [(False, strict_lines), (True, strict_list)])
def test_whatever_the_bytes_it_finds_what_a_strict_parser_finds_or_refuses(
    listed: bool, strict: Callable[[bytes], list[Any]]
) -> None:
    plan, rng, read = plan_for(SAMPLE, listed=listed), Random(20), 0
    text = b",\n".join(map(orjson.dumps, SAMPLE)) if listed else b"".join(orjson.dumps(item) + b"\n" for item in SAMPLE)
    names = [leaf.name for leaf in plan.template.leaves]
    assert rows_of(plan, text) == [{name: flat(item).get(name) for name in names} for item in SAMPLE]
    for _ in range(15_000):
        tried = changed(text, rng)
        try:
            rows = rows_of(plan, tried)
        except Irregular:
            continue
        read += 1
        items = strict(tried)  # raises where it is no JSON: then this test fails
        assert rows == [{name: flat(item).get(name) for name in names} for item in items], tried
        assert all(set(flat(item)) <= set(names) for item in items), tried
    assert read > 700


LOOK_AHEAD = """
import ctypes, mmap, sys
from random import Random
import numpy as np
import tests.unit.dataproc.reading.json.test_json_compiled as t
from services.dataproc.reading.json.blocks import Block
from services.dataproc.reading.json.cells import written_moments

PAGE = mmap.PAGESIZE
area = mmap.mmap(-1, 17 * PAGE)
start = ctypes.addressof(ctypes.c_char.from_buffer(area))
libc = ctypes.CDLL(None, use_errno=True)
assert libc.mprotect(ctypes.c_void_p(start + 16 * PAGE), ctypes.c_size_t(PAGE), 0) == 0
room, rng = np.frombuffer(area, np.uint8, 16 * PAGE), Random(3)
for listed in (False, True):
    plan = t.plan_for(t.SAMPLE, listed=listed)
    text = (b"," if listed else b"\\n").join(map(t.orjson.dumps, t.SAMPLE))
    for number in range(6000):
        tried = t.changed(text, rng)
        tried = tried[: rng.randint(1, len(tried))] if number % 2 else tried
        view = room[len(room) - len(tried) - t.PADDING :]
        view[: len(tried)], view[len(tried) :] = np.frombuffer(tried, np.uint8), 0
        try:
            plan.batches(Block(view, len(tried), 0))
        except t.Irregular:
            pass
print("no further")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="takes away the rights to a page of memory")
def test_nothing_is_read_behind_the_padding() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOOK_AHEAD], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "no further"), done.stderr[-2000:]


def test_machine_code_is_taken_from_a_folder_that_cannot_be_written_to(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(compiler.InTreeCacheLocator, "ensure_cache_path", refuse)
    kept = compiler.Kept.from_function(plan_for, str(compiler.HERE / "words.py"))
    assert kept is not None and Path(kept.get_cache_path()) == compiler.HERE / "__pycache__"
    monkeypatch.setattr(compiler, "HERE", tmp_path)  # nothing was ever compiled there
    assert compiler.Kept.from_function(plan_for, str(compiler.HERE)) is None
    assert compiler.compiled("int64(int64)")(lambda number: number + 1)(1) == 2


def test_machine_code_is_stale_when_any_part_of_it_changed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("1")
    (tmp_path / "two.py").write_text("2")
    monkeypatch.setattr(compiler, "HERE", tmp_path)
    stamp = compiler.Kept.get_source_stamp(compiler.Kept.__new__(compiler.Kept))
    (tmp_path / "two.py").write_text("3")
    assert compiler.Kept.get_source_stamp(compiler.Kept.__new__(compiler.Kept)) != stamp


def test_machine_code_is_for_any_processor() -> None:
    assert (numba.config.CPU_NAME, numba.config.CPU_FEATURES) == ("generic", "")


def test_what_is_preloaded_is_thawed_before_the_process_ends() -> None:
    """Libraries complain of objects that nobody collected."""
    program = "from services.dataproc import reading; reading.preload(); import gc, sys; print(gc.get_freeze_count() > 10_000, 'numba' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    assert (done.stdout.split(), done.stderr) == (["True", "True"], "")


def test_small_files_are_read_without_compiled_code(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    program = f"from pathlib import Path; from services.dataproc.reading import read_file; read_file(Path({str(tmp_path / 'a.csv')!r}), filename='a.csv', into=Path({str(tmp_path / 'out')!r})); import sys; print('numba' in sys.modules)"
    assert (
        subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
        ).stdout.strip()
        == "False"
    )
