"""Units of time."""

from __future__ import annotations

from collections.abc import Mapping

# Average lengths in the Gregorian calendar, in days.
DAYS: Mapping[str, float] = {"day": 1.0, "week": 7.0, "month": 30.436875, "quarter": 91.310625, "year": 365.2425}
