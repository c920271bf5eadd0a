"""Answers in words: what their numbers stand on, and how a value is written. Pure."""

from shared.prose.grounding import unfounded, ungrounded
from shared.prose.grounds import Grounds
from shared.prose.live import Delta, Restart, TextNews, ToldText, progress_facts, text_news
from shared.prose.plain import is_plain, one_line, plain, plain_line
from shared.prose.results import ShownResult
from shared.prose.sentences import complete, sentences
from shared.prose.slots import Filled, filled, without_slots
from shared.prose.values import shown_value
from shared.prose.written import LONGEST_SUGGESTION, LONGEST_TEXT, MOST_SUGGESTIONS, WrittenAnswer

__all__ = [
    "LONGEST_SUGGESTION",
    "LONGEST_TEXT",
    "MOST_SUGGESTIONS",
    "Delta",
    "Filled",
    "Grounds",
    "Restart",
    "ShownResult",
    "TextNews",
    "ToldText",
    "WrittenAnswer",
    "complete",
    "filled",
    "is_plain",
    "one_line",
    "plain",
    "plain_line",
    "progress_facts",
    "sentences",
    "shown_value",
    "text_news",
    "unfounded",
    "ungrounded",
    "without_slots",
]
