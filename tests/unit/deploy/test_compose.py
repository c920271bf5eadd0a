"""The compose file: valid by the specification, hardened throughout, and every file that it mounts is there."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from compose_spec import PyCompose

from tests.unit.deploy.deployment_files import DEPLOY, NAMES, compose, compose_file, filled_env

FILE = compose(filled_env())
SERVICES: dict[str, Any] = FILE["services"]
OURS = [*NAMES, "bucket", "provision", "gateway"]


def test_the_compose_specification_accepts_it() -> None:
    assert set(PyCompose.from_yaml(yaml.safe_dump(FILE)).service_names()) == set(SERVICES)


def test_the_compose_specification_refuses_a_wrong_key() -> None:
    wrong = {**FILE, "services": {**SERVICES, "nats": {**SERVICES["nats"], "readonly": True}}}
    with pytest.raises(ValueError, match="readonly"):
        PyCompose.from_yaml(yaml.safe_dump(wrong))


@pytest.mark.parametrize("secret", ["NATS_PASSWORD", "VALKEY_PASSWORD", "MINIO_ROOT_PASSWORD", "S3_SECRET_KEY"])
def test_it_does_not_start_without_its_secrets(secret: str) -> None:
    with pytest.raises(KeyError, match=secret):
        compose({**filled_env(), secret: ""})


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_confined(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"cpus", "memory"} <= set(service["deploy"]["resources"]["limits"])
    assert "privileged" not in service


@pytest.mark.parametrize("name", OURS)
def test_our_own_containers_are_not_root(name: str) -> None:
    assert SERVICES[name]["user"] == "10001:10001"


@pytest.mark.parametrize("name", NAMES)
def test_each_service_starts_after_what_it_needs_and_says_when_it_is_ready(name: str) -> None:
    service = SERVICES[name]
    assert service["command"] == ["python", "-m", f"services.{name}"]
    assert "/readyz" in service["healthcheck"]["test"][-1]
    assert service["depends_on"] == {
        "nats": {"condition": "service_healthy"},
        "valkey": {"condition": "service_healthy"},
        "bucket": {"condition": "service_completed_successfully"},
        "provision": {"condition": "service_completed_successfully"},
    }


def test_the_gateway_knows_every_service_and_waits_for_it() -> None:
    gateway = SERVICES["gateway"]
    assert {f"UPSTREAM_{name.upper()}": f"{name}:8080" for name in NAMES}.items() <= gateway["environment"].items()
    assert set(gateway["depends_on"]) == set(NAMES)


def test_only_the_gateway_and_the_dashboards_are_published_and_only_on_loopback_unless_asked() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert set(published) == {"gateway", "grafana"}
    assert all(
        port.startswith("127.0.0.1:")
        for port in compose({**filled_env(), "GATEWAY_PUBLISH": ""})["services"]["gateway"]["ports"]
    )


def test_only_the_model_service_of_the_five_reaches_outside() -> None:
    assert [name for name in NAMES if "outside" in SERVICES[name]["networks"]] == ["llm"]
    assert FILE["networks"]["inside"]["internal"] is True


def test_every_mounted_file_is_there() -> None:
    mounts = [
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if volume.startswith(".")
    ]
    assert mounts
    assert [path for path in mounts if not compose_file(path).is_file()] == []


def test_the_servers_keep_what_durability_rests_on() -> None:
    nats = (DEPLOY / "compose" / "nats.conf").read_text()
    assert "sync_interval: always" in nats
    assert "password: $NATS_PASSWORD" in nats
    valkey = SERVICES["valkey"]["command"][-1]
    assert all(
        option in valkey for option in ("--appendonly yes", "--appendfsync everysec", "--maxmemory-policy noeviction")
    )


def test_the_bucket_is_made_by_our_own_image_and_only_there_is_the_stores_administrator_known() -> None:
    bucket = SERVICES["bucket"]
    assert bucket["command"] == ["python", "-m", "shared.objects.provision"]
    assert bucket["environment"]["ASKFRAME_S3_ADMIN_ACCESS_KEY"] == SERVICES["minio"]["environment"]["MINIO_ROOT_USER"]
    for name in ("ASKFRAME_S3_BUCKET", "ASKFRAME_S3_ACCESS_KEY", "ASKFRAME_S3_SECRET_KEY"):
        assert bucket["environment"][name] == SERVICES["session"]["environment"][name]
    password = filled_env()["MINIO_ROOT_PASSWORD"]
    assert {name for name in SERVICES if password in str(SERVICES[name])} == {"bucket", "minio"}


def test_dockerfile_copies_what_exists_and_runs_as_the_same_user() -> None:
    lines = (DEPLOY / "Dockerfile").read_text().splitlines()
    sources = [line.split()[1] for line in lines if line.startswith("COPY ") and "--from" not in line]
    assert {"services", "shared", "requirements.lock"} <= set(sources)
    assert [source for source in sources if "[" not in source and not (DEPLOY.parent / source).exists()] == []
    assert lines.count("USER 10001:10001") == 2
