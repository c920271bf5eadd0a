"""What an expression could be about that names no column: "loser age" over Defeated_player_age and Beaten_player_age.

Where a question cannot be read otherwise, the columns of numbers whose names share the better part of what is measured are linked, so
that the person is asked which one is meant. No answer rests on such a link before that (choosing.decide, docs/decisions/0033).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from services.nlq.planner.lexicon.tokens import Token, stem
from services.nlq.planner.lexicon.vocabulary import ABBREVIATIONS, FUNCTION_WORDS
from services.nlq.planner.linking.columns import akin
from services.nlq.planner.linking.names import Link
from services.nlq.planner.linking.runs import written_together
from services.nlq.planner.linking.schema import Column, Schema
from services.nlq.planner.linking.senses import SENSE, could_be_meant, counts, leaves_little, says_only_a_figure
from shared.columns import ColumnType

COST = 0.5
"""Below what is too dear to be asked about (choosing.decide.HARDLY), above every link by a name."""
STEP = 0.02  # between the columns: so little that they stay tied (choosing.decide.TIED)
MOST = 4  # as many as can be offered
LEAST = 0.27
"""How much of what is said a name must share: one word of two by its sense ("unit price", a cost per item), one of three to the letter."""
BEHIND = 0.5
"""A column that shares so much less than the nearest is not what is meant."""
A_FIGURE = 0.5
"""What "amount" or "total" weighs among words that say of what: little, and yet "chargeable amount" is one of the amounts."""
UNSAID = 0.3
"""The share of a rating that the name's own words decide: one with many words that nobody said is less likely meant."""
_LONGEST = 7
_JOINING = frozenset({"of", "in"})


def guessed_links(tokens: Sequence[Token], schema: Schema, starts: Iterable[int], taken: set[int]) -> Iterator[Link]:
    """(first token, end, column, cost) of what is measured from one of `starts` on; `taken` are words that mean a value or a time."""
    for start in starts:
        for end in _ends(tokens, start, taken):
            said = [
                part for t in tokens[start:end] if t.norm not in FUNCTION_WORDS for part in written_together(t.norm)
            ]
            for table in schema.tables:
                rivals = _rivals(said, table.columns)
                for place, near in enumerate(rivals[:MOST] if len(rivals) > 1 else ()):
                    yield start, end, near.column, COST + STEP * place


def _ends(tokens: Sequence[Token], start: int, taken: set[int]) -> Iterator[int]:
    """Where the noun and its neighbours end, and where what is said "of" it ends."""
    end = start
    for _ in range(2):
        begun = end
        while end < min(len(tokens), start + _LONGEST) and _is_part(tokens[end]) and end not in taken:
            end += 1
        if end > begun:
            yield end
        if end == begun or end >= len(tokens) or tokens[end].norm not in _JOINING:
            return
        end += 1


def _is_part(token: Token) -> bool:
    return not (token.is_number or token.is_symbol or token.norm in FUNCTION_WORDS)


@dataclass(frozen=True)
class Near:
    """How much a column's name shares with an expression, between 0 and 1."""

    column: Column
    rating: float


def _rivals(said: Sequence[str], columns: Iterable[Column]) -> list[Near]:
    """The nearest first."""
    could = [c for c in columns if c.is_numeric and c.facts.type != ColumnType.IDENTIFIER]
    rated = [Near(c, rating(said, _parts(c))) for c in could]
    rated.sort(key=lambda near: (-near.rating, near.column.position))
    return [near for near in rated if near.rating >= max(LEAST, rated[0].rating - BEHIND)]


def _parts(column: Column) -> list[str]:
    return [part for word in column.words if word not in FUNCTION_WORDS for part in written_together(word)] or list(
        column.words
    )


def rating(said: Sequence[str], name: Sequence[str]) -> float:
    """The mean of how near each word comes to another word of the name, less what the name says besides. Of words that say the same of one
    thing ("surface area") the last counts, which is the head.

    0 where they share no more than that something is counted: a number of hosts is no number of organizers.
    """
    said = [word for at, word in enumerate(said) if not any(could_be_meant(word, after) for after in said[at + 1 :])]
    pairs = sorted(
        ((nearness(word, part), i, j) for i, word in enumerate(said) for j, part in enumerate(name)), reverse=True
    )
    shared, named = [0.0] * len(said), [0.0] * len(name)
    for near, i, j in pairs:
        if shared[i] == named[j] == 0.0:
            shared[i] = named[j] = near
    if not _anchored([near for near, word in zip(shared, said, strict=True) if not counts(word)]):
        return 0.0
    weights = [A_FIGURE if says_only_a_figure(word) else 1.0 for word in said]
    meant = sum(weight * near for weight, near in zip(weights, shared, strict=True)) / sum(weights)
    return meant * (1 - UNSAID + UNSAID * sum(named) / len(named))


def _anchored(shared: Sequence[float]) -> bool:
    """Whether a word is shared as it is spelled, or several by their sense, or all there are: a "bounce rate" is no price."""
    by_sense = sum(near > 0 for near in shared)
    return any(near > SENSE for near in shared) or by_sense > 1 or by_sense == len(shared) > 0


def nearness(word: str, part: str) -> float:
    """Between two words: 1 the same, 0 unrelated."""
    if len(word) == 1:
        return SENSE * part.startswith(word)  # the first letter of a name run together: `dnum`
    spelled = float(word == part) if leaves_little(word) else akin(Token(word, word, stem(word), 0, 0), stem(part))
    return spelled or SENSE * any(could_be_meant(a, b) for a in _in_full(word) for b in _in_full(part))


def _in_full(word: str) -> Sequence[str]:
    return ABBREVIATIONS[word].split() if word in ABBREVIATIONS else (word,)
