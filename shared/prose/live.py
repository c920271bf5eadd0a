"""An answer that is told while it is written: what the progress of its question carries, and what a reader has of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

STAGE = "writing"


@dataclass(frozen=True)
class Delta:
    """More of the text, after what was told before."""

    text: str


@dataclass(frozen=True)
class Restart:
    """What was told does not hold: the text begins anew."""


TextNews = Delta | Restart


def progress_facts(news: TextNews, step: int) -> dict[str, Any]:
    """As `progress.<session>.query.<id>` carries it."""
    return {"stage": STAGE, "step": step, **({"delta": news.text} if isinstance(news, Delta) else {"restart": True})}


def text_news(facts: Mapping[str, Any]) -> TextNews | None:
    """What a progress message says of the text; None where it says something else."""
    if facts.get("stage") != STAGE:
        return None
    delta = facts.get("delta")
    if isinstance(delta, str):
        return Delta(delta)
    return Restart() if facts.get("restart") else None


class ToldText:
    """What a reader was told so far. Progress may get lost, and what was written may not be what is shown: `rest` makes up for both."""

    def __init__(self) -> None:
        self.so_far = ""

    def hear(self, news: TextNews) -> None:
        self.so_far = self.so_far + news.text if isinstance(news, Delta) else ""

    def rest(self, text: str) -> tuple[TextNews, ...]:
        """What is left to tell until the reader has the whole `text`."""
        if not text.startswith(self.so_far):
            return (Restart(), Delta(text))
        return (Delta(more),) if (more := text.removeprefix(self.so_far)) else ()
