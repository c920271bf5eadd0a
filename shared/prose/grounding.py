"""Every number in an answer's prose stands in its result or in the question: what does not is not shown. Pure.

A number may be rounded, in percent where its column holds shares, in thousands or millions, and in words. One that is told of a name which the
result has ("Lyon sold 80") has to stand in a row of that name; names are texts, codes, dates and keys (`labels`, `moments`), so that figures
exchanged between them are found, too. One beside the word of a column ("80 orders") has to stand in such a column. What a person may have
computed in their head (differences, ratios, "half") stands in no result, and is refused: the model can compute it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from shared.prose.calendar_words import WEEKDAYS
from shared.prose.columns import Column, stem
from shared.prose.grounds import Figure, Grounds, whole_words
from shared.prose.labels import Mention, joined
from shared.prose.moments import SaidMoment, moments_in
from shared.prose.numbers import Reading, Said, numbers_said, written_plainly
from shared.prose.owners import rows_told_of
from shared.prose.sentences import sentences
from shared.prose.significance import P_BOUND, SIGNIFICANCE, bound_holds

_GOES_ON = re.compile(r"\s*(it|they|he|she|es|sie|er|il|elle)\b", re.IGNORECASE)
_FALLS = r"fell|falls?|fallen|falling|drop\w*|down|declin\w*|decreas\w*|loss\w*|lost|los(?:es|ing)|lower\w*|less|fewer|negative\w*|shr[aiu]nk\w*|deficit|reduc\w*|sank|slump\w*|sinkt|fiel|gesunken|gefallen|baisse|bajó"
_RISES = r"rose|rises?|risen|rising|grew|grows?|grown|growing|growth|increas\w*|gain\w*|up|climb\w*|higher|jump\w*|surg\w*|more|stieg|gestiegen|augment\w*|subió"
_FALL = re.compile(rf"\b(?:{_FALLS})\b", re.IGNORECASE)
_DIRECTION = re.compile(rf"\b(?:(?P<falls>{_FALLS})|(?P<rises>{_RISES}))\b", re.IGNORECASE)
_FALLS_BY = re.compile(
    r"\b(fell|falls?|drop\w*|down|declin\w*|decreas\w*|loss|lost|los(?:es|ing)|shr[aiu]nk)\s(?:by\s|of\s|about\s|around\s|some\s|roughly\s|only\s)*[$€£]?$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,;:()—]|\b(?:and|while|but|und|aber|et|mais|y|pero)\b")
_TOTAL = re.compile(
    r"\b(total|sum|overall|altogether|together|combined|in all|insgesamt|zusammen|gesamt|au total|en total)\b",
    re.IGNORECASE,
)
_OF_TABLES = re.compile(
    r"\b(rows?|columns?|records?|entr(?:y|ies)|lines?|tables?|fields?|variables?|features?|observations?|zeilen?|spalten?|lignes?|colonnes?|filas?|columnas?)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_AFTER = re.compile(r"\s?(?:[$€£]|EUR|USD)?\s?(?P<of>in |of )?(?P<word>[^\W\d_]+)")
_BEFORE = re.compile(
    r"(?P<word>[^\W\d_]+)(?:\s(?:of|in|for)\s(?:the\s)?·+)?(?:\s(?:of|is|was|are|were|comes to|reached|amounts to|in|=)|\s?[:=])?\s?[$€£]?$"
)
_COUNTED = re.compile(r"(^|\b(only|just|not|nur|seulement|solo)\s)[^\w]*(a\s)?$", re.IGNORECASE)
"""Where "one order" counts: "each row counts as one order" does not."""
_NOTHING = re.compile(r"\b(?P<word>no(?=\s[^\W\d_]+s\b)|single)\s[^\W\d_]+", re.IGNORECASE)


def unfounded(prose: str, grounds: Grounds) -> list[str]:
    """All that no sentence of `prose` may say. "It" at the beginning of one is what the one before it began with."""
    found: list[str] = []
    subject: Mention | None = None
    for sentence in sentences(prose):
        spoken = _Sentence(sentence, grounds, subject if _GOES_ON.match(sentence) else None)
        found += spoken.missing()
        subject = spoken.mentions[0] if spoken.mentions else None
    return found


def ungrounded(sentence: str, grounds: Grounds) -> list[str]:
    """The numbers and dates of a sentence that stand nowhere, or in no row of the name that they are told of."""
    return _Sentence(sentence, grounds, None).missing()


class _Sentence:
    """What it mentions and says, each part of it read once: dates and names first, for digits in them are no figures."""

    def __init__(self, sentence: str, grounds: Grounds, subject: Mention | None) -> None:
        self._own = sentence
        self._grounds = grounds
        text = _masked(written_plainly(sentence), [m.span() for m in SIGNIFICANCE.finditer(sentence)])
        self._missing_bounds = [m[0] for m in P_BOUND.finditer(text) if not bound_holds(m, grounds)]
        text = _masked(text, [m.span() for m in P_BOUND.finditer(text) if m[0] not in self._missing_bounds])
        names = grounds.labels.mentions(text)
        text = _masked(text, [(one.start, one.end) for one in names])
        self._moments = [one for one in moments_in(text) if not self._is_figure(one, text)]
        text = _masked(text, [(one.start, one.end) for one in self._moments])
        self._text = _masked(text, _known_codes(text, grounds))
        dates = [Mention(one.start, one.end, rows, True) for one in self._moments if (rows := self._rows_at(one))]
        self.mentions = joined(sorted([*names, *dates], key=lambda one: one.start), self._text)
        if subject is not None and not self.mentions:
            self.mentions = [Mention(0, 0, subject.rows, subject.is_date)]
        self._said = [*numbers_said(self._text), *_nothing_said(self._text)]
        self._said.sort(key=lambda one: one.start)

    def missing(self) -> list[str]:
        owners = rows_told_of(self._said, self.mentions, self._text)
        numbers = [one for one, rows in zip(self._said, owners, strict=True) if not self._stands(one, rows)]
        found = [(one.start, one.text) for one in numbers]
        found += [(one.start, self._own[one.start : one.end]) for one in self._moments if not self._moment_stands(one)]
        found += [
            (m.start(), m[0])
            for m in _WORD.finditer(self._text)
            if m[0].casefold() in WEEKDAYS and m[0].casefold() not in self._grounds.words and m[0].istitle()
        ]
        return [*self._missing_bounds, *(text for _, text in sorted(found))]

    def _is_figure(self, one: SaidMoment, text: str) -> bool:
        """Four digits may be an amount: they are a year where the result or the question has that year."""
        if not one.is_bare_year:
            return False
        known = bool(self._rows_at(one)) or any(
            one.readings[0].stands_for(other) for other in self._grounds.said_moments
        )
        return not known

    def _rows_at(self, one: SaidMoment) -> frozenset[int]:
        found = [
            rows
            for moment, rows in self._grounds.moments.items()
            if any(own.stands_for(moment) for own in one.readings)
        ]
        return frozenset().union(*found)

    def _moment_stands(self, one: SaidMoment) -> bool:
        if any(own.stands_for(other) for own in one.readings for other in self._grounds.said_moments):
            return True
        rows = self._rows_at(one)
        if not rows:
            return False
        names = [m for m in self.mentions if not m.is_date]
        before = [m for m in names if m.start <= one.start][-1:]
        after = [m for m in names if m.start >= one.end][:1]
        return not names or any(m.rows & rows for m in (*before, *after))

    def _stands(self, said: Said, rows: frozenset[int] | None) -> bool:
        """In a row of the name that it is told of, or in any where there is none; or beside the rows."""
        columns = self._columns_beside(said)
        if said.harmless and not (columns and _COUNTED.search(self._text[: said.start])):
            return True
        if said.kind == "place":
            return said.value <= max(self._grounds.most_rows, 3) or self._is_free(said, None)
        of_rows = not (rows is None and self._tells_total())
        for reading in said.readings:
            if any(self._is_cell(said, one, rows, columns, of_rows=of_rows) for one in self._candidates(reading, said)):
                return True
        if not columns and self._is_key(said, rows):
            return True
        return self._is_free(said, rows, counts=not columns and said.kind == "count", asides=rows is None and of_rows)

    def _candidates(self, reading: Reading, said: Said) -> Iterator[tuple[Figure, bool]]:
        """Figures of the size that is said, as it is written or with the other sign."""
        for low, high in _as_written(reading, said.unit):
            for figure in self._grounds.figures_between(low, high):
                yield figure, False
            for figure in self._grounds.figures_between(-high, -low):
                yield figure, True

    def _is_cell(self, said: Said, found: tuple[Figure, bool], rows: frozenset[int] | None, columns: frozenset[int], *, of_rows: bool) -> bool:  # fmt: skip
        figure, turned = found
        column = figure.column
        if column is None or (rows is not None and figure.row not in rows) or (columns and column.at not in columns):
            return False
        if not of_rows and self._is_of_many(column):
            return False
        if not any(_within(reading, said, figure, turned) for reading in said.readings):
            return False
        return self._direction_holds(said, column, turned=turned, value=figure.value)

    def _is_key(self, said: Said, rows: frozenset[int] | None) -> bool:
        """ "The rarest ages are 7, 10 and 11": keys that are told under their column's name."""
        words = {stem(word) for word in _WORD.findall(self._text)}
        return (
            said.kind == "count"
            and not said.unit
            and any(
                key.value == said.value
                and key.column is not None
                and key.column.words & words
                and (rows is None or key.row in rows)
                for key in self._grounds.keys
            )
        )

    def _is_of_many(self, column: Column) -> bool:
        """One of several rows with names: it is the total of none but itself."""
        return any(
            column in columns and len(result.rows) > 1 and any(one.is_label for one in columns)
            for result, columns in zip(self._grounds.results, self._grounds.columns, strict=True)
        )

    def _tells_total(self) -> bool:
        found = _TOTAL.search(self._text)
        names = frozenset(word for columns in self._grounds.columns for column in columns for word in column.words)
        return found is not None and stem(found[1].split()[-1]) not in names

    def _direction_holds(self, said: Said, column: Column, *, turned: bool, value: float) -> bool:
        if said.value < 0:
            return not turned
        clause = self._clause(said)
        nearest = min(_DIRECTION.finditer(self._text, *clause), key=lambda m: _distance(m, said), default=None)
        falls = nearest is not None and nearest["falls"] is not None
        if turned:
            return falls
        if _FALLS_BY.search(self._text[: said.start]) and value > 0:
            return column.is_fall
        return True

    def _clause(self, said: Said) -> tuple[int, int]:
        marks = [m for m in _CLAUSE.finditer(self._text) if m.end() <= said.start or m.start() >= said.end]
        start = max((m.end() for m in marks if m.end() <= said.start), default=0)
        return start, min((m.start() for m in marks if m.start() >= said.end), default=len(self._text))

    def _columns_beside(self, said: Said) -> frozenset[int]:
        """Columns of figures whose name the word beside the number is from; the word after it counts first."""
        after = _AFTER.match(self._text, said.end)
        if after and not (said.unit and after["of"]) and (found := self._named(after["word"])):
            return found
        before = _BEFORE.search(self._text[: said.start])
        return self._named(before["word"]) if before else frozenset()

    def _named(self, word: str) -> frozenset[int]:
        wanted = stem(word)
        figures = [column for columns in self._grounds.columns for column in columns if not column.is_label]
        return frozenset(column.at for column in figures if wanted in column.words and len(wanted) > 2)

    def _is_free(self, said: Said, rows: frozenset[int] | None, *, counts: bool = False, asides: bool = True) -> bool:
        grounds = self._grounds
        free: list[Figure] = [*grounds.of_texts]
        free += grounds.counts if counts else ()
        if counts and (after := _AFTER.match(self._text, said.end)):
            free += grounds.how_many(stem(after["word"]))
        free += grounds.of_asides if asides else ()
        free += grounds.of_sizes if _OF_TABLES.search(self._text) or self._names_table() else ()
        return any(
            _within(reading, said, figure, False) and low <= figure.value <= high
            for reading in said.readings
            for low, high in _as_written(reading, said.unit)
            for figure in free
        )

    def _names_table(self) -> bool:
        tables = {size.split()[0].casefold() for size in self._grounds.sizes if size.split()}
        return not self._tells_total() and any(word.casefold() in tables for word in _WORD.findall(self._text))


