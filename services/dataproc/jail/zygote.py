"""The warmed process that every run is forked from: it forks, watches the clock, buries the dead, and knows nothing else.

Started as `python -m services.dataproc.jail.zygote FD` with an empty environment; FD is one end of a socket pair. The service
sends fixed-size commands, a run's channel and table files riding along as descriptors, and reads fixed-size reports. When
the service goes, the socket closes, and everything here ends.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn

from services.dataproc.jail import landlock
from services.dataproc.jail.lockdown import (
    Footprint,
    leave_shared_namespaces,
    limit_resources,
    lock_down,
    unprivileged_user,
)
from services.dataproc.jail.model import JailLimits
from services.dataproc.jail.spares import Spares

COMMAND = struct.Struct("<BQd")  # what, run id, seconds
REPORT = struct.Struct("<QiB")  # run id, wait status, whether its time was up
HELLO_LENGTH = struct.Struct("<I")
RUN, KILL = 1, 2
MOST_DESCRIPTORS = 250
SPARES = 2  # as many runs as one session may have at once; each costs about 15 MB
_TRIAL_SECONDS = 10.0

RunChild = Callable[[socket.socket, Sequence[int], Footprint, frozenset[str]], NoReturn]


@dataclass
class Child:
    """A run on its way."""

    run_id: int
    deadline: float
    overdue: bool = False


class Zygote:
    """The loop; one thread, so that a fork copies a process at rest."""

    def __init__(self, control: socket.socket, run_child: RunChild, warm_up: Callable[[], None]) -> None:
        self._control, self._run_child = control, run_child
        self._children: dict[int, Child] = {}
        self._spares = Spares(SPARES, self._become_child, warm_up, self._begin, MOST_DESCRIPTORS)
        self._wakeup, self._alarm = socket.socketpair()
        for end in (self._wakeup, self._alarm):
            end.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(self._alarm.fileno(), warn_on_full_buffer=False)
        self._poll = select.poll()
        self._poll.register(control, select.POLLIN)
        self._poll.register(self._wakeup, select.POLLIN)
        self._footprint = Footprint.measure()
        self._required = self._try_out()

    @property
    def held(self) -> frozenset[str]:
        """The mechanisms that a trial found to hold, and that every run must have."""
        return self._required

    def serve(self) -> None:
        """Until the service goes away."""
        while True:
            if not self._children:  # a fork takes some milliseconds, which a run should not wait for
                self._spares.restock()
            ready = {descriptor for descriptor, _ in self._poll.poll(self._milliseconds_left())}
            if self._wakeup.fileno() in ready:
                self._wakeup.recv(4096)
            if self._control.fileno() in ready and not self._obey():
                return
            self._kill_overdue()
            self._bury()

    def _try_out(self) -> frozenset[str]:
        """What a locked-down child of this process really cannot do; asked of one."""
        ours, theirs = socket.socketpair()
        if (pid := os.fork()) == 0:
            try:
                self._become_child()
                limit_resources(JailLimits(), self._footprint, 0)
                held = lock_down(theirs.fileno(), unprivileged_user(0), frozenset())
                theirs.sendall(json.dumps(sorted(held)).encode())
            finally:
                os._exit(0)
        theirs.close()
        ours.settimeout(_TRIAL_SECONDS)
        with ours:
            answer = ours.makefile("rb").read()
        os.waitpid(pid, 0)
        return frozenset(json.loads(answer)) if answer else frozenset()

    def _obey(self) -> bool:
        message, descriptors, _, _ = socket.recv_fds(self._control, COMMAND.size, MOST_DESCRIPTORS + 1)
        if len(message) < COMMAND.size:
            return False
        what, run_id, seconds = COMMAND.unpack(message)
        if what == RUN:
            self._fork(run_id, seconds, descriptors)
        elif what == KILL:
            self._kill([pid for pid, child in self._children.items() if child.run_id == run_id])
        return True

    def _fork(self, run_id: int, seconds: float, descriptors: Sequence[int]) -> None:
        if (pid := self._spares.take(descriptors) or os.fork()) == 0:
            self._become_child()
            self._begin(descriptors)
        self._children[pid] = Child(run_id, time.monotonic() + seconds)
        for descriptor in descriptors:
            os.close(descriptor)

    def _begin(self, descriptors: Sequence[int]) -> NoReturn:
        self._run_child(socket.socket(fileno=descriptors[0]), descriptors[1:], self._footprint, self._required)

    def _become_child(self) -> None:
        """Undo what only the parent needs: its place in the process group, its handlers, its sockets."""
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for end in (self._control, self._wakeup, self._alarm):
            end.close()
        self._spares.close()

    def _milliseconds_left(self) -> float | None:
        pending = [child.deadline for child in self._children.values() if not child.overdue]
        return max(0.0, min(pending) - time.monotonic()) * 1000 + 1 if pending else None

    def _kill_overdue(self) -> None:
        now = time.monotonic()
        overdue = [pid for pid, child in self._children.items() if not child.overdue and child.deadline <= now]
        for pid in overdue:
            self._children[pid].overdue = True
        self._kill(overdue)

    def _kill(self, pids: Sequence[int]) -> None:
        """Safe against reuse: none of them has been waited for."""
        for pid in pids:
            os.kill(pid, signal.SIGKILL)

    def _bury(self) -> None:
        while self._children or self._spares:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            self._spares.forget(pid)
            if (child := self._children.pop(pid, None)) is not None:
                self._control.sendall(REPORT.pack(child.run_id, status, child.overdue))


def main() -> None:
    """Warm up, try the lock-down, say hello, serve."""
    started = time.monotonic()
    own_network = leave_shared_namespaces()
    control = socket.socket(fileno=int(sys.argv[1]))
    # Numerical libraries read these when they load; one thread each, because the jail forbids to start any.
    os.environ.update(
        OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1", ARROW_DEFAULT_MEMORY_POOL="system"
    )
    # Imported only now: libraries start threads, and a process with threads may not leave its user namespace.
    from services.dataproc.jail import child, preload, texts  # noqa: PLC0415

    kept = preload.import_everything()
    texts.refuse_texts_as_numbers()
    preload.rehearse()
    os.environ.clear()
    gc.collect()
    gc.freeze()
    zygote = Zygote(control, child.run, preload.warm_up)
    hello = {
        "mechanisms": sorted(zygote.held | ({"own_network"} if own_network else set())),
        "kernel": os.uname().release,
        "machine": os.uname().machine,
        "landlock_abi": landlock.abi(),
        "time_zones": len(kept) // 2,
        "warm_seconds": round(time.monotonic() - started, 3),
    }
    body = json.dumps(hello).encode()
    control.sendall(HELLO_LENGTH.pack(len(body)) + body)
    zygote.serve()


if __name__ == "__main__":
    main()
    # Its children die with it (PR_SET_PDEATHSIG); nothing needs an orderly shutdown of the interpreter.
    os._exit(0)
