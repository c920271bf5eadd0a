"""What Claude is told, and the form in which it answers."""

from services.llm.prompt.columns import LONGEST_DEFINITION
from services.llm.prompt.request import (
    DECIDE,
    MOST_TOKENS,
    PROMPT_VERSION,
    REPLY_FAULTS,
    REPLY_SCHEMA,
    SYSTEM,
    Prompt,
    build_prompt,
)
from services.llm.prompt.tables import CUT

__all__ = [
    "CUT",
    "DECIDE",
    "LONGEST_DEFINITION",
    "MOST_TOKENS",
    "PROMPT_VERSION",
    "REPLY_FAULTS",
    "REPLY_SCHEMA",
    "SYSTEM",
    "Prompt",
    "build_prompt",
]
