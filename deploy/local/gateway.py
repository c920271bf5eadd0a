"""The Caddy gateway of a local stack: the one Caddyfile that compose uses too, with this stack's addresses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from deploy.local import readiness
from deploy.local.component import Component
from deploy.local.environment import base_environment
from deploy.local.free_ports import LOOPBACK
from deploy.local.programs import program
from deploy.local.services import REPOSITORY, SERVICES

CADDYFILE = REPOSITORY / "deploy" / "gateway" / "Caddyfile"
CONSOLE = REPOSITORY / "console"
FILE_BYTES = "ASKFRAME_UPLOAD_MAX_FILE_BYTES"
AROUND_A_FILE = 16 << 20  # bytes of a request beyond its file; the upload service itself grants a form 1 MiB
OPENAPI = REPOSITORY / "docs" / "reference" / "openapi.json"


def gateway_component(home: Path, port: int, upstreams: Mapping[str, str], caller: Mapping[str, str]) -> Component:
    """`upstreams` are `host:port` by service name. It can start first: for whom it cannot reach it answers 503.

    Of the `caller`'s settings it needs the longest file, so that its own limit of a body stays above the service's.
    """
    # A stack of fewer services has routes that answer 503.
    nobody = {service.name: f"{LOOPBACK}:1" for service in SERVICES}
    folder = home / "gateway"
    folder.mkdir(parents=True, exist_ok=True)
    env = {
        **base_environment(),
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
        "GATEWAY_HOST": LOOPBACK,
        "GATEWAY_PORT": str(port),
        "CONSOLE_DIR": str(CONSOLE),
        "OPENAPI_FILE": str(OPENAPI),
        **upload_limit(caller.get(FILE_BYTES, "")),
        **{f"UPSTREAM_{name.upper()}": address for name, address in (nobody | dict(upstreams)).items()},
    }
    return Component(
        name="gateway",
        argv=(program("caddy"), "run", "--config", str(CADDYFILE), "--adapter", "caddyfile"),
        env=env,
        cwd=folder,
        probe=readiness.answers_http(port, "/healthz"),
        grace=3.0,
        url=f"http://{LOOPBACK}:{port}",
    )


def upload_limit(file_bytes: str) -> dict[str, str]:
    """Nothing for what is no number: the upload service refuses to start with it, and says why."""
    return {"UPLOAD_BODY_BYTES": str(int(file_bytes) + AROUND_A_FILE)} if file_bytes.isdecimal() else {}
