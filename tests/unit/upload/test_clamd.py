"""The malware scanner's protocol, spoken to a server that answers as clamd does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from services.upload.errors import ScannerUnavailable
from services.upload.storage.clamd import Clamd


@asynccontextmanager
async def clamd(answer: bytes | None) -> AsyncIterator[tuple[Clamd, list[bytes]]]:
    """A server that keeps what it was sent and gives one answer, or hangs up."""
    seen: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
        while size := int.from_bytes(await reader.readexactly(4), "big"):
            seen.append(await reader.readexactly(size))
        if answer is not None:
            writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield Clamd(f"127.0.0.1:{server.sockets[0].getsockname()[1]}"), seen


async def content() -> AsyncIterator[bytes]:
    yield b"abc" * 700_000
    yield b"end"


async def test_clean_content_passes_whole_and_in_bounded_pieces() -> None:
    async with clamd(b"stream: OK\0") as (scanner, seen):
        assert await scanner.scan(content()) is None
    assert b"".join(seen) == b"abc" * 700_000 + b"end"
    assert max(map(len, seen)) <= 1 << 20


async def test_what_was_found_is_named() -> None:
    async with clamd(b"stream: Eicar-Test-Signature FOUND\0") as (scanner, _):
        assert await scanner.scan(content()) == "Eicar-Test-Signature"


@pytest.mark.parametrize("answer", [None, b"INSTREAM size limit exceeded. ERROR\0"])
async def test_scanner_that_cannot_tell_lets_nothing_through(answer: bytes | None) -> None:
    async with clamd(answer) as (scanner, _):
        with pytest.raises(ScannerUnavailable):
            await scanner.scan(content())


async def test_scanner_that_is_away_is_reported_as_retryable() -> None:
    with pytest.raises(ScannerUnavailable) as error:
        await Clamd("127.0.0.1:1").scan(content())
    assert error.value.retryable
