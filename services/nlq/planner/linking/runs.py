"""Words that are run together: "surfacearea", "numciting"."""

from __future__ import annotations

from functools import cache, lru_cache

from services.nlq.planner.lexicon.tokens import stem
from services.nlq.planner.lexicon.vocabulary import ABBREVIATIONS, FUNCTION_WORDS
from services.nlq.planner.linking.senses import known_stems

SHORTEST = 3  # of two letters there are words anywhere
MOST = 3
_INITIAL = 1  # `dnum` begins with one letter of another word


@lru_cache(maxsize=4096)
def written_together(word: str) -> tuple[str, ...]:
    """The words that it is made of, as few as possible; the word itself where it is one, or is made of none that are known."""
    if len(word) <= SHORTEST or not word.isalpha() or _is_word(word):
        return (word,)
    found = [parts for parts in _parted(word, MOST) if len(parts) > 1]
    # Of equally few the ones with the longest last part, which is the head: "base price", not "bases rice".
    return min(found, key=lambda parts: (len(parts), -len(parts[-1])), default=(word,))


def _parted(word: str, most: int) -> list[tuple[str, ...]]:
    if _is_part(word):
        return [(word,)]
    if most == 1:
        return []
    first = [at for at in range(SHORTEST, len(word) - SHORTEST + 1) if _is_part(word[:at])]
    initial = [_INITIAL] if most == MOST and word[_INITIAL:] in ABBREVIATIONS else []
    return [(word[:at], *rest) for at in (*first, *initial) for rest in _parted(word[at:], most - 1)]


def _is_part(word: str) -> bool:
    return len(word) >= SHORTEST and word not in FUNCTION_WORDS and _is_word(word)


def _is_word(word: str) -> bool:
    return word in _abbreviations() or (stem(word) in known_stems())


@cache
def _abbreviations() -> frozenset[str]:
    return frozenset(w for w in ABBREVIATIONS if len(w) >= SHORTEST)
