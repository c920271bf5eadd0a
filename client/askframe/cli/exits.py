"""What the command's exit status says."""

from __future__ import annotations

from enum import IntEnum

from askframe.errors import AskframeError, Unauthorized, UnexpectedAnswer, Unreachable
from askframe.models import CodeRun, Query


class ExitStatus(IntEnum):
    ANSWERED = 0
    USAGE = 2
    """Wrong arguments, or no server that lets us in."""
    NEEDS_CLARIFICATION = 3
    FAILED = 4
    """Declined, refused or failed, with a reason."""


class UsageError(AskframeError):
    """The arguments do not make sense together."""

    def __init__(self, detail: str, hint: str = "See `askframe --help`.") -> None:
        super().__init__(detail, code="usage", hint=hint)


class StackUnavailable(AskframeError):
    """There is no server to ask and none can be started here."""


def of_error(error: AskframeError) -> ExitStatus:
    away = isinstance(error, UsageError | StackUnavailable | Unreachable | Unauthorized | UnexpectedAnswer)
    return ExitStatus.USAGE if away else ExitStatus.FAILED


def of_query(query: Query) -> ExitStatus:
    if query.state == "needs_clarification":
        return ExitStatus.NEEDS_CLARIFICATION
    return ExitStatus.ANSWERED if query.answered else ExitStatus.FAILED


def of_code_run(run: CodeRun) -> ExitStatus:
    return ExitStatus.ANSWERED if run.outcome == "ok" else ExitStatus.FAILED
