"""The types that a column of a table can have, and what follows from each: one table, read by every service.

A new type is one line in `ColumnType` and one in `TRAITS`; `tests/unit/shared/test_columns.py` says what else it needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Family(StrEnum):
    """What can be asked of values: numbers are reckoned with, days are told by year and month, text is compared."""

    NUMBER = "number"
    TEXT = "text"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"


class ColumnType(StrEnum):
    """The names stand in the HTTP interface, in events and in stored tables: none of them changes."""

    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    DURATION = "duration"
    CATEGORY = "category"
    TEXT = "text"
    IDENTIFIER = "identifier"
    EMAIL = "email"
    URL = "url"
    JSON = "json"
    EMPTY = "empty"

    @property
    def traits(self) -> Traits:
        return TRAITS[self]

    @property
    def label(self) -> str:
        """What its values are called in a sentence."""
        return self.traits.label

    @property
    def family(self) -> Family:
        return self.traits.family

    @property
    def is_number(self) -> bool:
        return self.family is Family.NUMBER

    @property
    def is_time(self) -> bool:
        """A point or a span in time."""
        return self.family in (Family.DATE, Family.TIME)

    @property
    def is_ordered(self) -> bool:
        """Is there a smallest and a largest value that means something?"""
        return self.is_number or self.is_time

    @property
    def is_text(self) -> bool:
        """Are the cells kept as they are written?"""
        return self.family is Family.TEXT and self is not ColumnType.EMPTY

    @property
    def is_plain_text(self) -> bool:
        """Text that may be trimmed, split and counted; a JSON document would be broken by it."""
        return self.is_text and self is not ColumnType.JSON

    @property
    def sums(self) -> bool:
        """Do values added up mean something? Those of an identifier never do, though they may be digits."""
        return self.traits.sums

    @property
    def names_rows(self) -> bool:
        """Can a column of this type be the key of its table? Days, measures and truth values only happen to be different."""
        return self.traits.names_rows

    @property
    def lists_values(self) -> bool:
        """Are its different values worth a list, because a person may ask for one of them by name?"""
        return self.traits.lists_values

    @property
    def trims(self) -> bool:
        """Do blanks around a cell mean nothing? In running text they may."""
        return self.is_plain_text and self is not ColumnType.TEXT


@dataclass(frozen=True)
class Traits:
    """What holds for all columns of one type. `arrow` is Arrow's name of the type that values are stored in when they come from text."""

    label: str
    arrow: str
    family: Family
    sums: bool = False
    names_rows: bool = False
    lists_values: bool = False


TRAITS: Mapping[ColumnType, Traits] = {
    ColumnType.INTEGER: Traits("whole numbers", "int64", Family.NUMBER, sums=True, names_rows=True),
    ColumnType.DECIMAL: Traits("numbers", "double", Family.NUMBER, sums=True),
    ColumnType.BOOLEAN: Traits("truth values", "bool", Family.BOOLEAN, lists_values=True),
    ColumnType.DATE: Traits("days", "date32[day]", Family.DATE),
    ColumnType.DATETIME: Traits("points in time", "timestamp[us]", Family.DATE),
    ColumnType.TIME: Traits("times of day", "time64[us]", Family.TIME),
    ColumnType.DURATION: Traits("elapsed times", "duration[us]", Family.TIME, sums=True),
    ColumnType.CATEGORY: Traits("categories", "string", Family.TEXT, names_rows=True, lists_values=True),
    ColumnType.TEXT: Traits("text", "string", Family.TEXT, names_rows=True, lists_values=True),
    ColumnType.IDENTIFIER: Traits("codes", "string", Family.TEXT, names_rows=True, lists_values=True),
    ColumnType.EMAIL: Traits("mail addresses", "string", Family.TEXT, names_rows=True, lists_values=True),
    ColumnType.URL: Traits("web addresses", "string", Family.TEXT, names_rows=True, lists_values=True),
    ColumnType.JSON: Traits("JSON objects and lists", "string", Family.TEXT),
    ColumnType.EMPTY: Traits("no values", "string", Family.TEXT),
}
