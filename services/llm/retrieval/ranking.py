"""Columns in the order in which a question needs them.

A score in the manner of BM25: each word of the question counts by how well it matches a word that stands for the column (its name, what the
dictionary calls it, what is told of its cells), and more where few columns have that word. Words that flood a table must not crowd out what the
others speak of, so the columns are not taken by their sum alone: every word, every date that may be meant, keys and measures take turns.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice, zip_longest

from services.llm.context import GenerationContext
from services.llm.retrieval.speech import (
    GUESSED,
    NOW,
    content_words,
    names_in,
    run_together,
    said_by_the_person,
    spoken_words,
    verbatim,
)
from services.llm.retrieval.words import BEGINNING, EQUAL, WITHIN, initials, is_misspelt, likeness, words_of
from services.llm.tables import Column, Measure
from shared.columns import ColumnType

Place = tuple[int, int]  # of the table, and of the column in it

# What a word is worth by where it stands: people name columns by names and labels, definitions mention much besides.
NAME, LABEL, SHORTENED, DEFINITION, UNIT, EXAMPLE, TABLE = 1.0, 0.95, 0.8, 0.5, 0.4, 0.3, 0.15
LONGEST_DEFINITION, LONGEST_EXAMPLE = 500, 80  # characters that are read for words
MOST_PER_WORD = 40  # turns of a word; beyond these the sum decides
MOST_UNNAMED = (
    12  # of each: dates, keys, names, measures and columns of no pattern that are told although no word names them
)
TIME_TYPES = frozenset(kind for kind in ColumnType if kind.is_time) - {ColumnType.DURATION}
TEXTS = frozenset(kind for kind in ColumnType if kind.is_plain_text)
_TITLES = frozenset({"name", "nm", "title", "label", "bezeichnung", "nombre", "nom"})
NUMBERS = frozenset(kind for kind in ColumnType if kind.is_number) | {ColumnType.DURATION}
_TIME_WORDS = frozenset(
    """date day week month quarter year period time fiscal season datum tag woche monat quartal jahr fecha mes ano annee mois""".split()
)
_ASKS_FOR_TIME = re.compile(
    r"""\b(?:(?:19|20)\d\d|q[1-4]|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|
    dec(?:ember)?|when|dates?|days?|daily|weeks?|weekly|weekdays?|weekends?|months?|monthly|quarters?|quarterly|years?|yearly|annual(?:ly)?|today|yesterday|ago|
    since|until|before|after|during|trends?|growth|over\ time|last|latest|earliest|newest|oldest|recent(?:ly)?|first|season(?:s|al)?|monat\w*|jahr\w*)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True)
class Ranking:
    """`columns` are all of them, the most needed first. `measures` have their table's place and their own."""

    columns: tuple[Place, ...]
    measures: tuple[Place, ...]


def rank(context: GenerationContext) -> Ranking:
    """Pure, and the same for the same context."""
    return _Scores(context).ranking()


