"""JSON inside of tags, and texts cut to size: how everything that comes from files and people is put before the model."""

from __future__ import annotations

import json
from typing import Any

LONGEST_VALUE = 80  # characters of one example


def block(tag: str, content: Any) -> str:
    return f"<{tag}>\n{as_json(content)}\n</{tag}>"


def as_json(content: Any) -> str:
    """Without an angle bracket, so nothing in it can close the tag around it or open another."""
    return json.dumps(content, ensure_ascii=False, default=str).replace("<", "\\u003c").replace(">", "\\u003e")


def shortened(value: Any) -> Any:
    """A text that is cut says so: compared as it stands, it would be found in no row."""
    return f"{value[: LONGEST_VALUE - 1]}…" if isinstance(value, str) and len(value) > LONGEST_VALUE else value
