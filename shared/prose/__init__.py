"""Answers in words: what their numbers stand on, and how a value is written. Pure."""

from shared.prose.grounding import Grounds, complete, sentences, unfounded, ungrounded
from shared.prose.results import ShownResult
from shared.prose.slots import Filled, filled, without_slots
from shared.prose.values import shown_value
from shared.prose.written import LONGEST_TEXT, MOST_SUGGESTIONS, WrittenAnswer

__all__ = [
    "LONGEST_TEXT",
    "MOST_SUGGESTIONS",
    "Filled",
    "Grounds",
    "ShownResult",
    "WrittenAnswer",
    "complete",
    "filled",
    "sentences",
    "shown_value",
    "unfounded",
    "ungrounded",
    "without_slots",
]
