"""The store's connection breaks in the middle of an answer: nobody takes a part for the whole."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from services.upload.storage.multipart import S3Parts
from services.upload.storage.objects import WireObjects
from services.upload.storage.signing import Signer
from shared.objects import ObjectMissing, StorageUnavailable

Opened = Callable[[], WireObjects]


@pytest.fixture
def answers() -> list[bytes]:
    """What the store says to one request after the other, before it closes the connection."""
    return []


@pytest.fixture
def opened(answers: list[bytes]) -> Iterator[Opened]:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while answers:
                connection, _ = server.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(answers.pop(0))

        thread = threading.Thread(target=serve)
        parts = S3Parts(
            Signer(f"http://127.0.0.1:{server.getsockname()[1]}", "b", "r", "a", "s"), lambda: datetime.now(UTC), 1
        )

        def begin() -> WireObjects:
            thread.start()
            return WireObjects(parts)

        yield begin
        thread.join(5)
        parts.close()


def of_size(size: int) -> bytes:
    """The answer to the question how large an object is, which comes before it is read."""
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size


async def everything(objects: WireObjects) -> bytes:
    return b"".join([piece async for piece in objects.stream("k")])


async def test_object_that_ends_too_early_is_trouble_and_not_a_shorter_object(
    opened: Opened, answers: list[bytes]
) -> None:
    answers += [of_size(10), b"HTTP/1.1 206 OK\r\nContent-Length: 10\r\n\r\nhalf"]
    with pytest.raises(StorageUnavailable):
        await everything(opened())
    assert not answers


async def test_whole_object_and_missing_object_are_told_apart(opened: Opened, answers: list[bytes]) -> None:
    missing = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    answers += [of_size(4), b"HTTP/1.1 206 OK\r\nContent-Length: 4\r\n\r\nfull", missing, of_size(4), missing]
    store = opened()
    assert await everything(store) == b"full"
    for _ in ("before it is looked at", "before it is read"):
        with pytest.raises(ObjectMissing):
            await everything(store)
    assert not answers


async def test_request_that_broke_is_made_again(opened: Opened, answers: list[bytes]) -> None:
    answers += [
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfull",
    ]
    assert await opened().get("k") == b"full"
