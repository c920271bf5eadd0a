"""The processes of Askframe itself, as data, and how one becomes a component."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local import readiness
from deploy.local.component import Component
from deploy.local.environment import base_environment, chosen, passed_through
from deploy.local.free_ports import LOOPBACK
from deploy.local.servers import SERVERS

REPOSITORY = Path(__file__).resolve().parents[2]
CLAUDE = ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL")
AWS = (
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_PROFILE",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_BEARER_TOKEN_BEDROCK",
    "ANTHROPIC_BEDROCK_BASE_URL",
)
GOOGLE = (
    "CLOUD_ML_REGION",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "GOOGLE_CLOUD_PROJECT",
    "ANTHROPIC_VERTEX_PROJECT_ID",
    "ANTHROPIC_VERTEX_BASE_URL",
)
# By `ASKFRAME_MODEL_PROVIDER`: keys of a cloud that is not asked are nobody's business here.
MODEL_SECRETS: Mapping[str, tuple[str, ...]] = {
    "anthropic": CLAUDE,
    "bedrock": AWS,
    "bedrock-runtime": AWS,
    "vertex": GOOGLE,
}
# How the one service that calls the outside world gets there.
OUTWARD = ("HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")
CALLER_SECRETS = CLAUDE + AWS + GOOGLE + OUTWARD


@dataclass(frozen=True)
class Service:
    """`arguments` follow the interpreter.

    Of the caller's `CALLER_SECRETS` it gets the way outward and what the provider of the model needs if it `asks_model`; each name in `flags`
    is set to `true` when the caller's variable beside it is set. `tuning` is for the C library and the like, not for the service.
    """

    name: str
    arguments: tuple[str, ...]
    asks_model: bool = False
    flags: Mapping[str, str] = field(default_factory=dict)
    tuning: Mapping[str, str] = field(default_factory=dict)


SERVICES = (
    Service("session", ("-m", "services.session")),
    # One arena: buffers come and go in threads, and every arena would keep its own high-water mark.
    Service("upload", ("-m", "services.upload"), tuning={"MALLOC_ARENA_MAX": "1"}),
    Service("dataproc", ("-m", "services.dataproc")),
    Service("llm", ("-m", "services.llm"), asks_model=True),
    Service("nlq", ("-m", "services.nlq"), flags={"ASKFRAME_CLAUDE_AVAILABLE": "ANTHROPIC_API_KEY"}),
)
PROVISION = Service("provision", ("-m", "shared.bus.provision"))


@dataclass(frozen=True)
class Surroundings:
    """What every service of one stack is told: the stack's own names, and what is passed through from the caller."""

    home: Path
    public_url: str
    stack: Mapping[str, str]
    caller: Mapping[str, str]


def service_component(service: Service, port: int, around: Surroundings, after: tuple[str, ...]) -> Component:
    """A service that listens on `port` and says on `/readyz` when its dependencies answer."""
    data = around.home / "data" / service.name
    data.mkdir(parents=True, exist_ok=True)
    own = {"ASKFRAME_HOST": LOOPBACK, "ASKFRAME_PORT": str(port), "ASKFRAME_DATA_DIR": str(data)}
    return Component(
        name=service.name,
        argv=(sys.executable, *service.arguments),
        env={**_environment(service, around), **own},
        cwd=REPOSITORY,
        probe=readiness.answers_http(port, "/readyz"),
        after=after,
        grace=8.0,
        url=f"http://{LOOPBACK}:{port}",
    )


def provision_component(service: Service, around: Surroundings) -> Component:
    """The one-shot that makes streams and consumers; it needs the bus alone."""
    return Component(
        name=service.name,
        argv=(sys.executable, *service.arguments),
        env=_environment(service, around),
        cwd=REPOSITORY,
        probe=None,
        after=("nats",),
    )


def prerequisites(provision: Service | None) -> tuple[str, ...]:
    """What a service waits for."""
    return (*SERVERS, provision.name) if provision else SERVERS


def _environment(service: Service, around: Surroundings) -> dict[str, str]:
    """Explicit names only; the stack's own win over what the caller happens to have set."""
    flags = {name: "true" for name, given in service.flags.items() if around.caller.get(given)}
    return {
        **base_environment(),
        **service.tuning,
        "PYTHONUNBUFFERED": "1",
        "ASKFRAME_LOG_LEVEL": "INFO",
        **passed_through(around.caller),
        **flags,
        **(_model_secrets(around.caller) if service.asks_model else {}),
        **around.stack,
        "ASKFRAME_PUBLIC_URL": around.public_url,
    }


def _model_secrets(caller: Mapping[str, str]) -> dict[str, str]:
    provider = caller.get("ASKFRAME_MODEL_PROVIDER") or "anthropic"
    return chosen(caller, OUTWARD + MODEL_SECRETS.get(provider, ()))
