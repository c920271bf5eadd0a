"""What was said in a question and around it, as far as it tells which columns are needed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain, pairwise

from services.llm.context import GenerationContext
from services.llm.retrieval.words import STOPWORDS, initials, words_of

# What a word is worth by who said it: this question, the turn before, the ones before that, and what the planner guessed.
NOW, BEFORE, EARLIER, GUESSED = 1.0, 0.5, 0.25, 0.4


def spoken_words(context: GenerationContext) -> dict[str, float]:
    """The words by which columns are looked for, with what they are worth."""
    said: list[tuple[str, float]] = [(text, NOW) for text in said_by_the_person(context)]
    said += [(turn.question, BEFORE if at == 0 else EARLIER) for at, turn in enumerate(reversed(context.history[-6:]))]
    if context.advice:
        said += [(text, GUESSED) for text in (context.advice.question, *context.advice.options)]
    said += [(text, GUESSED) for text in _leaves(context.entities)]
    said += [(reason, GUESSED) for step in context.steps for reason in step.said]
    found: dict[str, float] = {}
    for text, worth in said:
        for word in content_words(text):
            found[word] = max(worth, found.get(word, 0.0))
    return found


def said_by_the_person(context: GenerationContext) -> tuple[str, ...]:
    return (context.question, *(clarified.choice for clarified in context.clarified))


@lru_cache(maxsize=20_000)
def content_words(text: str) -> tuple[str, ...]:
    return tuple(word for word in words_of(text) if word not in STOPWORDS and (len(word) > 1 or word.isdigit()))


def run_together(context: GenerationContext) -> Iterator[str]:
    """Neighbours in what the person says as names write them: workorder, and dob for the date of birth."""
    for words in map(words_of, said_by_the_person(context)):
        yield from (one + other for one, other in pairwise(words))
        for length in range(2, 6):
            yield from (initials(words[at : at + length]) for at in range(len(words) - length + 1))


def verbatim(context: GenerationContext) -> Iterator[str]:
    """Texts in which a name is meant as it is written, the most telling first."""
    for step in reversed(context.steps):
        yield " ".join(step.said)
        yield step.code or ""
    yield from said_by_the_person(context)
    yield " ".join(_leaves(context.entities))
    yield from (turn.code for turn in reversed(context.history) if turn.code)
    if context.advice:
        yield " ".join((context.advice.question, *context.advice.options))


def names_in(text: str, names: Iterable[str]) -> list[str]:
    """The names that stand in the text as such; one letter alone is no mention."""
    said = [name for name in names if len(name) > 1 and name in text]
    return [name for name in said if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)]


def _leaves(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Mapping():
            yield from chain.from_iterable(map(_leaves, value.values()))
        case list() | tuple():
            yield from chain.from_iterable(map(_leaves, value))
