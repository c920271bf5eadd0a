"""CloudEvents 1.0 in NATS headers (binary mode), with the trace context."""

from __future__ import annotations

from datetime import UTC, datetime

from opentelemetry import propagate

from shared.events import Event

SPEC_VERSION = "1.0"
MESSAGE_ID = "Nats-Msg-Id"


def headers_of(event: Event, *, source: str, time: datetime, cause: str | None) -> dict[str, str]:
    """Headers for one event. `source` is the service, `cause` the id of the event that led to this one."""
    event_id = event.event_id()
    headers = {
        MESSAGE_ID: event_id,
        "ce-specversion": SPEC_VERSION,
        "ce-id": event_id,
        "ce-source": f"/services/{source}",
        "ce-type": event.subject,
        "ce-time": time.astimezone(UTC).isoformat(timespec="milliseconds"),
        "ce-subject": event.about(),
        "content-type": "application/json",
    }
    if cause:
        headers["ce-causationid"] = cause
    propagate.inject(headers)
    return headers
