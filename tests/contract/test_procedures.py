"""Every request over the bus: golden examples that stay readable, one server, and the services that it says ask it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from shared.errors import Forbidden, NotFound, Unauthorized, Unavailable
from shared.rpc import (
    MOST_IDS,
    PROCEDURES,
    VERIFY_TOKEN,
    Procedure,
    ReservationRequest,
    TokenRequest,
    VerifiedToken,
    ask,
)
from shared.rpc.procedure import Answer, answer_to

GOLDEN = Path(__file__).parent / "golden_rpc"
REPOSITORY = Path(__file__).resolve().parents[2]
# By what a service asks: the client that it constructs.
CLIENTS = {"rpc.session.verify_token.v1": "BusVerifier(", "rpc.session.reserve.v1": "BusReservations(", "rpc.session.release.v1": "BusReservations(", "rpc.dataproc.evaluate_plans.v1": "BusEvaluator(", "rpc.dataproc.take_reading.v1": "BusColumnReadings("}  # fmt: skip
LARGEST = 1 << 20  # bytes that the bus takes
each = pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda procedure: procedure.subject)


def golden(procedure: Procedure[Any, Any]) -> dict[str, Any]:
    body: dict[str, Any] = json.loads((GOLDEN / f"{procedure.subject}.json").read_text())
    return body


@each
def test_golden_examples_are_read_and_written_unchanged(procedure: Procedure[Any, Any]) -> None:
    example = golden(procedure)
    models: dict[str, type[BaseModel]] = {"request": procedure.request, "reply": Answer[procedure.result]}  # type: ignore[name-defined]
    for part, model in models.items():
        read = model.model_validate_json(json.dumps(example[part]))
        assert json.loads(read.model_dump_json(exclude_none=True)) == example[part]
    assert set(example["request"]) == set(procedure.request.model_fields)


@each
def test_requests_are_documented_and_versioned(procedure: Procedure[Any, Any]) -> None:
    prefix, service, _, version = procedure.subject.split(".")
    assert (prefix, service, version[0]) == ("rpc", procedure.served_by, "v")
    assert procedure.about and procedure.request.__doc__ and procedure.result.__doc__
    assert 0 < procedure.timeout <= 10


@each
def test_those_who_ask_are_those_who_are_said_to(procedure: Procedure[Any, Any]) -> None:
    client = CLIENTS[procedure.subject]
    services = {"upload", "dataproc", "llm", "nlq", "session"}
    asking = {name for name in services if any(client in path.read_text() for path in (REPOSITORY / "services" / name).rglob("*.py"))}  # fmt: skip
    assert asking == set(procedure.asked_by)


@each
async def test_whoever_asks_nonsense_is_answered(procedure: Procedure[Any, Any]) -> None:
    async def handler(request: Any) -> Any:
        raise AssertionError("not reached")

    for payload in (b"", b"\xff", b"[" * 100_000, b"{}", b'{"session_id": 7}'):
        answer = json.loads(await answer_to(procedure, handler, payload))
        assert answer["error"]["code"] == "invalid_request"


def test_the_largest_request_fits_the_bus() -> None:
    ids = tuple(f"{number:064}" for number in range(MOST_IDS))
    request = ReservationRequest(session_id="s" * 64, kind="tables", ids=ids)
    assert len(request.model_dump_json().encode()) < LARGEST
    with pytest.raises(ValidationError):
        ReservationRequest(session_id="s", kind="tables", ids=(*ids, "one more"))


class Wire:
    """A bus between a client and a handler that raises."""

    def __init__(self, error: Exception | None) -> None:
        self.error = error

    async def request(self, subject: str, payload: bytes, timeout: float = 2.0) -> bytes:
        return await answer_to(VERIFY_TOKEN, self.handle, payload)

    async def handle(self, request: TokenRequest) -> VerifiedToken:
        if self.error:
            raise self.error
        return VerifiedToken.model_validate({"session_id": "s", "expires_at": "2026-01-01T00:00:00Z"})


class Unheard(Unauthorized):
    """A service's own kind of a declared error."""

    code = "identity_not_verified"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (Unauthorized("no"), Unauthorized),
        (Unheard("no"), Unauthorized),
        (Unavailable("away"), Unavailable),
        (Forbidden("not declared"), Unavailable),
        (NotFound("not declared"), Unavailable),
        (RuntimeError("a fault"), Unavailable),
    ],
)
async def test_only_declared_errors_mean_what_they_say(error: Exception, told: type[Exception]) -> None:
    """A server that is in trouble must not look like one that has refused."""
    with pytest.raises(told) as raised:
        await ask(Wire(error), VERIFY_TOKEN, TokenRequest(token_sha256="0" * 64))
    assert type(raised.value) is told


async def test_what_is_answered_arrives() -> None:
    assert (await ask(Wire(None), VERIFY_TOKEN, TokenRequest(token_sha256="0" * 64))).session_id == "s"
