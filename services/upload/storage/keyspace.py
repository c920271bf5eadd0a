"""The keys of a session in Redis, and what their loss of reach is called."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from shared.errors import Unavailable

DUE = "upload:due"
LEASE = "upload:lease:"


class StateUnavailable(Unavailable):
    """The state store did not answer; nothing was promised."""

    code = "state_unavailable"


@contextmanager
def available() -> Iterator[None]:
    """Map the client's errors to this house's."""
    try:
        yield
    except (RedisConnectionError, RedisTimeoutError, RedisError) as error:
        raise StateUnavailable("The state of uploads cannot be reached.", hint="Try again in a moment.") from error


@dataclass(frozen=True)
class Keyspace:
    """The braces are a hash tag: all keys of a session live on one node of a cluster."""

    session_id: str

    def _key(self, name: str) -> str:
        return f"upload:{{{self.session_id}}}:{name}"

    @property
    def quota(self) -> str:
        """Hash: bytes by file id, their `total`, and the `sequence` that orders files. Its existence says that the session is known."""
        return self._key("quota")

    @property
    def files(self) -> str:
        return self._key("files")

    @property
    def open(self) -> str:
        return self._key("open")

    @property
    def digests(self) -> str:
        return self._key("digests")

    @property
    def rate(self) -> str:
        return self._key("rate")

    @property
    def alone(self) -> str:
        return self._key("alone")

    def record(self, file_id: str) -> str:
        return self._key(f"file:{file_id}")

    def transfer(self, file_id: str) -> str:
        return self._key(f"transfer:{file_id}")

    def lock(self, file_id: str) -> str:
        return self._key(f"lock:{file_id}")

    def aliases(self, file_id: str) -> str:
        return self._key(f"aliases:{file_id}")

    def of_upload(self, file_id: str) -> list[str]:
        return [self.quota, self.open, self.files, self.transfer(file_id), self.lock(file_id), self.record(file_id)]
