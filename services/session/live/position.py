"""Where a stream of server-sent events stands: one sequence per stream of the bus, as its `id:`."""

from __future__ import annotations

import re
from collections.abc import Mapping

STREAMS = ("FILES", "TABLES", "QUERIES", "LLM", "SESSIONS")
SHAPE = re.compile(r"\.".join([r"\d{1,15}"] * len(STREAMS)))


def encode(position: Mapping[str, int]) -> str:
    return ".".join(str(position.get(stream, 0)) for stream in STREAMS)


def decode(text: str) -> dict[str, int] | None:
    """None for what is no position of this service."""
    if not SHAPE.fullmatch(text):
        return None
    return dict(zip(STREAMS, map(int, text.split(".")), strict=True))