class _Scores:
    def __init__(self, context: GenerationContext) -> None:
        self._context = context
        self._columns: dict[Place, Column] = {
            (t, c): column for t, table in enumerate(context.tables) for c, column in enumerate(table.columns)
        }
        self._terms = spoken_words(context)
        self._postings: dict[str, dict[Place, float]] = defaultdict(dict)
        self._shortened: dict[str, dict[Place, float]] = defaultdict(dict)
        self._read()
        self._by_term = {term: self._matches(term, said) for term, said in self._terms.items()}
        for term in run_together(context):
            if term not in self._by_term and (found := self._contributions(term, 1.0, NOW)):
                self._by_term[term] = found

    def ranking(self) -> Ranking:
        measures = self._measures()
        named = list(self._named(measures[:MOST_UNNAMED]))
        order = dict.fromkeys(chain(named, _in_turns(self._takers(named)), self._by_score(self._columns)))
        return Ranking(tuple(order), tuple(measures))

    def _read(self) -> None:
        """For each word, the columns for which it stands, with its worth there; short forms are only found as they are."""
        of_table = [content_words(" ".join((table.name, *table.labels))) for table in self._context.tables]
        for place, column in self._columns.items():
            for worth, words in _words_for(column):
                for word in words:
                    self._postings[word].setdefault(place, worth)
            for word in of_table[place[0]]:
                self._postings[word].setdefault(place, TABLE)
            for word in _short_forms(column):
                self._shortened[word][place] = SHORTENED

    def _matches(self, term: str, said: float) -> dict[Place, float]:
        """What the word of the question contributes to each column."""
        found: dict[Place, float] = {}
        for word, alike in self._alike(term, said).items():
            for place, score in self._contributions(word, alike, said).items():
                found[place] = max(score, found.get(place, 0.0))
        return found

    def _contributions(self, word: str, alike: float, said: float) -> dict[Place, float]:
        held = self._postings.get(word, {}) | self._shortened.get(word, {})
        weight = said * alike * _rarity(len(held), len(self._columns))
        return {place: weight * worth for place, worth in held.items()}

    def _alike(self, term: str, said: float) -> dict[str, float]:
        found = {word: alike for word in self._postings if (alike := likeness(term, word))}
        if term in self._shortened:
            found[term] = EQUAL
        if said >= GUESSED and max(found.values(), default=0.0) < BEGINNING:
            found |= {word: WITHIN for word in self._postings if word not in found and is_misspelt(term, word)}
        return found

    @cached_property
    def _total(self) -> Mapping[Place, float]:
        """The sum over all words, a little more where nothing of the name is left unexplained."""
        total: Counter[Place] = Counter()
        explained: Counter[Place] = Counter()
        for found in self._by_term.values():
            for place, score in found.items():
                total[place] += score  # type: ignore[assignment]  # a Counter adds up floats as well
                explained[place] += 1
        return {place: score * (0.7 + 0.3 * self._coverage(place, explained)) for place, score in total.items()}

    def _coverage(self, place: Place, explained: Mapping[Place, int]) -> float:
        return min(1.0, explained[place] / max(1, len(words_of(self._columns[place].name))))

    def _by_score(self, places: Iterable[Place]) -> list[Place]:
        return sorted(places, key=lambda place: (-self._total.get(place, 0.0), not self._columns[place].labels, place))

    def _named(self, measures: Sequence[Place]) -> Iterator[Place]:
        """Columns whose very names were said: in a repair, by the person, by the planner, in earlier code; then those of the measures asked for."""
        places: dict[str, list[Place]] = defaultdict(list)
        for place, column in self._columns.items():
            places[column.name].append(place)
        for text in verbatim(self._context):
            yield from self._by_score(chain.from_iterable(places[name] for name in names_in(text, places)))
        for t, m in measures:
            if self._measure_scores.get((t, m)):
                said = _columns_of(self._context.tables[t].measures[m])
                yield from (place for name in names_in(said, places) for place in places[name] if place[0] == t)

    def _takers(self, named: Sequence[Place]) -> list[Iterable[Place]]:
        words = sorted(self._by_term.values(), key=lambda found: -max(found.values(), default=0.0))
        near = frozenset(named) | frozenset(self._by_score(self._total)[:MOST_PER_WORD])
        kin = Counter(word for place in near for word in words_of(self._columns[place].name))
        tables = {t for t, _ in near} or set(range(len(self._context.tables)))
        return [
            self._by_score(self._total),
            *(sorted(found, key=lambda p: (-found[p], -self._total[p], p))[:MOST_PER_WORD] for found in words),
            islice(self._with_values(), MOST_PER_WORD),
            self._times(kin, tables),
            islice(self._likely(self._keys(), kin, tables), MOST_UNNAMED),
            islice(self._likely(self._titles(), kin, tables), MOST_UNNAMED),
            islice(self._likely(self._numbers(), kin, tables), MOST_UNNAMED),
            islice(self._likely(self._columns, kin, tables), MOST_UNNAMED),
        ]

    def _with_values(self) -> Iterator[Place]:
        """Columns in which a value stands that the question names; values that few columns have come first."""
        having = Counter(value for column in self._columns.values() for value in column.named)
        found = [place for place in self._by_score(self._columns) if self._columns[place].named]
        return iter(sorted(found, key=lambda place: min(having[value] for value in self._columns[place].named)))

    def _times(self, kin: Mapping[str, int], tables: set[int]) -> Iterable[Place]:
        """Columns that say when, the likelier the more the question speaks of time."""
        asked = " ".join(said_by_the_person(self._context))
        years = [int(year) for year in _YEAR.findall(asked)]
        found = [p for p, column in self._columns.items() if column.type in TIME_TYPES or _tells_years(column, years)]
        found += [p for p, c in self._columns.items() if _TIME_WORDS & frozenset(words_of(c.name))]
        most = MOST_UNNAMED * (2 if _ASKS_FOR_TIME.search(asked) else 1)
        return islice(self._likely(found, kin, tables), most)

    def _likely(self, places: Iterable[Place], kin: Mapping[str, int], tables: set[int]) -> Iterator[Place]:
        """Columns that no word names. Those of the tables spoken of come first; then described ones before one of many that are named by a
        pattern (`lab_17_date`), then kin of the named ones (`order_date` beside `order_total`)."""

        def order(place: Place) -> tuple[float, ...]:
            column = self._columns[place]
            words = set(words_of(column.name))
            rarest = min((len(self._postings[word]) for word in words), default=1)
            related = sum(kin[word] for word in words)
            return (place[0] not in tables, not column.labels, int(math.log2(max(1, rarest))), -related, *place)

        return iter(sorted(dict.fromkeys(places), key=order))

    def _keys(self) -> Iterator[Place]:
        """What identifies rows, and what joins tables: a name that several of them have."""
        tables = Counter(name for table in self._context.tables for name in {column.name for column in table.columns})
        return (p for p, c in self._columns.items() if c.key or tables[c.name] > 1 or c.type == "identifier")

    def _titles(self) -> Iterator[Place]:
        """What rows are called by: who asks "who" names no column."""
        return (p for p, c in self._columns.items() if c.type in TEXTS and _TITLES & frozenset(words_of(c.name)))

    def _numbers(self) -> Iterator[Place]:
        return (place for place, column in self._columns.items() if column.type in NUMBERS)

    @cached_property
    def _measure_scores(self) -> Mapping[Place, float]:
        return {
            (t, m): sum(
                said * max((likeness(term, word) for word in words), default=0.0) for term, said in self._terms.items()
            )
            for t, table in enumerate(self._context.tables)
            for m, measure in enumerate(table.measures)
            for words in [content_words(" ".join((measure.name, *measure.synonyms)))]
        }

    def _measures(self) -> list[Place]:
        return sorted(self._measure_scores, key=lambda place: (-self._measure_scores[place], place))


