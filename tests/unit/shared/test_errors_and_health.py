"""Errors as problem documents, health as it is."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from shared import errors
from shared.errors import AppError, problems
from shared.telemetry import health, logs


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")
    n: int = Field(ge=0, le=9)


def client_of(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://t")


@pytest.fixture
def app() -> FastAPI:
    found = FastAPI()
    problems.install(found)

    @found.get("/fail/{name}")
    async def fail(name: str) -> None:
        raise getattr(errors, name)("What happened.", hint="What to do.")

    @found.get("/crash")
    async def crash() -> None:
        raise RuntimeError("secret detail")

    @found.post("/body")
    async def body(given: Body) -> None:
        raise HTTPException(status_code=418, detail="teapot")

    return found


KINDS = [
    e for e in (getattr(errors, name) for name in errors.__all__) if isinstance(e, type) and issubclass(e, AppError)
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
async def test_every_error_is_a_problem_with_its_code_sentence_and_hint(app: FastAPI, kind: type[AppError]) -> None:
    answer = await client_of(app).get(f"/fail/{kind.__name__}")
    body = answer.json()
    assert answer.status_code == kind.http_status == body["status"]
    assert answer.headers["content-type"] == problems.MEDIA_TYPE
    assert (body["code"], body["detail"], body["hint"]) == (kind.code, "What happened.", "What to do.")
    assert body["type"].endswith(kind.code)
    assert ("retry-after" in answer.headers) == kind.retryable


async def test_unforeseen_error_tells_nothing_of_itself(app: FastAPI) -> None:
    answer = await client_of(app).get("/crash")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "secret" not in answer.text


async def test_invalid_request_names_the_field(app: FastAPI) -> None:
    answer = await client_of(app).post("/body", json={"n": "many"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "body.n"


@pytest.mark.parametrize("media_type", [None, "text/plain", "application/x-www-form-urlencoded"])
async def test_json_that_is_not_called_so_is_told_what_is_missing(app: FastAPI, media_type: str | None) -> None:
    headers = {"content-type": media_type} if media_type else {}
    answer = await client_of(app).post("/body", content=b'{"n": 1}', headers=headers)
    assert (answer.status_code, answer.json()["hint"]) == (422, "Send Content-Type: application/json.")
    assert "Content-Type" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("content", "field", "message"),
    [
        (b'{"n" 1}', "body", "it is no JSON: Expecting ':' delimiter after 5 characters"),
        (b"[]", "body", "it must be an object"),
        (b'{"n": "many"}', "body.n", "it must be a whole number"),
        (b'{"n": 12}', "body.n", "it must be 9 or less"),
        (b'{"n": -1}', "body.n", "it must be 0 or more"),
        (b"{}", "body.n", "it is missing"),
        (b'{"n": 1, "m": 2}', "body.m", "nothing of this name is known here"),
    ],
)
async def test_what_is_wrong_is_said_in_plain_words(app: FastAPI, content: bytes, field: str, message: str) -> None:
    answer = await client_of(app).post("/body", content=content, headers={"content-type": "application/json"})
    (fault,) = answer.json()["errors"]
    assert (fault["field"], fault["message"]) == (field, message)
    assert answer.json()["hint"] == problems.COMPARE


async def test_unknown_route_and_method_are_problems_too(app: FastAPI) -> None:
    assert (await client_of(app).get("/nowhere")).json()["code"] == "unknown_route"
    assert (await client_of(app).delete("/crash")).json()["code"] == "method_not_allowed"


def test_openapi_lists_several_codes_of_one_status() -> None:
    found = problems.responses(errors.NotFound, errors.InvalidRequest, errors.Unavailable)
    assert set(found) == {404, 422, 503}
    assert found[404]["description"] == "`not_found`"


async def test_readiness_names_what_does_not_answer() -> None:
    async def well() -> None:
        return None

    async def ill() -> None:
        raise ConnectionError("refused")

    app = FastAPI()
    app.include_router(health.router("nlq", {"bus": well, "store": ill}, lambda: {"engine": "offline"}))
    answer = await client_of(app).get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"bus": "ok", "store": "ConnectionError: refused"}
    assert answer.json()["engine"] == "offline"
    assert (await client_of(app).get("/healthz")).status_code == 200
    assert "askframe_http_requests_total" in (await client_of(app).get("/metrics")).text


def test_logs_never_carry_what_is_named_like_a_secret() -> None:
    event = logs.drop_secrets(
        None, "", {"event": "x", "token": "abc", "authorization": "Bearer abc", "query_id": "q_1"}
    )
    assert event == {"event": "x", "token": "[removed]", "authorization": "[removed]", "query_id": "q_1"}
