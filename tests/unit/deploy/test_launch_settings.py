"""What the launcher takes from its environment, and what it hands on."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from deploy.local.errors import InvalidSetting
from deploy.local.services import MODEL_SECRETS, SERVICES, Service, Surroundings, service_component
from deploy.local.settings import LaunchSettings
from shared.settings import ModelProvider

CALLER = {
    "ASKFRAME_HOME": "/somewhere",
    "ASKFRAME_PORT": "0",
    "ASKFRAME_MAX_FILE_BYTES": "5",
    "OTEL_SERVICE_NAMESPACE": "n",
    "ANTHROPIC_API_KEY": "key",
    "AWS_SECRET_ACCESS_KEY": "no",
    "ASKFRAME_NATS_URL": "nats://elsewhere:1",
}


def environment(service: Service, home: Path, caller: dict[str, str] = CALLER) -> dict[str, str]:
    inherited = LaunchSettings.of(caller).inherited
    around = Surroundings(home, "http://127.0.0.1:9", {"ASKFRAME_NATS_URL": "nats://127.0.0.1:5"}, inherited)
    return dict(service_component(service, 4711, around, ()).env)


def named(name: str) -> Service:
    return next(service for service in SERVICES if service.name == name)


def test_defaults() -> None:
    settings = LaunchSettings.of({})
    assert (settings.home, settings.port, settings.inherited) == (Path(".askframe").resolve(), 8000, {})


@pytest.mark.parametrize("port", ["http", "-1", "65536", "8000 ", "٨٠"])
def test_a_port_that_is_none_is_refused_with_what_to_give(port: str) -> None:
    with pytest.raises(InvalidSetting, match="ASKFRAME_PORT") as refused:
        LaunchSettings.of({"ASKFRAME_PORT": port})
    assert "65535" in refused.value.hint


@pytest.mark.parametrize("service", SERVICES, ids=lambda s: s.name)
def test_settings_pass_through_but_for_the_launchers_own_and_foreign_secrets(service: Service, tmp_path: Path) -> None:
    given = environment(service, tmp_path)
    assert (given["ASKFRAME_MAX_FILE_BYTES"], given["OTEL_SERVICE_NAMESPACE"]) == ("5", "n")
    assert given["ASKFRAME_PORT"] == "4711"
    assert not {"ASKFRAME_HOME", "AWS_SECRET_ACCESS_KEY"} & set(given)


def test_the_stacks_own_addresses_win_over_the_callers(tmp_path: Path) -> None:
    assert environment(named("nlq"), tmp_path)["ASKFRAME_NATS_URL"] == "nats://127.0.0.1:5"


def test_the_model_key_reaches_the_model_service_alone(tmp_path: Path) -> None:
    assert [s.name for s in SERVICES if "ANTHROPIC_API_KEY" in environment(s, tmp_path)] == ["llm"]


@pytest.mark.parametrize(
    ("provider", "given"),
    [("", {"ANTHROPIC_API_KEY"}), ("bedrock", {"AWS_SECRET_ACCESS_KEY"}), ("vertex", {"CLOUD_ML_REGION"})],
)
def test_a_provider_gets_its_own_credentials_and_no_others(provider: str, given: set[str], tmp_path: Path) -> None:
    caller = {**CALLER, "CLOUD_ML_REGION": "global", "ASKFRAME_MODEL_PROVIDER": provider}
    secrets = {"ANTHROPIC_API_KEY", "AWS_SECRET_ACCESS_KEY", "CLOUD_ML_REGION"}
    for service in SERVICES:
        assert secrets & set(environment(service, tmp_path, caller)) == (given if service.name == "llm" else set())


def test_both_who_need_it_are_told_the_provider(tmp_path: Path) -> None:
    caller = {**CALLER, "ASKFRAME_MODEL_PROVIDER": "bedrock"}
    assert {environment(named(name), tmp_path, caller)["ASKFRAME_MODEL_PROVIDER"] for name in ("llm", "nlq")} == {
        "bedrock"
    }


def test_every_provider_has_its_credentials() -> None:
    assert set(MODEL_SECRETS) == set(get_args(ModelProvider))


@pytest.mark.parametrize(("key", "available"), [("key", "true"), ("", None)])
def test_the_planner_is_told_whether_there_is_a_model(key: str, available: str | None, tmp_path: Path) -> None:
    given = environment(named("nlq"), tmp_path, {**CALLER, "ANTHROPIC_API_KEY": key})
    assert given.get("ASKFRAME_CLAUDE_AVAILABLE") == available
