"""Blocks of a file read by several processes at once: making Python objects of JSON needs Python's lock, of which each process has its own.

They are forked from the one that reads the file, with its limits and in its group, so that what ends it ends them, too. Columns travel as files of Arrow;
what goes over the pipes is a message for each block.
"""

from __future__ import annotations

import gc
import resource
from collections import deque
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec
import pyarrow as pa

from services.dataproc.reading.json.blocks import BlockFault, BlockReader, Fault
from services.dataproc.reading.json.framing import Block, text_of
from services.dataproc.reading.json.mending import Mending

AHEAD = 2  # blocks that a process is given before it has answered
STATM = Path("/proc/self/statm")


class Report(msgspec.Struct):
    """What came of a block: keys that stand twice in one object, what was mended, or why it holds no rows."""

    block: Block
    repeated: dict[str, int] = {}
    mended: dict[Mending, int] = {}
    fault: BlockFault | None = None

    @property
    def is_broken(self) -> bool:
        return self.fault is not None and self.fault.fault is Fault.BROKEN


class Storing:
    """Reads blocks of a file into files of Arrow in a folder."""

    def __init__(self, path: Path, reader: BlockReader, *, listed: bool, folder: Path) -> None:
        self._path, self._reader, self._listed, self._folder = path, reader, listed, folder

    def file_of(self, number: int) -> Path:
        return self._folder / f"block-{number}.arrow"

    def __call__(self, block: Block) -> Report:
        try:
            read = self._reader.read(text_of(self._path, block, listed=self._listed), first=block.number == 0)
        except BlockFault as found:
            return Report(block, fault=found)
        except MemoryError:
            return Report(block, fault=BlockFault(Fault.OUT_OF_MEMORY))
        except RecursionError:
            return Report(block, fault=BlockFault(Fault.TOO_DEEP))
        with (
            pa.OSFile(str(self.file_of(block.number)), "wb") as sink,
            pa.ipc.new_file(sink, read.batch.schema) as writer,
        ):
            writer.write_batch(read.batch)
        return Report(block, dict(read.repeated), dict(read.mended))


Work = Callable[[Block], Report]


def in_processes(work: Work, blocks: Iterator[Block], count: int, memory_bytes: int) -> Iterator[Report]:
    """A report for each block, in their order."""
    helpers = [Helper(work, memory_bytes) for _ in range(count)]
    waiting: deque[Helper] = deque()
    try:
        for turn, block in enumerate(blocks):
            helper = helpers[turn % count]
            helper.send(block)
            waiting.append(helper)
            if len(waiting) >= count * AHEAD:
                yield waiting.popleft().receive()
        while waiting:
            yield waiting.popleft().receive()
    finally:
        for helper in helpers:
            helper.stop()


class Helper:
    """A process that works off blocks."""

    def __init__(self, work: Work, memory_bytes: int) -> None:
        fork = get_context("fork")
        self._pipe, theirs = fork.Pipe()
        self._process = fork.Process(target=serve, args=(self._pipe, theirs, work, memory_bytes), daemon=True)
        self._process.start()
        theirs.close()  # before the next one is forked, so that the end of this one ends the pipe

    def send(self, block: Block) -> None:
        try:
            self._pipe.send_bytes(msgspec.msgpack.encode(block))
        except ConnectionError:
            raise self._end() from None

    def receive(self) -> Report:
        try:
            return msgspec.msgpack.decode(self._pipe.recv_bytes(), type=Report)
        except (EOFError, ConnectionError):
            raise self._end() from None

    def _end(self) -> Exception:
        """Why it does not answer: who is killed held more memory than the system had."""
        self._process.join()
        code = self._process.exitcode or 0
        return MemoryError() if code < 0 else RuntimeError(f"a process that reads blocks has ended with {code}")

    def stop(self) -> None:
        self._process.kill()
        self._process.join()
        self._pipe.close()


def serve(parents: Connection, pipe: Connection, work: Work, memory_bytes: int) -> None:
    """Work off what comes through the pipe, until the parent's end of it is closed, or gone with the parent."""
    parents.close()
    # Arrow's own memory pool may have been in use by another thread when this process was forked.
    pa.set_memory_pool(pa.system_memory_pool())
    gc.disable()  # values of JSON hold no cycles, and looking for some took a tenth of the time
    limit_memory(memory_bytes)
    try:
        while True:
            pipe.send_bytes(msgspec.msgpack.encode(work(msgspec.msgpack.decode(pipe.recv_bytes(), type=Block))))
    except (EOFError, ConnectionError):
        return


def limit_memory(more: int) -> None:
    """So many bytes beyond what the process was forked with, where the system says what that is."""
    if not STATM.exists():
        return
    held = int(STATM.read_text().split()[5]) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (held + more if hard < 0 else min(hard, held + more), hard))