def _words_for(column: Column) -> Iterator[tuple[float, Iterable[str]]]:
    """The words that stand for it, those that are worth most first."""
    yield NAME, words_of(column.name)
    yield LABEL, chain.from_iterable(map(content_words, (*column.labels, column.source_name or "")))
    yield DEFINITION, content_words(column.definition[:LONGEST_DEFINITION])
    yield UNIT, content_words(column.unit or "")
    yield EXAMPLE, (word for value in column.examples or () for word in content_words(str(value)[:LONGEST_EXAMPLE]))


def _short_forms(column: Column) -> tuple[str, ...]:
    """dob and dateofbirth for `date_of_birth`."""
    name = words_of(column.name)
    return (initials(name), "".join(name)) if 1 < len(name) <= 6 else ()


def _rarity(having: int, of: int) -> float:
    """The inverse document frequency of BM25."""
    return math.log(1 + (of - having + 0.5) / (having + 0.5))


def _in_turns(takers: Iterable[Iterable[Place]]) -> Iterator[Place]:
    return (place for turn in zip_longest(*takers) for place in turn if place is not None)


def _columns_of(measure: Measure) -> str:
    return " ".join((measure.of or "", *(condition.column for condition in measure.where)))


def _tells_years(column: Column, years: Sequence[int]) -> bool:
    """Whether its numbers are years, one of those asked for among them."""
    low, high = column.min, column.max
    if not isinstance(low, int | float) or not isinstance(high, int | float):
        return False
    return any(1900 <= low <= year <= high <= 2100 for year in years)
