"""What a model replies, the steps that come of it, and prompts taken apart again."""

from __future__ import annotations

import json
from typing import Any

from services.llm.prompt import Prompt
from services.llm.reply import Block

TOTAL = {"kind": "scalar", "value": 1200}
BY_CITY = {"kind": "table", "columns": ["city", "amount"], "rows": [["Lyon", 80.5], ["Oslo", 20.25]], "total_rows": 2}


def use(tool: str, tool_id: str = "", **given: Any) -> Block:
    """A message that calls a tool."""
    return {"type": "tool_use", "id": tool_id or f"toolu_{tool}", "name": tool, "input": given}


def computed(code: str = "result = len(df)\n", name: str = "answer", explanation: str = "Counts the rows.") -> Block:
    return use("compute", code=code, name=name, explanation=explanation)


def step(number: int = 1, *content: Block, outcome: str = "ok", **facts: Any) -> dict[str, Any]:
    """A step that is over: what the model replied, by default a computation, and what came of it."""
    reply = content or (use("compute", f"toolu_{number}", code=f"result = {number}", name="answer", explanation=""),)
    return {
        "step": number,
        "attempt": number,
        "outcome": outcome,
        "purpose": "compute",
        "messages": [{"role": "assistant", "content": list(reply)}],
        **facts,
    }


def steps_document(*steps: dict[str, Any], left: int = 5) -> bytes:
    return json.dumps({"left": left, "steps": steps}).encode()


def tables_text(prompt: Prompt) -> str:
    """What is said of the tables."""
    return str(prompt.messages[0]["content"][0]["text"])


def tables_of(prompt: Prompt) -> list[dict[str, Any]]:
    return list(json.loads(tables_text(prompt).partition("<tables>\n")[2].partition("\n</tables>")[0]))


def asked_in(prompt: Prompt) -> str:
    """The text that the question stands in, with all that was made of it before."""
    return next(text for text in reversed(_texts(prompt)) if "<question>" in text)


def said_after_tables(prompt: Prompt) -> str:
    """Everything but rules, tools and tables, as it is sent."""
    first, *others = prompt.messages
    return json.dumps([first["content"][1:], others], ensure_ascii=False)


def block_in(text: str, tag: str) -> Any:
    """The JSON between a pair of tags."""
    return json.loads(text.partition(f"<{tag}>\n")[2].partition(f"\n</{tag}>")[0])


def results_in(prompt: Prompt) -> list[Block]:
    """What came of tools, in its order."""
    return [block for message in prompt.messages for block in message["content"] if block["type"] == "tool_result"]


def _texts(prompt: Prompt) -> list[str]:
    return [block["text"] for message in prompt.messages for block in message["content"] if block["type"] == "text"]
