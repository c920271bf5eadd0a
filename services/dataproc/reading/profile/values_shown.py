"""Values of a table as JSON shows them."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

LONGEST_VALUE = 200  # characters of a cell that the profile repeats
WHOLE_IN_DOUBLE = 2**53  # whole numbers beyond are no longer exact in JSON as browsers read it


def clipped(value: Any) -> Any:
    shown = plain(value)
    return shown[:LONGEST_VALUE] if isinstance(shown, str) else shown


def plain(value: Any) -> Any:
    """A JSON value: dates in ISO form, numbers as text when a double cannot hold them, infinity as "inf", NaN as null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None if math.isnan(value) else str(value)
    if isinstance(value, Decimal):
        return plain_decimal(value)
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, bytes):
        return value.hex()
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)


def plain_decimal(value: Decimal) -> int | float | str:
    if value.as_tuple().exponent == 0:
        return int(value) if abs(value) <= WHOLE_IN_DOUBLE else str(value)
    return float(value) if Decimal(repr(float(value))) == value else str(value)
