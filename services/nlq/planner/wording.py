"""Pieces of a plan in plain English: what a value is, what a condition says, what a measure counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from shared.plan import (
    AGGREGATES,
    All,
    Among,
    AmongRows,
    Anything,
    Arithmetic,
    Bin,
    Bucket,
    Comparison,
    DayName,
    Elapsed,
    Expression,
    Field,
    Literal,
    Matches,
    Measure,
    Missing,
    Not,
    NumberOf,
    Part,
    Predicate,
    Query,
    Statistic,
    Within,
)


@dataclass(frozen=True)
class Words:
    """What the text of a piece needs besides the piece: how a query inside it is described, and what columns mean that steps made."""

    describe: Callable[[Query], str] = lambda query: f"a query of {query.table}"
    meanings: Mapping[str, str] = field(default_factory=dict)


PLAIN = Words()

_SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷"}
_SUMS = frozenset("+-")
_IS = {"==": "is", "!=": "is not", ">": "is more than", ">=": "is at least", "<": "is less than", "<=": "is at most"}
_IS_OF_DATES = _IS | {">": "is after", ">=": "is on or after", "<": "is before", "<=": "is on or before"}
_OPPOSITE = {"==": "!=", "!=": "==", ">": "<=", "<=": ">", "<": ">=", ">=": "<"}
_MATCHES = {
    "contains": ("contains", "does not contain"),
    "starts": ("starts with", "does not start with"),
    "ends": ("ends with", "does not end with"),
}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_SUFFIXES = {1: "st", 2: "nd", 3: "rd"}
# A longer list is cut: a sentence is read, not searched.
_MOST_VALUES = 8


def and_list(items: Sequence[str], word: str = "and") -> str:
    """ "a, b and c"."""
    return f" {word} ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def ordinal(number: float) -> str:
    """ "1st", "11th", "99.5th"."""
    whole = int(number)
    suffix = "th" if whole != number or 11 <= whole % 100 <= 13 else _SUFFIXES.get(whole % 10, "th")
    return f"{number:g}{suffix}"


def expression_text(expression: Expression, words: Words = PLAIN) -> str:
    match expression:
        case Field():
            return words.meanings.get(expression.name, expression.name) if expression.table is None else expression.name
        case Literal():
            return _literal_text(expression.value)
        case Arithmetic():
            left, right = (_operand(expression, side, words) for side in (expression.left, expression.right))
            return f"{left} {_SIGNS[expression.op]} {right}"
        case Part() | Bucket():
            part = expression.part if isinstance(expression, Part) else expression.unit
            return f"{part} of {expression_text(expression.of, words)}"
        case DayName():
            return f"weekday of {expression_text(expression.of, words)}"
        case Bin():
            return f"{expression_text(expression.of, words)} in steps of {expression.width:g}"
        case Elapsed():
            ends = f"from {expression_text(expression.start, words)} to {expression_text(expression.end, words)}"
            return f"{expression.unit} {ends}"
        case NumberOf():
            return f"number in {expression_text(expression.of, words)}"
        case Statistic():
            return f"[{words.describe(expression.query)}]"


def _operand(of: Arithmetic, side: Expression, words: Words) -> str:
    """In brackets where it would be read otherwise: a sum in a product, and what is subtracted or divided by."""
    text = expression_text(side, words)
    if not isinstance(side, Arithmetic):
        return text
    weaker = side.op in _SUMS and of.op not in _SUMS
    taken_from = side is of.right and of.op in "-/" and (side.op in _SUMS) == (of.op in _SUMS)
    return f"({text})" if weaker or taken_from else text


def key_text(expression: Expression, name: str) -> str:
    """What groups are made by: "month" for the months of the only date, the column's name otherwise."""
    match expression:
        case Field():
            return name
        case Bucket():
            return f"{expression.unit} of {expression_text(expression.of)}"
        case _:
            return expression_text(expression)


def measure_text(measure: Measure, words: Words = PLAIN) -> str:
    if measure.of is None:
        text = "number of rows"
    elif measure.function == "percentile":
        text = f"{ordinal(measure.percentile or 0)} percentile of {expression_text(measure.of, words)}"
    else:
        text = f"{AGGREGATES[measure.function].label} {expression_text(measure.of, words)}"
    return f"{text} where {condition_text(measure.where, words)}" if measure.where is not None else text


