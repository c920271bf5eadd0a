"""Multipart uploads against a real S3 server: what the memory stand-in promises, the server keeps."""

from __future__ import annotations

import asyncio
import os
import secrets
from datetime import timedelta
from urllib.request import Request, urlopen

import pytest

from deploy.local.servers import REGION, Endpoints
from services.upload.ports import MultipartGone
from services.upload.records import Segment
from services.upload.storage.multipart import S3Parts
from services.upload.storage.signing import Signer
from shared.objects import S3ObjectStore, StorageUnavailable
from tests.integration.upload.conftest import now

pytestmark = pytest.mark.integration
MIB = 1 << 20


@pytest.fixture
def folder() -> str:
    return f"sessions/s_{secrets.token_hex(6)}/files/f_{secrets.token_hex(6)}/"


async def test_parts_sent_out_of_order_become_the_object(parts: S3Parts, objects: S3ObjectStore, folder: str) -> None:
    pieces = [os.urandom(5 * MIB), os.urandom(5 * MIB), os.urandom(100)]
    upload = await parts.begin(f"{folder}raw")
    sent = await asyncio.gather(
        *(
            parts.send(f"{folder}raw", upload, 200 * n + 1, (), memoryview(piece))
            for n, piece in reversed([*enumerate(pieces)])
        )
    )
    assert await parts.parts(f"{folder}raw", upload) == sorted(sent, key=lambda part: part.number)
    await parts.complete(f"{folder}raw", upload, sorted(sent, key=lambda part: part.number))
    assert await objects.get(f"{folder}raw") == b"".join(pieces)


async def test_segments_come_before_the_buffer(parts: S3Parts, objects: S3ObjectStore, folder: str) -> None:
    pieces = [os.urandom(3 * MIB), os.urandom(3 * MIB), b"tail"]
    segments = []
    for n, piece in enumerate(pieces[:2]):
        await parts.put(f"{folder}tail/{n}", (), memoryview(piece))
        segments.append(Segment(key=f"{folder}tail/{n}", size=len(piece)))
    await parts.put(f"{folder}whole", segments, memoryview(pieces[2]))
    assert await objects.get(f"{folder}whole") == b"".join(pieces)
    upload = await parts.begin(f"{folder}raw")
    part = await parts.send(f"{folder}raw", upload, 1, segments, memoryview(pieces[2]))
    await parts.complete(f"{folder}raw", upload, [part])
    assert await objects.get(f"{folder}raw") == b"".join(pieces)


async def test_store_copies_ranges_and_whole_objects_by_itself(
    parts: S3Parts, objects: S3ObjectStore, folder: str
) -> None:
    content = os.urandom(12 * MIB)
    await parts.put(f"{folder}source", (), memoryview(content))
    upload = await parts.begin(f"{folder}raw")
    copied = [
        await parts.copy(f"{folder}raw", upload, 1, f"{folder}source", 6 * MIB, 6 * MIB),
        await parts.copy(f"{folder}raw", upload, 2, f"{folder}source", 0, 10),
    ]
    await parts.complete(f"{folder}raw", upload, copied)
    assert await objects.get(f"{folder}raw") == content[6 * MIB :] + content[:10]
    await parts.duplicate(f"{folder}source", f"{folder}second")
    assert await objects.get(f"{folder}second") == content


async def test_aborted_upload_is_gone_and_may_be_aborted_again(parts: S3Parts, folder: str) -> None:
    upload = await parts.begin(f"{folder}raw")
    await parts.send(f"{folder}raw", upload, 1, (), memoryview(b"x"))
    assert [(found.key, found.upload) for found in await parts.unfinished(folder)] == [(f"{folder}raw", upload)]
    for _ in range(2):
        await parts.abort(f"{folder}raw", upload)
    assert await parts.unfinished(folder) == []
    with pytest.raises(MultipartGone):
        await parts.complete(f"{folder}raw", upload, [])


async def test_objects_are_listed_in_order_with_their_age(parts: S3Parts, folder: str) -> None:
    for name in ("b", "a", "c"):
        await parts.put(f"{folder}{name}", (), memoryview(b"x"))
    found = [stored async for stored in parts.objects(folder)]
    assert [stored.key for stored in found] == [f"{folder}{name}" for name in "abc"]
    assert all(abs(now() - stored.modified) < timedelta(minutes=5) for stored in found)


async def test_presigned_part_is_taken_from_whoever_holds_the_url(
    parts: S3Parts, objects: S3ObjectStore, folder: str
) -> None:
    upload = await parts.begin(f"{folder}raw")
    request = Request(parts.part_url(f"{folder}raw", upload, 1, 60), data=b"direct", method="PUT")
    await asyncio.to_thread(lambda: urlopen(request, timeout=10).read())
    await parts.complete(f"{folder}raw", upload, await parts.parts(f"{folder}raw", upload))
    assert await objects.get(f"{folder}raw") == b"direct"


async def test_store_that_does_not_answer_is_reported_as_retryable() -> None:
    lost = S3Parts(Signer("http://127.0.0.1:1", "b", REGION, "a", "s"), now, 1)
    with pytest.raises(StorageUnavailable) as error:
        await lost.begin("k")
    assert error.value.retryable
    lost.close()


async def test_wrong_credentials_are_reported_and_not_taken_for_a_missing_object(endpoints: Endpoints) -> None:
    strangers = S3Parts(Signer(endpoints.s3_endpoint, endpoints.s3_bucket, REGION, "nobody", "nothing"), now, 1)
    with pytest.raises(StorageUnavailable):
        await strangers.put("sessions/x", (), memoryview(b"x"))
    strangers.close()
