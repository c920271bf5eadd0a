"""A table and what is done to it, step by step."""

from __future__ import annotations

from typing import Annotated
from typing import Literal as OneOf

from pydantic import Field as Described
from pydantic import TypeAdapter

from shared.plan.aggregates import AggregateName
from shared.plan.expressions import Expression, Field, Piece, Predicate


class Join(Piece):
    """Columns of another table beside each row, where its key equals the row's; rows without a partner stay, with missing values.
    Rows keep their order, and partners of a row theirs. A missing key has no partner.

    `multiplies`: a row can meet several partners. `alias` names the other table in what follows: a table may be joined to itself.
    All of its columns are there, its key among them; one whose name is taken is shown with the other table's name or alias:
    `name (customers)`.
    """

    kind: OneOf["join"] = "join"
    table: str
    alias: str | None = None
    left: Field
    right: str
    multiplies: bool = False


class Keep(Piece):
    """Only rows for which the condition holds."""

    kind: OneOf["keep"] = "keep"
    where: Predicate


class Named(Piece):
    """A value under a name of its own."""

    kind: OneOf["named"] = "named"
    name: str
    of: Expression


class Measure(Piece):
    """An aggregate of a value over the rows of a group; of the rows themselves (`of` is None, only for `count`).

    `where` narrows the rows of this measure alone; `percentile` is for that aggregate, between 0 and 100.
    """

    kind: OneOf["measure"] = "measure"
    name: str
    function: AggregateName
    of: Expression | None = None
    where: Predicate | None = None
    percentile: float | None = None


class Group(Piece):
    """One row for each combination of the keys' values, in their order; without keys one row, even of no rows.

    Rows of which a key is missing belong to no group: whoever shows the result counts and says them.
    """

    kind: OneOf["group"] = "group"
    by: tuple[Named, ...] = ()
    measures: tuple[Measure, ...] = ()


class Derive(Piece):
    """A further column. Its name is that of no column there is."""

    kind: OneOf["derive"] = "derive"
    name: str
    of: Expression


class SortKey(Piece):
    kind: OneOf["sort_key"] = "sort_key"
    of: Field
    descending: bool = False


class Window(Piece):
    """A further column, computed over the rows in an order, separately for each value of `within`; its name is that of no column there is.
    The rows themselves stay as they stand. Rows that tie in `order` are taken as they stand; a row of which a part of `within` is missing
    is in no group and gets a missing value.

    `running` sums the numbers up to the row (missing where the row's own is); of other columns it counts the values up to the row.
    `moving` averages the last `size` rows, missing before there are as many, and where one of them is missing. `previous` is the value
    `size` rows before, `difference` and `growth` (percent) are against that; growth from zero is missing. `rank` counts from 1 at the
    greatest value of `of` (at the least, where `order` is that field ascending; it takes no other order), equal values share the best
    rank, missing ones have none. `share` is the percentage of the total; of a total of zero it is missing.
    """

    kind: OneOf["window"] = "window"
    name: str
    function: OneOf["running", "moving", "previous", "difference", "growth", "rank", "share"]
    of: Field
    order: tuple[SortKey, ...] = ()
    within: tuple[Field, ...] = ()
    size: int = Described(1, ge=1)


class Sort(Piece):
    """Missing values last, whichever way; rows that tie keep their order."""

    kind: OneOf["sort"] = "sort"
    by: tuple[SortKey, ...] = Described(min_length=1)


class Take(Piece):
    """The rows whose values of `by` are the greatest (least): those of rank `skip` + 1 to `skip` + `count`, and all that tie with them.

    Equal values share a rank and the next value has the rank after it when something is skipped ("the second highest"); otherwise
    ranks count rows ("the top 3" of 9, 9, 8, 8, 7 are the first four). Missing values have no rank. `within`: in each group by itself;
    rows of which a part of it is missing are in no group. They come out greatest (least) first, ties as they stood, and group by group
    in the order of `within`.

    Without `by` the first rows as they stand (`descending`: the last), after `skip` of them, in the order in which they stand.
    """

    kind: OneOf["take"] = "take"
    count: int = Described(ge=1)
    skip: int = Described(0, ge=0)
    by: Field | None = None
    descending: bool = True
    within: tuple[Field, ...] = ()


class Distinct(Piece):
    """Each combination of values once, where it first stands; of these fields (no other column stays), or of all. Missing values count
    as equal."""

    kind: OneOf["distinct"] = "distinct"
    of: tuple[Field, ...] = ()


class Show(Piece):
    """These columns and no others."""

    kind: OneOf["show"] = "show"
    columns: tuple[Named, ...] = Described(min_length=1)


class Pivot(Piece):
    """Rows by the values of one column, columns by those of another, both in order and without missing ones; a pair that does not occur,
    or has no value, is missing, or `fill`. A pair that occurs twice is an error: a `Group` goes before. Columns are called as their
    value is written: `2024`, `North`, `2024-05-01`, `True`."""

    kind: OneOf["pivot"] = "pivot"
    rows: Field
    columns: Field
    values: Field
    fill: int | None = None


Step = Annotated[
    Join | Keep | Group | Derive | Window | Sort | Take | Distinct | Show | Pivot, Described(discriminator="kind")
]


class Query(Piece):
    """The rows of a table, and steps that each make a table of the one before."""

    kind: OneOf["query"] = "query"
    table: str
    steps: tuple[Step, ...] = ()


from shared.plan.model import Model  # noqa: E402 - a model is fitted to the rows of a query

Plan = Annotated[Query | Model, Described(discriminator="kind")]

for _piece in (Query, Model):
    _piece.model_rebuild()
PLAN: TypeAdapter[Query | Model] = TypeAdapter(Plan)
