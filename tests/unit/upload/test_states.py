"""What happens to a file elsewhere moves its state forward, never back, in whatever order the news arrive."""

from __future__ import annotations

import pytest

from services.upload.records import failed, finished, started
from shared.events import TableFact, TableParsingFailed, TableParsingFinished, TableParsingStarted
from tests.fakes.upload import BEGINNING, facts_of
from tests.unit.upload.conftest import TABLE, World

FACT = TableFact(table_id="t_1", name="table", rows=3, columns=4)


async def test_file_goes_from_received_over_parsing_to_ready_with_its_tables(world: World) -> None:
    record = await world.send(TABLE)
    seen = [record.state]
    await world.service.files.mark_parsing(TableParsingStarted(session_id=world.sid, file_id=record.file_id))
    seen.append((await world.record(record.file_id)).state)
    await world.service.files.mark_ready(
        TableParsingFinished(session_id=world.sid, file_id=record.file_id, tables=(FACT,), warnings=("w",))
    )
    ready = await world.record(record.file_id)
    assert [*seen, ready.state] == ["received", "parsing", "ready"]
    assert (ready.tables, ready.warnings) == ((FACT,), ("w",))
    assert [facts["state"] for facts in facts_of(world.bus, record.file_id)][-3:] == ["received", "parsing", "ready"]


async def test_news_that_arrive_late_change_nothing(world: World) -> None:
    record = await world.send(TABLE)
    await world.service.files.mark_ready(
        TableParsingFinished(session_id=world.sid, file_id=record.file_id, tables=(FACT,))
    )
    await world.service.files.mark_parsing(TableParsingStarted(session_id=world.sid, file_id=record.file_id))
    await world.service.files.mark_failed(
        TableParsingFailed(session_id=world.sid, file_id=record.file_id, code="late", reason="too late")
    )
    assert (await world.record(record.file_id)).state == "ready"


async def test_news_of_an_earlier_attempt_change_nothing(world: World) -> None:
    record = (await world.send(TABLE)).model_copy(update={"attempt": 2})
    assert started(record, 1, BEGINNING) is None
    assert finished(record, 1, (FACT,), (), BEGINNING) is None
    assert failed(record, 1, "c", "r", BEGINNING) is None
    assert finished(record, 2, (FACT,), (), BEGINNING) is not None


async def test_failed_file_says_why(world: World) -> None:
    record = await world.send(TABLE)
    await world.service.files.mark_failed(
        TableParsingFailed(
            session_id=world.sid, file_id=record.file_id, code="no_table", reason="No table was found in the file."
        )
    )
    shown = await world.record(record.file_id)
    assert (shown.state, shown.code, shown.reason) == ("failed", "no_table", "No table was found in the file.")


async def test_file_that_no_worker_could_read_fails_with_a_reason(world: World) -> None:
    record = await world.send(TABLE)
    await world.service.files.fail_unread(world.sid, record.file_id, 1)
    shown = await world.record(record.file_id)
    assert shown.state == "failed"
    assert shown.reason


async def test_news_of_a_file_that_is_gone_are_ignored(world: World) -> None:
    await world.service.files.mark_parsing(
        TableParsingStarted(session_id=world.sid, file_id="f_0000000000_000000000000")
    )
    assert world.ledger.records == {}


@pytest.mark.parametrize("ended", [True, False])
async def test_wait_answers_at_once_when_ended_and_after_the_time_when_not(world: World, ended: bool) -> None:
    record = await world.send(TABLE)
    if ended:
        await world.service.files.mark_ready(
            TableParsingFinished(session_id=world.sid, file_id=record.file_id, tables=(FACT,))
        )
    shown = await world.service.files.wait(world.sid, record.file_id, 30 if ended else 0.05)
    assert shown.state == ("ready" if ended else "received")


async def test_wait_answers_as_soon_as_the_file_has_ended(world: World) -> None:
    import asyncio

    record = await world.send(TABLE)
    waiting = asyncio.create_task(world.service.files.wait(world.sid, record.file_id, 30))
    await asyncio.sleep(0)
    await world.service.files.mark_ready(
        TableParsingFinished(session_id=world.sid, file_id=record.file_id, tables=(FACT,))
    )
    async with asyncio.timeout(2):
        assert (await waiting).state == "ready"
