"""Every number in an answer's prose stands in its result, in the question or in the code: what does not is not shown. Pure.

A number may be rounded, shown in percent, in thousands or millions, and with either decimal sign. One that is told of a name which the
result has ("Lyon sold 80") has to stand in a row of that name, so that figures exchanged between names are found, too. Dates are
numbers and names of months. What a person may have computed in their head (differences, ratios, "half") stands in no result, and is
refused: the model can compute it.
"""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from shared.prose.results import ShownResult

MOST_CELLS = 20_000  # that are looked at: a preview has a hundred rows
SHORTEST_NAME = 2  # characters: a single letter stands in every other word

_SCALES: Mapping[str, float] = {
    **dict.fromkeys(("k", "thousand", "tsd", "tausend"), 1e3),
    **dict.fromkeys(("m", "mn", "mio", "million", "millions", "millionen"), 1e6),
    **dict.fromkeys(("b", "bn", "mrd", "billion", "billions", "milliarden"), 1e9),
}
_SCALE_WORDS = "|".join(sorted(_SCALES, key=len, reverse=True))
_NUMBER = re.compile(
    rf"(?<![\w.,])(?P<sign>[-−–+]\s?)?[$€£¥]?\s?(?P<digits>\d+(?:[.,'’   ]\d+)*(?:e[-+−]?\d\d?(?!\d))?)"
    rf"(?:\s?(?P<percent>%|percent\b|per cent\b|prozent\b)|[\s ]?(?P<scale>{_SCALE_WORDS})\b)?",
    re.IGNORECASE,
)
_WORDS = {
    **{word: float(n) for n, word in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())},
    "dozen": 12.0, "half": 0.5, "twice": 2.0, "double": 2.0, "doubled": 2.0, "triple": 3.0, "tripled": 3.0, "quarter": 0.25, "thirds": 2 / 3,
}  # fmt: skip
_HARMLESS = frozenset({"one", "zero"})  # "one of the", "the one that": a count of one is said with a name
_WORD = re.compile(r"[^\W\d_]+")
_MONTHS = {name.casefold(): n for n, name in enumerate(calendar.month_name) if name}
_FALLING = re.compile(
    r"\b(fell|falls?|fallen|falling|drop\w*|down|declin\w*|decreas\w*|loss\w*|lost|los[et]\w*|below|less|lower|negativ\w*|minus|under|short\w*|shr[aiu]nk\w*|deficit)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\b(about|around|roughly|nearly|almost|approximately|some|circa|ca|over|more than|just)\s*[$€£¥]?$|[~≈]\s*$",
    re.IGNORECASE,
)
_ENDS = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+(?=[\"'“‘(]?[^\W\d_a-z]|[\"'“‘(]?\d)|\n+")


@dataclass(frozen=True)
class Grounds:
    """What numbers may stand on: results with their rows, and texts whose numbers may be repeated (the question, the code, names)."""

    results: Sequence[ShownResult] = ()
    texts: Sequence[str] = field(default=())

    @cached_property
    def free(self) -> tuple[float, ...]:
        """Numbers that belong to no row."""
        names = (column for result in self.results for column in result.columns)
        return (*self._counts(), *(value for text in (*self.texts, *names) for value in _numbers_in(text)))

    def _counts(self) -> Iterator[float]:
        """How many rows are here, and how many there are in all."""
        for result in self.results:
            yield float(len(result.rows))
            if result.total_rows is not None:
                yield float(result.total_rows)

    @cached_property
    def rows(self) -> tuple[Sequence[Any], ...]:
        """Of all results, one after the other."""
        return tuple(row for result in self.results for row in result.rows[: MOST_CELLS // max(len(result.columns), 1)])

    @cached_property
    def of_rows(self) -> tuple[tuple[float, ...], ...]:
        return tuple(tuple(number for cell in row for number in _numbers_of(cell)) for row in self.rows)

    @cached_property
    def names(self) -> Mapping[str, frozenset[int]]:
        """The rows in which a text stands, by its lower case."""
        found: dict[str, set[int]] = {}
        for at, row in enumerate(self.rows):
            for cell in row:
                if isinstance(cell, str) and len(cell) >= SHORTEST_NAME and not _is_number(cell):
                    found.setdefault(cell.casefold(), set()).add(at)
        return {name: frozenset(rows) for name, rows in found.items()}

    @cached_property
    def months(self) -> frozenset[int]:
        """Of the dates in the results, and those that the texts name."""
        cells = (cell for row in self.rows for cell in row if isinstance(cell, str))
        of_dates = {int(month) for cell in cells for month in re.findall(r"\b\d{4}-(\d{2})\b", cell)}
        said = {_MONTHS[w.casefold()] for t in self._all_texts() for w in _WORD.findall(t) if w.casefold() in _MONTHS}
        return frozenset(of_dates | said)

    def _all_texts(self) -> Iterator[str]:
        yield from self.texts
        yield from (cell for row in self.rows for cell in row if isinstance(cell, str))


def sentences(prose: str) -> list[str]:
    return [sentence for sentence in (part.strip() for part in _ENDS.split(prose)) if sentence]


def complete(prose: str) -> str:
    """What is there in whole sentences, while the last one may still be written."""
    ends = list(_ENDS.finditer(prose))
    return prose[: ends[-1].start()] if ends else ""


def unfounded(prose: str, grounds: Grounds) -> list[str]:
    """All that no sentence of `prose` may say."""
    return [missing for sentence in sentences(prose) for missing in ungrounded(sentence, grounds)]


def ungrounded(sentence: str, grounds: Grounds) -> list[str]:
    """The numbers and months of a sentence that stand nowhere, or in no row of the name that they are told of.

    A sentence tells either names and then their numbers ("Lyon: 80, Paris: 120") or numbers and then their names ("80 in Lyon").
    """
    mentions = _mentions(sentence, grounds)
    masked = _without_names(sentence, mentions)
    falls = _FALLING.search(sentence) is not None
    said = list(_said(masked))
    missing = min(
        (
            [one.text for one in said if not _stands(one, rows_of(one, mentions), grounds, falls=falls)]
            for rows_of in _ORDERS
        ),
        key=len,
    )
    unknown = {0, *grounds.months}
    return [
        *missing,
        *(w for w in _WORD.findall(masked) if w[:1].isupper() and _MONTHS.get(w.casefold(), 0) not in unknown),
    ]


@dataclass(frozen=True)
class _Said:
    """A number as it is written: `readings` are (value, half of the last place that is shown)."""

    text: str
    at: int
    readings: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class _Mention:
    start: int
    end: int
    rows: frozenset[int]


def _said(sentence: str) -> Iterator[_Said]:
    for found in _NUMBER.finditer(sentence):
        about = _ABOUT.search(sentence[: found.start("digits")]) is not None
        sign = -1.0 if (found["sign"] or "").strip() in ("-", "−", "–") else 1.0
        scale = 0.01 if found["percent"] else _SCALES.get((found["scale"] or "").casefold(), 1.0)
        readings = [
            (sign * value * factor, place * factor)
            for value, place in _read(found["digits"], about=about)
            for factor in ({scale, 1.0} if found["percent"] else {scale})
        ]
        yield _Said(found[0].strip(), found.start("digits"), tuple(readings))
    for word in _WORD.finditer(sentence):
        if sentence[word.end() : word.end() + 1] == "-":
            continue  # a two-sample test counts nothing
        if (value := _WORDS.get(word[0].casefold())) is not None and word[0].casefold() not in _HARMLESS:
            yield _Said(word[0], word.start(), ((value, 0.0), (value * 100, 0.0)) if value < 1 else ((value, 0.0),))


def _read(digits: str, *, about: bool) -> Iterator[tuple[float, float]]:
    """`1,234` is 1234 or, with a decimal comma, 1.234; the place is half of the last digit, or of the last that is no zero where it is about."""
    plain, _, exponent = re.sub(r"['’   ]", "", digits).casefold().replace("−", "-").partition("e")
    if exponent:
        whole, _, decimals = plain.replace(",", ".").partition(".")
        if "." not in decimals:
            yield float(f"{whole}.{decimals}e{exponent}"), 0.5 * 10.0 ** (int(exponent) - len(decimals))
        return
    marks = re.findall(r"[.,]", plain)
    if len(marks) != 1 or re.fullmatch(r"\d{1,3}[.,]\d{3}", plain):
        whole, decimals = plain, ""
        if len(set(marks)) == 2:
            whole, _, decimals = plain.rpartition(marks[-1])
        yield _place(re.sub(r"[.,]", "", whole), decimals, about=about)
    if len(marks) == 1:
        whole, _, decimals = plain.partition(marks[0])
        yield _place(whole, decimals, about=about)


def _place(whole: str, decimals: str, *, about: bool) -> tuple[float, float]:
    zeros = len(whole) - len(whole.rstrip("0")) if about and not decimals and whole.strip("0") else 0
    return float(f"{whole}.{decimals or 0}"), 0.5 * 10.0 ** (zeros - len(decimals))


def _stands(said: _Said, rows: frozenset[int] | None, grounds: Grounds, *, falls: bool) -> bool:
    """In a row of the name that it is told of, or in any where there is none; or beside the rows. What the question says may be said of every name."""
    places = range(len(grounds.of_rows)) if rows is None else rows
    of_cells = (number for at in places for number in grounds.of_rows[at])
    return any(_same(said, number, falls=falls) for number in (*grounds.free, *of_cells))


def _same(said: _Said, number: float, *, falls: bool) -> bool:
    wanted = (number, -number) if falls else (number,)
    return any(
        math.isclose(value, one, rel_tol=1e-9, abs_tol=0) or abs(value - one) <= place * (1 + 1e-9)
        for value, place in said.readings
        for one in wanted
    )


def _mentions(sentence: str, grounds: Grounds) -> list[_Mention]:
    """Names of the result in their order, the longest first where one is part of another."""
    folded, found = sentence.casefold(), list[_Mention]()
    for name in sorted(grounds.names, key=len, reverse=True):
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?:e?s)?(?!\w)", folded):
            if all(match.end() <= one.start or match.start() >= one.end for one in found):
                found.append(_Mention(match.start(), match.end(), grounds.names[name]))
    return sorted(found, key=lambda one: one.start)


def _without_names(sentence: str, mentions: Sequence[_Mention]) -> str:
    """Digits in a name are no figures."""
    for one in mentions:
        sentence = sentence[: one.start] + "·" * (one.end - one.start) + sentence[one.end :]
    return sentence


def _of_name_before(said: _Said, mentions: Sequence[_Mention]) -> frozenset[int] | None:
    """The rows of the names before the number, nearest first; names that stand together ("Lyon in 2024") are of one row where they share one."""
    return _shared([one for one in reversed(mentions) if one.end <= said.at] or mentions[:1])


def _of_name_after(said: _Said, mentions: Sequence[_Mention]) -> frozenset[int] | None:
    return _shared([one for one in mentions if one.start >= said.at] or mentions[-1:])


_ORDERS = (_of_name_before, _of_name_after)


def _shared(names: Sequence[_Mention]) -> frozenset[int] | None:
    if not names:
        return None
    rows = names[0].rows
    for one in names[1:]:
        rows = shared if (shared := rows & one.rows) else rows
    return rows


def _numbers_of(cell: Any) -> list[float]:
    if isinstance(cell, bool) or cell is None:
        return []
    if isinstance(cell, int | float):
        return [float(cell)] if math.isfinite(cell) else []
    return _numbers_in(str(cell))


def _numbers_in(text: str) -> list[float]:
    """Every way to read the digits of a text, also those inside of words and dates."""
    whole = [value for found in re.findall(r"\d+(?:[.,]\d+)*", text) for value, _ in _read(found, about=False)]
    return [*whole, *(float(found) for found in re.findall(r"\d+", text))]


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[\d.,\s%$€£¥+-]+", text) is not None
