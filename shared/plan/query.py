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

    `multiplies`: a row can meet several partners. `alias` names the other table in what follows: a table may be joined to itself.
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
    """A further column."""

    kind: OneOf["derive"] = "derive"
    name: str
    of: Expression


class SortKey(Piece):
    kind: OneOf["sort_key"] = "sort_key"
    of: Field
    descending: bool = False


class Window(Piece):
    """A further column, computed over the rows in an order, separately for each value of `within`.

    `running` sums (or counts) up to the row; `moving` averages the last `size` rows, missing before there are as many; `previous` is
    the value `size` rows before, `difference` and `growth` (percent) are against that; `rank` counts from 1, equal values share the
    best rank; `share` is the percentage of the total.
    """

    kind: OneOf["window"] = "window"
    name: str
    function: OneOf["running", "moving", "previous", "difference", "growth", "rank", "share"]
    of: Field
    order: tuple[SortKey, ...] = ()
    within: tuple[Field, ...] = ()
    size: int = Described(1, ge=1)


class Sort(Piece):
    """Missing values last, whichever way."""

    kind: OneOf["sort"] = "sort"
    by: tuple[SortKey, ...] = Described(min_length=1)


class Take(Piece):
    """The rows whose values of `by` are the greatest (least): those of rank `skip` + 1 to `skip` + `count`, and all that tie with them.

    Equal values share a rank and the next value has the rank after it when something is skipped ("the second highest"); otherwise
    ranks count rows ("the top 3" of 9, 9, 8, 8, 7 are the first four). Missing values have no rank. `within`: in each group by itself.
    Without `by` the first rows as they stand (`descending`: the last).
    """

    kind: OneOf["take"] = "take"
    count: int = Described(ge=1)
    skip: int = Described(0, ge=0)
    by: Field | None = None
    descending: bool = True
    within: tuple[Field, ...] = ()


class Distinct(Piece):
    """Each combination of values once; of these fields, or of all. Missing values count as equal."""

    kind: OneOf["distinct"] = "distinct"
    of: tuple[Field, ...] = ()


class Show(Piece):
    """These columns and no others."""

    kind: OneOf["show"] = "show"
    columns: tuple[Named, ...] = Described(min_length=1)


class Pivot(Piece):
    """Rows by the values of one column, columns by those of another, in order; a pair that does not occur is missing, or `fill`."""

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
