"""Which values of a column a question names."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

LONGEST_PHRASE = 6  # words of a value that is looked for in a question
MOST_NAMED = 8
SHORTEST_FOLDED = 3  # letters: "no" and "in" are words of any question, "CA" is meant
_EDGES = ".,;:!?\"'“”‘’()[]"


def phrases(question: str) -> frozenset[str]:
    """Everything in it that may be a cell's text: its words and their neighbours, folded; words of one or two letters as they are written."""
    words = [word.strip(_EDGES).removesuffix("'s").removesuffix("’s") for word in question.split()]
    short = {word for word in words if len(word) < SHORTEST_FOLDED and word.isupper()}
    runs = {
        " ".join(words[at:end]).casefold()
        for at in range(len(words))
        for end in range(at + 1, min(at + LONGEST_PHRASE, len(words)) + 1)
    }
    long = {run for run in runs if len(run) >= SHORTEST_FOLDED}
    return frozenset(short | long | {run.removesuffix("s") for run in long})


def named_values(values: Sequence[str], said: frozenset[str]) -> list[str]:
    """Those of a column's values that the question names."""
    found = (value for value in values if (value if len(value) < SHORTEST_FOLDED else value.casefold()) in said)
    return list(islice(found, MOST_NAMED)) if said else []
