"""Conditions on dates: a period said with its column ("hired after 2019") or without ("orders in 2023")."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import singledispatch

from services.nlq.planner.grammar.conditions.holding import condition
from services.nlq.planner.grammar.dates import doubts_of_dates
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Condition, field_of
from services.nlq.planner.grammar.rules import Costly, the
from services.nlq.planner.lexicon.periods import (
    Anchor,
    EraYear,
    Every,
    Open,
    Period,
    Recurring,
    Several,
    Span,
)
from services.nlq.planner.linking.schema import Column
from shared.columns import ColumnType, Family
from shared.plan import All, Among, Anything, Comparison, Literal, Part, Predicate, Within


@dataclass(frozen=True)
class When:
    """A period as said; `columns` are those it may be about, `today` the day of the question."""

    period: Period
    columns: tuple[Column, ...]
    today: date


def columns_of_time(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    return tuple(c for c in columns if c.family is Family.DATE or c.is_year)


@ENGLISH.rule("PRED", "COL @of? WHEN", "COL @be? @of? WHEN", "WHEN COL", "WHEN by|in COL", "@be? COL @of? WHEN")
def period_of_column(*parts: object) -> Condition | None:
    column = the(Column, parts)
    when = the(When, parts)
    return condition_in(when, column)


@ENGLISH.rule("PRED", "WHEN", "@of? WHEN")
def period(when: When) -> list[Costly]:
    found = [(c, made) for c in when.columns if (made := condition_in(when, c)) is not None]
    dates = [pair for pair in found if pair[0].family is Family.DATE] or found
    doubts = doubts_of_dates([column for column, _ in dates])
    return [Costly(made, doubt) for (_, made), doubt in zip(dates, doubts, strict=True)]


def condition_in(when: When, column: Column) -> Condition | None:
    if column.family is not Family.DATE and not column.is_year:
        return None
    period = when.period
    if hasattr(period, "resolve"):
        try:
            period = period.resolve(anchor_of(when, column))
        except ValueError:
            return None  # 29 February of another year
        if isinstance(period, Span) and _is_long_past(when, column):
            return None
    where = _where(period, column)
    return None if where is None else condition(where, column, {column.ref.table})


LONG_PAST = timedelta(days=31)
"""Of data that end further back nothing is from today: "yesterday" would be of no row, whatever was meant."""


def _is_long_past(when: When, column: Column) -> bool:
    """Whether it is counted from today, though the data end long before."""
    from_today = getattr(when.period, "anchor", None) is Anchor.TODAY
    return from_today and when.today - newest_of(column, when.today) > LONG_PAST


def anchor_of(when: When, column: Column) -> date:
    """The day from which a relative period is counted over a column's dates."""
    return when.today if getattr(when.period, "anchor", None) is Anchor.TODAY else newest_of(column, when.today)


def newest_of(column: Column, today: date) -> date:
    """The last day of the column's dates; today where it has none."""
    newest = column.facts.maximum
    if isinstance(newest, str):
        try:
            return datetime.fromisoformat(newest).date()
        except ValueError:
            return today
    if isinstance(newest, datetime):
        return newest.date()
    return newest if isinstance(newest, date) else today


@singledispatch
def _where(period: Period, column: Column) -> Predicate | None:
    return None


@_where.register
def _in_span(period: Span, column: Column) -> Predicate | None:
    if column.family is Family.DATE:
        return Within(of=field_of(column), start=period.start.isoformat(), end=period.end.isoformat())
    if period.years is None:
        return None
    first, last = period.years
    if first == last:
        return _number(column, "==", first)
    return All(of=(_number(column, ">=", first), _number(column, "<=", last)))


@_where.register
def _on_one_side(period: Open, column: Column) -> Predicate | None:
    if column.family is Family.DATE:
        return Within(
            of=field_of(column),
            start=period.start.isoformat() if period.start else None,
            end=period.end.isoformat() if period.end else None,
        )
    if period.start:
        return _number(column, ">=", period.start.year) if (period.start.month, period.start.day) == (1, 1) else None
    end = period.end
    return _number(column, "<", end.year) if end and (end.month, end.day) == (1, 1) else None


@_where.register
def _in_one_of(period: Several, column: Column) -> Predicate | None:
    parts = [_where(span, column) for span in period.of]
    return Anything(of=tuple(p for p in parts if p is not None)) if all(p is not None for p in parts) else None


@_where.register
def _in_an_era(period: EraYear, column: Column) -> Predicate | None:
    return None


@_where.register
def _recurring(period: Recurring, column: Column) -> Predicate | None:
    if column.family is not Family.DATE or (period.part == "hour" and column.facts.type != ColumnType.DATETIME):
        return None
    part = Part(part=period.part, of=field_of(column))
    if len(period.values) == 1:
        return Comparison(left=part, op="==", right=Literal(value=period.values[0], type="number"))
    if period.part == "day" and 1 in period.values:
        return Comparison(left=part, op="<=", right=Literal(value=period.values[-1], type="number"))
    if period.part == "day":
        return Comparison(left=part, op=">=", right=Literal(value=period.values[0], type="number"))
    return Among(of=part, values=period.values)


@_where.register
def _whenever_all(period: Every, column: Column) -> Predicate | None:
    parts = [_where(each, column) for each in period.of]
    return All(of=tuple(p for p in parts if p is not None)) if all(p is not None for p in parts) else None


def _number(column: Column, op: str, year: int) -> Predicate:
    return Comparison(left=field_of(column), op=op, right=Literal(value=year, type="number"))  # type: ignore[arg-type]
