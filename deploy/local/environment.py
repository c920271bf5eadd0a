"""Which variables a process of the stack is given: few, by name, and secrets only to whom they are for.

The only reader of the launcher's environment, with `settings.py`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

BASE = ("PATH", "HOME", "LANG", "TMPDIR")
LAUNCHER_ONLY = ("ASKFRAME_PORT", "ASKFRAME_HOME")


def base_environment() -> dict[str, str]:
    """What any program needs, from this process's own environment."""
    return chosen(os.environ, BASE)


def passed_through(caller: Mapping[str, str]) -> dict[str, str]:
    """The caller's settings that every service gets: `ASKFRAME_*` but the launcher's own, and `OTEL_*`."""
    return {
        name: value
        for name, value in caller.items()
        if name.startswith(("ASKFRAME_", "OTEL_")) and name not in LAUNCHER_ONLY
    }


def chosen(caller: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """Those of `names` that the caller has set to something."""
    return {name: caller[name] for name in names if caller.get(name)}
