"""The use cases of the llm service."""

from __future__ import annotations

from dataclasses import dataclass

from services.llm.ports import UsageLedger
from services.llm.service.conversations import Conversations
from services.llm.service.generation import CodeGeneration
from services.llm.service.naming import NameConversation
from services.llm.service.owing import TellOwed
from services.llm.service.recording import AnswerRecording
from services.llm.service.turns import ConversationTurns

__all__ = [
    "AnswerRecording",
    "CodeGeneration",
    "ConversationTurns",
    "Conversations",
    "LlmService",
    "NameConversation",
    "TellOwed",
]


@dataclass(frozen=True)
class LlmService:
    """What the HTTP and the event side call."""

    generation: CodeGeneration
    recording: AnswerRecording
    name_conversation: NameConversation
    conversations: Conversations
    turns: ConversationTurns
    ledger: UsageLedger
    tell_owed: TellOwed

    async def forget_session(self, session_id: str) -> None:
        """Nothing of the session stays but outcomes, which expire within the hour."""
        await self.conversations.forget(session_id)
        await self.ledger.forget(session_id)
