"""A request and its answer: one subject, one model each, and the errors that the answer may be instead.

On the wire a request is its model's JSON; an answer is `{"result": …}` or `{"error": {code, detail, hint, retry_after}}`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar, cast

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from shared.errors import AppError, InvalidRequest, Unavailable

Request = TypeVar("Request", bound=BaseModel)
Result = TypeVar("Result", bound=BaseModel)
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Procedure(Generic[Request, Result]):
    """`errors` are those that mean something to who asks, found by class at the server and by code at the client.

    Everything else (the server is away, is restoring its state, does not understand) is `Unavailable` to who asks: what
    cannot be looked up must not look like an answer, a refused token least of all.
    """

    subject: str
    about: str
    request: type[Request]
    result: type[Result]
    served_by: str
    asked_by: tuple[str, ...]
    errors: tuple[type[AppError], ...] = ()
    timeout: float = 2.0  # seconds that who asks waits

    def failure_of(self, error: AppError) -> Failure:
        """An error under the code that who asks knows it by."""
        known = next((kind for kind in self.errors if isinstance(error, kind)), type(error))
        return Failure(code=known.code, detail=error.detail, hint=error.hint, retry_after=error.retry_after)


class Failure(BaseModel):
    """An error on its way."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    code: str
    detail: str
    hint: str = ""
    retry_after: float | None = None


class Answer(BaseModel, Generic[Result]):
    """Either of the two."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    result: Result | None = None
    error: Failure | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Answer[Result]:
        if (self.result is None) == (self.error is None):
            raise ValueError("an answer is a result or an error")
        return self


class Asking(Protocol):
    """What asking needs of the bus."""

    async def request(self, subject: str, payload: bytes, timeout: float = 2.0) -> bytes: ...


class Serving(Protocol):
    """What serving needs of the bus."""

    async def serve(self, subject: str, queue: str, answer: Callable[[bytes], Awaitable[bytes]]) -> None: ...


async def ask(bus: Asking, procedure: Procedure[Request, Result], request: Request) -> Result:
    """Raises one of the procedure's errors, or `Unavailable`."""
    payload = await bus.request(procedure.subject, request.model_dump_json().encode(), timeout=procedure.timeout)
    try:
        answer = Answer[procedure.result].model_validate_json(payload)  # type: ignore[name-defined]
    except ValidationError as error:
        raise _unavailable(procedure, "answer_not_understood", str(error)[:200]) from error
    if answer.error is None:
        return cast("Result", answer.result)
    failure: Failure = answer.error
    kind = next((kind for kind in procedure.errors if kind.code == failure.code), None)
    if kind is None:
        raise _unavailable(procedure, failure.code, failure.detail)
    raise kind(failure.detail, hint=failure.hint, retry_after=failure.retry_after)


async def serve(
    bus: Serving, procedure: Procedure[Request, Result], handler: Callable[[Request], Awaitable[Result]]
) -> None:
    """Answer from now on, sharing the requests with the other copies of the service."""
    await bus.serve(procedure.subject, procedure.served_by, lambda payload: answer_to(procedure, handler, payload))


async def answer_to(
    procedure: Procedure[Request, Result], handler: Callable[[Request], Awaitable[Result]], payload: bytes
) -> bytes:
    """Failures are answered too: who asks must not have to wait for a timeout to learn of them."""
    answer: Answer[Result]
    try:
        answer = Answer(result=await handler(procedure.request.model_validate_json(payload)))
    except ValidationError as error:
        answer = Answer(error=Failure(code=InvalidRequest.code, detail=str(error)[:500]))
    except AppError as error:
        answer = Answer(error=procedure.failure_of(error))
    except Exception as error:
        log.error("request_failed", subject=procedure.subject, error=f"{type(error).__name__}: {error}", exc_info=error)
        answer = Answer(error=Failure(code=AppError.code, detail="The request could not be answered."))
    return answer.model_dump_json(exclude_none=True).encode()


def _unavailable(procedure: Procedure[Request, Result], code: str, detail: str) -> Unavailable:
    log.warning("request_not_answered", subject=procedure.subject, code=code, detail=detail)
    return Unavailable(
        f"The {procedure.served_by} service cannot answer right now.", hint="Try again in a moment.", retry_after=2
    )
