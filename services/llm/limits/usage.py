"""One exchange with the model as it is counted, and the sums that a session is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.llm.limits.tokens import Spent, TokenUsage


@dataclass(frozen=True)
class Exchange:
    """`usage_id` is what makes counting idempotent."""

    usage_id: str
    session_id: str
    query_id: str
    conversation_id: str | None
    model: str
    usage: TokenUsage
    cost_micros: int
    at: datetime


@dataclass(frozen=True)
class UsageReport:
    """A session's totals, the same by model, and its latest exchanges, newest first."""

    session: Spent
    by_model: dict[str, Spent]
    recent: tuple[Exchange, ...]
