"""What the server's headers say is left."""

from __future__ import annotations

import pytest

from services.llm.limits.rate_limits import UNKNOWN, Headroom, Left, headroom_of

INPUT = "anthropic-ratelimit-input-tokens"


@pytest.mark.parametrize(
    ("headers", "headroom"),
    [
        ({}, UNKNOWN),
        ({f"{INPUT}-remaining": "0"}, Headroom(input=Left(0))),
        ({f"{INPUT}-remaining": "5", f"{INPUT}-limit": "80000"}, Headroom(input=Left(5, 80_000))),
        ({f"{INPUT}-remaining": "5", f"{INPUT}-limit": "none"}, Headroom(input=Left(5))),
        ({f"{INPUT}-remaining": "-5"}, UNKNOWN),
        ({f"{INPUT}-remaining": "many", f"{INPUT}-limit": "80000"}, UNKNOWN),
        ({"anthropic-ratelimit-output-tokens-remaining": "7"}, Headroom(output=Left(7))),
        ({"anthropic-ratelimit-requests-remaining": "7"}, Headroom(requests=Left(7))),
        ({"anthropic-ratelimit-tokens-remaining": "7"}, UNKNOWN),
    ],
)
def test_headers_are_read_and_nonsense_is_not(headers: dict[str, str], headroom: Headroom) -> None:
    assert headroom_of(headers, 0.0) == headroom
