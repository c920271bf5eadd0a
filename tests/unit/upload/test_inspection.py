"""The content decides what a file is; every refusal has its code, a sentence and something to do."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import struct
import zipfile

import pytest

from services.upload.inspection import ContentLimits, Inspector, Verdict
from services.upload.inspection.archives import judge_zip
from services.upload.inspection.ranges import RangeFile
from shared.formats import FileRefused
from tests.unit.upload.contents import CSV, HONEST, REFUSED, parquet, zipped

LIMITS = ContentLimits(inflated_bytes=4 << 20, inflation=100, small=1 << 20, members=200)


async def inspect(content: bytes, step: int, limits: ContentLimits = LIMITS) -> Verdict:
    inspector = Inspector(limits)

    async def read(start: int, end: int) -> bytes:
        return content[start:end]

    for start in range(0, len(content), step):
        inspector.feed(memoryview(content)[start : start + step])
    verdict = await inspector.finish(read)
    assert inspector.sha256() == hashlib.sha256(content).hexdigest()
    return verdict


@pytest.mark.parametrize("step", [7, 1 << 20])
@pytest.mark.parametrize("kind", HONEST)
async def test_content_decides_the_format(kind: str, step: int) -> None:
    content, expected = HONEST[kind]
    assert (await inspect(content, max(step, len(content) // 500))).format == expected


@pytest.mark.parametrize("step", [7, 1 << 20])
@pytest.mark.parametrize("kind", REFUSED)
async def test_bad_content_is_refused_with_its_reason(kind: str, step: int) -> None:
    content, code = REFUSED[kind]
    with pytest.raises(FileRefused) as refused:
        await inspect(content, max(step, len(content) // 500))
    assert refused.value.code == code
    assert len(refused.value.detail.split()) > 3
    assert refused.value.hint


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (CSV, "ascii"),
        ("é\n".encode(), "utf-8"),
        (b"\xef\xbb\xbfa\n", "utf-8"),
        ("é\n".encode("latin-1"), "8-bit"),
        ("é,b\n".encode("utf-16"), "utf-16-le"),
        (("a,b\n" * 9).encode("utf-16-be"), "utf-16-be"),
        (gzip.compress("é\n".encode(), mtime=0), "utf-8"),
    ],
)
async def test_encoding_of_text_is_told(content: bytes, encoding: str) -> None:
    assert (await inspect(content, 1 << 20)).encoding == encoding


async def test_refusal_of_damage_names_the_place() -> None:
    content = parquet()[:-20]
    with pytest.raises(FileRefused, match=f"byte {len(content)}"):
        await inspect(content, 1 << 20)


def test_unsupported_content_is_refused_on_its_first_bytes() -> None:
    inspector = Inspector(LIMITS)
    with pytest.raises(FileRefused):
        inspector.feed(b"%PDF-1.7".ljust(1 << 16, b" "))


def test_bomb_is_refused_while_it_passes_without_being_unpacked_whole() -> None:
    inspector = Inspector(ContentLimits())
    bomb = gzip.compress(b"1,2\n" * (1 << 22), 9) * 1000
    with pytest.raises(FileRefused) as refused:
        inspector.feed(bomb)
    assert refused.value.code == "decompression_bomb"
    assert "over 268," in refused.value.detail


async def test_archive_is_judged_by_its_directory_without_reading_its_members() -> None:
    archive = zipped({"a.csv": bytes(range(256)) * 15_000}, zipfile.ZIP_STORED)
    asked = 0

    async def read(start: int, end: int) -> bytes:
        nonlocal asked
        asked += end - start
        return archive[start:end]

    inspector = Inspector(LIMITS)
    inspector.feed(archive)
    await inspector.finish(read)
    assert asked < 1 << 20


async def test_directory_larger_than_any_real_one_is_not_read() -> None:
    size, claimed = 200 << 20, 100 << 20
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 9, 9, claimed, size - claimed - 22, 0)

    async def read(start: int, stop: int) -> bytes:
        return (bytes(max(0, size - 22 - start)) + end[max(0, start - size + 22) :])[: stop - start]

    file = RangeFile(read, size, asyncio.get_running_loop()).buffered()
    with pytest.raises(FileRefused):
        await asyncio.to_thread(judge_zip, file, size, LIMITS)
