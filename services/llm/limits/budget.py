"""How much a question, a session and the whole house may use, and what that leaves for the next reply."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from services.llm.errors import BudgetExhausted, DayBudgetExhausted
from services.llm.limits.tokens import MICROS, ModelPrice, Spent
from shared.telemetry import metrics

BYTES_PER_TOKEN = 3  # JSON and code have three to four bytes per token; the lower figure overestimates the prompt
PROSE_BYTES_PER_TOKEN = 4  # English sentences have four and more
SMALLEST_REPLY = 256  # tokens; less than that is not worth asking for
NOTHING = Spent()
Purse = Literal["question", "session", "day"]


@dataclass(frozen=True)
class Budget:
    """Hard limits: a request is sent only if its largest possible reply stays within all of them. `day_usd` 0 is none."""

    question_tokens: int
    question_usd: float
    session_usd: float
    reply_tokens: int
    day_usd: float = 0.0


@dataclass(frozen=True)
class SpentSoFar:
    """By the question, by its session, and today by everybody (millionths of a dollar)."""

    question: Spent = NOTHING
    session: Spent = NOTHING
    day_micros: int = 0


def reply_allowance(budget: Budget, price: ModelPrice, prompt_bytes: int, spent: SpentSoFar) -> int:
    """The `max_tokens` of the next request. Raises `BudgetExhausted` when too little is left for a reply."""
    prompt_tokens = prompt_bytes // BYTES_PER_TOKEN
    left = _left(budget, spent)
    scarcest = min(left, key=lambda purse: left[purse])
    for_the_reply = left[scarcest] - prompt_tokens * max(price.input, price.cache_write)
    affordable = for_the_reply / price.output if price.output else float(budget.reply_tokens)
    countable = budget.question_tokens - spent.question.usage.total - prompt_tokens
    allowance = int(min(budget.reply_tokens, affordable, countable))
    if allowance < min(SMALLEST_REPLY, budget.reply_tokens):
        raise _exhausted(scarcest if affordable < countable else "question")
    return allowance


def _left(budget: Budget, spent: SpentSoFar) -> dict[Purse, float]:
    """Millionths of a dollar."""
    return {
        "question": budget.question_usd * MICROS - spent.question.cost_micros,
        "session": budget.session_usd * MICROS - spent.session.cost_micros,
        "day": budget.day_usd * MICROS - spent.day_micros if budget.day_usd else math.inf,
    }


def _exhausted(purse: Purse) -> BudgetExhausted:
    metrics.LLM_BUDGET_REFUSALS.labels(budget=purse).inc()
    match purse:
        case "day":
            return DayBudgetExhausted(
                "This server has used up its budget for Claude of today, which begins anew at 00:00 UTC.",
                hint="Ask again then, or ask the operator for a larger budget.",
            )
        case "session":
            return BudgetExhausted(
                "This session has used up its budget for Claude.",
                hint="Start a new session, or ask the operator for a larger budget.",
            )
        case "question":
            return BudgetExhausted(
                "This question has used up its budget for Claude.",
                hint="Ask a narrower question, about fewer tables or columns.",
            )
