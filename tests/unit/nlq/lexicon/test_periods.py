"""Every phrase of time is read as people mean it, with the alternatives that they may mean, too."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.nlq.planner.lexicon.periods import (
    Anchor,
    Bounded,
    Edge,
    EraYear,
    Every,
    InYear,
    Latest,
    Open,
    Period,
    Piece,
    Recurring,
    Relative,
    Rolling,
    Several,
    Span,
    ToDate,
    described,
    label,
    periods,
)
from services.nlq.planner.lexicon.spoken import Doubt, Spoken
from services.nlq.planner.lexicon.tokens import tokenize
from tests.unit.nlq.lexicon.periods_spoken import PERIODS


def _rows() -> list[tuple[str, list[str], str | None]]:
    rows = []
    for row in PERIODS.strip().splitlines():
        phrase, labels, *doubt = row.split(" | ")
        rows.append((phrase, labels.split(" / "), doubt[0] if doubt else None))
    return rows


def _read(phrase: str, question: str = "total amount {} per region") -> list[Spoken[Period]]:
    """The readings of exactly this stretch of a question."""
    text = question.format(phrase)
    tokens, first = tokenize(text), text.index(phrase)
    last = first + len(phrase)
    inside = [i for i, token in enumerate(tokens) if first <= token.start < last]
    return [s for s in periods(text, tokens) if (s.start, s.end) == (inside[0], inside[-1] + 1)]


@pytest.mark.parametrize(("phrase", "labels", "doubt"), _rows(), ids=lambda v: v if isinstance(v, str) else "")
def test_phrase_has_these_readings_in_this_order(phrase: str, labels: list[str], doubt: str | None) -> None:
    found = _read(phrase)
    own_day = phrase in ("today", "yesterday", "tomorrow")
    assert [label(s.value) for s in found if own_day or "today" not in label(s.value)] == labels
    assert (found[0].doubt.name if found[0].doubt else None) == doubt


NEWEST, TODAY = Anchor.NEWEST, Anchor.TODAY
JANUARY, MARCH, NOVEMBER = (Piece("month", n) for n in (1, 3, 11))


@pytest.mark.parametrize(
    ("phrase", "value"),
    [
        ("2023", Span(date(2023, 1, 1), date(2024, 1, 1))),
        ("since 2019", Open(date(2019, 1, 1), None)),
        ("before 2019", Open(None, date(2019, 1, 1))),
        (
            "2021 and 2023",
            Several((Span(date(2021, 1, 1), date(2022, 1, 1)), Span(date(2023, 1, 1), date(2024, 1, 1)))),
        ),
        ("250 BC", EraYear(-250)),
        ("on Mondays", Recurring("weekday", (1,))),
        ("in March", Recurring("month", (3,))),
        ("Q2", Recurring("quarter", (2,))),
        ("on 25 December", Every((Recurring("month", (12,)), Recurring("day", (25,))))),
        ("at night", Recurring("hour", (22, 23, 0, 1, 2, 3, 4, 5))),
        ("week 12", InYear(Piece("week", 12), Piece("week", 12), NEWEST)),
        ("last month", Relative("month", -1, 1, NEWEST)),
        ("three years ago", Relative("year", -3, 1, NEWEST)),
        ("yesterday", Relative("day", -1, 1, TODAY)),
        ("last 14 days", Rolling("day", 14, NEWEST)),
        ("next 30 days", Rolling("day", -30, NEWEST)),
        ("year to date", ToDate("year", NEWEST)),
        ("last December", Latest(Piece("month", 12), NEWEST)),
        ("March last year", InYear(MARCH, MARCH, NEWEST, -1)),
        ("since last month", Bounded(Edge.SINCE, Relative("month", -1, 1, NEWEST))),
        ("before March", Bounded(Edge.BEFORE, InYear(MARCH, MARCH, NEWEST))),
    ],
)
def test_first_reading_is_typed(phrase: str, value: Period) -> None:
    assert _read(phrase)[0].value == value


@pytest.mark.parametrize(
    ("value", "on", "start", "end"),
    [
        (Relative("day", -1, 1, NEWEST), "2024-03-01", "2024-02-29", "2024-03-01"),
        (Relative("week", -1, 1, NEWEST), "2024-03-06", "2024-02-26", "2024-03-04"),
        (Relative("week", 0, 1, NEWEST), "2024-03-04", "2024-03-04", "2024-03-11"),
        (Relative("month", -1, 1, NEWEST), "2024-01-15", "2023-12-01", "2024-01-01"),
        (Relative("month", -2, 3, NEWEST), "2024-03-31", "2024-01-01", "2024-04-01"),
        (Relative("quarter", -1, 1, NEWEST), "2024-05-15", "2024-01-01", "2024-04-01"),
        (Relative("year", -3, 1, NEWEST), "2024-05-15", "2021-01-01", "2022-01-01"),
        (Relative("year", 1, 1, NEWEST), "2024-05-15", "2025-01-01", "2026-01-01"),
        (Rolling("day", 14, NEWEST), "2024-03-14", "2024-03-01", "2024-03-15"),
        (Rolling("week", 6, NEWEST), "2024-03-14", "2024-02-02", "2024-03-15"),
        (Rolling("month", 1, NEWEST), "2024-03-30", "2024-02-29", "2024-03-31"),
        (Rolling("day", -30, NEWEST), "2024-03-14", "2024-03-15", "2024-04-14"),
        (ToDate("year", NEWEST), "2024-03-14", "2024-01-01", "2024-03-15"),
        (ToDate("quarter", NEWEST), "2024-06-30", "2024-04-01", "2024-07-01"),
        (ToDate("week", NEWEST), "2024-03-14", "2024-03-11", "2024-03-15"),
        (InYear(Piece("week", 12), Piece("week", 12), NEWEST), "2023-07-01", "2023-03-20", "2023-03-27"),
        (InYear(MARCH, MARCH, NEWEST, -1), "2024-03-14", "2023-03-01", "2023-04-01"),
        (InYear(JANUARY, MARCH, NEWEST), "2024-12-31", "2024-01-01", "2024-04-01"),
        (InYear(NOVEMBER, MARCH, NEWEST), "2023-05-01", "2023-11-01", "2024-04-01"),
        (InYear(Piece("half", 2), Piece("half", 2), NEWEST), "2024-01-31", "2024-07-01", "2025-01-01"),
        (Latest(Piece("month", 12), NEWEST), "2024-12-31", "2023-12-01", "2024-01-01"),
        (Latest(Piece("month", 2), NEWEST), "2024-03-01", "2024-02-01", "2024-03-01"),
        (Bounded(Edge.SINCE, Relative("month", -1, 1, NEWEST)), "2024-03-14", "2024-02-01", None),
        (Bounded(Edge.AFTER, Relative("month", -1, 1, NEWEST)), "2024-03-14", "2024-03-01", None),
        (Bounded(Edge.BEFORE, Relative("month", -1, 1, NEWEST)), "2024-03-14", None, "2024-02-01"),
        (Bounded(Edge.UNTIL, Relative("month", -1, 1, NEWEST)), "2024-03-14", None, "2024-03-01"),
    ],
)
def test_anchored_period_comes_to_these_dates(value: Relative, on: str, start: str | None, end: str | None) -> None:
    found = value.resolve(date.fromisoformat(on))
    assert [found.start, found.end] == [d and date.fromisoformat(d) for d in (start, end)]


def test_both_anchors_are_kept_and_the_data_comes_first() -> None:
    found = [s for s in _read("last month") if isinstance(s.value, Relative) and s.value.offset == -1]
    assert [(s.value.anchor, s.doubt) for s in found if isinstance(s.value, Relative)] == [
        (Anchor.NEWEST, Doubt.ANCHOR),
        (Anchor.TODAY, Doubt.ANCHOR),
    ]


def test_described_names_the_dates_and_the_anchor() -> None:
    told = described(Relative("month", -1, 1, NEWEST), date(2024, 3, 5))
    assert told == "February 2024 (the month before, counted from the newest date of the data: 5 March 2024)"
    assert described(Span(date(2023, 3, 1), date(2023, 6, 1)), date(2024, 3, 5)) == "1 March 2023 to 31 May 2023"


@pytest.mark.parametrize(
    "question",
    [
        "early results by region", "total of 12 orders", "top 5 customers", "show the first three rows", "price of 2,023 units", "order 20231399",
        "growth by 10%", "last name of the customers", "most expensive product", "the second best region", "latest orders", "at least 5 items",
        "a ratio of 31/31", "next to the station", "version 1.2.3", "the last 5000 years",
    ],
)  # fmt: skip
def test_nothing_of_these_speaks_of_time(question: str) -> None:
    assert periods(question, tokenize(question)) == []


@pytest.mark.parametrize("word", ["early", "mid", "late", "around"])
def test_leaning_words_are_never_part_of_a_period(word: str) -> None:
    question = f"total in {word} 2023"
    assert {(s.start, s.end) for s in periods(question, tokenize(question))} == {(3, 4)}


def test_small_may_is_a_month_only_where_something_says_so() -> None:
    bare, marked = _read("may", "what {} be the total")[0], _read("in may", "total {}")[0]
    assert bare.cost > 2 > marked.cost == 0
    assert _read("May", "total for {}")[0].cost < 1


def test_number_of_four_digits_is_less_likely_a_year_outside_the_common_ones() -> None:
    assert (
        _read("1500", "top {} customers")[0].cost > _read("1995", "top {} customers")[0].cost > _read("in 1500")[0].cost
    )


def test_amount_is_not_marked_as_a_year_by_what_stands_before_amounts() -> None:
    assert [_read(f"{word} 1995") for word in ("over", "across")] == [[], []]
    for phrase in ("of 1400", "at 1400"):
        assert _read(phrase)[0].cost == _read("1400")[0].cost >= 1
    assert _read("in 1400")[0].cost == _read("of 1995")[0].cost == 0


def test_months_of_a_year_are_not_that_year() -> None:
    question = "first 3 months of 2023"
    found = {(s.start, s.end): label(s.value) for s in periods(question, tokenize(question))}
    assert found == {(0, 5): "1 January 2023 to 31 March 2023", (3, 5): "2023", (4, 5): "2023"}


def test_days_that_do_not_exist_are_no_dates() -> None:
    for phrase in ("30 February 2023", "2023-02-30", "31.04.2023", "29 February 2023"):
        assert [s for s in _read(phrase) if isinstance(s.value, Span)] == []


def test_week_53_is_only_in_years_that_have_one() -> None:
    assert label(_read("week 53 of 2020")[0].value) == "28 December 2020 to 3 January 2021"
    assert _read("week 53 of 2023") == []


days = st.dates(date(1900, 1, 1), date(2099, 12, 31))
units = st.sampled_from(["day", "week", "month", "quarter", "year"])
anchored = st.one_of(
    st.builds(Relative, units, st.integers(-40, 40), st.integers(1, 40), st.just(NEWEST)),
    st.builds(Rolling, units, st.integers(1, 40), st.just(NEWEST)),
    st.builds(ToDate, units, st.just(NEWEST)),
    st.builds(Latest, st.builds(Piece, st.just("month"), st.integers(1, 12)), st.just(NEWEST)),
    st.builds(
        InYear, *[st.builds(Piece, st.just("month"), st.integers(1, 12))] * 2, st.just(NEWEST), st.integers(-3, 3)
    ),
)


@given(anchored, days)
def test_whatever_is_anchored_comes_to_a_span_with_a_label(value: Relative, on: date) -> None:
    span = value.resolve(on)
    assert span.start < span.end
    assert label(span) in described(value, on)


@given(days, st.integers(1, 800))
def test_label_of_a_span_is_read_as_that_span(start: date, length: int) -> None:
    span = Span(start, start + timedelta(days=length))
    assert _read(label(span))[0].value == span


@given(days, st.booleans())
def test_label_of_an_open_period_is_read_as_that_period(edge: date, begins: bool) -> None:
    value = Open(edge, None) if begins else Open(None, edge)
    assert value in [s.value for s in _read(label(value))]


_WORDS = "from to between and last 3 months 2023 March 5 - / . ' of the first week Q 2 on since before 9 am s 90 half year ago Monday in 03 12 31 th".split()


@given(st.lists(st.sampled_from(_WORDS), max_size=14), st.sampled_from([" ", "", "-", "/"]))
def test_any_words_are_read_without_failing(words: list[str], between: str) -> None:
    text = between.join(words)
    tokens = tokenize(text)
    for spoken in periods(text, tokens):
        assert 0 <= spoken.start < spoken.end <= len(tokens)
        assert spoken.cost >= 0
        assert label(spoken.value)


def test_span_that_ends_before_it_begins_is_none() -> None:
    with pytest.raises(ValueError):
        Span(date(2023, 1, 1), date(2023, 1, 1))
    with pytest.raises(ValueError):
        Open(None, None)


def test_whole_years_can_be_asked_of_a_column_of_years() -> None:
    assert Span(date(2020, 1, 1), date(2023, 1, 1)).years == (2020, 2022)
    assert Span(date(2020, 1, 1), date(2020, 7, 1)).years is None
