"""What may stand at the leaves of a specification: literals of a named form, and never an expression, a signal or an address."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from services.nlq.answers.charts.cells import is_number
from services.nlq.answers.charts.limits import LARGEST_NUMBER, LONGEST_TEXT
from shared.prose import is_plain

_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}|[A-Za-z]{3,25}|(rgb|hsl)a?\([\d.,%\s/]{1,40}\)")
# The grammars of d3-format and d3-time-format: what fits neither is an error while drawing.
# Of these only what shows the number or the moment itself: fills, widths, other bases and words of its own would put digits on an axis that stand
# in no cell ("9<20d", "99999 sold in %Y").
_NUMBER_FORMAT = re.compile(r"[+\-( ]?\$?,?(\.\d{1,2})?~?[defgrs%]?")
_TIME_FORMAT = re.compile(
    r"(?=.*%)(Q(?=%q)|(W|CW|KW|[Ww]eek )(?=%[UVW])|T(?=%[HI])|[ ,.:/()'–-]|%[-_0]?[aAbBcdefgGHIjLmMpqSuUVwWxXyYZ]){1,60}"
)


@dataclass(frozen=True)
class Leaf:
    """`says` completes "has to be …". Prose is shown to people, so its numbers are looked at."""

    accepts: Callable[[Any], bool]
    says: str
    is_prose: bool = False

    def __or__(self, other: Leaf) -> Leaf:
        return Leaf(
            lambda value: self.accepts(value) or other.accepts(value),
            f"{self.says} or {other.says}",
            self.is_prose or other.is_prose,
        )


def number(low: float, high: float) -> Leaf:
    return Leaf(lambda value: _is_finite(value) and low <= value <= high, f"a number from {low:g} to {high:g}")


def one_of(names: Collection[str]) -> Leaf:
    shown = ", ".join(sorted(names)[:40])
    return Leaf(lambda value: isinstance(value, str) and value in names, f"one of {shown}")


def list_of(leaf: Leaf, most: int) -> Leaf:
    def accepts(value: Any) -> bool:
        return isinstance(value, list) and len(value) <= most and all(map(leaf.accepts, value))

    return Leaf(accepts, f"a list of at most {most}, each {leaf.says}", leaf.is_prose)


def _is_finite(value: Any) -> bool:
    return is_number(value) and abs(value) <= LARGEST_NUMBER  # which NaN is not


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_TEXT


def _matches(*patterns: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and any(pattern.fullmatch(value) for pattern in patterns)


FLAG = Leaf(lambda value: isinstance(value, bool), "true or false")
NOTHING = Leaf(lambda value: value is None, "null")
NUMBER = Leaf(_is_finite, "a number")
TEXT = Leaf(_is_text, f"a text of at most {LONGEST_TEXT} characters")
SCALAR = TEXT | NUMBER | FLAG
PROSE_LINE = Leaf(lambda value: _is_text(value) and is_plain(value), f"{TEXT.says} that can be seen", is_prose=True)
PROSE = PROSE_LINE | list_of(PROSE_LINE, 5) | NOTHING
ANY_COLOUR = Leaf(_matches(_COLOUR), "a colour such as #2f6f9f or steelblue")
COLOUR = ANY_COLOUR | NOTHING
NUMBER_FORMAT = Leaf(_matches(_NUMBER_FORMAT), "a format of numbers such as ',.0f'")
TIME_FORMAT = Leaf(_matches(_TIME_FORMAT), "a format of dates such as '%b %Y'")
FORMAT = NUMBER_FORMAT | TIME_FORMAT
