"""What rows are grouped by: columns, and units and parts of dates."""

from __future__ import annotations

from dataclasses import dataclass

from services.nlq.planner.grammar.additivity import is_additive
from services.nlq.planner.grammar.dates import doubts_of_dates
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Key, field_of
from services.nlq.planner.grammar.rules import Costly
from services.nlq.planner.linking.schema import Column
from shared.columns import ColumnType, Family
from shared.plan import Bin, Bucket, Part
from shared.plan.expressions import CalendarPart, CalendarUnit


@dataclass(frozen=True)
class Calendar:
    """A unit or part of dates as said; `columns` are the dates it may be of."""

    word: str
    columns: tuple[Column, ...]
    adverb: bool = False
    """Said as "monthly", which groups by itself."""


UNITS: dict[str, CalendarUnit] = {
    "month": "month",
    "year": "year",
    "quarter": "quarter",
    "week": "week",
    "day": "day",
    "date": "day",
}
_PARTS: dict[str, CalendarPart] = {"weekday": "weekday", "hour": "hour"}
CALENDAR_WORDS: dict[str, str] = {
    **{f"{unit}{s}": unit for unit in ("month", "year", "quarter", "week", "day", "weekday", "hour", "decade") for s in ("", "s")},
    "monthly": "month", "yearly": "year", "quarterly": "quarter", "weekly": "week", "daily": "day", "hourly": "hour", "annual": "year", "annually": "year",
}  # fmt: skip


def calendar_key(word: str, column: Column) -> Key | None:
    where = frozenset({column.ref.table})
    if column.is_year:
        if word == "year":
            return Key(field_of(column), column.facts.name, where, column)
        return Key(Bin(width=10, of=field_of(column)), "decade", where, column) if word == "decade" else None
    if column.family is not Family.DATE:
        return None
    if word == "decade":
        return Key(Bin(width=10, of=Part(part="year", of=field_of(column))), "decade", where, column)
    if word == "year":
        return Key(Part(part="year", of=field_of(column)), "year", where, column, "year")
    if word in _PARTS:
        if word == "hour" and column.facts.type != ColumnType.DATETIME:
            return None
        return Key(Part(part=_PARTS[word], of=field_of(column)), word, where, column)
    unit = UNITS[word]
    return Key(Bucket(unit=unit, of=field_of(column)), word, where, column, unit)


@ENGLISH.rule("KEY", "COL")
def key_of_column(column: Column) -> Key | Costly | None:
    if column.facts.type == ColumnType.DECIMAL:
        return None
    if column.facts.name in column.home.facts.candidate_keys and column.home.facts.rows > 3:
        # What every row has its own of makes groups of rows of another table at best, as names of things do.
        doubt = 0.1 if column.family is Family.TEXT and not column.is_key_like else 0.5
        return Costly(Key(field_of(column), column.facts.name, frozenset({column.ref.table}), column), doubt)
    if column.family is Family.DATE:
        return Costly(Key(field_of(column), column.facts.name, frozenset({column.ref.table}), column), 0.1)
    found = Key(field_of(column), column.facts.name, frozenset({column.ref.table}), column)
    if not column.is_numeric or column.is_key_like or column.is_year:
        return found
    return Costly(found, 0.5 if is_additive(column) else 0.1)


@ENGLISH.rule("KEY", "CAL", "CAL of the? day|week|year|month")
def key_of_calendar(calendar: Calendar) -> list[Costly]:
    keys = [(column, k) for column in calendar.columns if (k := calendar_key(calendar.word, column)) is not None]
    doubts = doubts_of_dates([column for column, _ in keys])
    return [Costly(key, doubt) for (_, key), doubt in zip(keys, doubts, strict=True)]


@ENGLISH.rule("KEY", "CAL @of? COL", "COL CAL", "CAL @be? COL")
def key_of_calendar_and_column(first: object, second: object) -> Key | None:
    calendar, column = (first, second) if isinstance(first, Calendar) else (second, first)
    return (
        calendar_key(calendar.word, column) if isinstance(calendar, Calendar) and isinstance(column, Column) else None
    )


@ENGLISH.rule("KEYS", "KEY")
def one_key(key: Key) -> tuple[Key, ...]:
    return (key,)


@ENGLISH.rule("KEYS", "KEYS and|by|per KEY", "both KEYS and KEY", "KEYS and then? by? KEY", "KEYS and for? each KEY")
def more_keys(keys: tuple[Key, ...], key: Key) -> tuple[Key, ...] | None:
    return (*keys, key) if key not in keys and len(keys) < 3 else None


@ENGLISH.rule(
    "GROUPING",
    "@by each? KEYS",
    "for|in|of|at|on|within each|every KEYS",
    "each KEYS",
    "grouped|group|broken|split|split|breakdown|segmented down? by KEYS",
    "across all? KEYS",
    "for all KEYS",
    "over the? KEYS",
    cost=0.0,
)
def grouping(keys: tuple[Key, ...]) -> tuple[Key, ...]:
    return keys


@ENGLISH.rule("GROUPING", "KEY by KEY", "KEY for KEY")
def one_after_the_other(first: Key, second: Key) -> tuple[Key, ...] | None:
    """ "Cause by cause", "month by month"."""
    return (first,) if first == second else None