def _distance(match: re.Match[str], said: Said) -> int:
    return said.start - match.end() if match.end() <= said.start else match.start() - said.end + 1


def _as_written(reading: Reading, unit: str) -> Sequence[tuple[float, float]]:
    if not unit:
        return ((reading.low, reading.high),)
    sizes = {"percent": (1.0, 0.01), "permille": (0.001,), "bp": (0.0001, 0.01)}[unit]
    return tuple((reading.low * size, reading.high * size) for size in sizes)


def _within(reading: Reading, said: Said, figure: Figure, turned: bool) -> bool:
    """A percent is a hundredth of what a share holds, and what stands in a column of percent; it is nothing else."""
    value = -figure.value if turned else figure.value
    if said.unit == "percent":
        if not figure.percent:
            return False
        value = value * 100 if figure.percent == "fraction" else value
    elif said.unit:
        value *= {"permille": 1000.0, "bp": 10_000.0}[said.unit] / (1.0 if figure.percent == "fraction" else 100.0)
    slack = abs(value) * 1e-9
    return reading.low - slack <= value <= reading.high + slack


def _nothing_said(text: str) -> Iterator[Said]:
    """ "No orders", "a single order": how many there are beside what is measured."""
    for match in _NOTHING.finditer(text):
        value = 0.0 if match["word"].casefold() == "no" else 1.0
        yield Said(match[0], match.start(), match.end("word"), (Reading(value, value),), harmless=True, value=value)


def _masked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + "·" * (end - start) + text[end:]
    return text


def _known_codes(text: str, grounds: Grounds) -> list[tuple[int, int]]:
    """Words with digits in them that stand somewhere as they are: "B6", "p95"."""
    found = []
    for match in re.finditer(r"\S+", text):
        if not re.search(r"\d", match[0]):
            continue
        if any(word in grounds.column_names for word in whole_words(match[0])):
            found.append(match.span())
        if not re.search(r"[^\W\d_]", match[0]):
            continue
        for word in whole_words(match[0]):
            bare = re.sub(r"['’]s?$", "", word)
            if bare in grounds.words and not re.fullmatch(r"[\d.,]+(k|m|bn?|%|x|st|nd|rd|th)?", bare):
                found.append(match.span())
    return found
