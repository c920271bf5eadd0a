"""Numbers as such: figures, words, scales, fractions and ordinals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.nlq.planner.lexicon.spoken import PLAIN, SECOND_CHOICE, UNMARKED, Doubt, Line

_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SMALL = {word: i for i, word in enumerate(_ONES)} | {word: 10 * i for i, word in enumerate(_TENS, 2)}
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SCALES |= {f"{word}s": scale for word, scale in _SCALES.items()} | {
    "mn": 10**6,
    "mio": 10**6,
    "mln": 10**6,
    "bn": 10**9,
    "mrd": 10**9,
    "grand": 10**3,
}
_TOUCHING = {"k": 10**3, "m": 10**6, "mm": 10**6, "b": 10**9, "bn": 10**9, "mn": 10**6, "t": 10**12}
"""Letters that are a scale only where they touch the number: 5k, but not "5 k"."""
_ALSO_UNITS = frozenset({"m", "mm", "t", "b"})
_GROUPS = {"dozen": 12, "hundred": 100, "score": 20}
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11,
    "twelfth": 12, "twentieth": 20, "hundredth": 100,
}  # fmt: skip
_PARTS = {
    "half": 2,
    "halves": 2,
    "third": 3,
    "quarter": 4,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "eighth": 8,
    "tenth": 10,
    "hundredth": 100,
}
_PARTS |= {f"{word}s": parts for word, parts in _PARTS.items() if word not in ("half", "halves")}


@dataclass(frozen=True, slots=True)
class Number:
    """`scale` is what the figures were multiplied with (3 million: 1,000,000); it is part of `value` already."""

    start: int
    end: int
    value: int | float
    scale: int = 1
    cost: float = PLAIN
    doubt: Doubt | None = None
    ordinal: bool = False
    fraction: bool = False


def read_number(line: Line, at: int) -> Iterator[Number]:
    """Every number that begins at this token."""
    token = line.tokens[at]
    if token.is_number:
        yield from _figures(line, at)
        return
    word = token.norm
    if word in _SMALL or (word in ("a", "an") and _named_group(line.norm(at + 1))):
        yield from _words(line, at)
    elif word in _GROUPS and word != "score":
        yield Number(at, at + 1, _GROUPS[word], cost=UNMARKED)
    if word in _ORDINALS:
        yield Number(at, at + 1, _ORDINALS[word], ordinal=True)
    yield from _fractions(line, at)


def _named_group(word: str) -> bool:
    return word in _SCALES or word in _GROUPS


def _figures(line: Line, at: int) -> Iterator[Number]:
    norm = line.norms[at]
    value: int | float = float(norm) if "." in norm else int(norm)
    after = line.norm(at + 1)
    if after in ("st", "nd", "rd", "th") and line.touches(at):
        yield Number(at, at + 2, value, ordinal=True)
        return
    letters = _TOUCHING.get(after) if line.touches(at) else None
    scale = letters or _SCALES.get(after) or _GROUPS.get(after)
    doubt = Doubt.UNIT if letters and after in _ALSO_UNITS else None
    # what stands before "k" or "million" is rarely meant by itself
    yield Number(at, at + 1, value, cost=SECOND_CHOICE if scale else PLAIN, doubt=doubt)
    if scale:
        yield Number(at, at + 2, _whole(value * scale), scale, doubt=doubt)
    divisor = line.whole_number(at + 1, 2, 100)
    if line.gap(at) == "/" and divisor and isinstance(value, int) and 0 < value < divisor and line.gap(at + 1) != "/":
        yield Number(at, at + 2, value / divisor, cost=UNMARKED, fraction=True)


def _words(line: Line, at: int) -> Iterator[Number]:
    """twenty-five, two hundred and fifty, three million, a dozen: each place where the number may end."""
    total, current, after, scale = 0, 0, at, 1
    while after < len(line):
        word = line.norms[after]
        if word == "and" and line.norm(after - 1) in ("hundred", "thousand") and line.norm(after + 1) in _SMALL:
            after += 1
            continue
        if word in ("a", "an") and after == at:
            current, after = 1, after + 1
            continue
        if word in _SMALL and _may_add(current, _SMALL[word], after == at):
            current += _SMALL[word]
        elif word in _GROUPS and 0 < current < _GROUPS[word]:
            current, scale = current * _GROUPS[word], _GROUPS[word]
        elif word in _SCALES and current > 0:
            total, current, scale = total + current * _SCALES[word], 0, _SCALES[word]
        else:
            break
        after += 1
        # "one" is mostly a pronoun
        cost = UNMARKED if total + current == 1 else PLAIN
        unfinished = _named_group(line.norm(after))
        yield Number(
            at,
            after,
            total + current,
            scale if total == 0 or current == 0 else 1,
            SECOND_CHOICE if unfinished else cost,
        )


def _may_add(current: int, small: int, first: bool) -> bool:
    """twenty five and hundred five, but not five five."""
    if first:
        return True
    lowest = current % 100
    return small > 0 and (lowest == 0 or (lowest >= 20 and lowest % 10 == 0 and small < 10))


def _fractions(line: Line, at: int) -> Iterator[Number]:
    """half, a third, two thirds, half a million."""
    word = line.norm(at)
    if word in ("half", "halves"):
        yield Number(at, at + 1, 0.5, fraction=True)
        scale = (
            _SCALES.get(line.norm(at + 2)) or _GROUPS.get(line.norm(at + 2))
            if line.norm(at + 1) in ("a", "an")
            else None
        )
        if scale:
            yield Number(at, at + 3, _whole(scale / 2), scale)
        return
    if word in _PARTS:
        return
    count = 1 if word in ("a", "an") else _SMALL.get(word)
    parts = _PARTS.get(line.norm(at + 1))
    if count and parts and count < parts:
        # "a quarter" is as often three months
        yield Number(
            at, at + 2, count / parts, cost=SECOND_CHOICE if word == "a" and parts == 4 else PLAIN, fraction=True
        )


def _whole(value: int | float) -> int | float:
    return int(value) if float(value).is_integer() else round(value, 6)
