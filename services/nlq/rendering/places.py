"""Who may have a file of a result here: made, waiting to be made, or read."""

from __future__ import annotations

from collections import Counter

from services.nlq.errors import TooManyDownloads

MOST_TOGETHER = 64  # in one copy of the service
MOST_OF_SESSION = 4  # so that it takes more than a handful of sessions to keep everybody else waiting


class Places:
    """Counts, and refuses. A place is held from the request until its file is removed."""

    def __init__(self) -> None:
        self._held: Counter[str] = Counter()

    def take(self, session_id: str) -> Place:
        """Raises `TooManyDownloads`."""
        if self._held[session_id] >= MOST_OF_SESSION:
            raise TooManyDownloads(
                f"This session already has {MOST_OF_SESSION} downloads under way.",
                hint="Wait for one of them to end.",
                retry_after=10,
            )
        if self._held.total() >= MOST_TOGETHER:
            raise TooManyDownloads(
                "Too many results are being made for download.", hint="Try again in a moment.", retry_after=10
            )
        self._held[session_id] += 1
        return Place(self._held, session_id)


class Place:
    """One file's."""

    def __init__(self, held: Counter[str], session_id: str) -> None:
        self._held = held
        self._session_id = session_id
        self.is_held = True

    def give_back(self) -> None:
        """Once or more often."""
        if self.is_held:
            self.is_held = False
            self._held[self._session_id] -= 1
            self._held += Counter()  # sessions without a place are forgotten
