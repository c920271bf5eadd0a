"""The state folder of a stack: who runs it (a lock), and where everything answers (`stack.json`)."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from typing import IO, Any

from deploy.local.credentials import write_private
from deploy.local.errors import AlreadyRunning, InvalidSetting

STACK_FILE = "stack.json"


class HomeLock:
    """At most one launcher per folder. The kernel lets go of the lock however its holder ends."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._file: IO[str] | None = None

    def acquire(self) -> None:
        """Raises `AlreadyRunning`, naming the holder."""
        try:
            self._home.mkdir(parents=True, exist_ok=True, mode=0o700)
            file = (self._home / "lock").open("a+")
        except OSError as error:
            raise InvalidSetting(
                f"The state folder {self._home} cannot be used: {error.strerror}.",
                "Set ASKFRAME_HOME to a folder that you may write to.",
            ) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = _pid_in(file)
            file.close()
            raise AlreadyRunning(
                f"A stack is already running in {self._home} (process {holder}).",
                "`make down` ends it; set ASKFRAME_HOME and ASKFRAME_PORT to run another one.",
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def running_launcher(home: Path) -> int | None:
    """The pid of the launcher that holds this folder, or None."""
    try:
        with (home / "lock").open("r+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return _pid_in(file)
    except FileNotFoundError:
        return None
    return None


def write_stack(home: Path, facts: dict[str, Any]) -> None:
    """Readable by its owner only: it holds the servers' passwords and keys."""
    write_private(home / STACK_FILE, json.dumps(facts, indent=2) + "\n")


def read_stack(home: Path) -> dict[str, Any] | None:
    """What the launcher that runs now has written; None when none runs."""
    path = home / STACK_FILE
    if running_launcher(home) is None or not path.exists():
        return None
    facts: dict[str, Any] = json.loads(path.read_text())
    return facts


def forget_stack(home: Path) -> None:
    (home / STACK_FILE).unlink(missing_ok=True)


def _pid_in(file: IO[str]) -> int:
    file.seek(0)
    return int(file.read().strip() or 0)
