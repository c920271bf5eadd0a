"""Bodies over every route of every service: nothing is read of a stranger's, and no more than the limit of anybody's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock

import httpx
import pytest
from fastapi import FastAPI, Request
from pydantic import BaseModel

from services.dataproc import app as dataproc
from services.dataproc.settings import Settings as DataprocSettings
from services.llm import app as llm
from services.llm.settings import Settings as LlmSettings
from services.nlq import app as nlq
from services.nlq.settings import Settings as NlqSettings
from services.session import app as session
from services.session.app import CHOICE_BYTES
from services.session.settings import Settings as SessionSettings
from services.upload import app as upload
from services.upload.api import STREAMED
from services.upload.settings import Settings as UploadSettings
from shared import web
from shared.auth import Principal
from shared.bodies import JSON_BYTES
from shared.errors import Unauthorized
from tests.unit.upload.conftest import build

CHUNK = bytes(1 << 16)
HUGE = 300_000_000
FILE_BYTES = 2_000_000
JSON_HEADERS = {"content-type": "application/json"}
OPEN_ROUTES = {("POST", "/v1/sessions")}  # the one route for people without a token


class OneToken:
    """A `SessionVerifier` that knows one token, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def verify(self, token: str, address: str | None = None) -> Principal:
        self.asked += 1
        if token != "good":
            raise Unauthorized("Unknown.")
        return Principal(session_id="s_1", expires_at=datetime(2100, 1, 1, tzinfo=UTC))


@dataclass
class Exchange:
    """One request over plain ASGI, with a body that never ends and is counted as it is read."""

    app: FastAPI
    read: int = 0
    status: int = 0
    body: bytes = b""
    headers: dict[bytes, bytes] = field(default_factory=dict)

    async def run(self, method: str, path: str, headers: dict[str, str]) -> Exchange:
        scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "scheme": "http",
            "client": ("127.0.0.1", 1),
            "server": ("gateway", 80),
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "state": {},
        }
        await self.app(scope, self._receive, self._send)
        return self

    async def _receive(self) -> dict[str, Any]:
        assert self.read < HUGE, "the whole body was read"
        self.read += len(CHUNK)
        return {"type": "http.request", "body": CHUNK, "more_body": True}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            assert not self.status, "answered twice"
            self.status, self.headers = message["status"], dict(message["headers"])
        self.body += message.get("body", b"")


def with_upload_service() -> FastAPI:
    settings = UploadSettings(upload_max_file_bytes=FILE_BYTES, upload_direct=True)
    app = upload.create_app(settings)
    app.state.service = build(upload_max_file_bytes=FILE_BYTES, upload_direct=True).service
    return app


def with_a_table_of_everybody() -> FastAPI:
    """Whose table it is comes before a dictionary's body: here it is everybody's, and what would be done with the body is not there."""
    app = dataproc.create_app(DataprocSettings())
    app.state.changes = SimpleNamespace(versions=SimpleNamespace(current=AsyncMock()))
    app.state.describe = None
    return app


APPS: dict[str, Callable[[], FastAPI]] = {
    "session": lambda: session.create_app(SessionSettings()),
    "upload": with_upload_service,
    "dataproc": with_a_table_of_everybody,
    "llm": lambda: llm.create_app(LlmSettings()),
    "nlq": lambda: nlq.create_app(NlqSettings()),
}


def app_of(name: str) -> FastAPI:
    app = APPS[name]()
    app.state.verifier = OneToken()
    return app


def operations(app: FastAPI) -> Iterator[tuple[str, str, bool]]:
    """Method, path pattern and whether the operation takes a body, for every route below /v1 that changes something."""
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            if path.startswith("/v1/") and method in ("post", "put", "patch", "delete"):
                yield method.upper(), path, "requestBody" in operation


ROUTES = [(name, *operation) for name in APPS for operation in operations(app_of(name))]


def address(pattern: str) -> str:
    return re.sub(r"\{[^}]+\}", "x1", pattern)


def headers_of(pattern: str, *, length: int | None = None, token: str | None = None) -> dict[str, str]:
    """As a client of that route would send them."""
    kinds = {
        "/v1/files": "multipart/form-data; boundary=b",
        "/v1/uploads": "application/offset+octet-stream",
        "/v1/uploads/{upload_id}": "application/offset+octet-stream",
    }
    return {
        "host": "gateway",
        "content-type": kinds.get(pattern, "application/json"),
        "tus-resumable": "1.0.0",
        **({"transfer-encoding": "chunked"} if length is None else {"content-length": str(length)}),
        **({"authorization": f"Bearer {token}"} if token else {}),
    }


def test_the_walk_meets_the_routes_that_take_bodies() -> None:
    taking = {(name, path) for name, _, path, takes in ROUTES if takes}
    assert {
        ("nlq", "/v1/queries"),
        ("nlq", "/v1/code"),
        ("llm", "/v1/conversations/{conversation_id}/messages"),
    } <= taking
    assert {("dataproc", "/v1/tables/{table_id}/cleaning"), ("upload", "/v1/files/direct")} <= taking
    assert {("upload", path) for path in STREAMED} <= taking


