"""Which calls are repeated, and that every failure becomes one of the client's own errors."""

from __future__ import annotations

import inspect

import httpx
import pytest

from askframe import errors
from askframe.retrying import ATTEMPTS
from askframe.transport import Transport
from tests.fakes.askframe_server import problem

NETWORK_ERRORS = [
    error for _, error in inspect.getmembers(httpx, inspect.isclass)
    if issubclass(error, httpx.RequestError) and not error.__subclasses__()
]  # fmt: skip


class Script:
    """Replies in order, the last one for ever."""

    def __init__(self, *replies: httpx.Response | type[httpx.RequestError]) -> None:
        self.replies, self.calls, self.pauses = list(replies), 0, list[float]()

    def transport(self) -> Transport:
        return Transport("http://fake", "token", http=httpx.MockTransport(self._reply), sleep=self.pauses.append)

    def _reply(self, request: httpx.Request) -> httpx.Response:
        reply = self.replies[min(self.calls, len(self.replies) - 1)]
        self.calls += 1
        if isinstance(reply, httpx.Response):
            return reply
        raise reply("broken", request=request)


def ok() -> httpx.Response:
    return httpx.Response(200, json={"fine": True})


@pytest.mark.parametrize("error", NETWORK_ERRORS)
def test_every_network_error_becomes_unreachable(error: type[httpx.RequestError]) -> None:
    with pytest.raises(errors.Unreachable, match="http://fake does not answer"):
        Script(error).transport().call("GET", "/v1/files")


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, errors.Unauthorized), (403, errors.Unauthorized), (404, errors.NotFound), (422, errors.ApiError), (429, errors.RateLimited),
     (500, errors.ApiError), (503, errors.Unavailable)],
)  # fmt: skip
def test_a_problem_document_becomes_an_error_with_all_it_says(status: int, kind: type[errors.ApiError]) -> None:
    with pytest.raises(kind) as raised:
        Script(problem(status, "some_code", "It broke.", "Mend it.")).transport().call("POST", "/v1/queries")
    assert (raised.value.status, raised.value.code, raised.value.detail, raised.value.hint) == (
        status,
        "some_code",
        "It broke.",
        "Mend it.",
    )


def test_an_error_without_a_problem_document_still_has_a_code() -> None:
    with pytest.raises(errors.ApiError) as raised:
        Script(httpx.Response(500, content=b"<h1>oops</h1>")).transport().call("GET", "/v1/files")
    assert raised.value.code == "http_500"


def test_retry_after_is_obeyed() -> None:
    script = Script(problem(429, "rate_limited", **{"Retry-After": "7"}), ok())
    assert script.transport().json("POST", "/v1/queries") == {"fine": True}
    assert script.pauses == [7.0]


@pytest.mark.parametrize("reply", [problem(503, "service_unavailable"), httpx.ReadError])
def test_an_idempotent_call_is_repeated_until_it_works(reply: httpx.Response | type[httpx.RequestError]) -> None:
    script = Script(reply, reply, ok())
    assert script.transport().json("GET", "/v1/files") == {"fine": True}
    assert script.pauses == sorted(script.pauses)


@pytest.mark.parametrize(
    "reply", [problem(503, "service_unavailable"), httpx.ReadError, problem(500, "internal_error")]
)
def test_a_question_that_may_have_been_taken_is_not_asked_twice(
    reply: httpx.Response | type[httpx.RequestError],
) -> None:
    script = Script(reply, ok())
    with pytest.raises(errors.AskframeError):
        script.transport().call("POST", "/v1/queries")
    assert script.calls == 1


def test_a_connection_that_was_never_made_is_tried_again_for_any_call() -> None:
    script = Script(httpx.ConnectError, ok())
    script.transport().call("POST", "/v1/queries")
    assert script.calls == 2


def test_retries_end() -> None:
    script = Script(problem(503, "service_unavailable", **{"Retry-After": "1"}))
    with pytest.raises(errors.Unavailable):
        script.transport().call("GET", "/v1/files")
    assert script.calls == ATTEMPTS


def test_what_will_not_change_is_not_repeated() -> None:
    script = Script(problem(404, "not_found"), ok())
    with pytest.raises(errors.NotFound):
        script.transport().call("GET", "/v1/files/x")
    assert script.calls == 1


def test_an_address_that_is_none_is_unreachable() -> None:
    with pytest.raises(errors.Unreachable):
        Transport("http://[bad").call("GET", "/v1/files")
