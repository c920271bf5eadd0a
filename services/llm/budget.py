"""How much a question and a session may use, and what that leaves for the next reply."""

from __future__ import annotations

from dataclasses import dataclass

from services.llm.errors import BudgetExhausted
from services.llm.tokens import MICROS, ModelPrice, Spent

BYTES_PER_TOKEN = 3  # JSON and code have three to four bytes per token; the lower figure overestimates the prompt
SMALLEST_REPLY = 256  # tokens; less than that is not worth asking for


@dataclass(frozen=True)
class Budget:
    """Hard limits: a request is sent only if its largest possible reply stays within all of them."""

    question_tokens: int
    question_usd: float
    session_usd: float
    reply_tokens: int


def reply_allowance(budget: Budget, price: ModelPrice, prompt_bytes: int, question: Spent, session: Spent) -> int:
    """The `max_tokens` of the next request. Raises `BudgetExhausted` when too little is left for a reply."""
    prompt_tokens = prompt_bytes // BYTES_PER_TOKEN
    prompt_micros = prompt_tokens * max(price.input, price.cache_write)
    question_left = budget.question_usd * MICROS - question.cost_micros - prompt_micros
    session_left = budget.session_usd * MICROS - session.cost_micros - prompt_micros
    affordable = min(question_left, session_left) / price.output if price.output else float(budget.reply_tokens)
    countable = budget.question_tokens - question.usage.total - prompt_tokens
    allowance = int(min(budget.reply_tokens, affordable, countable))
    if allowance < min(SMALLEST_REPLY, budget.reply_tokens):
        raise _exhausted(by_session=session_left < question_left and affordable < countable)
    return allowance


def _exhausted(*, by_session: bool) -> BudgetExhausted:
    if by_session:
        return BudgetExhausted(
            "This session has used up its budget for Claude.",
            hint="Start a new session, or ask the operator for a larger budget.",
        )
    return BudgetExhausted(
        "This question has used up its budget for Claude.",
        hint="Ask a narrower question, about fewer tables or columns.",
    )
