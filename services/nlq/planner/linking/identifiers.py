"""Whether numbers that are called a key are one: their values decide, and where only the name says so, it is said beside the answer.

That numbers are different in every row of a small table is true of most measures, too. What makes them a key is that they stand first,
are of one width as codes are, leave hardly a gap, are called an id, or are those of another table's rows.
"""

from __future__ import annotations

from services.nlq.planner.linking.joins import shared_key
from services.nlq.planner.linking.schema import Column

_CODE_WIDTH = 4
_MANY = 30
"""Three digits are the width of many a measure; that so many different ones have it is a chance of 4 % (0.9 to the power of 30)."""
_LEAST_FILLED = 0.5
"""The share of a range that numbers given out in turn fill, though some of what they named is gone."""
_IDS = frozenset({"id", "ids", "uuid", "key"})


def names_things(column: Column) -> bool:
    """Numbers by which things are told apart: they add up to nothing."""
    return column.is_key_like and (
        not column.is_numeric or _is_unique_key(column) or _is_of_one_width(column) or _is_shared(column)
    )


def may_name_things(column: Column) -> bool:
    """Only its name says that it is a key: whoever adds it up has to be told."""
    return column.is_numeric and column.is_key_like and not names_things(column)


def _is_unique_key(column: Column) -> bool:
    low, high, different = column.facts.minimum, column.facts.maximum, column.facts.distinct
    if different is None or different != column.home.facts.rows or column.facts.nullable:
        return False
    dense = isinstance(low, int) and isinstance(high, int) and different >= _LEAST_FILLED * (high - low + 1)
    return column.position == 0 or dense or _IDS.intersection(column.words[-1:]) != frozenset()


def _is_of_one_width(column: Column) -> bool:
    low, high = column.facts.minimum, column.facts.maximum
    if not (isinstance(low, int) and isinstance(high, int)) or low < 100:
        return False
    width = len(str(low))
    return width == len(str(high)) and (width >= _CODE_WIDTH or (column.facts.distinct or 0) >= _MANY)


def _is_shared(column: Column) -> bool:
    pairs = (shared_key(column.home, other) for other in column.home.schema.tables if other is not column.home)
    return any(pair is not None and pair[0] is column for pair in pairs)
