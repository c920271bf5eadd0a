"""The service's side of the parsing processes: starts the warmed parent, sends jobs, watches their memory and their time."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import Any, Literal

import structlog

from services.dataproc.cleaning import Cleaned, Suggestion, Trial
from services.dataproc.interrupting import Interrupted, unless
from services.dataproc.parsing.cleaning_job import CleaningSpec, cleaned_from, suggestions_from, trial_from
from services.dataproc.parsing.cost import LARGE_FILE, weight_of
from services.dataproc.parsing.job import Job, decode_result
from services.dataproc.parsing.messages import Advanced, Finished, MalformedMessage, Refused, Started, decode
from services.dataproc.parsing.turns import Turn, Turns
from services.dataproc.reading import ReadResult
from services.dataproc.reading.model import DEFAULT_LIMITS, Progress
from shared.formats.refusals import FileRefused, Refusal

ROOT = Path(__file__).resolve().parents[3]
PAGE = os.sysconf("SC_PAGE_SIZE")
WATCH_INTERVAL = 0.1  # seconds between looks at a child's memory
HEAVY_NICENESS = 5  # of 19: the processor is the light jobs' and the service's own before it is a heavy job's
LINE_LIMIT = 256 << 20  # bytes of one message: a wide table's profile and values
log = structlog.get_logger(__name__)


class ParserPool:
    """A `Parser` over forked processes. `jobs` run at once (see `Turns`), each within `memory_bytes` and `seconds`."""

    def __init__(
        self, *, jobs: int, memory_bytes: int, seconds: float, decoded_bytes: int = DEFAULT_LIMITS.max_decoded_bytes
    ) -> None:
        self._turns = Turns(jobs)
        self._fetched = asyncio.Semaphore(max(1, jobs - 1))
        self._memory_bytes = memory_bytes
        self._seconds = seconds
        self._decoded_bytes = decoded_bytes
        self._parent: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None

    def start(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "services.dataproc.parsing.zygote", str(theirs.fileno())],
            env={
                "PYTHONPATH": str(ROOT),
                "LANG": "C.UTF-8",
                "TMPDIR": tempfile.gettempdir(),
                "OPENBLAS_NUM_THREADS": "1",
            },
            cwd=ROOT,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
        )
        theirs.close()
        self._socket = ours

    def close(self) -> None:
        """Closing the socket ends the parent; jobs still at work are killed by their watchers."""
        if self._socket:
            self._socket.close()
        if self._parent:
            self._parent.terminate()
            self._parent.wait(timeout=5)

    async def ping(self) -> None:
        if self._parent is None or self._parent.poll() is not None:
            self.start()

    def room(self, size: int) -> AbstractAsyncContextManager[object]:
        """Large files come onto the disk one by one as they can be read, however many are waiting; small ones at once."""
        return self._fetched if size > LARGE_FILE else nullcontext()

    async def read(
        self, path: Path, filename: str, into: Path, progress: Progress, overrides: Mapping[str, Any] | None = None
    ) -> ReadResult:
        job = Job(
            "read",
            str(path),
            filename,
            str(into),
            self._memory_bytes,
            self._seconds,
            overrides or {},
            self._decoded_bytes,
        )
        body = await self._run(job, progress)
        return decode_result(body, into)

    async def clean(self, source: Path, spec: CleaningSpec, into: Path) -> Cleaned:
        """The cleaned table is the file `RESULT` in the folder `into`."""
        return cleaned_from(await self._run_spec("clean", source, spec, into))

    async def try_steps(self, source: Path, spec: CleaningSpec, into: Path) -> Trial:
        return trial_from(await self._run_spec("try", source, spec, into))

    async def suggest(self, source: Path, spec: CleaningSpec, into: Path) -> list[Suggestion]:
        return suggestions_from(await self._run_spec("suggest", source, spec, into))

    async def _run_spec(
        self, kind: Literal["clean", "try", "suggest"], source: Path, spec: CleaningSpec, into: Path
    ) -> Any:
        await asyncio.to_thread(spec.store, into)
        return await self._run(
            Job(kind, str(source), "", str(into), self._memory_bytes, self._seconds), lambda *_: None
        )

    async def write_raw(self, path: Path, filename: str, reading: Mapping[str, Any], out: Path) -> None:
        job = Job("raw", str(path), filename, str(out), self._memory_bytes, self._seconds, reading)
        await self._run(job, lambda *_: None)

    async def _run(self, job: Job, progress: Progress) -> Any:
        weight = await asyncio.to_thread(weight_of, Path(job.path))
        try:
            return await self._run_in_turn(job, progress, weight, heavy=weight > LARGE_FILE)
        except Interrupted:
            log.info("parsing_job_put_back", weight=weight)
            return await self._run_in_turn(job, progress, weight, heavy=True)

    async def _run_in_turn(self, job: Job, progress: Progress, weight: int, *, heavy: bool) -> Any:
        """Raises `Interrupted` when the job was stopped for others and has to be done again."""
        async with self._turns.turn(weight, heavy=heavy) as turn:
            await self.ping()
            reader, writer = await self._send(job)
            try:
                async with asyncio.timeout(job.seconds):
                    return await unless(turn.put_back, self._follow(reader, job, progress, turn))
            except TimeoutError:
                raise Refusal.TOOK_TOO_LONG.because(seconds=job.seconds) from None
            finally:
                writer.close()

    async def _send(self, job: Job) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Hand the job over; what comes back is read from a socket, since uvloop closes the descriptor of a pipe twice, when it may be another file's by then."""
        assert self._socket is not None
        ours, theirs = socket.socketpair()
        try:
            socket.send_fds(self._socket, [job.encode()], [theirs.fileno()])
            return await asyncio.open_unix_connection(sock=ours, limit=LINE_LIMIT)
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()

    async def _follow(self, reader: asyncio.StreamReader, job: Job, progress: Progress, turn: Turn) -> Any:
        pid = 0
        watcher: asyncio.Task[bool] | None = None
        try:
            async for line in reader:
                match decode(line):
                    case Started(pid):
                        turn.when_heavy(partial(give_way, pid))
                        watcher = asyncio.create_task(self._watch(pid, job.memory_bytes))
                    case Advanced(done, total, rows):
                        progress(done, total, rows)
                    case Refused(code, detail, hint):
                        raise FileRefused(code, detail, hint)
                    case Finished(result):
                        return result
            raise _ended(overweight=bool(watcher and watcher.done() and watcher.result()))
        except MalformedMessage as error:
            log.warning("parsing_job_malformed_message", error=str(error))
            raise _ended(overweight=False) from error
        finally:
            if watcher:
                watcher.cancel()
            kill(pid)

    async def _watch(self, pid: int, memory_bytes: int) -> bool:
        """Kill the child when it holds more than it may; True when that was so."""
        while (resident := resident_bytes(pid)) is not None:
            if resident > memory_bytes:
                log.warning("parsing_job_over_memory", resident=resident, limit=memory_bytes)
                kill(pid)
                return True
            await asyncio.sleep(WATCH_INTERVAL)
        return False


def _ended(*, overweight: bool) -> FileRefused:
    return (Refusal.NEEDS_TOO_MUCH_MEMORY if overweight else Refusal.PARSER_CRASHED).because()


def kill(pid: int) -> None:
    """End a child and what it may have started."""
    if pid > 1:
        for stop in (os.killpg, os.kill):
            with suppress(ProcessLookupError, PermissionError):
                stop(pid, signal.SIGKILL)


def give_way(pid: int) -> None:
    """All threads of a child and of what it may have started run when nobody else wants the processor."""
    with suppress(ProcessLookupError, PermissionError):
        os.setpriority(os.PRIO_PGRP, pid, HEAVY_NICENESS)


def resident_bytes(pid: int) -> int | None:
    """Private resident memory: pages of mapped files do not count. None when the process is gone."""
    try:
        _, resident, shared, *_ = Path(f"/proc/{pid}/statm").read_text().split()
    except (OSError, ValueError):
        return None
    return (int(resident) - int(shared)) * PAGE
