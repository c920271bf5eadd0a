"""One process of the stack, as data: what to run, what it waits for, how to see that it is ready."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

Probe = Callable[[], bool]


@dataclass(frozen=True)
class Component:
    """`after` names the components that must be ready first.

    A component without a probe does one piece of work: it is ready when it has exited with status 0, and not run again.
    `grace` is how long (seconds) SIGTERM may take before SIGKILL; `leftovers` are files to remove once it has stopped.
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: Path
    probe: Probe | None
    after: tuple[str, ...] = ()
    grace: float = 6.0
    leftovers: tuple[Path, ...] = ()
    url: str = ""
