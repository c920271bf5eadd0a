"""When the events of questions were stored, by the bus' own clock, which is this machine's."""

from __future__ import annotations

import json
from collections.abc import Mapping

import nats

from shared.bus import STREAMS

Stored = Mapping[str, Mapping[tuple[str, int], float]]
"""By question, then by subject and step: seconds since the epoch."""


async def stored_at(nats_url: str) -> Stored:
    found: dict[str, dict[tuple[str, int], float]] = {}
    bus = await nats.connect(nats_url)
    stream = await bus.jetstream().subscribe(STREAMS["QUERIES"][0], ordered_consumer=True)
    try:
        while True:
            message = await stream.next_msg(timeout=1.0)
            told = json.loads(message.data)
            place = (message.subject, told.get("step", 1))
            found.setdefault(told["query_id"], {})[place] = message.metadata.timestamp.timestamp()
    except TimeoutError:
        return found
    finally:
        await bus.close()
