"""The service's side of the jail."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from services.dataproc.jail.answers import outcome_of, outcome_of_exit
from services.dataproc.jail.model import JailLimits, Language, RunOutcome, TableInput, Tier
from services.dataproc.jail.process import Exit, JailUnavailable, ZygoteProcess, receive_exactly
from services.dataproc.jail.wire import LENGTH, MalformedAnswer, unpack_header
from services.dataproc.jail.zygote import MOST_DESCRIPTORS

__all__ = ["Jail", "JailUnavailable"]

_GRACE_SECONDS = 3.0
_EXIT_SECONDS = 5.0
_DEFAULT_LIMITS = JailLimits()


@dataclass(frozen=True)
class Work:
    """What one run is to do."""

    code: str
    language: Language
    tables: Sequence[TableInput]
    limits: JailLimits


class Jail:
    """Runs snippets, at most `concurrency` at a time; replaces its zygote when that dies.

    Below the tier `minimum` every run is rejected. `clock` counts seconds from any point.
    """

    def __init__(
        self,
        *,
        minimum: Tier = Tier.FULL,
        concurrency: int = 4,
        start_seconds: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._minimum, self._start_seconds, self._clock = minimum, start_seconds, clock
        self._slots = asyncio.Semaphore(concurrency)
        self._starting = asyncio.Lock()
        self._run_ids = itertools.count(1)
        self._zygote: ZygoteProcess | None = None
        self._restarts = 0

    async def start(self) -> None:
        """Warm up. Raises JailUnavailable."""
        await self._living_zygote()

    async def close(self) -> None:
        """End every run and the zygote."""
        if self._zygote is not None:
            await self._zygote.close()

    @property
    def tier(self) -> str:
        """The name of the tier in force, "none" before the start."""
        return self._tier.name.lower()

    @property
    def _tier(self) -> Tier:
        return Tier.of(self._zygote.facts["mechanisms"] if self._zygote else ())

    def describe(self) -> dict[str, Any]:
        """For /readyz: what confines the code on this machine, as tried out by the zygote at its start."""
        return {
            "tier": self.tier,
            "minimum": self._minimum.name.lower(),
            "refuses": self._tier < self._minimum,
            "alive": self._zygote is not None and self._zygote.alive,
            "restarts": self._restarts,
            **({"pid": self._zygote.pid, **self._zygote.facts} if self._zygote else {}),
        }

    async def run(
        self,
        code: str,
        tables: Sequence[TableInput],
        *,
        out_dir: Path,
        limits: JailLimits = _DEFAULT_LIMITS,
        language: Language = "python",
    ) -> RunOutcome:
        """Run `code` over `tables`, the first of which is also `df`; a table or series is written to `out_dir`. SQL has them as `"tables"."name"`.

        What goes wrong in the code is in the outcome. Raises OSError for a table file that cannot be opened, and
        JailUnavailable when the zygote cannot be started.
        """
        async with self._slots:
            zygote = await self._living_zygote()
            if refusal := self._refusal(tables):
                return RunOutcome("rejected", (refusal,))
            try:
                return await self._attempt(zygote, Work(code, language, tables, limits), out_dir)
            except ConnectionError:  # the zygote is gone; a run changes nothing, so it may be repeated
                zygote = await self._living_zygote()
            try:
                return await self._attempt(zygote, Work(code, language, tables, limits), out_dir)
            except ConnectionError as error:
                raise JailUnavailable("The process that runs code was lost twice during one run.") from error

    def _refusal(self, tables: Sequence[TableInput]) -> str | None:
        if self._tier < self._minimum:
            return (
                f"Code is not run on this machine: it confines code at tier '{self.tier}', and '{self._minimum.name.lower()}' is "
                "the least that is configured."
            )
        if len(tables) >= MOST_DESCRIPTORS:
            return f"At most {MOST_DESCRIPTORS - 1} tables can be used at once; choose fewer."
        return None

    async def _living_zygote(self) -> ZygoteProcess:
        async with self._starting:
            if self._zygote is None or not self._zygote.alive:
                if self._zygote is not None:
                    self._restarts += 1
                    await self._zygote.close()
                self._zygote = await ZygoteProcess.spawn(self._start_seconds)
            return self._zygote

    async def _attempt(self, zygote: ZygoteProcess, work: Work, out_dir: Path) -> RunOutcome:
        """Raises ConnectionError when the zygote is lost."""
        started, run_id, limits = self._clock(), next(self._run_ids), work.limits
        channel, exited = _launched(zygote, run_id, work.tables, limits)
        with channel:
            try:
                async with asyncio.timeout(limits.seconds + _GRACE_SECONDS):
                    await _send(channel, _request(run_id, work))
                    header, payload = await _receive(channel, limits)
                seconds = self._clock() - started
                return await asyncio.to_thread(outcome_of, header, payload, out_dir, limits, seconds)
            except TimeoutError:  # the zygote should have ended the run: it does not do its work
                zygote.terminate()
                return outcome_of_exit(Exit(None, overdue=True), limits, self._clock() - started)
            except MalformedAnswer:
                reason = "The code damaged its own process; its answer is unusable."
                return RunOutcome("failed", (reason,), seconds=self._clock() - started)
            except (EOFError, ConnectionError):
                ended = await asyncio.wait_for(exited, _EXIT_SECONDS)
                if ended.status is None:
                    raise ConnectionResetError("the zygote ended") from None
                return outcome_of_exit(ended, limits, self._clock() - started)
            finally:
                zygote.kill(run_id)


def _launched(
    zygote: ZygoteProcess, run_id: int, tables: Sequence[TableInput], limits: JailLimits
) -> tuple[socket.socket, asyncio.Future[Exit]]:
    """The service's end of a new child's channel, and the child's end."""
    with ExitStack() as opened:
        descriptors = []
        for table in tables:
            descriptors.append(os.open(table.path, os.O_RDONLY | os.O_CLOEXEC))
            opened.callback(os.close, descriptors[-1])
        ours, theirs = socket.socketpair()
        opened.enter_context(theirs)
        ours.setblocking(False)
        try:
            return ours, zygote.launch(run_id, limits.seconds, [theirs.fileno(), *descriptors])
        except BaseException:
            ours.close()
            raise


def _request(run_id: int, work: Work) -> bytes:
    listed = [{"name": t.name, "parquet": t.path.suffix == ".parquet", "columns": t.columns} for t in work.tables]
    facts = {"run_id": run_id, "code": work.code, "language": work.language}
    return json.dumps(facts | {"tables": listed, "limits": asdict(work.limits)}).encode()


async def _send(channel: socket.socket, request: bytes) -> None:
    await asyncio.get_running_loop().sock_sendall(channel, LENGTH.pack(len(request)) + request)


async def _receive(channel: socket.socket, limits: JailLimits) -> tuple[dict[str, Any], bytes]:
    (length,) = LENGTH.unpack(await receive_exactly(channel, LENGTH.size))
    if length > limits.result_bytes:
        raise MalformedAnswer("the header is too long")
    header, following = unpack_header(await receive_exactly(channel, length), limits.result_bytes)
    return header, await receive_exactly(channel, following)
