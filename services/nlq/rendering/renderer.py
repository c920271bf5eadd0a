"""The service's side: which results are made where, how many at once, and their bytes as they come."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import structlog

from services.nlq.errors import ChartNotDrawn, RenderingFailed, ResultTooLarge, TooManyDownloads
from services.nlq.rendering.model import CANNOT_BE_DRAWN, DOES_NOT_FIT, DoesNotFit, Format, Picture
from services.nlq.rendering.places import Place, Places
from shared.objects import ObjectStore

AT_ONCE = 2  # processes
# Bytes of files that wait for their readers, beyond which nothing more is made; with one file of each process beyond, `LARGEST_FILE`.
MOST_BYTES = 4 << 30
STALLED = 60.0  # seconds in which a reader takes no piece: below 17 kB/s somebody holds the file rather than reads it
SECONDS = 600.0  # of one process
# Cells: below, a workbook takes a thread a third of a second, which is less than a process takes to start.
SMALL = 20_000
CHUNK = 1 << 20
LONGEST_REASON = 500  # characters in the log of why nothing was drawn: the rest is a trace through JavaScript
_LOOK_AGAIN = 0.05  # seconds
_ROOT = Path(__file__).resolve().parents[3]
log = structlog.get_logger(__name__)


class Renderer:
    """Makes files of results under `scratch`; what an earlier process left there is removed."""

    def __init__(self, objects: ObjectStore, scratch: Path) -> None:
        self._objects = objects
        self._scratch = scratch
        self._places = Places()
        self._processes = asyncio.Semaphore(AT_ONCE)
        self._of_session: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._removing: set[asyncio.Future[None]] = set()  # kept from the garbage collector
        shutil.rmtree(scratch, ignore_errors=True)

    async def of_table(self, session_id: str, table_key: str, form: Format) -> AsyncIterator[bytes]:
        """The stored result in the wanted form. What goes wrong before the first byte is raised by this call."""
        if form == "parquet":
            await self._objects.size(table_key)  # or it is missing, and no answer has begun
            return self._objects.stream(table_key)

        async def make(folder: Path) -> None:
            source, out = folder / "table.parquet", folder / "out"
            async with self._turn(session_id):
                await self._objects.fetch_to(table_key, source)
                if not await asyncio.to_thread(_written_if_small, form, source, out):
                    await _in_process(form, source, out)

        return await self._begun(session_id, make)

    async def of_value(self, session_id: str, value: object, form: Format) -> AsyncIterator[bytes]:
        """One value as a table of one cell named `value`."""

        async def make(folder: Path) -> None:
            async with self._turn(session_id):
                await asyncio.to_thread(_write_value, value, form, folder / "out")

        return await self._begun(session_id, make)

    async def of_chart(
        self, session_id: str, spec: Mapping[str, Any], form: Picture, *, dark: bool
    ) -> AsyncIterator[bytes]:
        """A chart with its data, drawn."""

        async def make(folder: Path) -> None:
            source = folder / "chart.json"
            async with self._turn(session_id):
                source.write_text(json.dumps({"spec": spec, "dark": dark}), encoding="utf-8")
                await _in_process(form, source, folder / "out")

        return await self._begun(session_id, make)

    async def _begun(self, session_id: str, make: Callable[[Path], Awaitable[None]]) -> AsyncIterator[bytes]:
        pieces = self._made(session_id, make)
        first = await anext(pieces, b"")
        return _chained(first, pieces)

    async def _made(self, session_id: str, make: Callable[[Path], Awaitable[None]]) -> AsyncGenerator[bytes]:
        place = self._places.take(session_id)
        self._scratch.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="download-", dir=self._scratch))
        making = asyncio.ensure_future(make(folder))
        try:
            async for piece in _growing(folder / "out", making):
                stalled = asyncio.get_running_loop().call_later(STALLED, self._remove, folder, making, place)
                yield piece
                stalled.cancel()
                if not place.is_held:
                    raise RenderingFailed("Nobody read the file for too long; it is gone.", hint="Download it again.")
        finally:
            # Whoever goes away is cancelled at every wait, not once: the folder is removed by a task that this does not reach.
            await asyncio.shield(self._remove(folder, making, place))

    def _remove(self, folder: Path, making: asyncio.Future[None], place: Place) -> asyncio.Future[None]:
        removing = asyncio.ensure_future(_removed(folder, making, place))
        self._removing.add(removing)
        removing.add_done_callback(self._removing.discard)
        return removing

    @asynccontextmanager
    async def _turn(self, session_id: str) -> AsyncIterator[None]:
        """One of the session's, and one of all."""
        mine = self._of_session.setdefault(session_id, asyncio.Lock())
        async with mine, self._processes:
            if await asyncio.to_thread(_bytes_under, self._scratch) > MOST_BYTES:
                raise TooManyDownloads(
                    "Too many results wait to be read.", hint="Try again in a moment.", retry_after=STALLED
                )
            yield


async def _removed(folder: Path, making: asyncio.Future[None], place: Place) -> None:
    making.cancel()
    await asyncio.gather(making, return_exceptions=True)
    await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    place.give_back()


def _bytes_under(folder: Path) -> int:
    """Of files and folders that may go while they are counted: `os.walk` passes over what it cannot list, `rglob` raises."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += Path(place, name).stat().st_size
    return total


def _written_if_small(form: Format, source: Path, out: Path) -> bool:
    # pyarrow is loaded with the first download: a service that only passes questions on starts without it.
    from services.nlq.rendering import formats  # noqa: PLC0415

    try:
        return formats.write_stored(form, source, out, most_cells=SMALL)
    except DoesNotFit as error:
        raise _too_large(str(error)) from error


def _write_value(value: object, form: Format, out: Path) -> None:
    from services.nlq.rendering import formats  # noqa: PLC0415 - as above

    formats.write_value(form, value, out)


def _too_large(reason: str) -> ResultTooLarge:
    return ResultTooLarge(reason, hint="Download it as CSV or Parquet.")


async def _in_process(form: Format | Picture, source: Path, out: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-s", "-X", "utf8", "-m", "services.nlq.rendering", form, str(source), str(out)),
        cwd=_ROOT,
        env={},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(SECONDS):
            said, errors = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode == DOES_NOT_FIT:
        raise _too_large(said.decode())
    if process.returncode == CANNOT_BE_DRAWN:
        log.warning("chart_not_drawn", form=form, said=said.decode()[:LONGEST_REASON])
        raise ChartNotDrawn("This chart cannot be drawn.", hint="The result itself can be downloaded.")
    if process.returncode:
        log.error("rendering_failed", form=form, status=process.returncode, errors=errors.decode()[-2000:])
        raise RenderingFailed("The file could not be made.", hint="Try again, or download it as Parquet.")


async def _growing(path: Path, making: asyncio.Future[None]) -> AsyncIterator[bytes]:
    """The bytes of a file while it is written. Raises what the writing raises."""
    offset = 0
    while True:
        finished = making.done()
        piece = await asyncio.to_thread(_read, path, offset)
        if piece:
            offset += len(piece)
            yield piece
        elif finished:
            making.result()
            return
        else:
            await asyncio.wait([making], timeout=_LOOK_AGAIN)


def _read(path: Path, offset: int) -> bytes:
    try:
        with path.open("rb") as source:
            source.seek(offset)
            return source.read(CHUNK)
    except FileNotFoundError:
        return b""


async def _chained(first: bytes, rest: AsyncGenerator[bytes]) -> AsyncIterator[bytes]:
    try:
        yield first
        async for piece in rest:
            yield piece
    finally:
        await rest.aclose()
