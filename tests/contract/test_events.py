"""Every event: a golden example that stays readable, a producer, a stream, and a handler for each durable."""

from __future__ import annotations

import importlib
import inspect
import json
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from shared.bus import Consumers
from shared.bus.topology import DURABLES, stream_of
from shared.events import EVENTS, RETIRED, Event

GOLDEN = Path(__file__).parent / "golden"
SERVICES = ("session", "upload", "dataproc", "llm", "nlq")


def consumers_of(service: str) -> Consumers:
    build = importlib.import_module(f"services.{service}.consumers").build_consumers
    needed = [name for name in inspect.signature(build).parameters if name != "nats_url"]
    found: Consumers = build(**{name: MagicMock(name=name) for name in needed}, nats_url="nats://nats:4222")
    return found


ALL = {**EVENTS, **RETIRED}


@pytest.mark.parametrize("event", ALL.values(), ids=lambda event: event.subject)
def test_golden_example_is_read_and_written_unchanged(event: type[Event]) -> None:
    text = (GOLDEN / f"{event.subject}.json").read_text()
    read = event.model_validate_json(text)
    assert json.loads(read.model_dump_json()) == json.loads(text)


@pytest.mark.parametrize("event", ALL.values(), ids=lambda event: event.subject)
def test_golden_example_states_every_field(event: type[Event]) -> None:
    assert set(json.loads((GOLDEN / f"{event.subject}.json").read_text())) == set(event.model_fields)


@pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.subject)
def test_event_is_named_documented_frozen_and_identified(event: type[Event]) -> None:
    example = event.model_validate_json((GOLDEN / f"{event.subject}.json").read_text())
    aggregate, fact, version = event.subject.split(".")
    assert event.__name__ == "".join(part.capitalize() for part in f"{aggregate}_{fact}".split("_"))
    assert version.startswith("v") and int(version[1:]) >= 1
    assert event.__doc__
    assert event.model_config.get("frozen")
    assert set(event.identity) <= set(event.model_fields)
    assert example.event_id() == example.event_id()
    assert stream_of(event.subject)


def test_same_fact_has_the_same_id_and_another_fact_another() -> None:
    event = EVENTS["query.generated.v1"].model_validate_json((GOLDEN / "query.generated.v1.json").read_text())
    assert event.event_id() == event.model_copy(update={"code": "result = 2"}).event_id()
    assert event.event_id() != event.model_copy(update={"attempt": 2}).event_id()


@pytest.mark.parametrize("event", RETIRED.values(), ids=lambda event: event.subject)
def test_retired_event_is_told_as_its_successor(event: type[Event]) -> None:
    """Still in the streams of a house that was upgraded: same thing, same facts, the next version's name and id."""
    old = event.model_validate_json((GOLDEN / f"{event.subject}.json").read_text())
    new = old.upgraded()  # type: ignore[attr-defined]
    assert new.subject == f"{event.subject[:-1]}{int(event.subject[-1]) + 1}" and new.subject in EVENTS
    assert (new.session_id, new.about()) == (old.session_id, old.about())
    assert new.event_id() != old.event_id()


def test_no_golden_example_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(ALL)


def test_every_durable_has_a_handler_in_its_service() -> None:
    handled = {name for service in SERVICES for name in consumers_of(service).durables}
    assert handled == set(DURABLES)


def test_durables_belong_to_the_service_that_handles_them() -> None:
    for service in SERVICES:
        assert {DURABLES[name].service for name in consumers_of(service).durables} <= {service}


def test_every_consumed_subject_has_a_producer_and_every_event_one_service() -> None:
    producers: dict[str, list[str]] = {}
    for service in SERVICES:
        for event in consumers_of(service).publishes:
            producers.setdefault(event.subject, []).append(service)
    consumed = {durable.subject for durable in DURABLES.values() if not durable.subject.startswith("dlq.")}
    assert consumed <= set(producers) | set(RETIRED)
    assert set(producers) == set(EVENTS)
    shared = {subject for subject, services in producers.items() if len(services) > 1}
    assert shared <= {"query.generated.v1"}, "only the two generators publish the same event"


@pytest.mark.parametrize("subject", ["query.rejected.v1", "query.execution_failed.v1", "table.parsing_finished.v1"])
def test_events_with_sentences_stay_within_what_the_bus_takes(subject: str) -> None:
    """16,000 columns, and something to say of each: the fact arrives, with the first sentences and how many are missing."""
    body = json.loads((GOLDEN / f"{subject}.json").read_text())
    field = "warnings" if "warnings" in body else "reasons"
    event = EVENTS[subject].model_validate(body | {field: ["\N{GRINNING FACE}" * 5_000] * 16_000})
    said = getattr(event, field)
    assert len(event.model_dump_json().encode()) < 500_000
    assert len(said) == 100 and said[0].endswith("…") and said[-1] == "… and 15,901 more."
    few = EVENTS[subject].model_validate(body | {field: ["one"] * 100})
    assert getattr(few, field) == ("one",) * 100
