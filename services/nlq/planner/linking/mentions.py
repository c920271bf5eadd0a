"""What each stretch of the question is about: columns, cells, numbers, dates, signs."""

from __future__ import annotations

from dataclasses import dataclass

from services.nlq.planner.lexicon.dates import Period
from services.nlq.planner.lexicon.phrases import Sign
from services.nlq.planner.lexicon.tokens import Token
from services.nlq.planner.linking.columns import ColumnMatch
from services.nlq.planner.linking.values import ValueMatch


@dataclass(frozen=True)
class Mention:
    """A stretch of tokens, from `start` up to but not including `end`."""

    start: int
    end: int


@dataclass(frozen=True)
class ColumnMention(Mention):
    matches: tuple[ColumnMatch, ...]

    @property
    def best(self) -> ColumnMatch:
        return self.matches[0]


@dataclass(frozen=True)
class ValueMention(Mention):
    matches: tuple[ValueMatch, ...]
    text: str
    quoted: bool = False


@dataclass(frozen=True)
class NumberMention(Mention):
    value: int | float
    text: str
    matches: tuple[ValueMatch, ...] = ()


@dataclass(frozen=True)
class DateMention(Mention):
    period: Period


@dataclass(frozen=True)
class TableMention(Mention):
    table: int


@dataclass(frozen=True)
class SignMention(Mention):
    sign: Sign
    text: str


@dataclass(frozen=True)
class WordMention(Mention):
    """A word that nothing else claims."""

    token: Token


@dataclass(frozen=True)
class LiteralMention(Mention):
    """Quoted words that are no known cell."""

    text: str
