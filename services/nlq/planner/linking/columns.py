"""Columns that the words of a question name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from services.nlq.planner.lexicon.tokens import Token, stem, words
from services.nlq.planner.lexicon.units import MEASURED_IN
from services.nlq.planner.lexicon.vocabulary import ABBREVIATIONS, FUNCTION_WORDS, STOPWORDS, SYNONYMS
from services.nlq.planner.linking.schema import Column

_SYNONYM, _ABBREVIATED, _AGENT, _PREFIX = 0.7, 0.9, 0.85, 0.75


@dataclass(frozen=True)
class ColumnMatch:
    """How well a span names a column: 1.0 is its whole name; `exact` when it is, word for word."""

    column: Column
    score: float
    exact: bool


def rank(columns: Iterable[Column], tokens: Sequence[Token]) -> tuple[ColumnMatch, ...]:
    """The columns that these words name, best first."""
    content = [t for t in tokens if t.norm not in STOPWORDS] or list(tokens)
    found = [m for column in columns if (m := _match(column, tokens, content))]
    return tuple(sorted(found, key=lambda m: (-m.exact, -m.score, m.column.table, m.column.position)))


def _match(column: Column, tokens: Sequence[Token], content: Sequence[Token]) -> ColumnMatch | None:
    norms, stems = tuple(t.norm for t in tokens), tuple(t.stem for t in content)
    if norms == column.words or "".join(norms) == "".join(column.words):
        return ColumnMatch(column, 1.0, True)
    bounded = tokens[0].norm not in FUNCTION_WORDS and tokens[-1].norm not in FUNCTION_WORDS
    if tuple(t.stem for t in tokens) == column.stems or (bounded and stems == _content_stems(column)):
        return ColumnMatch(column, 0.99, True)
    if bounded and sorted(stems) == sorted(column.stems):
        return ColumnMatch(column, 0.97, False)
    names = column.stems if set(norms) <= _HEADS else _content_stems(column)
    score = _similarity(names, content)
    return ColumnMatch(column, score, False) if score > 0 else None


# Mostly they add nothing ("the net amount"); alone they are the noun of `amount_promised` and `amount_received`.
_HEADS = frozenset({"amount", "value", "level", "measured", "result", "annual"})


def spelled_out(column: Column, content: Sequence[Token]) -> bool:
    """Word for word the name, shortened words of it said in full: "departure delay" of `dep_delay`."""
    return len(content) == len(column.stems) and all(
        akin(token, name) >= _ABBREVIATED for token, name in zip(content, column.stems, strict=True)
    )


def _content_stems(column: Column) -> tuple[str, ...]:
    return tuple(s for s, w in zip(column.stems, column.words, strict=True) if w not in STOPWORDS) or column.stems


def _similarity(names: Sequence[str], content: Sequence[Token]) -> float:
    """Between 0 and 0.95: how much of the name is said, and how much of what is said is in the name."""
    kinship = [[akin(t, name) for name in names] for t in content]
    return likeness(kinship)


def likeness(kinship: Sequence[Sequence[float]]) -> float:
    """From how near each word said (the rows) is to each word of the name, between 0 and 0.95."""
    said = [max(row) for row in kinship]
    if not said or min(said) == 0:
        return 0.0
    covered = sum(max(row[i] for row in kinship) for i in range(len(kinship[0]))) / len(kinship[0])
    return 0.95 * (0.35 * covered + 0.65 * sum(said) / len(said) * (0.6 + 0.4 * covered))


def akin(token: Token, name: str) -> float:
    """How near a word is to one stem of a name: 1 the same, 0 unrelated."""
    return _akin(token.norm, token.stem, name)


@lru_cache(maxsize=1024)
def _units_of(quantity: str) -> frozenset[str]:
    """Stems of the units that may stand in a name for the quantity, which is said in the plural, too."""
    units = MEASURED_IN.get(quantity) or MEASURED_IN.get(quantity.removesuffix("s"), frozenset())
    return frozenset(map(stem, units))


@lru_cache(maxsize=65536)
def _akin(norm: str, stemmed: str, name: str) -> float:
    if stemmed == name:
        return 1.0
    if name in _expanded(norm) or stemmed in _expanded(name):
        return _ABBREVIATED
    if name in _units_of(norm):
        return _ABBREVIATED
    if name in synonyms(stemmed) or stemmed in synonyms(name):
        return _SYNONYM
    if any(a + ending == b for a, b in ((stemmed, name), (name, stemmed)) for ending in ("er", "or", "ment", "al")):
        return _AGENT
    short, long = sorted((stemmed, name), key=len)
    if (
        len(short) >= 4
        and long.startswith(short)
        and len(long) - len(short) <= (3 if len(short) > 4 else 2)
        and not short[-1].isdigit()
    ):
        return _PREFIX
    shared = next((at for at, (a, b) in enumerate(zip(stemmed, name, strict=False)) if a != b), len(short))
    if shared >= 5 and shared >= 0.7 * len(long):  # conversion, converted
        return _PREFIX
    return 0.0


@lru_cache(maxsize=4096)
def _expanded(word: str) -> frozenset[str]:
    return frozenset(stem(w) for w in words(ABBREVIATIONS.get(word, "")))


def synonyms(stemmed: str) -> frozenset[str]:
    return SYNONYMS.get(stemmed, frozenset())
