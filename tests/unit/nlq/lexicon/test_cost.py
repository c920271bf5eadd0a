"""Reading is paid for by every question, most of which speak of no time at all."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

from services.nlq.planner.lexicon.languages import language_of
from services.nlq.planner.lexicon.periods import periods
from services.nlq.planner.lexicon.quantities import quantities
from services.nlq.planner.lexicon.tokens import tokenize

QUESTION = (
    "what was the average net amount of orders in the North and the South region between January and March 2023 "
    "for customers who joined before 5 May 2019 and spent more than 1.5 million euros"
)


def _milliseconds(read: Callable[[], object]) -> float:
    """The best of many, so that a busy machine changes little."""
    times = []
    for _ in range(50):
        start = process_time()
        read()
        times.append(process_time() - start)
    return min(times) * 1000


def test_question_of_thirty_words_is_read_within_a_millisecond_each() -> None:
    tokens = tokenize(QUESTION)
    assert len(tokens) >= 30
    assert _milliseconds(lambda: periods(QUESTION, tokens)) <= 1
    assert _milliseconds(lambda: quantities(QUESTION, tokens)) <= 1
    assert _milliseconds(lambda: language_of(QUESTION)) <= 1
