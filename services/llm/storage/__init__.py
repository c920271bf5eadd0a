"""The adapters to Redis. Keys begin with `llm:`; the id in braces keeps the keys of one script in one cluster slot."""

from services.llm.storage.conversations import RedisConversationStore
from services.llm.storage.outcomes import RedisOutcomeStore
from services.llm.storage.owed import RedisOwedQuestions
from services.llm.storage.queue import RedisModelQueue
from services.llm.storage.usage import RedisUsageLedger

__all__ = [
    "RedisConversationStore",
    "RedisModelQueue",
    "RedisOutcomeStore",
    "RedisOwedQuestions",
    "RedisUsageLedger",
]
