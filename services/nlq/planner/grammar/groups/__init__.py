"""What rows are grouped by, limits on groups, ranks, and order."""

from services.nlq.planner.grammar.groups import limits, orders
from services.nlq.planner.grammar.groups.keys import (
    CALENDAR_WORDS,
    UNITS,
    Calendar,
    calendar_key,
    key_of_calendar,
    key_of_column,
)
from services.nlq.planner.grammar.groups.ranks import is_largest

__all__ = [
    "CALENDAR_WORDS",
    "UNITS",
    "Calendar",
    "calendar_key",
    "is_largest",
    "key_of_calendar",
    "key_of_column",
    "limits",
    "orders",
]
