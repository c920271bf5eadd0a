"""Which server to ask: the one given, else the stack of this folder that runs, else one started for this call only."""

from __future__ import annotations

import importlib.util
import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from askframe.cli.exits import StackUnavailable, UsageError
from askframe.cli.safe_text import safe
from askframe.cli.terminal import Terminal


@dataclass(frozen=True)
class Server:
    """`temporary`: it and everything in it goes when the command ends."""

    url: str
    temporary: bool = False


@contextmanager
def server(url: str | None, terminal: Terminal, *, must_stay: bool) -> Iterator[Server]:
    """`must_stay` refuses a server that would be gone afterwards."""
    if found := url or running_stack():
        yield Server(found)
    elif must_stay:
        raise UsageError(
            "--keep and --token need a server that stays.", hint="Start one with `make up`, or give --url."
        )
    else:
        with temporary_stack(terminal) as started:
            yield Server(started, temporary=True)


def running_stack() -> str | None:
    """The address of the stack that `make up` runs for `ASKFRAME_HOME`, if the launcher is installed and one runs."""
    if not launcher_installed():
        return None
    from deploy.local.settings import LaunchSettings  # noqa: PLC0415 - the client works without the launcher
    from deploy.local.state import read_stack  # noqa: PLC0415

    with _told_plainly():
        facts = read_stack(LaunchSettings.of(os.environ).home)
    return str(facts["base_url"]) if facts else None


@contextmanager
def temporary_stack(terminal: Terminal) -> Iterator[str]:
    """A whole stack in a temporary folder on free ports."""
    if not launcher_installed():
        raise StackUnavailable(
            "No server was given, and the launcher that could start one is not installed.",
            code="no_server",
            hint="Give --url or set ASKFRAME_URL, or run this command in a checkout of Askframe after `make setup`.",
        )
    from deploy.local.settings import LaunchSettings  # noqa: PLC0415 - the client works without the launcher
    from deploy.local.stack import Stack  # noqa: PLC0415

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that SIGTERM, too, ends the stack in order
    with tempfile.TemporaryDirectory(prefix="askframe-") as home, ExitStack() as ending:
        with terminal.err.status("Starting a stack for this call …") as status, _told_plainly():
            stack = Stack(
                Path(home),
                env=LaunchSettings.of(os.environ).inherited,
                announce=lambda line: status.update(safe(f"Starting: {line.strip()}")),
            )
            ending.callback(stack.stop)
            stack.start()
        yield stack.base_url


def launcher_installed() -> bool:
    try:
        return importlib.util.find_spec("deploy.local.stack") is not None
    except ModuleNotFoundError:
        return False


@contextmanager
def _told_plainly() -> Iterator[None]:
    """The launcher's errors as the command's own."""
    from deploy.local.errors import PartFailed, StackError  # noqa: PLC0415 - the client works without the launcher

    try:
        yield
    except StackError as error:
        log = f"\n{error.log}" if isinstance(error, PartFailed) else ""
        hint = "`make up` starts one whose logs stay." if log else error.hint
        raise StackUnavailable(f"{error}{log}", code=error.code, hint=hint) from error
