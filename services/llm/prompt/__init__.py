"""What Claude is told, what it can do, and how what came of it goes back."""

from services.llm.prompt.columns import LONGEST_DEFINITION
from services.llm.prompt.request import MOST_TOKENS, Prompt, build_prompt
from services.llm.prompt.rules import DECIDE, LAST, PROMPT_VERSION, REPLY_FAULTS, REWRITE, SYSTEM, UNSEEING
from services.llm.prompt.second import SECOND_VERSION, build_second_prompt
from services.llm.prompt.tables import CUT
from services.llm.prompt.tools import TOOLS

__all__ = [
    "CUT",
    "DECIDE",
    "LAST",
    "LONGEST_DEFINITION",
    "MOST_TOKENS",
    "PROMPT_VERSION",
    "REPLY_FAULTS",
    "REWRITE",
    "SECOND_VERSION",
    "SYSTEM",
    "TOOLS",
    "UNSEEING",
    "Prompt",
    "build_prompt",
    "build_second_prompt",
]
