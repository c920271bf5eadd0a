"""What the use cases of the llm service need from outside."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import date
from typing import Any, Protocol

from services.llm.conversation import Asking, Conversation, ConversationPage, Message
from services.llm.limits.patience import Patience
from services.llm.limits.rate_limits import UNKNOWN, Headroom, Load
from services.llm.limits.tokens import Spent, TokenUsage
from services.llm.limits.usage import Exchange, UsageReport
from services.llm.prompt import Prompt
from services.llm.reply import ModelReply
from shared.events import LlmQuestionAsked, QueryGenerated, QueryGenerationFailed, QueryWritten

Outcome = QueryGenerated | QueryWritten | QueryGenerationFailed


class Hearing(Protocol):
    """Who follows a reply while it is made."""

    async def tokens(self, count: int) -> None:
        """The estimated number so far."""
        ...

    async def text(self, so_far: str) -> None:
        """What the model has written of an answer, from its beginning."""
        ...


class CodeModel(Protocol):
    """A language model that writes code."""

    @property
    def name(self) -> str: ...

    async def complete(self, prompt: Prompt, max_tokens: int, hearing: Hearing, patience: Patience) -> ModelReply:
        """One exchange.

        Raises `ModelBusy` when the same request may succeed later, `ModelUnavailable` or `RequestNotAccepted` when not.
        """
        ...


class SmallModel(Protocol):
    """A cheap and quick language model for small jobs."""

    @property
    def name(self) -> str: ...

    async def write(self, instruction: str, text: str, max_tokens: int, patience: Patience) -> ModelReply:
        """What the model makes of the text by the instruction. Raises as `CodeModel.complete` does."""
        ...


class ModelTurn(Protocol):
    """A turn at the model, while it lasts."""

    async def settle(self, usage: TokenUsage, headroom: Headroom = UNKNOWN) -> None:
        """What the request really took, and what the server says is left. Without it the estimate stands."""
        ...


class ModelQueue(Protocol):
    """The turns of all workers of all copies at the one account that they share; each model has its own."""

    def turn(self, load: Load, patience: Patience) -> AbstractAsyncContextManager[ModelTurn]:
        """Wait for a turn; raises `ModelUnavailable` when the queue is full or a turn does not come in time."""
        ...

    async def pause(self, model: str, seconds: float) -> None:
        """Nobody gets a turn for that long."""
        ...


class UsageLedger(Protocol):
    """Who used how much."""

    async def record(self, exchange: Exchange) -> bool:
        """Count it, once; False when it was counted before."""
        ...

    async def of_query(self, session_id: str, query_id: str) -> Spent: ...
    async def of_session(self, session_id: str) -> Spent: ...

    async def of_day(self, day: date) -> int:
        """Millionths of a dollar that the whole house spent on that day (UTC), sessions that are gone included."""
        ...

    async def report(self, session_id: str) -> UsageReport: ...
    async def forget(self, session_id: str) -> None: ...


class OutcomeStore(Protocol):
    """What became of a generation, so that an event that is delivered again is not paid for again."""

    async def find(self, session_id: str, query_id: str, step: int, attempt: int) -> Outcome | None: ...
    async def keep(self, outcome: Outcome) -> None: ...


class ConversationStore(Protocol):
    """Conversations and their messages. A conversation that is gone takes no messages."""

    async def create(self, conversation: Conversation, most: int) -> None:
        """Raises `TooManyConversations` when the session has `most` already."""
        ...

    async def get(self, session_id: str, conversation_id: str) -> Conversation | None: ...

    async def page(self, session_id: str, before: int | None, limit: int) -> ConversationPage:
        """The newest first, made before the cursor."""
        ...

    async def append(
        self, conversation_id: str, message: Message, most: int | None = None, asking: Asking | None = None
    ) -> bool:
        """False when the message was there already or the conversation is gone. What an assistant says ends the question that it is about.

        Raises `ConversationFull` at `most`, and `ConversationBusy` where something is asked while another question has not ended.
        """
        ...

    async def claim_title(self, conversation_id: str) -> bool:
        """Whether the caller is the one who may have a title written: once for each conversation that is there."""
        ...

    async def rename(self, conversation_id: str, title: str) -> None:
        """Nothing happens to a conversation that is gone."""
        ...

    async def messages(self, conversation_id: str) -> list[Message]: ...
    async def message(self, conversation_id: str, message_id: str) -> Message | None: ...
    async def delete(self, session_id: str, conversation_id: str) -> None: ...
    async def forget(self, session_id: str) -> None: ...


class OwedQuestions(Protocol):
    """Questions that may not have been told yet: kept before their message is stored, and until they have been published."""

    async def keep(self, question: LlmQuestionAsked, at: float) -> None: ...

    async def kept_before(self, at: float, limit: int) -> list[LlmQuestionAsked]:
        """The oldest first."""
        ...

    async def remove(self, question: LlmQuestionAsked) -> None: ...


class ProgressListener(Protocol):
    """The lossy stream of what happens right now."""

    def listen(self, subject: str) -> AbstractAsyncContextManager[AsyncIterator[tuple[str, dict[str, Any]]]]: ...
