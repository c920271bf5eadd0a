"""Dashboards and alerts ask for metrics that exist, with labels that they have."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
import yaml
from prometheus_client import Counter, Gauge, Histogram

from shared.telemetry import metrics
from tests.unit.deploy.deployment_files import DEPLOY, NAMES

HOME = DEPLOY / "observability"
ADDED_BY_PROMETHEUS = {"le", "service", "job", "instance"}
SUFFIXES = {Counter: ("_total",), Gauge: ("",), Histogram: ("_bucket", "_count", "_sum")}


def known() -> dict[str, set[str]]:
    """Every time series of the house by name, with its labels."""
    found = {}
    for metric in vars(metrics).values():
        for suffix in SUFFIXES.get(type(metric), ()):
            found[f"{metric._name}{suffix}"] = set(metric._labelnames)
    return found


def expressions() -> Iterator[str]:
    dashboard = json.loads((HOME / "grafana" / "askframe.json").read_text())
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            yield target["expr"]
    for group in yaml.safe_load((HOME / "alerts.yml").read_text())["groups"]:
        for rule in group["rules"]:
            yield rule["expr"]


EXPRESSIONS = list(expressions())


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_it_asks_for_series_that_exist_by_labels_that_they_have(expression: str) -> None:
    names = set(re.findall(r"\baskframe_\w+", expression))
    assert names <= set(known())
    grouped = {label.strip() for labels in re.findall(r"\bby \(([^)]*)\)", expression) for label in labels.split(",")}
    selected = set(re.findall(r"[{,]\s*(\w+)\s*(?:=|!=|=~|!~)\s*\"", expression))
    labels = set().union(*(known()[name] for name in names)) | ADDED_BY_PROMETHEUS
    assert grouped | selected <= labels


def test_every_metric_is_on_the_dashboard() -> None:
    shown = " ".join(EXPRESSIONS)
    assert [
        name
        for name in known()
        if not name.endswith(("_count", "_sum", "token_check_seconds_bucket")) and name not in shown
    ] == []


def test_every_alert_says_what_to_do() -> None:
    rules = [rule for group in yaml.safe_load((HOME / "alerts.yml").read_text())["groups"] for rule in group["rules"]]
    assert all(rule["annotations"]["summary"] and rule["annotations"]["action"] for rule in rules)


def test_every_service_is_scraped() -> None:
    jobs = {job["job_name"]: job for job in yaml.safe_load((HOME / "prometheus.yml").read_text())["scrape_configs"]}
    assert jobs["askframe"]["dns_sd_configs"][0]["names"] == NAMES


def test_panels_do_not_overlap() -> None:
    panels = json.loads((HOME / "grafana" / "askframe.json").read_text())["panels"]
    cells = [
        (x, y)
        for p in panels
        for x in range(p["gridPos"]["x"], p["gridPos"]["x"] + p["gridPos"]["w"])
        for y in range(p["gridPos"]["y"], p["gridPos"]["y"] + p["gridPos"]["h"])
    ]
    assert len(cells) == len(set(cells))
    assert len({p["id"] for p in panels}) == len(panels)
