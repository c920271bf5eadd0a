"""Points and spans in time as ISO 8601 text, within and beyond what Python's own types hold."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dataproc.reading.iso_text import day_text, duration_text, iso_texts, moment_text
from services.dataproc.reading.typing.moments.durations import parse_duration

EPOCH = date(1970, 1, 1).toordinal()


@given(st.dates())
def test_days_are_those_of_the_calendar(day: date) -> None:
    assert day_text(day.toordinal() - EPOCH) == day.isoformat()


@given(st.datetimes())
def test_moments_are_those_of_the_clock(at: datetime) -> None:
    count = (at.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    assert moment_text(count, 1_000_000, "") == at.isoformat()


@given(st.timedeltas(timedelta(days=-(10**6)), timedelta(days=10**6)))
def test_durations_read_back_the_same(span: timedelta) -> None:
    assert parse_duration(duration_text(span // timedelta(microseconds=1), 1_000_000)) == span


@pytest.mark.parametrize(
    ("days", "text"),
    [(10**7, "+29349-01-26"), (-719_528, "0000-01-01"), (-719_529, "-0001-12-31"), (2_932_897, "+10000-01-01")],
)
def test_years_beyond_the_calendar_of_python_carry_a_sign(days: int, text: str) -> None:
    assert iso_texts(pa.array([days], pa.int32()).cast(pa.date32())) == [text]
