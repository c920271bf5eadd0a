"""A file becomes tables, exactly once, whatever is repeated and whoever dies."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from services.dataproc.reading import ReadResult, TableDraft
from services.dataproc.service import Forget, ParseFile
from services.dataproc.service.ingest import bytes_beyond_file
from shared.errors import Unavailable
from shared.events import (
    FileDeleted,
    FileUploaded,
    SessionExpired,
    TableDeleted,
    TableDescription,
    TableParsingFailed,
    TableParsingFinished,
    TableReady,
)
from shared.objects import MemoryObjectStore, StorageUnavailable, keys
from tests.fakes.bus import RecordingBus
from tests.fakes.dataproc import CountingQuota, InProcessParser, LocalCancellations, MemoryTableRegistry, NoCache

CSV = b"city,amount\nParis,1.5\nLyon,2.5\n"


class House:
    """ParseFile and Forget over fakes."""

    def __init__(self, scratch: Path) -> None:
        self.objects, self.bus, self.cache = MemoryObjectStore(), RecordingBus(), NoCache()
        self.registry = MemoryTableRegistry(self.objects)
        self.scratch = scratch
        self.cancellations, self.quota = LocalCancellations(), CountingQuota(limit=3)
        self.forget = Forget(self.registry, self.cache, self.bus, self.cancellations, self.quota)
        self.parse = self.parser_with(InProcessParser())

    def parser_with(self, parser: InProcessParser) -> ParseFile:
        return ParseFile(
            objects=self.objects,
            registry=self.registry,
            cache=self.cache,
            parser=parser,
            bus=self.bus,
            cancellations=self.cancellations,
            quota=self.quota,
            scratch=self.scratch,
            clock=lambda: datetime(2026, 1, 1, tzinfo=UTC),
        )

    async def upload(self, content: bytes, name: str = "sales.csv", file_id: str = "f_1") -> FileUploaded:
        key = keys.raw_file("s_1", file_id)
        await self.objects.put(key, content)
        return FileUploaded(
            session_id="s_1",
            file_id=file_id,
            object_key=key,
            filename=name,
            media_type="text/csv",
            size=len(content),
            sha256="0" * 64,
        )


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


async def test_file_becomes_a_table_with_data_profile_values_and_manifest(house: House) -> None:
    await house.parse(await house.upload(CSV))
    ready = house.bus.of(TableReady)[0]
    columns = TableDescription.model_validate_json(await house.objects.get(ready.description_key)).columns
    assert (ready.name, ready.rows, ready.columns) == ("sales", 2, 2)
    assert [(c.name, c.type) for c in columns] == [("city", columns[0].type), ("amount", "decimal")]
    assert {ready.data_key, ready.profile_key, ready.values_key} <= set(house.objects.objects)
    assert json.loads(await house.objects.get(ready.profile_key))["rows"] == 2
    assert house.bus.of(TableParsingFinished)[0].tables[0].table_id == ready.table_id


async def test_event_delivered_again_gives_the_same_table_and_no_second_announcement(house: House) -> None:
    event = await house.upload(CSV)
    await house.parse(event)
    await house.parse(event)
    assert len(house.registry.tables) == 1
    assert len(house.bus.of(TableReady)) == 1


async def test_second_file_of_the_same_name_gets_a_table_name_of_its_own(house: House) -> None:
    await house.parse(await house.upload(CSV))
    await house.parse(await house.upload(CSV, file_id="f_2"))
    assert sorted(t.name for t in house.registry.tables.values()) == ["sales", "sales_2"]


async def test_unreadable_file_fails_with_a_reason_and_leaves_nothing(house: House) -> None:
    await house.parse(await house.upload(b"PAR1 not really parquet PAR1", "broken.parquet"))
    failed = house.bus.of(TableParsingFailed)[0]
    assert len(failed.reason.split()) > 3
    assert house.registry.tables == {}
    assert list(house.scratch.iterdir()) == []


async def test_storage_trouble_is_left_to_the_bus_to_retry(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    event = await house.upload(CSV)

    async def away(*_: object) -> None:
        raise StorageUnavailable("away")

    monkeypatch.setattr(house.objects, "put_file", away)
    with pytest.raises(StorageUnavailable):
        await house.parse(event)
    assert house.bus.of(TableParsingFailed) == []


async def test_file_deleted_while_it_was_parsed_leaves_no_table(house: House) -> None:
    event = await house.upload(CSV)
    parse = house.parser_with(InProcessParser(before=lambda: house.registry.gone.add("f_1")))
    await parse(event)
    assert house.registry.tables == {}
    assert house.bus.of(TableReady) == []
    assert not [key for key in house.objects.objects if "/tables/" in key]


async def test_file_whose_tables_do_not_all_fit_the_quota_fails_and_leaves_nothing(house: House) -> None:
    house.quota.limit = 1
    await house.parse(await house.upload(b'{"a": [{"x": 1}, {"x": 2}], "b": [{"y": 1}, {"y": 2}]}', "two.json"))
    failed = house.bus.of(TableParsingFailed)[0]
    assert failed.code == "too_many_tables" and "Delete files" in failed.reason
    assert house.registry.tables == {} and house.quota.held == {}
    assert not [key for key in house.objects.objects if "/tables/" in key]
    assert house.registry.names == {} and house.cache.adopted == []


async def test_same_file_read_again_takes_no_second_place(house: House) -> None:
    house.quota.limit = 1
    event = await house.upload(CSV)
    await house.parse(event)
    await house.parse(event)
    assert house.bus.of(TableParsingFailed) == []
    assert len(house.quota.held["s_1"]) == 1


async def test_place_of_a_file_deleted_while_it_was_parsed_is_given_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = await house.upload(CSV)
    put = house.objects.put_file

    async def put_then_delete(*of: Any) -> None:
        await put(*of)
        await house.registry.forget("f_1")

    monkeypatch.setattr(house.objects, "put_file", put_then_delete)
    await house.parse(event)
    assert house.registry.tables == {} and house.quota.held["s_1"] == set()


async def test_nobody_who_can_say_is_left_to_the_bus_to_retry(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> bool:
        raise Unavailable("away")

    monkeypatch.setattr(house.quota, "reserve", away)
    with pytest.raises(Unavailable):
        await house.parse(await house.upload(CSV))
    assert house.bus.of(TableParsingFailed) == [] and house.registry.tables == {}


async def test_file_of_a_session_that_has_ended_ends_without_a_word(house: House) -> None:
    house.quota.ended.add("s_1")
    await house.parse(await house.upload(CSV))
    assert house.registry.tables == {} and [*house.bus.of(TableParsingFailed), *house.bus.of(TableReady)] == []


async def test_crash_between_telling_and_removing_is_made_good(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await house.parse(await house.upload(CSV))
    remove, deleted = house.registry.remove, FileDeleted(session_id="s_1", file_id="f_1")

    async def crash(*_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(house.registry, "remove", crash)
    with pytest.raises(ConnectionError):
        await house.forget.file(deleted)
    monkeypatch.setattr(house.registry, "remove", remove)
    await house.forget.file(deleted)
    assert len(house.bus.of(TableDeleted)) == 1 and house.registry.tables == {}


async def test_deleted_file_takes_its_tables_with_it(house: House) -> None:
    await house.parse(await house.upload(CSV))
    await house.forget.file(FileDeleted(session_id="s_1", file_id="f_1"))
    assert house.registry.tables == {}
    assert len(house.bus.of(TableDeleted)) == 1
    assert not [key for key in house.objects.objects if "/tables/" in key]


async def test_expired_session_leaves_neither_tables_nor_results_nor_cache(house: House) -> None:
    await house.parse(await house.upload(CSV))
    await house.objects.put(f"{keys.result('s_1', 'q_1')}a1.json", b"{}")
    await house.forget.session(SessionExpired(session_id="s_1", reason="idle"))
    assert [key for key in house.objects.objects if "/tables/" in key or "/results/" in key] == []
    assert house.cache.dropped == ["sessions/s_1/"]


async def test_tables_count_beyond_their_file_until_it_goes(house: House) -> None:
    event = await house.upload(CSV)
    await house.parse(event)
    assert 0 < house.quota.kept["s_1"]["f_1"] < 10_000
    await house.forget.file(FileDeleted(session_id="s_1", file_id="f_1"))
    assert house.quota.kept["s_1"] == {}


async def test_file_whose_tables_are_more_than_the_session_may_keep_is_refused_by_name(house: House) -> None:
    house.quota.most_bytes = 10
    await house.parse(await house.upload(CSV))
    (failure,) = house.bus.of(TableParsingFailed)
    assert failure.code == "session_quota_exceeded"
    assert house.quota.held.get("s_1", set()) == set()
    assert not house.registry.tables


def test_a_file_counts_where_it_takes_most(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    path.write_bytes(b"x" * 100)

    def beyond(decoded: int, size: int) -> int:
        draft = TableDraft("t", 1, (), path, {}, {}, {}, (), decoded)
        return bytes_beyond_file(ReadResult("csv", (draft, draft), ()), size)

    assert beyond(decoded=1_000, size=50) == 1_950
    assert beyond(decoded=1_000, size=5_000) == 200, "an ordinary file's tables are about as large as it is"


async def test_300_columns_with_names_of_5_kb_are_told_in_small_events(house: House) -> None:
    name = "measured in the north wing of the building on the second floor " * 90
    header = ",".join(f"{name}{number}" for number in range(300))
    row = ",".join(map(str, range(300)))
    event = await house.upload(f"{header}\n{row}\n{row}\n".encode())
    assert event.size > 1_500_000, "more than the bus takes"
    await house.parse(event)
    assert all(len(told.model_dump_json()) < 5_000 for told in house.bus.events)
    (ready,) = house.bus.of(TableReady)
    assert ready.columns == 300
    described = await house.objects.get(ready.description_key)
    assert len(described) < 300_000
    assert len(TableDescription.model_validate_json(described).columns) == 300
