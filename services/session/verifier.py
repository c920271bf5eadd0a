"""Verification within the session service itself: straight from Redis, never remembered."""

from __future__ import annotations

import time

from services.session.service import Access
from shared.auth import Principal, hash_token
from shared.errors import Unauthorized, Unavailable
from shared.telemetry import metrics


class LocalVerifier:
    """A `SessionVerifier`."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def verify(self, token: str, address: str | None = None) -> Principal:
        started = time.perf_counter()
        outcome = "valid"
        try:
            return await self._access.verify(hash_token(token), address)
        except Unauthorized:
            outcome = "refused"
            raise
        except Unavailable:
            outcome = "unavailable"
            raise
        finally:
            metrics.TOKEN_CHECKS.labels(outcome=outcome).inc()
            metrics.TOKEN_SECONDS.labels(cached="no").observe(time.perf_counter() - started)
