"""Values of one row and conditions on it.

Missing values behave as in SQL: an expression with a missing part is missing, and a comparison with a missing value holds for no row,
nor does its negation; `Missing` alone finds them. Of several conditions it can be said that all hold when each does, and that not all do when one
does not, whatever is missing elsewhere (three-valued logic). Division by zero gives a missing value. Values are compared with values of
their own kind: numbers with numbers, texts with texts, dates with dates and times of day with 00:00 for a day.
"""

from __future__ import annotations

from typing import Annotated
from typing import Literal as OneOf

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Described

Scalar = bool | int | float | str
Operator = OneOf["==", "!=", ">", ">=", "<", "<="]
CalendarPart = OneOf["year", "quarter", "month", "day", "weekday", "hour"]
CalendarUnit = OneOf["day", "week", "month", "quarter", "year"]
ElapsedUnit = OneOf["seconds", "minutes", "hours", "days"]
LiteralKind = OneOf["number", "text", "boolean", "date", "datetime"]


class Piece(BaseModel):
    """What every piece of a plan is: immutable, comparable, hashable, JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Field(Piece):
    """A column of the table at hand: of a source (`table` is its name, or its alias after a join), or, where `table` is None, one
    that an earlier step of the same query made."""

    kind: OneOf["field"] = "field"
    name: str
    table: str | None = None


class Literal(Piece):
    """A value as it stands; dates and datetimes are ISO 8601 text."""

    kind: OneOf["literal"] = "literal"
    value: Scalar
    type: LiteralKind

    @property
    def is_date(self) -> bool:
        """With or without a time of day."""
        return self.type.startswith("date")


class Arithmetic(Piece):
    kind: OneOf["arithmetic"] = "arithmetic"
    op: OneOf["+", "-", "*", "/"]
    left: Expression
    right: Expression


class Part(Piece):
    """A number read off a date: weekday counts from 1 (Monday) to 7, as ISO 8601 does."""

    kind: OneOf["part"] = "part"
    part: CalendarPart
    of: Expression


class Bucket(Piece):
    """The first day of the calendar unit that a date lies in; weeks begin on Monday."""

    kind: OneOf["bucket"] = "bucket"
    unit: CalendarUnit
    of: Expression


class DayName(Piece):
    """What the weekday of a date is called in English: Monday to Sunday. Names have no order of days; `Part` has."""

    kind: OneOf["day_name"] = "day_name"
    of: Expression


class Bin(Piece):
    """The lower end of the bin of a fixed width that a number lies in, floor(x / width) × width: 1987 by tens is 1980."""

    kind: OneOf["bin"] = "bin"
    width: float | int = Described(gt=0)
    of: Expression


class Elapsed(Piece):
    """The time from one date to another, as a number of units (fractions of a day where there are times of day)."""

    kind: OneOf["elapsed"] = "elapsed"
    unit: ElapsedUnit
    start: Expression
    end: Expression


# RE2 and Python read these alike. "1,5" is no such text, for it may mean 1.5; nor is "A12", a code; nor "(5)", which accountants mean as −5.
NUMBER_TEXT = (
    r"^([-+]?(?:[A-Z]{3} |[^0-9A-Za-z.,+()-]{0,3})[-+]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)[^0-9.,+-]*$"
)
NOT_OF_NUMBERS = r"[^0-9.+-]"


class NumberOf(Piece):
    """The number that a text consists of, once currency signs, thousands separators and a unit are taken off; missing for other texts.

    `NUMBER_TEXT` is what such a text looks like and finds the number with its signs, of which `NOT_OF_NUMBERS` is taken out."""

    kind: OneOf["number_of"] = "number_of"
    of: Expression


class Statistic(Piece):
    """The single value that a query finds, as in "above the average": its result has one column and at most one row; of no row it is missing."""

    kind: OneOf["statistic"] = "statistic"
    query: Query


Expression = Annotated[
    Field | Literal | Arithmetic | Part | DayName | Bucket | Bin | Elapsed | NumberOf | Statistic,
    Described(discriminator="kind"),
]


class Comparison(Piece):
    """Texts are compared letter by letter, or in lower case and without outer blanks with `fold_case`."""

    kind: OneOf["comparison"] = "comparison"
    left: Expression
    op: Operator
    right: Expression
    fold_case: bool = False


class Among(Piece):
    """Cells that are exactly one of these."""

    kind: OneOf["among"] = "among"
    of: Expression
    values: tuple[Scalar, ...]


class AmongRows(Piece):
    """The value is among the values of `column` in what another query finds: its negation is an anti-join.

    Missing values among those found are not looked at: beside them, "not among" holds all the same.
    """

    kind: OneOf["among_rows"] = "among_rows"
    of: Expression
    query: Query
    column: str


class Matches(Piece):
    """A text holds, starts with or ends with another, both in lower case."""

    kind: OneOf["matches"] = "matches"
    of: Expression
    how: OneOf["contains", "starts", "ends"]
    text: str


class Missing(Piece):
    kind: OneOf["missing"] = "missing"
    of: Expression


class Within(Piece):
    """Dates from `start` up to but not including `end`, both ISO 8601; an open end is None."""

    kind: OneOf["within"] = "within"
    of: Expression
    start: str | None
    end: str | None


class Not(Piece):
    """Holds where `of` does not hold, but for rows of which it cannot be said because a value is missing. With `missing_too`
    those are taken in: "not shipped" over a column of which some cells are empty."""

    kind: OneOf["not"] = "not"
    of: Predicate
    missing_too: bool = False


class All(Piece):
    """Every one of these holds; of none, always."""

    kind: OneOf["all"] = "all"
    of: tuple[Predicate, ...]


class Anything(Piece):
    """At least one of these holds."""

    kind: OneOf["any"] = "any"
    of: tuple[Predicate, ...] = Described(min_length=1)


Predicate = Annotated[
    Comparison | Among | AmongRows | Matches | Missing | Within | Not | All | Anything, Described(discriminator="kind")
]

from shared.plan.query import Query  # noqa: E402 - statistics and semi-joins hold queries, which hold expressions
