"""Numbers in figures and in words."""

from __future__ import annotations

from collections.abc import Sequence

from services.nlq.planner.lexicon.tokens import Token

_WORDS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "dozen": 12,
}  # fmt: skip
_SCALES = {
    "hundred": 100,
    "thousand": 1_000,
    "million": 1_000_000,
    "billion": 1_000_000_000,
    "k": 1_000,
    "m": 1_000_000,
    "bn": 1_000_000_000,
}


def read_number(tokens: Sequence[Token], at: int) -> tuple[int | float, int] | None:
    """The number that starts at this token and where it ends: 12, 1,200.5, five, 3 million, 2k, twenty five."""
    value = _plain(tokens[at])
    if value is None:
        return None
    after = at + 1
    if (
        value in range(20, 100, 10)
        and not tokens[at].is_number
        and after < len(tokens)
        and _WORDS.get(tokens[after].norm, 99) < 10
    ):
        value, after = value + _WORDS[tokens[after].norm], after + 1
    while after < len(tokens) and tokens[after].norm in _SCALES and _scales(tokens, after):
        value, after = value * _SCALES[tokens[after].norm], after + 1
    return (int(value) if float(value).is_integer() and "." not in tokens[at].norm else value), after


def _scales(tokens: Sequence[Token], at: int) -> bool:
    """A letter is a scale only when it touches its number: 5k, but not "5 m"."""
    return len(tokens[at].norm) > 2 or (tokens[at].norm in ("k", "bn") and tokens[at].start == tokens[at - 1].end)


def _plain(token: Token) -> int | float | None:
    if token.is_number:
        return float(token.norm) if "." in token.norm else int(token.norm)
    return _WORDS.get(token.norm)
