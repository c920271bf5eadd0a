"""Server-sent events from the lines of a response."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from askframe.models import ServerEvent

TEXT_EVENTS = frozenset({"delta", "restart"})


def written_so_far(before: str, event: ServerEvent) -> str:
    """A text after one of `TEXT_EVENTS`: there is more of it, or it begins anew."""
    return before + str(event.data.get("text", "")) if event.name == "delta" else ""


def read_events(lines: Iterable[str]) -> Iterator[ServerEvent]:
    """Each event as soon as its blank line arrives; comments (heartbeats) are passed over."""
    fields: dict[str, list[str]] = {}
    last_id = ""
    for line in lines:
        if line:
            name, _, value = line.partition(":")
            fields.setdefault(name, []).append(value.removeprefix(" "))
            continue
        last_id = fields.get("id", [last_id])[-1]
        if "data" in fields:
            yield ServerEvent(
                name=fields.get("event", ["message"])[-1], data=_parsed("\n".join(fields["data"])), id=last_id
            )
        fields = {}


def _parsed(text: str) -> dict[str, object]:
    try:
        data = json.loads(text)
    except ValueError:
        data = None
    return data if isinstance(data, dict) else {"text": text}
