"""The wire form of server-sent events, and what of an event leaves the house."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

HEARTBEAT = b": still here\n\n"
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def frame(event: str, data: Mapping[str, Any], position: str | None = None) -> bytes:
    """One event. JSON holds no line breaks, so that one `data:` line carries all of it."""
    identifier = f"id: {position}\n" if position else ""
    return f"{identifier}event: {event}\ndata: {json.dumps(data, ensure_ascii=False, default=str)}\n\n".encode()


def public(body: Mapping[str, Any]) -> dict[str, Any]:
    """An event without its object keys: they mean nothing outside."""
    return {name: value for name, value in body.items() if not name.endswith("_key")}
