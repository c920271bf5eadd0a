"""What a message carries, whoever sent it."""

from __future__ import annotations

from typing import Any

from pydantic_core import from_json


def json_object(data: bytes) -> dict[str, Any] | None:
    """The JSON object in a message, or None. Never raises.

    Anybody on the bus can publish, and the standard library's parser raises `RecursionError`, which no `except ValueError` stops.
    What this one takes (no lone surrogates, at most 200 levels) can be written as JSON again.
    """
    try:
        body = from_json(data)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
