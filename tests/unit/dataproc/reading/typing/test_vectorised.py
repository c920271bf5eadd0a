"""Whole batches are read as their cells would be one by one, whatever the column's convention."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pyarrow as pa
import pytest

from services.dataproc.reading.typing.column_plan import ColumnPlan, ValueCounts
from services.dataproc.reading.typing.convert import ColumnConverter
from services.dataproc.reading.typing.infer import infer

ROWS = 400
RANDOM = Random(5)


def grouped(value: float, thousands: str, decimal: str) -> str:
    return f"{value:,.2f}".replace(",", "\0").replace(".", decimal).replace("\0", thousands)


def amounts() -> list[float]:
    return [round(RANDOM.uniform(-2e6, 2e6), 2) for _ in range(ROWS)]


def stamps() -> list[datetime]:
    return [datetime(2019, 1, 1) + timedelta(seconds=RANDOM.randrange(10**8)) for _ in range(ROWS)]


NUMBERS = {
    "plain": [str(v) for v in amounts()],
    "whole": [str(RANDOM.randrange(-5000, 5000)) for _ in range(ROWS)],
    "scientific": [f"{RANDOM.uniform(-1, 1) * 1e-8:.5e}" for _ in range(ROWS)],
    "shortest": [repr(RANDOM.uniform(-180, 180)) for _ in range(ROWS)],
    "exact decimals": [f"{RANDOM.uniform(-1, 1) * 1e6:.4f}{RANDOM.randrange(10**9):09}" for _ in range(ROWS)],
    "thousands": [grouped(v, ",", ".") for v in amounts()],
    "decimal comma": [grouped(v, ".", ",") for v in amounts()],
    "blanks": [grouped(v, " ", ",") for v in amounts()],
    "narrow blanks": [grouped(v, "\u202f", ",") for v in amounts()],
    "apostrophes": [grouped(v, "'", ".") for v in amounts()],
    "dollars": [f"${grouped(abs(v), ',', '.')}" for v in amounts()],
    "negative dollars": [("-" if v < 0 else "") + f"${grouped(abs(v), ',', '.')}" for v in amounts()],
    "euros": [f"{grouped(v, '.', ',')} €" for v in amounts()],
    "brackets": [f"({grouped(-v, ',', '.')})" if v < 0 else grouped(v, ",", ".") for v in amounts()],
    "percent": [f"{v / 1e5:.1f}%" for v in amounts()],
    "kilograms": [f"{abs(v):.1f} kg" for v in amounts()],
}
TIMES = {
    "day first": [f"{s:%d/%m/%Y}" for s in stamps()],
    "day first, not padded": [f"{s.day}.{s.month}.{s.year}" for s in stamps()],
    "month first": [f"{s:%m/%d/%Y %H:%M}" for s in stamps()],
    "half days": [f"{s:%m/%d/%Y %I:%M:%S %p}" for s in stamps()],
    "half days, not padded": [
        f"{s.month}/{s.day}/{s.year} {s.hour % 12 or 12}:{s:%M} {s:%p}".lower() for s in stamps()
    ],
    "compact": [f"{s:%Y%m%dT%H%M%S}" for s in stamps()],
    "fractions": [f"{s:%d.%m.%Y %H:%M:%S}.{RANDOM.randrange(1000):03}" for s in stamps()],
    "iso": [f"{s:%Y-%m-%d %H:%M:%S}" for s in stamps()],
}
COLUMNS = NUMBERS | TIMES


def plan_of(texts: list[str]) -> ColumnPlan:
    return infer(ValueCounts("column", Counter(texts), complete=False))


def one_by_one(plan: ColumnPlan, texts: list[str]) -> pa.Array:
    return pa.array([plan.parse(text) for text in texts], plan.storage)


def refuse(*_: Any) -> None:
    raise AssertionError("read cell by cell")


@pytest.mark.parametrize("name", COLUMNS)
def test_a_regular_batch_is_read_at_once_and_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = plan_of(COLUMNS[name])
    assert not pa.types.is_string(plan.storage)
    converter = ColumnConverter(plan)
    monkeypatch.setattr(converter, "_cell_by_cell", refuse)
    assert converter(pa.array(COLUMNS[name]), 0).equals(one_by_one(plan, COLUMNS[name]))


@pytest.mark.parametrize("name", COLUMNS)
def test_odd_cells_are_read_alone(name: str) -> None:
    texts = COLUMNS[name]
    plan = plan_of(texts)
    converter = ColumnConverter(plan)
    cells = [*texts[:50], "twelve or so", *texts[50:], f"  {texts[0]} ", "", None]
    expected = one_by_one(plan, texts)
    found = converter(pa.array(cells), 0)
    assert pa.concat_arrays([found[:50], found[51 : ROWS + 1]]).equals(expected)
    assert found[50].as_py() is None and found[ROWS + 1] == expected[0] and found[ROWS + 2 :].null_count == 2
    assert converter.misfits.counts == {"twelve or so": 1} and converter.misfits.rows == [51]


@pytest.mark.parametrize(("sample", "odd", "meant"), [
    ("whole", "007", None), ("whole", "-007", None), ("whole", "0x1F", None), ("plain", "007", None), ("plain", "0.1234567890123456789", None),
    ("plain", "1e-400", None), ("plain", "9007199254740993", None), ("scientific", "0.0000e+00", 0.0), ("decimal comma", "12.34", None),
    ("thousands", "12,34", None), ("day first", "31/02/2020", None), ("day first", "29/02/2020", date(2020, 2, 29)), ("month first", "02/29/2021 10:00", None),
    ("half days", "12/31/2020 12:00:00 AM", datetime(2020, 12, 31)), ("half days", "12/31/2020 12:00:00 PM", datetime(2020, 12, 31, 12)),
    ("half days", "12/31/2020 13:00:00 PM", None), ("month first", "02/28/2021 24:00", None), ("dollars", "€5.00", None), ("percent", "5", None), ("percent", "0", 0.0), ("dollars", "5", 5.0),
    ("kilograms", "5 g", None),
])  # fmt: skip
def test_what_does_not_fit_exactly_is_not_bent_to_fit(sample: str, odd: str, meant: Any) -> None:
    texts = COLUMNS[sample]
    plan = plan_of(texts)
    converter = ColumnConverter(plan)
    found = converter(pa.array([*texts, odd]), 0)
    assert found[-1].as_py() == meant
    assert found[:-1].equals(one_by_one(plan, texts))
    assert converter.misfits.counts == ({odd: 1} if meant is None else {})


@pytest.mark.parametrize("slice_at", [0, 1, 137])
def test_slices_of_a_batch_are_read_like_the_batch(slice_at: int) -> None:
    for name, texts in COLUMNS.items():
        plan = plan_of(texts)
        assert ColumnConverter(plan)(pa.array(texts)[slice_at:], 0).equals(one_by_one(plan, texts)[slice_at:]), name
