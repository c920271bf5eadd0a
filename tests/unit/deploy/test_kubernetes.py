"""The Kubernetes manifests: valid by the API's schemas, hardened throughout, scaled by consumers that exist."""

from __future__ import annotations

from typing import Any

import kubernetes_validate
import pytest

from shared.bus.topology import DURABLES
from tests.unit.deploy.deployment_files import DEPLOY, NAMES, kubernetes, kubernetes_files, pod_specs

VERSION = "1.33"
OF_KUBERNETES = [
    (name, document)
    for name in [*kubernetes_files(), "secret.example.yaml"]
    for document in kubernetes(name)
    if not document["apiVersion"].startswith("keda.sh/")
]
SCALED: list[dict[str, Any]] = kubernetes("autoscaling.yaml")
PODS = [pod for name in kubernetes_files() for pod in pod_specs(kubernetes(name))]


def of_kind(name: str, kind: str) -> dict[str, Any]:
    return next(document for document in kubernetes(f"{name}.yaml") if document["kind"] == kind)


@pytest.mark.parametrize(("name", "document"), OF_KUBERNETES, ids=lambda v: v if isinstance(v, str) else v["kind"])
def test_the_api_accepts_it(name: str, document: dict[str, Any]) -> None:
    kubernetes_validate.validate(document, VERSION, strict=True)
    assert document["metadata"].get("namespace", "askframe") == "askframe"


def test_the_schemas_refuse_a_wrong_field() -> None:
    deployment = of_kind("session", "Deployment")
    deployment["spec"]["template"]["spec"]["containers"][0]["commands"] = []
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(deployment, VERSION, strict=True)


def test_the_kustomization_names_every_manifest_but_the_example() -> None:
    there = {path.name for path in (DEPLOY / "k8s").glob("*.yaml")}
    assert set(kubernetes_files()) == there - {"kustomization.yaml", "secret.example.yaml"}


@pytest.mark.parametrize(("name", "pod"), PODS, ids=lambda v: v if isinstance(v, str) else "")
def test_every_pod_is_confined(name: str, pod: dict[str, Any]) -> None:
    assert pod["automountServiceAccountToken"] is False
    assert pod["enableServiceLinks"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in pod["containers"]:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert {"cpu", "memory"} <= set(container["resources"]["limits"])


@pytest.mark.parametrize("name", NAMES)
def test_each_service_has_its_probes_its_address_and_its_budget(name: str) -> None:
    container = of_kind(name, "Deployment")["spec"]["template"]["spec"]["containers"][0]
    labels = of_kind(name, "Deployment")["spec"]["template"]["metadata"]["labels"]
    assert container["command"] == ["python", "-m", f"services.{name}"]
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
    for kind, selector in (
        ("Service", of_kind(name, "Service")["spec"]["selector"]),
        ("PodDisruptionBudget", of_kind(name, "PodDisruptionBudget")["spec"]["selector"]["matchLabels"]),
    ):
        assert selector.items() <= labels.items(), kind


def test_the_five_services_differ_only_where_they_should() -> None:
    def shape(name: str) -> dict[str, Any]:
        pod = of_kind(name, "Deployment")["spec"]["template"]["spec"]
        container = {k: v for k, v in pod["containers"][0].items() if k not in ("command", "resources", "envFrom")}
        return {
            **{k: v for k, v in pod.items() if k not in ("containers", "topologySpreadConstraints", "volumes")},
            "container": container,
        }

    assert all(shape(name) == shape(NAMES[0]) for name in NAMES)


def test_every_service_is_scaled_and_never_below_two() -> None:
    assert [scaled["spec"]["scaleTargetRef"]["name"] for scaled in SCALED] == NAMES
    assert all(2 <= scaled["spec"]["minReplicaCount"] < scaled["spec"]["maxReplicaCount"] for scaled in SCALED)


def test_scaling_looks_at_consumers_that_exist_and_belong_to_the_scaled_service() -> None:
    seen = 0
    for scaled in SCALED:
        for trigger in scaled["spec"]["triggers"]:
            if trigger["type"] != "nats-jetstream":
                continue
            durable = DURABLES[trigger["metadata"]["consumer"]]
            assert (durable.stream, durable.service) == (
                trigger["metadata"]["stream"],
                scaled["spec"]["scaleTargetRef"]["name"],
            )
            assert int(trigger["metadata"]["lagThreshold"]) > 0
            seen += 1
    assert seen >= 4


def test_nothing_is_allowed_that_is_not_listed() -> None:
    policies = {policy["metadata"]["name"]: policy["spec"] for policy in kubernetes("networkpolicy.yaml")}
    assert policies["deny-all"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    outward = [
        name
        for name, spec in policies.items()
        if any("ipBlock" in to for rule in spec.get("egress", []) for to in rule["to"])
    ]
    assert outward == ["llm-to-claude"]


def test_the_example_secret_holds_no_secret() -> None:
    values = [value for document in kubernetes("secret.example.yaml") for value in document["stringData"].values()]
    assert values
    assert all("CHANGE-ME" in value or value == "askframe" for value in values)
