"""Dictionaries over a real Redis and a real object store: one winner of every race, and nothing lost with Redis, nothing left of what is gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from deploy.local.servers import Endpoints, embedded_servers
from services.dataproc.domain import StoredTable
from services.dataproc.errors import DictionaryChanged, TableNotFound
from services.dataproc.ports import StoredDictionary
from services.dataproc.reading import Column
from services.dataproc.service import DescribeTable
from services.dataproc.storage.dictionaries import RedisDictionaries
from services.dataproc.storage.registry import RedisTableRegistry, dictionaries_of
from services.nlq.storage import RedisCatalog
from shared.columns import ColumnType
from shared.dictionary import Dictionary, DictionaryDocument
from shared.events import TableDeleted, TableDictionaryChanged
from shared.objects import S3ObjectStore, keys
from shared.objects.store import s3_store
from shared.settings import CommonSettings
from tests.fakes.bus import RecordingBus

pytestmark = pytest.mark.integration
AMOUNT = Column("amount", "Amount", ColumnType.DECIMAL, nullable=False, unit=None, evidence="all 3 are numbers")
CITY = Column("city", "City", ColumnType.CATEGORY, nullable=False, unit=None, evidence="all 3 are words")
REVENUE = DictionaryDocument.model_validate(
    {
        "label": "sales",
        "columns": {"amount": {"label": "net amount", "unit": "EUR"}},
        "measures": [
            {
                "name": "revenue",
                "aggregate": "sum",
                "of": "amount",
                "where": [{"column": "city", "op": "!=", "value": "Nice"}],
            }
        ],
    }
)


class House:
    """One session with one table, as dataproc and nlq keep it."""

    def __init__(self, redis: Redis, objects: S3ObjectStore, some_id: str) -> None:
        self.redis, self.objects, self.bus = redis, objects, RecordingBus()
        self.registry = RedisTableRegistry(redis, objects)
        self.store = RedisDictionaries(redis, objects)
        self.describe = DescribeTable(self.store, self.registry, objects, self.bus)
        self.catalog = RedisCatalog(redis, objects)
        self.table = StoredTable(
            table_id=f"t_{some_id}",
            session_id=f"s_{some_id}",
            file_id=f"f_{some_id}",
            version=1,
            name="sales",
            rows=3,
            columns=(AMOUNT, CITY),
            filename="sales.csv",
            file_key="k",
            source_sha256="0",
            created_at="2026-01-01",
        )

    async def make(self, table: StoredTable) -> StoredTable:
        """The objects of a version, and its manifest."""
        for key, body in ((table.profile_key, b'{"columns": {}}'), (table.values_key, b'{"city": ["Nice"]}')):
            await self.objects.put(key, body)
        await self.objects.put(table.description_key, table.description().model_dump_json().encode())
        assert await self.registry.save(table)
        return table

    async def write(self, label: str, *expected: int) -> int:
        document = REVENUE.model_copy(update={"label": label})
        return (await self.describe.write(self.table, document, expected)).dictionary.version

    async def label(self) -> str | None:
        return (await self.describe.read(self.table)).dictionary.label

    async def stored(self) -> list[str]:
        return await self.objects.keys_under(keys.table_dictionaries(self.table.session_id, self.table.table_id))

    async def hear(self) -> None:
        for event in self.bus.of(TableDictionaryChanged):
            await self.catalog.describe(event)

    async def label_for_questions(self) -> tuple[str, ...]:
        return (await self.catalog.facts(self.table.ready_event())).labels


def objects_of(endpoints: Endpoints) -> S3ObjectStore:
    settings = CommonSettings.model_validate(
        {name: getattr(endpoints, name) for name in ("s3_endpoint", "s3_bucket", "s3_access_key", "s3_secret_key")}
    )
    return S3ObjectStore(s3_store(settings))


@pytest.fixture
async def house(endpoints: Endpoints, some_id: str) -> AsyncIterator[House]:
    redis = Redis.from_url(endpoints.redis_url, decode_responses=True)
    made = House(redis, objects_of(endpoints), some_id)
    await made.make(made.table)
    yield made
    await redis.aclose()


async def test_of_those_who_saw_the_same_version_one_wins_and_nothing_of_the_others_is_left(house: House) -> None:
    for version in range(3):
        results = await asyncio.gather(
            *(house.write(f"{version}.{n}", version) for n in range(12)), return_exceptions=True
        )
        assert [result for result in results if not isinstance(result, DictionaryChanged)] == [version + 1]
        winner = next(n for n, result in enumerate(results) if result == version + 1)
        assert await house.label() == f"{version}.{winner}"
    assert len(await house.stored()) == 1


async def test_first_readers_and_writers_at_once_agree(house: House) -> None:
    await asyncio.gather(*(house.label() for _ in range(6)), house.write("a"), *(house.label() for _ in range(6)))
    assert await house.label() == "a"


async def test_dictionary_survives_the_loss_of_redis(house: House) -> None:
    await house.write("first")
    await house.write("second", 1)
    await house.redis.delete(*[key async for key in house.redis.scan_iter(f"*{house.table.session_id}*")])
    assert await house.label() == "second"
    assert await house.write("third", 2) == 3
    with pytest.raises(DictionaryChanged):
        await house.write("late", 2)


async def test_a_redis_that_comes_back_with_what_it_knew_long_ago_is_put_right(house: House) -> None:
    await house.write("first")
    old = await house.redis.hget(dictionaries_of(house.table.session_id), house.table.table_id)
    await house.write("second")
    await house.redis.hset(dictionaries_of(house.table.session_id), house.table.table_id, old)
    assert await house.label() == "second"
    assert await house.write("third", 2) == 3


async def test_dictionary_stays_when_a_newer_version_takes_the_tables_place(house: House) -> None:
    await house.write("sales")
    newer = await house.make(replace(house.table, version=2, file_id=f"{house.table.file_id}x", columns=(AMOUNT,)))
    read = await house.describe.read(newer)
    assert (read.dictionary.label, read.dictionary.columns[0].label, read.dictionary.measures) == (
        "sales",
        "net amount",
        (),
    )
    assert read.warnings == ("The measure 'revenue' is not in force: the table has no column 'city'.",)


@pytest.mark.parametrize("what", ["table", "session"])
async def test_dictionary_goes_with_its_table_and_its_session(house: House, what: str) -> None:
    await house.write("sales")
    await house.hear()
    assert await house.label_for_questions() == ("sales",)
    table = house.table
    if what == "table":
        await house.registry.forget(table.file_id)
        await house.registry.remove(table.session_id, table.table_id)
        await house.catalog.remove(
            TableDeleted(session_id=table.session_id, table_id=table.table_id, file_id=table.file_id)
        )
    else:
        await house.registry.forget(table.session_id)
        await house.registry.remove_session(table.session_id)
        await house.catalog.forget_session(table.session_id)
    await house.hear()  # again, and too late
    assert await house.stored() == []
    assert not await house.redis.exists(
        dictionaries_of(table.session_id), f"nlq:session:{table.session_id}:dictionaries"
    )
    with pytest.raises(TableNotFound):
        await house.write("late")
    assert await house.stored() == []
    assert not await house.redis.exists(dictionaries_of(table.session_id))


async def test_a_table_deleted_while_its_dictionary_is_written_leaves_nothing(house: House) -> None:
    held = await house.store.current(house.table)
    await house.registry.forget(house.table.file_id)
    await house.registry.remove(house.table.session_id, house.table.table_id)
    assert await house.store.replace(house.table, held, Dictionary(version=1)) is None
    assert await house.stored() == []


async def test_questions_are_read_with_the_dictionary_in_force(house: House) -> None:
    assert await house.label_for_questions() == (), "a table of a release that knew no dictionaries"
    await house.write("first")
    await house.write("second")
    await house.hear()
    facts = await house.catalog.facts(house.table.ready_event())
    assert (facts.labels, facts.columns[0].labels, facts.columns[0].unit) == (("second",), ("net amount",), "EUR")
    assert [measure.name for measure in facts.measures] == ["revenue"]
    first, second = house.bus.of(TableDictionaryChanged)
    for event in (second, first, first):
        await house.catalog.describe(event)
        assert await house.label_for_questions() == ("second",)


async def test_questions_find_the_dictionary_again_when_redis_was_lost(house: House) -> None:
    await house.write("first")
    await house.hear()
    await house.redis.delete(*[key async for key in house.redis.scan_iter(f"nlq:*{house.table.session_id}*")])
    assert await RedisCatalog(house.redis, house.objects).facts(house.table.ready_event()) == await house.catalog.facts(
        house.table.ready_event()
    )
    assert await house.label_for_questions() == ("first",)


async def test_questions_asked_before_the_event_has_come_do_not_fail_on_what_was_replaced(house: House) -> None:
    await house.write("first")
    await house.hear()
    await house.write("second")
    house.catalog = RedisCatalog(house.redis, house.objects)  # another copy of the service, which holds nothing yet
    assert await house.label_for_questions() == ("second",)


async def test_the_winner_is_known_though_the_losers_object_was_seen_first(house: House) -> None:
    """A question looks for a dictionary in the very moment in which two write one."""
    table = house.table
    loser = keys.table_dictionary(table.session_id, table.table_id, 1, "zzzz")
    winner = keys.table_dictionary(table.session_id, table.table_id, 1, "aaaa")
    await house.objects.put(loser, Dictionary(version=1, label="loser").model_dump_json().encode())
    assert await house.label_for_questions() == ("loser",)
    await house.objects.put(winner, Dictionary(version=1, label="winner").model_dump_json().encode())
    await house.objects.delete([loser])
    await house.catalog.describe(
        TableDictionaryChanged(session_id=table.session_id, table_id=table.table_id, version=1, dictionary_key=winner)
    )
    assert await house.label_for_questions() == ("winner",)


async def test_nothing_is_lost_with_a_whole_redis(tmp_path_factory: pytest.TempPathFactory, some_id: str) -> None:
    """FLUSHALL, on servers of its own since every other test's state goes with it."""
    with embedded_servers(tmp_path_factory.mktemp("flushed")) as endpoints:
        redis = Redis.from_url(endpoints.redis_url, decode_responses=True)
        house = House(redis, objects_of(endpoints), some_id)
        await house.make(house.table)
        await house.write("kept")
        await house.hear()
        before = await house.store.current(house.table)
        await redis.flushall()
        assert await house.store.current(house.table) == before
        assert isinstance(before, StoredDictionary) and before.dictionary.version == 1
        assert await RedisCatalog(redis, house.objects).facts(house.table.ready_event()) == await house.catalog.facts(
            house.table.ready_event()
        )
        assert await house.label_for_questions() == ("kept",)
        await redis.aclose()