def condition_text(predicate: Predicate, words: Words = PLAIN, *, negated: bool = False) -> str:
    match predicate:
        case Not():
            text = condition_text(predicate.of, words, negated=not negated)
            return f"{text}, or cannot be said" if predicate.missing_too and not negated else text
        case All() | Anything():
            return _compound(predicate, words, negated=negated)
        case Comparison():
            return _comparison_text(predicate, words, negated=negated)
        case Among():
            return _among_text(predicate, words, negated=negated)
        case AmongRows():
            verb = "is not among" if negated else "is among"
            found = f"the {predicate.column} of [{words.describe(predicate.query)}]"
            return f"{expression_text(predicate.of, words)} {verb} {found}"
        case Matches():
            return f"{expression_text(predicate.of, words)} {_MATCHES[predicate.how][negated]} “{predicate.text}”"
        case Missing():
            return f"{expression_text(predicate.of, words)} is {'not ' if negated else ''}missing"
        case Within():
            period = period_text(predicate.start, predicate.end)
            return f"{expression_text(predicate.of, words)} is {'not ' if negated else ''}{period}"


def _compound(predicate: All | Anything, words: Words, *, negated: bool) -> str:
    word = "and" if isinstance(predicate, All) else "or"
    parts = [condition_text(part, words) for part in predicate.of]
    parts = [
        f"({text})" if isinstance(part, All | Anything) else text
        for part, text in zip(predicate.of, parts, strict=True)
    ]
    text = f" {word} ".join(parts) or "always"
    return f"not ({text})" if negated else text


def _comparison_text(comparison: Comparison, words: Words, *, negated: bool) -> str:
    op = _OPPOSITE[comparison.op] if negated else comparison.op
    value = _told_apart(comparison.left, comparison.right, expression_text(comparison.right, words))
    verbs = _IS
    if isinstance(comparison.right, Literal):
        if comparison.right.is_date:
            verbs = _IS_OF_DATES
        if isinstance(comparison.left, Part):
            value = _part_value(comparison.left, comparison.right.value)
    return f"{expression_text(comparison.left, words)} {verbs[op]} {value}"


def _told_apart(left: Expression, right: Expression, text: str) -> str:
    """A column of another table, or of the first one once more: "salary is more than salary of manager"."""
    if isinstance(left, Field) and isinstance(right, Field) and right.table and left.table != right.table:
        return f"{text} of {right.table}"
    return text


def _part_value(part: Part, value: bool | int | float | str) -> str:
    """The name of a weekday or a month."""
    names = {"weekday": _WEEKDAYS, "month": _MONTHS}.get(part.part, ())
    return names[value - 1] if isinstance(value, int) and 1 <= value <= len(names) else str(value)


def _among_text(among: Among, words: Words, *, negated: bool) -> str:
    values = [
        _part_value(among.of, value) if isinstance(among.of, Part) else _literal_text(value) for value in among.values
    ]
    more = len(values) - _MOST_VALUES
    shown = [*values[:_MOST_VALUES], f"{more} more"] if more > 0 else values
    verb = ("is none of" if len(values) > 1 else "is not") if negated else "is"
    return f"{expression_text(among.of, words)} {verb} {and_list(shown, 'or') or 'nothing'}"


def _literal_text(value: bool | int | float | str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        plain = value and value == value.strip() and not set(value) & set(",;()[]“”\"'")
        return value if plain else f"“{value}”"
    return f"{value:,}" if isinstance(value, float) else str(value)


def period_text(start: str | None, end: str | None) -> str:
    """ "in 2024", "in March 2024", "on 2024-03-05", "from 2024-01-01 to 2024-03-31" (both included), "before 2024-01-01"."""
    if start is None:
        return f"before {end}" if end else "known"
    if end is None:
        return f"on or after {start}"
    first, after = _day(start), _day(end)
    if first is None or after is None:
        return f"from {start} until before {end}"
    if (first.month, first.day) == (1, 1) and after == date(first.year + 1, 1, 1):
        return f"in {first.year}"
    if first.day == 1 and after == (first + timedelta(days=32)).replace(day=1):
        return f"in {_MONTHS[first.month - 1]} {first.year}"
    last = after - timedelta(days=1)
    return f"on {first}" if last == first else f"from {first} to {last}"


def _day(text: str) -> date | None:
    """The day that a moment begins; None where it lies within one."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.date() if (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0) else None
