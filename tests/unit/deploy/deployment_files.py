"""Reading the deployment files: compose with its variables filled in, the Kubernetes documents, the services' settings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

from deploy.local.services import REPOSITORY, SERVICES
from shared.settings import CommonSettings

DEPLOY = REPOSITORY / "deploy"
NAMES = [service.name for service in SERVICES]
VARIABLE = re.compile(r"\$\{(?P<name>[A-Z0-9_]+)(?::(?P<kind>[-?])(?P<rest>[^}]*))?\}")


def compose(given: dict[str, str]) -> dict[str, Any]:
    """As `docker compose config` shows it: anchors merged, `${NAME:-default}` and `${NAME:?needed}` filled in."""

    def fill(match: re.Match[str]) -> str:
        value = given.get(match["name"], "")
        if not value and match["kind"] == "?":
            raise KeyError(match["name"])
        return value or (match["rest"] if match["kind"] == "-" else "") or ""

    text = (DEPLOY / "compose" / "compose.yaml").read_text()
    loaded: dict[str, Any] = yaml.safe_load(VARIABLE.sub(fill, text))
    return {key: value for key, value in loaded.items() if not key.startswith("x-")}


def env_example() -> dict[str, str]:
    lines = (DEPLOY / "compose" / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def filled_env() -> dict[str, str]:
    """The example with something in every empty place."""
    return {name: value or f"made-up-{name.lower()}" for name, value in env_example().items()}


def kubernetes(name: str) -> list[dict[str, Any]]:
    return [document for document in yaml.safe_load_all((DEPLOY / "k8s" / name).read_text()) if document]


def kubernetes_files() -> list[str]:
    kustomization: list[str] = kubernetes("kustomization.yaml")[0]["resources"]
    return kustomization


def settings_of(service: str) -> type[CommonSettings]:
    settings: type[CommonSettings] = import_module(f"services.{service}.settings").Settings
    return settings


def variables(settings: type[CommonSettings]) -> dict[str, bool]:
    """Every environment variable that these settings read, and whether they cannot do without."""
    prefix = settings.model_config.get("env_prefix", "")
    return {
        field.validation_alias
        if isinstance(field.validation_alias, str)
        else f"{prefix}{name}".upper(): field.is_required()
        for name, field in settings.model_fields.items()
    }


def pod_specs(documents: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for document in documents:
        if document["kind"] in ("Deployment", "Job"):
            yield document["metadata"]["name"], document["spec"]["template"]["spec"]


def compose_file(path: str) -> Path:
    """A host path of a mount, as compose resolves it."""
    return (DEPLOY / "compose" / path).resolve()
