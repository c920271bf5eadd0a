"""Long bodies against real services behind the real gateway: refused at once, and nobody holds them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass

import psutil
import pytest

from deploy.local.services import SERVICES
from deploy.local.stack import Stack
from tests.integration.deploy.http_call import Answer, call

pytestmark = pytest.mark.integration

PIECE = bytes(1 << 20)
PIECES = 300
JSON = {"Content-Type": "application/json"}
READING = {"upload": "/v1/files/direct", "nlq": "/v1/queries"}
QUICKLY = 5.0  # seconds, also on a loaded machine
GROWTH = 40 << 20  # bytes that a process may grow by: less than a sixth of the body


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    chosen = [service for service in SERVICES if service.name in ("session", *READING)]
    with Stack(tmp_path_factory.mktemp("bodies"), services=chosen) as running:
        yield running


@pytest.fixture(scope="module")
def token(stack: Stack) -> str:
    opened: str = call(stack.base_url, "/v1/sessions", "POST").json["token"]
    return opened


@dataclass
class Sent:
    """What came back of a body of 300 MiB, after how many of its MiB, and by how much the two processes grew."""

    answer: Answer
    taken: int
    seconds: float
    growth: int


def send(stack: Stack, service: str, headers: dict[str, str], *, announced: bool) -> Sent:
    taken = 0

    def pieces() -> Iterator[bytes]:
        nonlocal taken
        while taken < PIECES:
            taken += 1
            yield PIECE

    watched = [psutil.Process(stack.pid(name)) for name in (service, "gateway")]
    before, started = sum(process.memory_info().rss for process in watched), time.monotonic()
    length = {"Content-Length": str(PIECES << 20)} if announced else {}  # chunked by itself
    answer = call(stack.base_url, READING[service], "POST", pieces(), {**JSON, **headers, **length}, forgiving=True)
    growth = sum(process.memory_info().rss for process in watched) - before
    return Sent(answer, taken, time.monotonic() - started, growth)


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "chunked"])
@pytest.mark.parametrize("service", READING)
@pytest.mark.parametrize(("credential", "status"), [("", 401), ("Bearer wrong", 401), ("good", 413)])
def test_long_document_is_refused_before_it_is_here(
    stack: Stack, token: str, service: str, announced: bool, credential: str, status: int
) -> None:
    value = f"Bearer {token}" if credential == "good" else credential
    sent = send(stack, service, {"Authorization": value} if value else {}, announced=announced)
    assert (sent.answer.status, sent.answer.json["status"]) == (status, status)
    assert sent.answer.headers["content-type"] == "application/problem+json"
    assert sent.taken < PIECES / 2
    assert sent.seconds < QUICKLY
    assert sent.growth < GROWTH


def test_connection_of_a_refused_body_does_not_harm_the_next_request(stack: Stack, token: str) -> None:
    send(stack, "upload", {}, announced=True)
    headers = {**JSON, "Authorization": f"Bearer {token}"}
    answer = call(stack.base_url, "/v1/files/direct", "POST", json.dumps({"filename": "a", "size": 1}), headers)
    assert answer.json["code"] == "direct_upload_disabled"
