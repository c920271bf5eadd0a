"""What a request takes of an account's limits by the minute, and what the server's headers say is left of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

HEADER = "anthropic-ratelimit-{kind}-{fact}"


@dataclass(frozen=True)
class Load:
    """Estimated before: `input_tokens` from the prompt's size; the reply has `most_output` at most, and as many as replies had so far."""

    model: str
    session_id: str
    input_tokens: int
    most_output: int


@dataclass(frozen=True)
class Left:
    """Of one limit: what remained when the server answered, and how much a minute has."""

    remaining: int
    limit: int | None = None


@dataclass(frozen=True)
class Headroom:
    """None where the server said nothing: only Anthropic's own does. `age` are the seconds since it was said, at the reply's beginning."""

    requests: Left | None = None
    input: Left | None = None
    output: Left | None = None
    age: float = 0.0


UNKNOWN = Headroom()


def headroom_of(headers: Mapping[str, str], age: float) -> Headroom:
    """From `anthropic-ratelimit-{requests,input-tokens,output-tokens}-{remaining,limit}`.

    The `-reset` headers are not needed: they say when the limit will be whole again, which follows from the two.
    """
    return Headroom(
        requests=_left(headers, "requests"),
        input=_left(headers, "input-tokens"),
        output=_left(headers, "output-tokens"),
        age=age,
    )


def _left(headers: Mapping[str, str], kind: str) -> Left | None:
    remaining = headers.get(HEADER.format(kind=kind, fact="remaining"), "")
    limit = headers.get(HEADER.format(kind=kind, fact="limit"), "")
    if not remaining.isdecimal():
        return None
    return Left(int(remaining), int(limit) if limit.isdecimal() else None)
