"""Waiting for the end of a job by long-polling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from askframe.errors import TimedOut

LONG_POLL = 20.0  # seconds that one ?wait= may take
UNTIL_ITS_END = 330.0  # seconds: a question ends within 300, answered or not, and is found to have ended a little later


class Job(Protocol):
    @property
    def ended(self) -> bool: ...


J = TypeVar("J", bound=Job)


def wait_for_end(
    read: Callable[[float], J],
    what: str,
    timeout: float,
    clock: Callable[[], float],
    on_state: Callable[[J], None] | None = None,
    step: float = LONG_POLL,
) -> J:
    """Call `read(seconds to wait)` until the job it answers has ended; the first call does not wait.

    `on_state` sees every answer. Raises `TimedOut` after `timeout` seconds.
    """
    deadline = clock() + timeout
    job = read(0)
    while True:
        if on_state:
            on_state(job)
        left = deadline - clock()
        if job.ended:
            return job
        if left <= 0:
            raise TimedOut(what, timeout)
        job = read(min(step, max(left, 0.1)))
