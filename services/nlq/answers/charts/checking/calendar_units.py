"""Units of time that an axis may be labelled by, and what of a moment each keeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

CALENDAR_UNITS: Mapping[str, Callable[[datetime], object]] = {
    "year": lambda at: at.year,
    "yearquarter": lambda at: (at.year, (at.month - 1) // 3),
    "yearmonth": lambda at: (at.year, at.month),
    "yearmonthdate": lambda at: at.date(),
    "yearmonthdatehours": lambda at: (at.date(), at.hour),
    "yearmonthdatehoursminutes": lambda at: (at.date(), at.hour, at.minute),
    "quarter": lambda at: (at.month - 1) // 3,
    "month": lambda at: at.month,
    "monthdate": lambda at: (at.month, at.day),
    "date": lambda at: at.day,
    "day": lambda at: at.weekday(),
    "hours": lambda at: at.hour,
    "hoursminutes": lambda at: (at.hour, at.minute),
}
"""Those in UTC are not among them: cells are read as the time that they say, wherever the chart is drawn."""
