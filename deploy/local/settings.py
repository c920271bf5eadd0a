"""The launcher's own settings; the only place here that interprets the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.environment import chosen, passed_through
from deploy.local.errors import InvalidSetting
from deploy.local.services import CALLER_SECRETS


@dataclass(frozen=True)
class LaunchSettings:
    """`port` 0 lets the launcher choose; `inherited` is what the services may see of the caller's environment."""

    home: Path
    port: int
    inherited: Mapping[str, str]

    @classmethod
    def of(cls, caller: Mapping[str, str]) -> LaunchSettings:
        """From `ASKFRAME_HOME` (default `.askframe`), `ASKFRAME_PORT` (default 8000), and what is passed through."""
        secrets = chosen(caller, CALLER_SECRETS)
        home = Path(caller.get("ASKFRAME_HOME") or ".askframe")
        inherited = {**passed_through(caller), **secrets}
        return cls(home.resolve(), _port(caller.get("ASKFRAME_PORT")), inherited)


def _port(text: str | None) -> int:
    if not text:
        return 8000
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise InvalidSetting(
            f"ASKFRAME_PORT is {text!r}, which is not a port.",
            "Give a number from 1 to 65535, or 0 to have a free one chosen.",
        )
    return int(text)
