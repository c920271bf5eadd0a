"""Errors of the llm service.

AppError
├── NotFound ─ ConversationNotFound
├── Conflict ─ ConversationFull, ConversationBusy, TooManyConversations
├── InvalidRequest ─ InvalidCursor
├── Unavailable ─ StateUnavailable
├── AnswerPending
├── ModelBusy                 the model may answer later; the use case tries again
│   └── ModelTooSlow          it did not finish in its time; the use case does not try again
└── GenerationFailed          ends a generation: its code and detail are published in `query.generation_failed.v1`
    ├── NoApiKey, ModelUnavailable, RequestNotAccepted, BudgetExhausted ─ DayBudgetExhausted
    ├── CannotAnswer, NeedsClarification, ModelRefused
    └── ReplyCutOff, ReplyNotUnderstood, ContextUnusable, PrivacyViolation
Exception
└── ProviderUnusable          the service does not start: a matter of the operator
"""

from __future__ import annotations

import asyncio

from services.llm.limits.tokens import TokenUsage
from shared.errors import AppError, Conflict, InvalidRequest, NotFound, Unavailable


class ProviderUnusable(Exception):
    """The chosen provider of the model lacks a package, credentials, or a setting."""


class ConversationNotFound(NotFound):
    """No conversation under this id in this session."""

    code = "conversation_not_found"


class ConversationFull(Conflict):
    """The conversation holds as many messages as it may."""

    code = "conversation_full"


class ConversationBusy(Conflict):
    """The question before is still worked at: what follows it has to know its answer."""

    code = "conversation_busy"


class TooManyConversations(Conflict):
    """The session holds as many conversations as it may."""

    code = "too_many_conversations"


class InvalidCursor(InvalidRequest):
    """The cursor did not come from this list."""

    code = "invalid_cursor"


class StateUnavailable(Unavailable):
    """Redis did not answer; the same call may succeed later."""

    code = "state_unavailable"


class AnswerPending(AppError):
    """The question was accepted, and its answer takes longer than this request waits."""

    code, http_status, title = "answer_pending", 504, "The answer takes longer than this request waits"


class ExchangeCancelled(asyncio.CancelledError):
    """Somebody stopped the question, or the service shuts down, in the middle of an exchange; `usage` is what it had reported."""

    def __init__(self, usage: TokenUsage | None = None) -> None:
        super().__init__()
        self.usage = usage


class ModelBusy(AppError):
    """Overload, rate limit, or a broken connection. `usage` is what was already consumed, when that is known."""

    code, http_status, title = "model_busy", 503, "The model is busy"
    retryable = True

    def __init__(self, detail: str, *, retry_after: float | None = None, usage: TokenUsage | None = None) -> None:
        super().__init__(detail, retry_after=retry_after)
        self.usage = usage


class ModelTooSlow(ModelBusy):
    """The exchange took longer than it may; another one would as well."""

    code = "model_too_slow"


class GenerationFailed(AppError):
    """There will be no code for this attempt."""

    code, title = "generation_failed", "No code was written"


class NoApiKey(GenerationFailed):
    """Claude is not configured."""

    code = "no_api_key"


class ModelUnavailable(GenerationFailed):
    """The model could not be reached within the time and the tries that a question has."""

    code = "model_unavailable"


class RequestNotAccepted(GenerationFailed):
    """The model's server refused the request as such: a wrong key, an unknown model, a setting that it does not know. A matter of the operator."""

    code = "model_rejected_request"


class BudgetExhausted(GenerationFailed):
    """The next exchange could exceed the question's or the session's budget."""

    code = "budget_exhausted"


class DayBudgetExhausted(BudgetExhausted):
    """The next exchange could exceed what the whole house may spend in a day (UTC)."""

    code = "day_budget_exhausted"


class CannotAnswer(GenerationFailed):
    """The model says that the data cannot answer the question."""

    code = "cannot_answer"


class NeedsClarification(GenerationFailed):
    """The model says that the question has more than one reading."""

    code = "needs_clarification"

    def __init__(self, question: str, options: tuple[str, ...]) -> None:
        super().__init__(question)
        self.options = options


class ModelRefused(GenerationFailed):
    """The model's safety classifiers stopped the reply."""

    code = "model_refused"


class ReplyCutOff(GenerationFailed):
    """The reply reached the token limit before it was complete."""

    code = "max_tokens"


class ReplyNotUnderstood(GenerationFailed):
    """The reply is not in the form that was asked for."""

    code = "invalid_reply"


class ContextUnusable(GenerationFailed):
    """What nlq stored for the generator is missing or not readable."""

    code = "context_unusable"


class PrivacyViolation(GenerationFailed):
    """The context carries cell values although the session's privacy mode forbids it; nothing was sent."""

    code = "privacy_violation"
