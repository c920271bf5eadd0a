"""The app and its consumers can be described without any server."""

from __future__ import annotations

from unittest.mock import sentinel

from services.llm.app import create_app
from services.llm.consumers import build_consumers
from services.llm.settings import Settings
from shared.bus import DURABLES


def test_openapi_is_made_without_connecting() -> None:
    paths = create_app(Settings()).openapi()["paths"]
    assert {
        "/v1/conversations",
        "/v1/conversations/{conversation_id}",
        "/v1/conversations/{conversation_id}/messages",
        "/v1/usage",
        "/readyz",
    } <= set(paths)
    answers = paths["/v1/conversations/{conversation_id}/messages"]["post"]["responses"]
    assert {"200", "401", "404", "409", "422", "503", "504"} <= set(answers)
    assert set(answers["200"]["content"]) == {"application/json", "text/event-stream"}


def test_every_durable_of_the_service_has_its_handler() -> None:
    consumers = build_consumers(sentinel.service, "nats://127.0.0.1:1")
    assert set(consumers.durables) == {name for name, durable in DURABLES.items() if durable.service == "llm"}
