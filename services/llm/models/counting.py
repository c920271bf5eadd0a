"""How many tokens an exchange took: as the server counted them, or estimated where it did not. Pure."""

from __future__ import annotations

import json
from typing import Any

import structlog

from services.llm.limits.budget import BYTES_PER_TOKEN
from services.llm.limits.tokens import TokenUsage

MOST_TOKENS = 10_000_000  # a count beyond that is none: no model's window holds as many
log = structlog.get_logger(__name__)


def tokens_of(usage: Any, prompt_bytes: int, content: list[dict[str, Any]]) -> TokenUsage:
    """Servers that speak the Messages API send whatever they like as its `usage`, and a budget must hold all the same: what is missing, negative or
    no number counts as an estimate by bytes, which is rather too high. A prompt of no tokens is none either."""
    cached = [_count(getattr(usage, f"cache_{kind}_input_tokens", None)) or 0 for kind in ("read", "creation")]
    given, written = (_count(getattr(usage, f"{side}_tokens", None)) for side in ("input", "output"))
    if not given and not any(cached):
        given = None
    if given is None or written is None:
        log.warning("usage_estimated", input=given is None, output=written is None)
    return TokenUsage(
        input=-(-prompt_bytes // BYTES_PER_TOKEN) if given is None else given,
        output=-(-_size(content) // BYTES_PER_TOKEN) if written is None else written,
        cache_read=cached[0],
        cache_write=cached[1],
    )


def _count(told: Any) -> int | None:
    is_count = isinstance(told, int) and not isinstance(told, bool) and 0 <= told <= MOST_TOKENS
    return told if is_count else None


def _size(content: list[dict[str, Any]]) -> int:
    return len(json.dumps(content, ensure_ascii=False, default=str).encode()) if content else 0
