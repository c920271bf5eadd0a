"""Names of columns as Vega-Lite writes fields. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

_OF_PATHS = re.compile(r"[.\[\]\\]")
_ESCAPE = re.compile(r"\\(.)")


def field_of(name: str) -> str:
    """Vega-Lite reads dots and square brackets in a name as a path into a cell."""
    return _OF_PATHS.sub(r"\\\g<0>", name)


def name_of(field: str) -> str:
    """What `field_of` was given."""
    return _ESCAPE.sub(r"\1", field)


def column_meant(field: str, columns: Sequence[str]) -> str | None:
    """The column that a field names, with or without the backslashes, or none."""
    return next((name for name in (field, name_of(field)) if name in columns), None)
