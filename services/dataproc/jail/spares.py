"""Children that are forked and warmed before anybody needs them.

A fresh fork shares its memory with the zygote, and the kernel copies each page that it first writes to: most of the time of a
short run. A spare has written to these pages already. It is as good as a fresh fork otherwise: it has seen nothing of anybody,
limits itself and locks itself down once it has its run, and serves one run only.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Sequence

READY, GO = b"R", b"G"


class Spares:
    """The zygote's end. `become_child` makes the forked process one; `warm_up` prepares it; `begin` runs what its descriptors say and never returns."""

    def __init__(
        self,
        most: int,
        become_child: Callable[[], None],
        warm_up: Callable[[], None],
        begin: Callable[[Sequence[int]], None],
        most_descriptors: int,
    ) -> None:
        self._most, self._become_child, self._warm_up, self._begin = most, become_child, warm_up, begin
        self._most_descriptors = most_descriptors
        self._waiting: dict[int, socket.socket] = {}

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def restock(self) -> None:
        """Fork until there are enough."""
        while len(self._waiting) < self._most:
            ours, theirs = socket.socketpair()
            if (pid := os.fork()) == 0:
                ours.close()
                self._wait(theirs)
            theirs.close()
            ours.setblocking(False)
            self._waiting[pid] = ours

    def take(self, descriptors: Sequence[int]) -> int | None:
        """Hand a run to a spare that is warm; None when there is none: one that is still at it would take longer than a fresh fork."""
        for pid, channel in list(self._waiting.items()):
            try:
                ready = channel.recv(1) == READY
            except BlockingIOError:
                continue
            except OSError:
                ready = False
            with self._waiting.pop(pid):
                if ready and _handed_over(channel, descriptors):
                    return pid
        return None

    def forget(self, pid: int) -> None:
        """It has died."""
        if (channel := self._waiting.pop(pid, None)) is not None:
            channel.close()

    def close(self) -> None:
        """In a child: these are its parent's. A spare ends when nobody holds the other end of its channel."""
        for channel in self._waiting.values():
            channel.close()
        self._waiting.clear()

    def _wait(self, channel: socket.socket) -> None:
        """In the spare; never returns."""
        try:
            self._become_child()
            self._warm_up()
            channel.sendall(READY)
            said, descriptors, _, _ = socket.recv_fds(channel, len(GO), self._most_descriptors)
            channel.close()
            if said == GO:
                self._begin(descriptors)
        finally:
            os._exit(0)


def _handed_over(channel: socket.socket, descriptors: Sequence[int]) -> bool:
    try:
        return bool(socket.send_fds(channel, [GO], list(descriptors)))
    except OSError:  # it died while it waited
        return False
