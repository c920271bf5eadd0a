"""Where a request is wrong, and why, in words for whoever sent it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# By pydantic's kinds of faults; those that it says plainly enough are not here.
_SAID = {
    "missing": "it is missing",
    "extra_forbidden": "nothing of this name is known here",
    "greater_than_equal": "it must be {ge} or more",
    "less_than_equal": "it must be {le} or less",
    "float_type": "it must be a number",
    "float_parsing": "it must be a number",
    "finite_number": "it must be a number",
    "int_type": "it must be a whole number",
    "int_parsing": "it must be a whole number",
    "int_from_float": "it must be a whole number",
    "string_type": "it must be a text",
    "list_type": "it must be a list",
    "bool_type": "it must be true or false",
    "bool_parsing": "it must be true or false",
    "dict_type": "it must be an object",
    "model_attributes_type": "it must be an object",
}


def plain_fault(fault: Mapping[str, Any]) -> dict[str, str]:
    """Of one of pydantic's errors `{field, message}`. Of JSON that cannot be read the place is a number of characters, and no name."""
    place, known = tuple(fault["loc"]), fault.get("ctx") or {}
    if fault["type"] == "json_invalid":
        at = f" after {place[-1]:,} characters" if isinstance(place[-1], int) else ""
        return {
            "field": ".".join(map(str, place[:1])),
            "message": f"it is no JSON: {known.get('error', 'it ends early')}{at}",
        }
    said = _SAID.get(fault["type"])
    return {"field": ".".join(map(str, place)), "message": said.format(**known) if said else str(fault["msg"])}
