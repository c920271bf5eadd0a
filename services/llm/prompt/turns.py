"""Earlier questions of a conversation as messages, the latest whole and those from long before in a few words each. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from services.llm.context import Turn
from services.llm.limits.budget import BYTES_PER_TOKEN
from services.llm.privacy.vocabulary import Vocabulary
from services.llm.prompt.results import result_told
from services.llm.prompt.writing import as_json, block

MOST_WHOLE = 3_000 * BYTES_PER_TOKEN  # bytes of turns that stand as messages: five or six ordinary ones
MOST_SHORT = 1_000 * BYTES_PER_TOKEN  # bytes of those before them
LONGEST_SHORT = 240  # characters of an old answer: its finding stands in front
MOST_ROWS = 5  # of an earlier result: small tables are whole with as many
SHOWN = "Shown to the person."
UNANSWERED = "The person has not answered this, and says something else."
Message = dict[str, Any]


def split(turns: Sequence[Turn]) -> tuple[list[Turn], list[Turn]]:
    """(those from long before, those that are told whole), both oldest first. The last one is always whole."""
    room, whole = MOST_WHOLE, list[Turn]()
    for turn in reversed(turns):
        room -= len(as_json([list(messages_of(turn, 0, unseeing=None))]).encode())
        if whole and room < 0:
            break
        whole.insert(0, turn)
    return list(turns[: len(turns) - len(whole)]), whole


def earlier_block(turns: Sequence[Turn]) -> str:
    """Questions and findings, with the names and figures in them; the oldest go first where there is no room."""
    told = [_short(turn) for turn in turns]
    while len(told) > 1 and len(as_json(told).encode()) > MOST_SHORT:
        del told[0]
    return block("earlier", told) if told else ""


def _short(turn: Turn) -> dict[str, Any]:
    ended = turn.answer or turn.declined
    told: dict[str, Any] = {"question": turn.question[:LONGEST_SHORT]}
    if turn.clarified:
        told["chosen"] = [clarified.choice[:LONGEST_SHORT] for clarified in turn.clarified]
    return told | ({"answer": ended[:LONGEST_SHORT]} if ended else {})


def messages_of(turn: Turn, number: int, *, unseeing: Vocabulary | None) -> Iterator[Message]:
    """As if the model had worked at it, whichever engine did."""
    chosen = [{"question": c.question, "choice": c.choice} for c in turn.clarified]
    question = block("question", {"question": turn.question} | ({"clarified": chosen} if chosen else {}))
    yield {"role": "user", "content": [{"type": "text", "text": question}]}
    if turn.asked is not None:
        asked = {"question": turn.asked.question, "options": list(turn.asked.options)}
        yield from _called(f"turn_{number}_end", "ask", asked, UNANSWERED)
        return
    if turn.declined is not None:
        yield from _called(f"turn_{number}_end", "decline", {"reason": turn.declined}, "Told to the person.")
        return
    if turn.code:
        given = {"code": turn.code, "name": f"answer_{turn.number or number}", "explanation": turn.explanation}
        told = result_told(turn.result, unseeing=unseeing, most_rows=MOST_ROWS) if turn.result else {}
        yield from _called(f"turn_{number}_code", "compute", given, as_json(told))
    if turn.answer is not None:
        yield from _called(f"turn_{number}_end", "reply", {"text": turn.answer}, SHOWN)


def _called(tool_id: str, tool: str, given: dict[str, Any], returned: str) -> Iterator[Message]:
    yield {"role": "assistant", "content": [{"type": "tool_use", "id": tool_id, "name": tool, "input": given}]}
    yield {"role": "user", "content": [{"type": "tool_result", "tool_use_id": tool_id, "content": returned}]}
