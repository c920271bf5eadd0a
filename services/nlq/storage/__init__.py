"""Adapters: questions and the table catalogue, both in Redis under `nlq:…`."""

from services.nlq.storage.catalog import RedisCatalog
from services.nlq.storage.questions import RedisQueryStore
from services.nlq.storage.redis_errors import StoreUnavailable

__all__ = ["RedisCatalog", "RedisQueryStore", "StoreUnavailable"]
