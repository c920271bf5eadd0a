"""The typed plan: what will be computed, before any code is written. It serialises to JSON and back."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Scalar = bool | int | float | str
Function = Literal[
    "count", "nunique", "sum", "mean", "median", "min", "max", "std", "var", "skew", "kurt", "range", "mode", "iqr", "q1", "q3", "cv"
]  # fmt: skip
Operator = Literal["==", "!=", ">", ">=", "<", "<="]
DatePart = Literal["year", "quarter", "month", "day", "weekday", "hour"]
Bucket = Literal["day", "week", "month", "quarter", "year"]


class Piece(BaseModel):
    """What every piece of a plan is: immutable, comparable, JSON."""

    model_config = ConfigDict(frozen=True)


class ColumnRef(Piece):
    table: str
    column: str


class Compare(Piece):
    """A column, or one part of its dates, against a value."""

    kind: Literal["compare"] = "compare"
    column: ColumnRef
    op: Operator
    value: Scalar
    part: DatePart | None = None
    fold_case: bool = False
    as_number: bool = False


class CompareColumns(Piece):
    kind: Literal["compare_columns"] = "compare_columns"
    left: ColumnRef
    op: Operator
    right: ColumnRef


class CompareStatistic(Piece):
    """A column against a statistic of itself: "above average"."""

    kind: Literal["compare_statistic"] = "compare_statistic"
    column: ColumnRef
    op: Operator
    function: Function


class IsIn(Piece):
    kind: Literal["is_in"] = "is_in"
    column: ColumnRef
    values: tuple[Scalar, ...]
    negate: bool = False


class InQuery(Piece):
    """A column's values are (not) among those that another query finds."""

    kind: Literal["in_query"] = "in_query"
    column: ColumnRef
    query: TableQuery
    negate: bool = False


class TextMatch(Piece):
    kind: Literal["text_match"] = "text_match"
    column: ColumnRef
    how: Literal["contains", "starts", "ends"]
    text: str
    negate: bool = False


class IsNull(Piece):
    kind: Literal["is_null"] = "is_null"
    column: ColumnRef
    negate: bool = False


class InPeriod(Piece):
    """Dates from `start` up to but not including `end`, both ISO 8601; an open end is None."""

    kind: Literal["in_period"] = "in_period"
    column: ColumnRef
    start: str | None
    end: str | None


class AnyOf(Piece):
    kind: Literal["any_of"] = "any_of"
    conditions: tuple[Condition, ...]


Condition = Annotated[
    Compare | CompareColumns | CompareStatistic | IsIn | InQuery | TextMatch | IsNull | InPeriod | AnyOf,
    Field(discriminator="kind"),
]


class Join(Piece):
    """Rows of `right` are attached where its key equals the left one's; `multiplies` when a left row can meet several."""

    left: ColumnRef
    right: ColumnRef
    multiplies: bool = False


class Measure(Piece):
    """A function of a column over the rows; of the rows themselves when there is no column."""

    function: Function
    column: ColumnRef | None = None
    as_number: bool = False


class Group(Piece):
    column: ColumnRef
    bucket: Bucket | None = None


class Order(Piece):
    """By a column, or by the measure of that number."""

    by: ColumnRef | int
    descending: bool = False


class Extreme(Piece):
    """Only the rows (or groups) whose column (or measure) is the greatest or least; all of them when several tie."""

    by: ColumnRef | int
    largest: bool
    as_number: bool = False


class Having(Piece):
    measure: int
    op: Operator
    value: float | int


class TableQuery(Piece):
    """Rows of one table, joined, filtered, grouped, measured, ordered, cut."""

    kind: Literal["query"] = "query"
    table: str
    joins: tuple[Join, ...] = ()
    where: tuple[Condition, ...] = ()
    groups: tuple[Group, ...] = ()
    measures: tuple[Measure, ...] = ()
    columns: tuple[ColumnRef, ...] = ()
    order: tuple[Order, ...] = ()
    extreme: Extreme | None = None
    position: Literal["first", "last"] | None = None
    having: tuple[Having, ...] = ()
    limit: int | None = None
    skip: int = 0
    distinct: bool = False
    count_groups: bool = False


class Share(Piece):
    """The percentage (or fraction) that the rows of `part`, or of each group of `by`, are of `whole`, by count or by a column's sum."""

    kind: Literal["share"] = "share"
    whole: TableQuery
    part: tuple[Condition, ...]
    of: ColumnRef | None = None
    by: ColumnRef | None = None
    scale: Literal[1, 100] = 100


class Contrast(Piece):
    """Two single numbers and what lies between them; `labels` name the sides."""

    kind: Literal["contrast"] = "contrast"
    left: TableQuery
    right: TableQuery
    how: Literal["difference", "ratio", "larger", "smaller"]
    labels: tuple[str, str]


class Neighbour(Piece):
    """The row that stands just after or before the one that matches, in the table's own order."""

    kind: Literal["neighbour"] = "neighbour"
    table: str
    where: tuple[Condition, ...]
    offset: Literal[1, -1]
    columns: tuple[ColumnRef, ...]


class Correlation(Piece):
    """Of the columns with one another; with `controls`, the partial correlation of two while those are held constant."""

    kind: Literal["correlation"] = "correlation"
    table: str
    columns: tuple[ColumnRef, ...]
    controls: tuple[ColumnRef, ...] = ()
    where: tuple[Condition, ...] = ()
    method: Literal["pearson", "spearman", "kendall"] = "pearson"
    strongest_with: ColumnRef | None = None


class Trend(Piece):
    """The straight line through a column over another (or over its dates), fitted by least squares."""

    kind: Literal["trend"] = "trend"
    table: str
    x: ColumnRef
    y: ColumnRef
    where: tuple[Condition, ...] = ()


class Describe(Piece):
    kind: Literal["describe"] = "describe"
    table: str
    what: Literal[
        "summary",
        "columns",
        "types",
        "row_count",
        "column_count",
        "shape",
        "missing",
        "missing_total",
        "duplicates",
        "distinct",
    ]
    columns: tuple[ColumnRef, ...] = ()


Plan = Annotated[
    TableQuery | Share | Contrast | Neighbour | Correlation | Trend | Describe, Field(discriminator="kind")
]
PLAN: TypeAdapter[Plan] = TypeAdapter(Plan)
