"""Starting and ending one process, with its own process group and log file."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from deploy.local import exec_with_parent
from deploy.local.component import Component

LOG_BYTES = 10 << 20
TAIL_LINES = 15
TAIL_BYTES = 16 << 10


def spawn(component: Component, log: Path) -> subprocess.Popen[bytes]:
    """Start it. The calling thread must live as long as the process may: its end counts as the parent's death."""
    shim = (sys.executable, "-I", "-S", exec_with_parent.__file__, str(os.getpid()))
    with log.open("ab") as out:
        return subprocess.Popen(
            [*shim, *component.argv],
            env=dict(component.env),
            cwd=component.cwd,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=0o077,  # files, and the sockets that the object store puts into /tmp, are their owner's alone
        )


def signal_group(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Signal the process and whatever it started in its group; what is gone already is no error."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, number)


def terminate(children: Iterable[tuple[Component, subprocess.Popen[bytes]]]) -> None:
    """End these side by side: SIGTERM, each its grace, then SIGKILL to what is left of its group."""
    ending = list(children)
    began = time.monotonic()
    for _, child in ending:
        if child.poll() is None:
            signal_group(child, signal.SIGTERM)
    for component, child in ending:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(max(0.0, began + component.grace - time.monotonic()))
        signal_group(child, signal.SIGKILL)
        child.wait()
        for path in component.leftovers:
            path.unlink(missing_ok=True)


def how_it_ended(status: int) -> str:
    """`exited with status 1` or `was ended by SIGKILL`, from a `returncode`."""
    if status >= 0:
        return f"exited with status {status}"
    return f"was ended by {signal.Signals(-status).name}"


def fresh_log(log: Path) -> None:
    """Begin an empty log; the one of the run before stays as `<name>.log.1`."""
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if log.exists():
        log.replace(log.with_name(f"{log.name}.1"))


def rotate_log(log: Path, limit: int = LOG_BYTES) -> None:
    """Copy and truncate, since the process keeps its descriptor; it appends, so it goes on at the new end."""
    if log.exists() and log.stat().st_size > limit:
        shutil.copyfile(log, log.with_name(f"{log.name}.1"))
        os.truncate(log, 0)


def tail(log: Path, lines: int = TAIL_LINES) -> str:
    """The last lines of a log, or a remark that there are none."""
    if not log.exists():
        return "(no log)"
    with log.open("rb") as source:
        source.seek(max(0, source.seek(0, os.SEEK_END) - TAIL_BYTES))
        text = source.read().decode(errors="replace")
    return "\n".join(text.splitlines()[-lines:]) or "(the log is empty)"
