"""The gateway: every route of the contract reaches its service, and what is not listed does not exist."""

from __future__ import annotations

import http.client
import json
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from deploy.local.stack import Stack
from tests.integration.deploy.fake_stack import fakes
from tests.integration.deploy.http_call import Answer, call
from tests.integration.deploy.waiting import eventually

pytestmark = pytest.mark.integration

ROUTES = {
    "session": ["/v1/sessions", "/v1/sessions/current", "/v1/sessions/current/rotate", "/v1/events"],
    "upload": ["/v1/uploads", "/v1/uploads/f1", "/v1/files", "/v1/files/f1/content?x=1"],
    "dataproc": [
        "/v1/tables",
        "/v1/tables/t1/preview?offset=2",
        "/v1/tables/t1/cleaning/last",
        "/v1/tables/t1/dictionary",
    ],
    "llm": ["/v1/conversations", "/v1/conversations/c1/messages", "/v1/usage"],
    "nlq": [
        "/v1/queries",
        "/v1/queries/q1/events",
        "/v1/queries/q1/result?format=csv",
        "/v1/queries/q1/chart.svg",
        "/v1/code",
    ],
}
UNKNOWN = [
    "/nope",
    "/v1",
    "/v1/",
    "/v1/nope",
    "/v1/sessionsx",
    "/metrics",
    "/readyz",
    "/internal/sessions/verify",
    "/v1/files/../../metrics",
    "/v1/files/%2e%2e/%2e%2e/metrics",
    "//metrics",
]


@pytest.mark.parametrize(("service", "path"), [(name, path) for name, paths in ROUTES.items() for path in paths])
def test_route_reaches_its_service(fake_stack: Stack, service: str, path: str) -> None:
    answer = call(fake_stack.base_url, path)
    assert (answer.status, answer.json["service"], answer.json["path"]) == (200, service, path)


@pytest.mark.parametrize("path", UNKNOWN)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_route_that_is_not_listed_is_a_problem_document(fake_stack: Stack, method: str, path: str) -> None:
    answer = call(fake_stack.base_url, path, method)
    assert_problem(answer, 404, "unknown_route")


def test_gateway_itself_is_alive(fake_stack: Stack) -> None:
    answer = call(fake_stack.base_url, "/healthz")
    assert (answer.status, answer.json) == (200, {"status": "alive", "service": "gateway"})


def test_internal_headers_of_a_client_are_dropped_and_its_address_is_told(fake_stack: Stack) -> None:
    sent = {
        "X-Askframe-Session": "forged",
        "x-askframe-anything": "forged",
        "X-Forwarded-For": "203.0.113.9",
        "Authorization": "Bearer mine",
        "traceparent": "00-1-2-01",
    }
    received = call(fake_stack.base_url, "/v1/sessions/current", headers=sent).json["headers"]
    assert not [name for name in received if name.lower().startswith("x-askframe")]
    assert received["X-Forwarded-For"] == "127.0.0.1"
    assert received["Authorization"] == "Bearer mine"
    assert received["X-Forwarded-Host"] == urlsplit(fake_stack.base_url).netloc


def test_every_answer_carries_the_security_headers(fake_stack: Stack) -> None:
    for path in ("/healthz", "/nope", "/v1/files"):
        headers = call(fake_stack.base_url, path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "caddy" not in headers.get("server", "").lower()


def test_large_body_passes_whole(fake_stack: Stack) -> None:
    size = 64 << 20
    answer = call(
        fake_stack.base_url, "/v1/files", "POST", (bytes(1 << 20) for _ in range(64)), {"Content-Length": str(size)}
    )
    assert answer.json == {"received": size, "service": "upload"}


def test_stream_arrives_event_by_event(fake_stack: Stack, tmp_path: Path) -> None:
    gate = tmp_path / "first-was-read"
    connection = http.client.HTTPConnection(urlsplit(fake_stack.base_url).netloc, timeout=30)
    connection.request("GET", f"/v1/events/stream?gate={gate}")
    response = connection.getresponse()
    assert response.readline() == b"data: first\n"
    gate.touch()
    assert response.read() == b"\ndata: second\n\n"
    connection.close()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_request_waits_for_a_service_that_is_being_started_again(fake_stack: Stack, method: str) -> None:
    killed = fake_stack.kill_service("nlq")
    answer = call(fake_stack.base_url, "/v1/queries", method)
    assert answer.status == 200
    fake_stack.wait_ready("nlq")
    assert call(fake_stack.base_url, "/v1/queries").json["pid"] != killed


def test_request_whose_service_dies_under_it_is_a_problem_that_says_when_to_retry(
    fake_stack: Stack, tmp_path: Path
) -> None:
    answers: list[Answer] = []
    path = f"/v1/conversations?{tmp_path.name}"
    asking = threading.Thread(
        target=lambda: answers.append(
            call(fake_stack.base_url, path, "POST", slow_body(tmp_path), {"Content-Length": "10"})
        )
    )
    asking.start()
    log = fake_stack.home / "logs" / "llm.log"
    while f"begins {path}" not in log.read_text():  # before that nothing has died under the request
        threading.Event().wait(0.01)
    fake_stack.kill_service("llm")
    (tmp_path / "go-on").touch()
    asking.join(30)
    fake_stack.wait_ready("llm")
    assert_problem(answers[0], 503, "service_unavailable")
    assert int(answers[0].headers["retry-after"]) >= 1


def test_access_log_is_json_without_credentials(fake_stack: Stack) -> None:
    call(
        fake_stack.base_url,
        "/v1/files/log-me",
        headers={"Authorization": "Bearer s3cr3t-a", "Cookie": "askframe_session=s3cr3t-b"},
    )
    log = fake_stack.home / "logs" / "gateway.log"
    eventually(lambda: "/v1/files/log-me" in log.read_text())  # written behind the answer
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert any(line.get("request", {}).get("uri") == "/v1/files/log-me" for line in lines)
    assert "s3cr3t" not in log.read_text()


def slow_body(folder: Path):  # type: ignore[no-untyped-def]
    yield b"01234"
    while not (folder / "go-on").exists():
        threading.Event().wait(0.01)
    yield b"56789"


def assert_problem(answer: Answer, status: int, code: str) -> None:
    assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json["type"] == f"urn:askframe:problem:{code}"
    assert (answer.json["status"], answer.json["code"]) == (status, code)
    assert answer.json["title"]
    assert answer.json["detail"]
    assert answer.json["hint"]


@pytest.mark.parametrize(
    "path", ["/v1/sessions", "/v1/tables/t1/cleaning", "/v1/conversations", "/v1/queries", "/v1/code"]
)
def test_documents_have_a_limit_at_the_gateway(fake_stack: Stack, path: str) -> None:
    """Whatever a service does: the fake one reads all that it is sent."""
    size = 17 << 20
    pieces = (bytes(1 << 20) for _ in range(17))
    assert_problem(
        call(fake_stack.base_url, path, "POST", pieces, {"Content-Length": str(size)}), 413, "payload_too_large"
    )


def test_limit_of_uploads_is_that_of_files_and_a_bit_more(tmp_path: Path) -> None:
    env = {"ASKFRAME_UPLOAD_MAX_FILE_BYTES": str(1 << 20)}
    with Stack(tmp_path, env=env, services=fakes(), provision=None) as stack:
        taken, refused = (call(stack.base_url, "/v1/files", "POST", bytes(size)) for size in (17 << 20, (17 << 20) + 1))
    assert taken.json["received"] == 17 << 20
    assert_problem(refused, 413, "payload_too_large")
