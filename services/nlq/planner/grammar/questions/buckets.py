"""Numbers sorted into ranges: ranges that the question names ("under 50, 50–100 and over 100"), and steps of one width ("by age in tens")."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from services.nlq.planner.grammar.chart import Item
from services.nlq.planner.grammar.conditions.holding import condition
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Ask, Condition, Figure, Key, Number, Rows, Value
from services.nlq.planner.grammar.rules import the
from services.nlq.planner.lexicon.tokens import Token
from shared.columns import ColumnType
from shared.plan import All, Bin, Comparison, Literal, Predicate

MOST_RANGES = 12


@dataclass(frozen=True)
class Range:
    """Numbers from `low` to `high`; an end that is None is open."""

    low: float | int | None = None
    high: float | int | None = None
    low_in: bool = True
    high_in: bool = True


_BETWEEN_DIGITS = re.compile(r"(?<![\w.,-])(\d+(?:\.\d+)?)\s?[-–—]\s?(\d+(?:\.\d+)?)(?![\w-]|[.,]\d)")


def written_ranges(text: str, tokens: Sequence[Token]) -> Iterator[Item]:
    """ "0-30", "31–60"."""
    for match in _BETWEEN_DIGITS.finditer(text):
        inside = [at for at, t in enumerate(tokens) if match.start() <= t.start and t.end <= match.end()]
        low, high = (_number(n) for n in match.groups())
        if inside and low < high:
            yield Item("RANGE", inside[0], inside[-1] + 1, Range(low, high), 0.0)


def _number(text: str) -> float | int:
    return float(text) if "." in text else int(text)


_ENDS = {
    "<": lambda n: Range(high=n, high_in=False),
    "<=": lambda n: Range(high=n),
    ">": lambda n: Range(low=n, low_in=False),
    ">=": lambda n: Range(low=n),
    "==": lambda n: Range(n, n),
}


@ENGLISH.rule("RANGE", "CMP QTY", "QTY AFTERWARDS")
def open_range(first: object, second: object) -> Range | None:
    op, number = (first, second) if isinstance(first, str) else (second, first)
    made = _ENDS.get(op) if isinstance(op, str) else None
    return made(number.value) if made is not None and isinstance(number, Number) else None


@ENGLISH.rule("RANGE", "between QTY and|to QTY", "from? QTY to QTY", "QTY up to QTY")
def closed_range(low: Number, high: Number) -> Range | None:
    return Range(low.value, high.value) if low.value < high.value else None


@ENGLISH.rule("RANGES", "RANGE and? RANGE")
def two_ranges(first: Range, second: Range) -> tuple[Range, ...] | None:
    return (first, second) if _follows(first, second) or _follows(second, first) else None


@ENGLISH.rule("RANGES", "RANGES and? RANGE")
def more_ranges(ranges: tuple[Range, ...], another: Range) -> tuple[Range, ...] | None:
    if len(ranges) >= MOST_RANGES:
        return None
    upwards = _follows(ranges[0], ranges[1])
    return (*ranges, another) if _follows(*((ranges[-1], another) if upwards else (another, ranges[-1]))) else None


def _follows(lower: Range, upper: Range) -> bool:
    """Whether the second begins where the first ends, so that no number is in both."""
    if lower.high is None or upper.low is None or lower.high > upper.low:
        return False
    return lower.high < upper.low or not (lower.high_in and upper.low_in)


@ENGLISH.rule(
    "BUCKETED",
    "how many ROWS @have? @be? the? EXPR @of? RANGES",
    "how many ROWS @be? RANGES EXPR",
    "number|count of ROWS @have? @by? the? EXPR @of? RANGES",
    "ROWS @by|@have EXPR @of? RANGES",
)
def rows_in_ranges(*parts: object) -> tuple[Figure, ...] | None:
    rows = the(Rows, parts)
    value = the(Value, parts)
    ranges = the(tuple, parts)
    return _in_each(Figure("count", rows=rows), value, ranges)


@ENGLISH.rule("BUCKETED", "FIG for|by|with|at EXPR @of? RANGES")
def figure_in_ranges(figure: Figure, value: Value, ranges: tuple[Range, ...]) -> tuple[Figure, ...] | None:
    return _in_each(figure, value, ranges) if figure.left is None else None


@ENGLISH.rule("Q", "@show? me? the? BUCKETED", "@ask @be the? BUCKETED", "count BUCKETED")
def bucketed(figures: tuple[Figure, ...]) -> Ask:
    return Ask(figures=figures)


def _in_each(figure: Figure, value: Value, ranges: tuple[Range, ...]) -> tuple[Figure, ...] | None:
    column = value.column
    if column is not None and (not column.is_numeric or column.is_key_like):
        return None
    whole = column is not None and column.facts.type == ColumnType.INTEGER
    ordered = ranges if _follows(ranges[0], ranges[1]) else ranges[::-1]
    if not all(_is_gapless(a, b, whole) for a, b in pairwise(ordered)):
        return None
    return tuple(replace(figure, where=(_within(r, value),)) for r in ranges)


def _is_gapless(lower: Range, upper: Range, whole: bool) -> bool:
    """ "0–30, 31–60" leaves out 30.5, which is nothing where there are only whole numbers."""
    if lower.high is None or upper.low is None:
        return False
    if lower.high == upper.low:
        return lower.high_in or upper.low_in
    return whole and upper.low - lower.high == 1 and lower.high_in and upper.low_in


def _within(found: Range, value: Value) -> Condition:
    ends: list[Predicate] = []
    if found.low is not None:
        op = ">=" if found.low_in else ">"
        ends.append(Comparison(left=value.of, op=op, right=Literal(value=found.low, type="number")))  # type: ignore[arg-type]
    if found.high is not None:
        op = "<=" if found.high_in else "<"
        ends.append(Comparison(left=value.of, op=op, right=Literal(value=found.high, type="number")))  # type: ignore[arg-type]
    return condition(ends[0] if len(ends) == 1 else All(of=tuple(ends)), value.column, value.tables)


# Steps of one width

_STEPS = "step|steps|band|bands|bin|bins|bucket|buckets|bracket|brackets|group|groups|range|ranges|class|classes|interval|intervals"


@ENGLISH.rule(
    "KEY",
    f"EXPR in? {_STEPS} of QTY",
    f"{_STEPS} of QTY EXPR",
    "EXPR by QTY s",
    cost=-0.05,
)
def in_steps(first: object, second: object) -> Key | None:
    value, width = (first, second) if isinstance(first, Value) else (second, first)
    if not isinstance(value, Value) or not isinstance(width, Number):
        return None
    return _binned(value, width)


@ENGLISH.rule("KEY", f"QTY EXPR {_STEPS}", f"EXPR {_STEPS} of QTY", cost=-0.05)
def in_groups_of(first: object, second: object) -> Key | None:
    return in_steps(first, second)


def _binned(value: Value, width: Number) -> Key | None:
    column = value.column
    if width.value <= 0 or (column is not None and (not column.is_numeric or column.is_key_like)):
        return None
    return Key(Bin(width=width.value, of=value.of), f"{value.label} by {width.value:g}s", value.tables, column)


@ENGLISH.rule(
    "Q",
    "group|sort|divide|split|bin|bucket the? ROWS by|into? KEY and count them?",
    "group|sort|divide|split|bin|bucket the? ROWS by|into? KEY",
)
def counted_in_steps(rows: Rows, key: Key) -> Ask | None:
    """ "Group the parcels by postage in buckets of 10 and count them"."""
    if not isinstance(key.of, Bin):
        return None
    return Ask(figures=(Figure("count", rows=replace(rows, where=())),), where=rows.where, keys=(key,))
