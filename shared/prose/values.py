"""How a single value is written in a sentence."""

from __future__ import annotations

from typing import Any


def shown_value(value: Any) -> str:
    """A number as people write it; the exact one is in `value`."""
    if value is None:
        return "no value"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.6g}" if abs(value) < 1 else f"{value:,.4f}".rstrip("0").rstrip(".")
    return str(value)
