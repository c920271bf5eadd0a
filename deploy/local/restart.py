"""When to start a process again after it died, and when to give up."""

from __future__ import annotations

from collections import deque

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 5.0
DEATHS = 5
WINDOW = 30.0


class RestartPolicy:
    """Times are seconds of one monotonic clock, given by the caller.

    Pauses double from 0.2 s to 5 s; living longer than `WINDOW` begins anew.
    """

    def __init__(self) -> None:
        self._deaths: deque[float] = deque()

    def died(self, now: float) -> float:
        """Record a death; returns the pause (seconds) before the next start."""
        self._forget(now)
        self._deaths.append(now)
        return float(min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (len(self._deaths) - 1)))

    def hopeless(self, now: float) -> bool:
        """It died `DEATHS` times within `WINDOW`: another start would not help."""
        self._forget(now)
        return len(self._deaths) >= DEATHS

    def _forget(self, now: float) -> None:
        while self._deaths and now - self._deaths[0] > WINDOW:
            self._deaths.popleft()