@pytest.mark.parametrize(
    ("service", "method", "path"), [route[:3] for route in ROUTES if route[1:3] not in OPEN_ROUTES]
)
@pytest.mark.parametrize("length", [HUGE, None], ids=["announced", "chunked"])
@pytest.mark.parametrize("token", [None, "bad"])
async def test_no_byte_of_a_stranger_is_read(
    service: str, method: str, path: str, length: int | None, token: str | None
) -> None:
    exchange = await Exchange(app_of(service)).run(method, address(path), headers_of(path, length=length, token=token))
    assert (exchange.status, exchange.read) == (401, 0)
    assert exchange.headers[b"content-type"] == b"application/problem+json"
    assert exchange.headers[b"www-authenticate"] == b"Bearer"


@pytest.mark.parametrize(
    ("service", "method", "path"),
    [route[:3] for route in ROUTES if route[3] and route[2] not in STREAMED and route[1:3] not in OPEN_ROUTES],
)
@pytest.mark.parametrize("length", [HUGE, None], ids=["announced", "chunked"])
async def test_no_more_than_the_limit_is_read_of_anybody(
    service: str, method: str, path: str, length: int | None
) -> None:
    exchange = await Exchange(app_of(service)).run(method, address(path), headers_of(path, length=length, token="good"))
    assert exchange.status == 413
    assert b'"code":"payload_too_large"' in exchange.body
    assert exchange.read <= (0 if length else JSON_BYTES + len(CHUNK))


@pytest.mark.parametrize("length", [HUGE, CHOICE_BYTES + 1, None], ids=["announced", "just too long", "chunked"])
async def test_a_stranger_who_wants_a_session_may_send_a_choice_and_no_more(length: int | None) -> None:
    exchange = await Exchange(app_of("session")).run("POST", "/v1/sessions", headers_of("/v1/sessions", length=length))
    assert exchange.status == 413
    assert exchange.read <= (0 if length else len(CHUNK))


@pytest.mark.parametrize("length", [HUGE, None], ids=["announced", "chunked"])
async def test_a_form_may_be_as_long_as_a_file_and_no_longer(length: int | None) -> None:
    """Its bytes are of no file, so that no limit of a file ends it."""
    exchange = await Exchange(app_of("upload")).run(
        "POST", "/v1/files", headers_of("/v1/files", length=length, token="good")
    )
    assert exchange.status == 413
    assert exchange.read <= (0 if length else FILE_BYTES + (1 << 20) + len(CHUNK))


async def test_an_upload_ends_where_a_file_would_be_too_long() -> None:
    headers = headers_of("/v1/uploads", token="good") | {"upload-defer-length": "1"}
    exchange = await Exchange(app_of("upload")).run("POST", "/v1/uploads", headers)
    assert exchange.status == 413
    assert exchange.read <= FILE_BYTES + (1 << 20) + len(CHUNK)


class Note(BaseModel):
    text: str


def notes() -> FastAPI:
    """A service with a route that reads its body before it looks at the token, as FastAPI does, and one that reads by itself."""
    app = web.build("notes", "Notes.", None, {}, larger_bodies={"/v1/raw": 3 * JSON_BYTES})  # type: ignore[arg-type]
    app.state.verifier = OneToken()

    @app.post("/v1/notes")
    async def take(note: Note) -> int:
        return len(note.text)

    @app.post("/v1/raw")
    async def take_raw(request: Request) -> int:
        return len(await request.body())

    return app


async def test_a_route_that_forgot_the_token_takes_no_body_of_a_stranger_either() -> None:
    exchange = await Exchange(notes()).run("POST", "/v1/notes", {**JSON_HEADERS, "content-length": "9"})
    assert (exchange.status, exchange.read) == (401, 0)


async def test_limit_is_the_routes_own() -> None:
    headers = {"transfer-encoding": "chunked", "authorization": "Bearer good"}
    exchange = await Exchange(notes()).run("POST", "/v1/raw", headers)
    assert exchange.status == 413
    assert 3 * JSON_BYTES < exchange.read <= 3 * JSON_BYTES + len(CHUNK)


async def test_bodies_within_the_limit_pass_and_the_token_is_asked_for_once() -> None:
    app = app_of("upload")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client:
        sent = {"filename": "a" * 100, "size": 10}
        answer = await client.post("/v1/files/direct", json=sent, headers={"Authorization": "Bearer good"})
    assert answer.status_code == 201
    assert app.state.verifier.asked == 1


async def test_length_that_is_no_number_is_counted_as_it_comes() -> None:
    headers = {**JSON_HEADERS, "content-length": "many", "authorization": "Bearer good"}
    exchange = await Exchange(notes()).run("POST", "/v1/notes", headers)
    assert exchange.status == 413
    assert exchange.read <= JSON_BYTES + len(CHUNK)
