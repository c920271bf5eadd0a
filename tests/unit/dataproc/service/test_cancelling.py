"""What goes while a file is being read ends the reading at once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from services.dataproc.reading import ReadResult
from shared.events import Event, FileDeleted, SessionExpired, TableParsingFailed, TableReady
from tests.fakes.dataproc import InProcessCleaner
from tests.unit.dataproc.service.conftest import SESSION, Workshop


class EndlessParser(InProcessCleaner):
    """Reads until it is cancelled."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = asyncio.Event()
        self.ended = asyncio.Event()

    async def read(self, path: Path, filename: str, into: Path, progress: Any, overrides: Any = None) -> ReadResult:
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.ended.set()
        raise AssertionError


@pytest.mark.parametrize(
    "event", [FileDeleted(session_id=SESSION, file_id="f_1"), SessionExpired(session_id=SESSION, reason="idle")]
)
async def test_reading_ends_when_its_file_or_session_goes(workshop: Workshop, event: Event) -> None:
    parser = EndlessParser()
    workshop.parse._parser = parser
    async with asyncio.timeout(5):
        reading = asyncio.create_task(workshop.parse(await workshop.stored("a,b\n1,2\n")))
        await parser.begun.wait()
        await (workshop.forget.file(event) if isinstance(event, FileDeleted) else workshop.forget.session(event))
        await reading
    assert parser.ended.is_set()
    assert (workshop.bus.of(TableReady), workshop.bus.of(TableParsingFailed)) == ([], [])
    assert list(workshop.scratch.iterdir()) == []


async def test_reading_goes_on_when_another_file_goes(workshop: Workshop) -> None:
    parser = EndlessParser()
    workshop.parse._parser = parser
    reading = asyncio.create_task(workshop.parse(await workshop.stored("a,b\n1,2\n")))
    await parser.begun.wait()
    await workshop.forget.file(FileDeleted(session_id=SESSION, file_id="f_2"))
    await asyncio.sleep(0)
    assert not reading.done()
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    assert parser.ended.is_set()
