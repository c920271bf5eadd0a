"""What rows are grouped by, limits on groups, ranks, and order."""

from __future__ import annotations

from dataclasses import dataclass

from services.nlq.planner.grammar.dates import doubts_of_dates
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.figures import aggregate, is_additive
from services.nlq.planner.grammar.meanings import Figure, Key, Limit, Number, Order, Rank, Rows, Value, field_of
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


_UNITS: dict[str, CalendarUnit] = {
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
    unit = _UNITS[word]
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


# Limits on groups


@ENGLISH.rule("LIMIT", "@have CMP NUM ROWS", "CMP NUM ROWS", "FIG @be? CMP NUM")
def limit(*parts: object) -> Limit | None:
    figure = next((p for p in parts if isinstance(p, Figure)), None)
    rows = next((p for p in parts if isinstance(p, Rows)), None)
    op = next(p for p in parts if isinstance(p, str))
    number = next(p for p in parts if isinstance(p, Number))
    if rows is not None and rows.counted is not None and rows.counted.is_numeric and not rows.counted.is_key_like:
        return None
    measured = figure or (Figure("count", rows=rows) if rows else None)
    if measured is None or measured.left is not None or measured.assumed:
        return None
    return Limit(measured, op, number.value)


@ENGLISH.rule("LIMIT", "NUM AFTERWARDS ROWS", "@have NUM AFTERWARDS ROWS", "NUM ROWS AFTERWARDS")
def limit_afterwards(*parts: object) -> Limit | None:
    rows = next(p for p in parts if isinstance(p, Rows))
    op = next(p for p in parts if isinstance(p, str))
    number = next(p for p in parts if isinstance(p, Number))
    return limit(op, number, rows)


@ENGLISH.rule(
    "LIMIT",
    "@have no ROWS",
    "without any? ROWS",
    "@have no ROWS at all",
    "NEG @have? any|a ROWS",
    "never @have? a? ROWS",
    "@do? @not @have any? ROWS",
)
def none_of_them(*parts: object) -> Limit | None:
    rows = next(p for p in parts if isinstance(p, Rows))
    return Limit(Figure("count", rows=rows), "==", 0)


@ENGLISH.rule("LIMIT", "CMP NUM times", "NUM times AFTERWARDS", "NUM AFTERWARDS times", "CMP NUM times each?")
def so_often(*parts: object) -> Limit:
    op = next(p for p in parts if isinstance(p, str))
    number = next(p for p in parts if isinstance(p, Number))
    return Limit(Figure("count"), op, number.value)


@ENGLISH.rule("LIMIT", "more than once", "repeatedly", "several times", "multiple times")
def more_than_once() -> Limit:
    return Limit(Figure("count"), ">", 1)


@ENGLISH.rule("LIMIT", "only once", "exactly once", "just once")
def only_once() -> Limit:
    return Limit(Figure("count"), "==", 1)


# Ranks

ENGLISH.phrases("SUP", {True: "most|highest|largest|biggest|greatest|maximum|max|top|longest|busiest", False: "least|lowest|smallest|fewest|minimum|min|bottom|shortest|quietest"})  # fmt: skip
ENGLISH.phrases(
    "SUPADJ",
    {
        ("amount", "price", "cost", "fee", "charge", "value", "salary"): "most expensive|priciest|dearest|costliest",
        ("-", "price", "cost", "fee", "charge"): "cheapest|least expensive",
        ("age", "-birth", "-founded", "-built", "-hire", "-since", "-published", "-date", "-year"): "oldest",
        ("-age", "birth"): "youngest",
        ("length", "duration", "distance", "time", "pages", "minutes", "seconds", "hours", "days", "talk"): "longest",
        ("-", "length", "duration", "distance", "time", "pages", "minutes", "seconds"): "shortest",
        ("height", "tall", "elevation", "altitude"): "tallest|highest",
        ("-", "height", "elevation", "altitude"): "lowest",
        ("population",): "most populous|most populated",
        ("-", "population"): "least populous|least populated",
        ("density",): "most densely populated|densest|most dense",
        ("-", "density"): "least densely populated|least dense|sparsest",
        ("rating", "score", "stars", "grade"): "best|best rated|highest rated|top rated",
        ("-", "rating", "score", "stars", "grade"): "worst|worst rated|lowest rated",
        ("depth",): "deepest",
        ("speed",): "fastest",
        ("weight",): "heaviest",
        ("size", "area", "population", "capacity", "amount", "total", "length"): "largest|biggest",
        ("-", "size", "area", "population", "capacity", "amount", "total"): "smallest",
        ("salary", "pay", "wage", "income"): "highest paid|best paid|highest earning|top earning",
        ("-", "salary", "pay", "wage", "income"): "lowest paid|worst paid|lowest earning",
        ("date", "time", "timestamp", "on", "at"): "latest|newest|most recent|last|the latest",
        ("-", "date", "time", "timestamp", "on", "at"): "earliest|first|oldest",
    },
)


@ENGLISH.rule(
    "RANK",
    "@have? the? SUP FIG",
    "by|with|having SUP FIG",
    "@have the? SUP EXPR",
    "SUP EXPR",
    "with the? SUP EXPR",
    "the SUP EXPR",
)
def rank_by(largest: bool, by: Figure | Value) -> Rank | None:
    if isinstance(by, Figure) and (by.assumed or by.left is not None):
        return None
    if isinstance(by, Value) and by.column is not None and by.column.family not in (Family.NUMBER, Family.DATE):
        return None
    if isinstance(by, Value) and by.column is not None and by.column.is_key_like:
        return None
    return Rank(1, largest, by=by)


ENGLISH.phrases("MERIT", {True: "best", False: "worst"})
_THE_LESS_THE_BETTER = frozenset(
    "wait waiting delay delays cost costs price expense expenses error errors waste wasted late lateness complaint complaints defect defects "
    "absence sick loss losses failure failures downtime debt debts rank ranking place fine fines churn".split()
)


def is_largest(best: bool, of: Figure | Value | None) -> bool:
    """Whether the best (the worst) is the greatest: of waiting times it is the least."""
    value = of.of if isinstance(of, Figure) else of
    column = value.column if value is not None else None
    turned = column is not None and bool(_THE_LESS_THE_BETTER.intersection(column.words))
    return best != turned


@ENGLISH.rule("FIG", "MERIT EXPR")
def extreme_by_merit(best: bool, of: Value) -> Figure | Costly | None:
    return aggregate("max" if is_largest(best, of) else "min", of)


@ENGLISH.rule(
    "RANK",
    "@have? the? MERIT FIG",
    "by|with|having the? MERIT FIG",
    "@have the? MERIT EXPR",
    "MERIT EXPR",
    "with the? MERIT EXPR",
)
def rank_by_merit(best: bool, by: Figure | Value) -> Rank | None:
    return rank_by(is_largest(best, by), by)


ENGLISH.phrases("MANY", {True: "most|highest number of|largest number of|greatest number of|biggest number of|most number of|maximum number of", False: "least|fewest|lowest number of|smallest number of|least number of|minimum number of"})  # fmt: skip


@ENGLISH.rule("RANK", "@have? the? MANY ROWS", "with the? MANY ROWS", "MANY ROWS")
def rank_by_count(largest: bool, rows: Rows) -> Rank | Costly:
    return Rank(1, largest, by=Figure("count", rows=rows))


@ENGLISH.rule("RANK", "the? most often", "most frequently", "the? most times", "most of all")
def most_often() -> Rank:
    return Rank(1, True, by=Figure("count"))


@ENGLISH.rule("RANK", "the? least often", "least frequently")
def least_often() -> Rank:
    return Rank(1, False, by=Figure("count"))


@ENGLISH.rule("RANK", "@have? the? ORDINAL RANK", "ORDINAL RANK")
def nth(ordinal: int, rank: Rank) -> Rank | None:
    return Rank(1, rank.descending, ordinal - 1, rank.by) if rank.skip == 0 and rank.count == 1 else None


@ENGLISH.rule(
    "ORDERING",
    "sort|sorted|ordered|order|ranked|arranged it|them? SUP|DIRECTION",
    "DIRECTION",
    "SUP first",
    "DIRECTION order",
    "in DIRECTION order",
)
def ordering(descending: bool) -> Order:
    return Order(None, descending)


ENGLISH.phrases("DIRECTION", {True: "descending|desc|highest first|largest first|highest to lowest|from high to low|best first|biggest first|from highest to lowest|most first|decreasing|sorted descending|sort descending|sort it descending", False: "ascending|asc|lowest first|smallest first|lowest to highest|from low to high|from lowest to highest|increasing|sorted ascending|sort ascending|sort it ascending|alphabetically"})  # fmt: skip


@ENGLISH.rule(
    "ORDERING", "sorted|ordered|sort|order|ranked|rank by EXPR|FIG DIRECTION?", "sorted|ordered by KEY DIRECTION?"
)
def ordered_by(by: Figure | Value | Key, descending: bool = False) -> Order:
    return Order(by, descending)
