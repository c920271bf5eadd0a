"""Children that are forked before anybody needs them, and warmed when there is time.

A fresh fork shares its memory with the zygote, and the kernel copies each page that it first writes to: most of the time of a
short run. A spare that nobody needs for a moment runs a snippet of our own, and has then written to these pages already. It is
as good as a fresh fork otherwise: it has seen nothing of anybody, limits itself and locks itself down once it has its run, and
serves one run only.
"""

from __future__ import annotations

import os
import select
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

# Milliseconds without a run after which a spare warms itself. Warming takes more time of the processor than it saves a run, and where one
# question follows the other that time is theirs: back to back they come every 100 to 200 ms.
QUIET = 250
READY, WARMING, GO = b"r", b"w", b"g"


@dataclass
class Spare:
    """What the zygote knows of one."""

    channel: socket.socket
    ready: bool = False

    def look(self) -> bool:
        """Whether it would begin at once. One that is warming itself would take longer than a fresh fork."""
        try:
            said = self.channel.recv(64)
        except BlockingIOError:
            return self.ready
        except OSError:
            said = b""
        self.ready = said[-1:] == READY
        return self.ready

    def hand_over(self, descriptors: Sequence[int]) -> bool:
        """The run is its own from here on; False when it has died while it waited."""
        with self.channel:
            try:
                return bool(socket.send_fds(self.channel, [GO], list(descriptors)))
            except OSError:
                return False


class Spares:
    """The zygote's end. `become_child` makes the forked process one, `warm_up` prepares it, `begin` runs what its descriptors say and
    never returns."""

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
        self._waiting: dict[int, Spare] = {}

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
            self._waiting[pid] = Spare(ours)

    def take(self, descriptors: Sequence[int]) -> int | None:
        """Hand a run to a spare, the one that has waited longest; None when none would begin at once."""
        for pid, spare in list(self._waiting.items()):
            if spare.look() and self._waiting.pop(pid).hand_over(descriptors):
                return pid
        return None

    def forget(self, pid: int) -> None:
        """It has died."""
        if (spare := self._waiting.pop(pid, None)) is not None:
            spare.channel.close()

    def close(self) -> None:
        """In a child: these are its parent's. A spare ends when nobody holds the other end of its channel."""
        for spare in self._waiting.values():
            spare.channel.close()
        self._waiting.clear()

    def _wait(self, channel: socket.socket) -> None:
        """In the spare; never returns."""
        try:
            self._become_child()
            _tell(channel, READY)
            if not _readable(channel, QUIET):
                _tell(channel, WARMING)
                self._warm_up()
                _tell(channel, READY)
            said, descriptors, _, _ = socket.recv_fds(channel, len(GO), self._most_descriptors)
            channel.close()
            if said == GO:
                self._begin(descriptors)
        finally:
            os._exit(0)


def _tell(channel: socket.socket, word: bytes) -> None:
    """The zygote closes its end with the run that it hands over, which may be at this very moment: the run is waiting to be read, and
    that nobody listens any more does not matter. When the zygote is gone instead, nothing can be read, and the spare ends."""
    with suppress(OSError):
        channel.sendall(word)


def _readable(channel: socket.socket, milliseconds: int) -> bool:
    poll = select.poll()
    poll.register(channel, select.POLLIN)
    return bool(poll.poll(milliseconds))
