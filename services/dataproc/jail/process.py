"""The service's end of the zygote: starts it, sends commands, and turns its reports into awaitable exits."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess  # nosec B404: starts this interpreter, with arguments that no one else chooses
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from services.dataproc.jail.zygote import COMMAND, HELLO_LENGTH, KILL, REPORT, RUN

_ROOT = Path(__file__).parents[3]
_MODULE = "services.dataproc.jail.zygote"
_STOP_SECONDS = 3.0
_STDERR_TAIL = 2_000


class JailUnavailable(Exception):
    """The process that runs are forked from does not start; the message says what it wrote last."""


@dataclass(frozen=True)
class Exit:
    """How a child ended: its wait status, None when the zygote went before it could tell."""

    status: int | None
    overdue: bool = False


class ZygoteProcess:
    """One zygote, from its start to its end. Made by `spawn`."""

    def __init__(self, process: subprocess.Popen[bytes], control: socket.socket, facts: Mapping[str, Any]) -> None:
        self.facts = facts
        self._process, self._control = process, control
        self._exits: dict[int, asyncio.Future[Exit]] = {}
        self._gone = False
        self._reader = asyncio.create_task(self._read_reports(), name="jail-reports")

    @classmethod
    async def spawn(cls, seconds: float) -> ZygoteProcess:
        """Raises JailUnavailable when it does not say hello in time."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        stderr: IO[bytes]
        with theirs, tempfile.TemporaryFile() as stderr:
            process = subprocess.Popen(  # noqa: ASYNC220  # nosec B603: returns as soon as it has started
                [sys.executable, "-s", "-X", "utf8", "-m", _MODULE, str(theirs.fileno())],
                env={},
                cwd=_ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
            theirs.close()
            try:
                facts = await asyncio.wait_for(_hello(ours), seconds)
            except BaseException as error:
                ours.close()
                process.kill()
                await asyncio.to_thread(process.wait)
                if not isinstance(error, (OSError, EOFError, TimeoutError)):
                    raise
                stderr.seek(0)
                said = stderr.read().decode("utf-8", "replace")[-_STDERR_TAIL:]
                raise JailUnavailable(f"The jail did not start within {seconds:g} s. {said}".strip()) from error
        return cls(process, ours, facts)

    @property
    def alive(self) -> bool:
        return not self._gone and self._process.poll() is None

    @property
    def pid(self) -> int:
        return self._process.pid

    def launch(self, run_id: int, seconds: float, descriptors: Sequence[int]) -> asyncio.Future[Exit]:
        """Fork a child that owns copies of `descriptors`; the future tells its end. Raises OSError when the zygote is gone."""
        exited: asyncio.Future[Exit] = asyncio.get_running_loop().create_future()
        self._exits[run_id] = exited
        try:
            socket.send_fds(self._control, [COMMAND.pack(RUN, run_id, seconds)], list(descriptors))
        except OSError:
            del self._exits[run_id]
            raise
        return exited

    def kill(self, run_id: int) -> None:
        """End a run that is of no more interest; without effect when it has ended."""
        if run_id not in self._exits or self._gone:
            return
        try:
            self._control.send(COMMAND.pack(KILL, run_id, 0.0))
        except OSError:
            self._process.kill()

    def terminate(self) -> None:
        """For a zygote that hangs; its children die with it."""
        self._process.kill()
        self._mark_gone()

    async def close(self) -> None:
        """End the zygote and all its children."""
        self._reader.cancel()
        self._mark_gone()
        self._control.close()
        try:
            await asyncio.to_thread(self._process.wait, _STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)

    async def _read_reports(self) -> None:
        loop, received = asyncio.get_running_loop(), b""
        try:
            while chunk := await loop.sock_recv(self._control, 64 * REPORT.size):
                received += chunk
                while len(received) >= REPORT.size:
                    self._note(*REPORT.unpack(received[: REPORT.size]))
                    received = received[REPORT.size :]
        except OSError:
            pass  # the same as the end of the stream: nobody is there
        self._mark_gone()

    def _note(self, run_id: int, status: int, overdue: int) -> None:
        exited = self._exits.pop(run_id, None)
        if exited is not None and not exited.done():
            exited.set_result(Exit(status, bool(overdue)))

    def _mark_gone(self) -> None:
        self._gone = True
        for run_id in list(self._exits):
            exited = self._exits.pop(run_id)
            if not exited.done():
                exited.set_result(Exit(None))


async def _hello(control: socket.socket) -> Mapping[str, Any]:
    (length,) = HELLO_LENGTH.unpack(await receive_exactly(control, HELLO_LENGTH.size))
    facts: Mapping[str, Any] = json.loads(await receive_exactly(control, length))
    return facts


async def receive_exactly(channel: socket.socket, length: int) -> bytes:
    """Raises EOFError when the other end closes first. Memory grows with what arrives, not with what was announced."""
    loop, received = asyncio.get_running_loop(), bytearray()
    while len(received) < length:
        chunk = await loop.sock_recv(channel, min(length - len(received), 1 << 18))
        if not chunk:
            raise EOFError("the other end closed")
        received += chunk
    return bytes(received)
