"""One suite over the object stores: the fake that unit tests use, and a real S3 server behind the shared adapter and behind upload's own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.local.servers import REGION, Endpoints
from services.upload.storage.multipart import S3Parts
from services.upload.storage.objects import WireObjects
from services.upload.storage.signing import Signer
from shared.objects import MemoryObjectStore, ObjectMissing, ObjectStore, S3ObjectStore, StorageUnavailable
from shared.objects.store import s3_store
from shared.settings import CommonSettings

pytestmark = pytest.mark.integration


def settings_for(endpoints: Endpoints, **changes: str) -> CommonSettings:
    found = {
        "s3_endpoint": endpoints.s3_endpoint,
        "s3_access_key": endpoints.s3_access_key,
        "s3_secret_key": endpoints.s3_secret_key,
        "s3_bucket": endpoints.s3_bucket,
    }
    return CommonSettings(**(found | changes))


@pytest.fixture(params=["memory", "s3", "upload"])
def store(request: pytest.FixtureRequest, endpoints: Endpoints) -> Iterator[ObjectStore]:
    if request.param != "upload":
        yield MemoryObjectStore() if request.param == "memory" else S3ObjectStore(s3_store(settings_for(endpoints)))
        return
    signer = Signer(
        endpoints.s3_endpoint, endpoints.s3_bucket, REGION, endpoints.s3_access_key, endpoints.s3_secret_key
    )
    parts = S3Parts(signer, lambda: datetime.now(UTC), 2)
    yield WireObjects(parts)
    parts.close()


async def test_what_is_put_can_be_got(store: ObjectStore, some_id: str) -> None:
    await store.put(f"{some_id}/a", b"hello")
    assert await store.get(f"{some_id}/a") == b"hello"
    assert await store.size(f"{some_id}/a") == 5


async def test_missing_object_is_named_as_such(store: ObjectStore, some_id: str) -> None:
    with pytest.raises(ObjectMissing):
        await store.get(f"{some_id}/none")
    with pytest.raises(ObjectMissing):
        await store.size(f"{some_id}/none")


async def test_range_is_read_without_the_rest(store: ObjectStore, some_id: str) -> None:
    await store.put(some_id, bytes(range(100)))
    assert b"".join([piece async for piece in store.stream(some_id, 10, 20)]) == bytes(range(10, 20))
    assert b"".join([piece async for piece in store.stream(some_id, 95)]) == bytes(range(95, 100))


async def test_file_goes_in_and_comes_out_whole(store: ObjectStore, some_id: str, tmp_path: Path) -> None:
    source, target = tmp_path / "in", tmp_path / "out"
    source.write_bytes(b"0123456789" * 2_000_000)
    await store.put_file(some_id, source)
    await store.fetch_to(some_id, target)
    assert target.read_bytes() == source.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in", "out"]


async def test_large_object_is_asked_for_in_ranges(
    store: ObjectStore, some_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.objects.port.RANGE", 300_000)
    content = bytes(range(256)) * 10_000
    await store.put(some_id, content)
    await store.fetch_to(some_id, tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == content
    assert b"".join([piece async for piece in store.stream(some_id)]) == content
    assert b"".join([piece async for piece in store.stream(some_id, 299_999, 900_001)]) == content[299_999:900_001]


async def test_missing_object_is_not_fetched(store: ObjectStore, some_id: str, tmp_path: Path) -> None:
    with pytest.raises(ObjectMissing):
        await store.fetch_to(f"{some_id}/none", tmp_path / "out")
    with pytest.raises(ObjectMissing):
        assert [piece async for piece in store.stream(f"{some_id}/none")]


async def test_trouble_within_one_range_is_the_trouble_of_the_whole(
    endpoints: Endpoints, some_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.objects.port.RANGE", 1000)
    store = S3ObjectStore(s3_store(settings_for(endpoints)))
    await store.put(some_id, b"x" * 5000)
    whole = store._range

    async def broken(key: str, start: int, end: int) -> AsyncIterator[bytes]:
        if start == 3000:
            raise StorageUnavailable("It went away.")
        async for piece in whole(key, start, end):
            yield piece

    monkeypatch.setattr(store, "_range", broken)
    with pytest.raises(StorageUnavailable, match="went away"):
        await store.fetch_to(some_id, tmp_path / "out")
    assert not (tmp_path / "out").exists()


async def test_empty_object_is_an_object(store: ObjectStore, some_id: str, tmp_path: Path) -> None:
    await store.put(some_id, b"")
    await store.fetch_to(some_id, tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b""


async def test_prefix_is_deleted_and_its_neighbours_stay(store: ObjectStore, some_id: str) -> None:
    for name in ("a/1", "a/2", "ab/1"):
        await store.put(f"{some_id}/{name}", b"x")
    assert await store.delete_prefix(f"{some_id}/a/") == 2
    assert await store.keys_under(f"{some_id}/") == [f"{some_id}/ab/1"]


async def test_deleting_what_is_not_there_is_no_error(store: ObjectStore, some_id: str) -> None:
    await store.put(f"{some_id}/there", b"x")
    await store.delete([f"{some_id}/none", f"{some_id}/there"])
    assert await store.keys_under(some_id) == []


async def test_store_that_does_not_answer_is_retryable_trouble() -> None:
    nowhere = S3ObjectStore(
        s3_store(
            CommonSettings(s3_endpoint="http://127.0.0.1:9", s3_access_key="k", s3_secret_key="s"), retry_seconds=0.2
        )
    )
    with pytest.raises(StorageUnavailable) as trouble:
        await nowhere.get("x")
    assert trouble.value.retryable
