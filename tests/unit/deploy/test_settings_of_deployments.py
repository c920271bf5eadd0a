"""Every deployment tells each service what it needs, by names that the service knows."""

from __future__ import annotations

import re
from typing import Any

import pytest

from deploy.local.services import CLAUDE
from shared.bus.provision import ProvisionSettings
from shared.objects.provision import StoreSettings
from shared.settings import CommonSettings
from tests.unit.deploy.deployment_files import (
    DEPLOY,
    NAMES,
    compose,
    filled_env,
    kubernetes,
    settings_of,
    variables,
)

# Their defaults are for a developer's machine: a deployment that leaves one out has forgotten it.
NEEDED = {
    "ASKFRAME_HOST",
    "ASKFRAME_PORT",
    "ASKFRAME_DATA_DIR",
    "ASKFRAME_PUBLIC_URL",
    "ASKFRAME_NATS_URL",
    "ASKFRAME_REDIS_URL",
    "ASKFRAME_S3_ENDPOINT",
    "ASKFRAME_S3_ACCESS_KEY",
    "ASKFRAME_S3_SECRET_KEY",
    "ASKFRAME_S3_BUCKET",
    "ASKFRAME_S3_REGION",
}


def compose_environment(service: str) -> dict[str, Any]:
    environment: dict[str, Any] = compose(filled_env())["services"][service]["environment"]
    return environment


def kubernetes_environment(service: str) -> dict[str, Any]:
    sources = {("configMapRef", "askframe"): kubernetes("configmap.yaml")[0]["data"]}
    sources |= {("secretRef", d["metadata"]["name"]): d["stringData"] for d in kubernetes("secret.example.yaml")}
    workload = next(d for d in kubernetes(f"{service}.yaml") if d["kind"] in ("Deployment", "Job"))
    found: dict[str, Any] = {}
    for source in workload["spec"]["template"]["spec"]["containers"][0]["envFrom"]:
        for kind, reference in source.items():
            found |= sources[kind, reference["name"]]
    return found


ENVIRONMENTS = {"compose": compose_environment, "kubernetes": kubernetes_environment}


@pytest.mark.parametrize("deployment", ENVIRONMENTS)
@pytest.mark.parametrize("service", NAMES)
def test_each_service_is_given_what_it_needs(deployment: str, service: str) -> None:
    known = variables(settings_of(service))
    given = ENVIRONMENTS[deployment](service)
    assert not (NEEDED | {name for name, required in known.items() if required}) - set(given)


@pytest.mark.parametrize("service", NAMES)
def test_compose_gives_no_name_that_its_service_does_not_read(service: str) -> None:
    assert set(compose_environment(service)) <= set(variables(settings_of(service)))


def test_the_shared_kubernetes_names_are_all_read_by_somebody() -> None:
    known = {name for service in NAMES for name in variables(settings_of(service))}
    known |= {*variables(ProvisionSettings), *variables(StoreSettings)}
    given = {name for service in NAMES for name in kubernetes_environment(service)}
    assert given <= known


@pytest.mark.parametrize("deployment", ENVIRONMENTS)
@pytest.mark.parametrize("service", NAMES)
def test_services_accept_the_values_that_they_are_given(
    deployment: str, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ENVIRONMENTS[deployment](service).items():
        monkeypatch.setenv(name, str(value))
    settings = settings_of(service)()
    assert (settings.host, settings.port, str(settings.data_dir)) == ("0.0.0.0", 8080, "/data")


@pytest.mark.parametrize("deployment", ENVIRONMENTS)
def test_provisioning_is_told_where_the_bus_is(deployment: str) -> None:
    given = ENVIRONMENTS[deployment]("provision")
    assert given["ASKFRAME_NATS_URL"].startswith("nats://askframe:")
    assert set(variables(CommonSettings)) >= {name for name in given if deployment == "compose"}


@pytest.mark.parametrize("deployment", ENVIRONMENTS)
def test_the_job_that_makes_the_bucket_is_told_of_the_store_and_its_administrator(
    deployment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = ENVIRONMENTS[deployment]("bucket")
    for name, value in given.items():
        monkeypatch.setenv(name, str(value))
    settings = StoreSettings()
    assert settings.has_administrator
    assert settings.s3_endpoint.startswith("http://minio")
    assert settings.s3_bucket == ENVIRONMENTS[deployment]("session")["ASKFRAME_S3_BUCKET"]
    assert {name for name in given if "ADMIN" in name} <= set(variables(StoreSettings))


@pytest.mark.parametrize("deployment", ENVIRONMENTS)
@pytest.mark.parametrize("service", [*NAMES, "provision"])
def test_nobody_else_knows_the_stores_administrator(deployment: str, service: str) -> None:
    assert [name for name in ENVIRONMENTS[deployment](service) if "ADMIN" in name] == []


@pytest.mark.parametrize("deployment", ENVIRONMENTS)
def test_only_the_model_service_holds_the_model_key(deployment: str) -> None:
    assert [name for name in NAMES if set(CLAUDE) & set(ENVIRONMENTS[deployment](name))] == ["llm"]


def test_every_askframe_name_that_the_documents_mention_exists() -> None:
    known = {name for service in NAMES for name in variables(settings_of(service))}
    known |= {*variables(ProvisionSettings), *variables(StoreSettings)}
    launcher = {"ASKFRAME_HOME", "ASKFRAME_PORT", "ASKFRAME_IMAGE", "ASKFRAME_GATEWAY_IMAGE"}
    files = [
        path for path in DEPLOY.rglob("*") if path.suffix in (".yaml", ".yml", ".md", ".example", "") and path.is_file()
    ]
    mentioned = {name for path in files for name in re.findall(r"\bASKFRAME_[A-Z0-9_]*[A-Z0-9]\b", path.read_text())}
    assert files
    assert mentioned - known - launcher == set()


@pytest.mark.parametrize("deployment", ENVIRONMENTS)
def test_what_is_shown_of_privacy_and_what_is_kept_are_the_same_settings(deployment: str) -> None:
    shown, kept = ENVIRONMENTS[deployment]("session"), ENVIRONMENTS[deployment]("nlq")
    for name in ("ASKFRAME_PRIVACY", "ASKFRAME_PRIVACY_FLOOR"):
        assert shown[name] == kept[name]
