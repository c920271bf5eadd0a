"""Aggregates of values, said or not, and counts of rows."""

from __future__ import annotations

from services.nlq.planner.grammar.additivity import (
    THE_ROWS_THEMSELVES,
    holds_years,
    is_additive,
    is_called_as_its_table,
    is_money_itself,
    is_quotient,
    measures_what_the_table_is,
    numbers_its_rows,
)
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Condition, Figure, Rows, Value
from services.nlq.planner.grammar.rules import Costly
from services.nlq.planner.linking.identifiers import names_things
from services.nlq.planner.linking.schema import Column
from shared.columns import Family
from shared.plan import AmongRows

ENGLISH.phrases(
    "AGG",
    {
        "sum": "total|sum|sum of|total of|sum up|overall|combined|total sum of|the sum of all|summed|grand total of|the total of all|add up|cumulated|altogether",
        "mean": "average|mean|avg|average of|mean of|typical|the average of all|on average",
        "median": "median|median of|middle",
        "max": "maximum|max|highest|largest|biggest|greatest|maximum of|peak|top|most|record|latest|newest|most recent|max of",
        "min": "minimum|min|lowest|smallest|least|minimum of|earliest|oldest|min of",
        "std": "standard deviation|standard deviation of|std|std dev|std dev of|stdev|stdev of|std of",
        "variance": "variance|variance of",
        "skewness": "skewness|skewness of|skew of",
        "kurtosis": "kurtosis|kurtosis of",
    },
)


_MEANS_NOTHING = 1.5
"""A total of keys or of years: nobody means it."""
_CALLED_A_KEY = 0.05
"""Numbers whose name alone says that they are a key: hardly dearer than a measure, since a remark is made (plan/remarks.py)."""

ENGLISH.phrases("LONGEST", {True: "longest", False: "shortest"})


@ENGLISH.rule("FIG", "LONGEST of? EXPR", "LONGEST of? all EXPR")
def longest(largest: bool, value: Value) -> Figure | Costly | None:
    """Of lengths and times: no date is long."""
    if value.column is not None and not value.column.is_numeric:
        return None
    return aggregate("max" if largest else "min", value)


def aggregate(function: str, value: Value) -> Figure | Costly | None:
    column = value.column
    if column is None:
        return None if function == "sum" and is_quotient(value) else Figure(function, value)
    if function in ("min", "max"):
        if column.family not in (Family.NUMBER, Family.DATE):
            return None
        found = Figure(function, value)
        return Costly(found, _MEANS_NOTHING) if names_things(column) and not column.is_place else found
    if not column.is_numeric:
        return None
    found = Figure(function, value)
    if names_things(column) or (column.is_year and function == "sum"):
        return Costly(found, _MEANS_NOTHING)
    return Costly(found, _CALLED_A_KEY) if column.is_key_like else found


@ENGLISH.rule("FIG", "AGG of? EXPR", "AGG of? all EXPR", "EXPR ~AGG")
def aggregated(first: object, second: object) -> Figure | Costly | None:
    function, value = (first, second) if isinstance(second, Value) else (second, first)
    if value is first and function in ("min", "max"):
        return None  # "population of the largest …" goes on: it is the largest of something
    return aggregate(str(function), value) if isinstance(value, Value) else None


@ENGLISH.rule(
    "FIG",
    "EXPR in total",
    "how much EXPR in total",
    "how many EXPR in total",
    "EXPR altogether|overall",
    "how much EXPR altogether|overall",
)
def total_after(value: Value) -> Figure | Costly | None:
    return aggregate("sum", value)


@ENGLISH.rule("FIG", "NUM|ORDINAL percentile of? EXPR", "NUM percent percentile of? EXPR")
def percentile(number: object, value: Value) -> Figure | None:
    at = number if isinstance(number, int) else getattr(number, "value", None)
    if value.column is None or not value.column.is_numeric or not isinstance(at, int) or not 0 < at < 100:
        return None
    return Figure("percentile", value, percentile=float(at))


_MONEY = frozenset(
    "price cost amount revenue salary fee fare budget rent income wage net gross pay turnover sales".split()
)


@ENGLISH.rule("FIG", "how many EXPR", "how many EXPR in total", "number of EXPR")
def how_many(value: Value) -> Figure | Costly | None:
    """Money is no number of things: "how many products cost less" speaks of no cost that is summed."""
    if value.column is not None and (
        (value.column.facts.unit or "").isupper() or _MONEY.intersection(value.column.words)
    ):
        return None
    found = how_much(value)
    if isinstance(found, Costly) and value.column is not None and _names_them_too(value.column):
        return Costly(found.meaning, found.cost + OR_THEIR_NAMES)
    return found


@ENGLISH.rule("FIG", "total number of EXPR")
def total_number(value: Value) -> Figure | Costly | None:
    """Of a column that counts things, and says so by its plural: "the total number of games", of `games` or `games_count`."""
    things = [w for w in value.column.words if w not in _COUNTING] if value.column is not None else []
    return how_many(value) if things and things[-1].endswith("s") else None


_COUNTING = frozenset({"count", "number", "total", "num"})


OR_THEIR_NAMES = 0.35
"""As much as it costs to count the names: which of the two is meant is asked."""


def _names_them_too(column: Column) -> bool:
    """ "How many guests", where a column counts them and another one has their names."""
    return any(c.stems == column.stems and c.family is Family.TEXT for c in column.home.columns)


@ENGLISH.rule("FIG", "how much EXPR")
def how_much(value: Value) -> Figure | Costly | None:
    """The sum of a quantity that a column counts: "how many units"."""
    if value.column is None or not value.column.is_numeric or value.column.is_key_like:
        return None
    doubt = THE_ROWS_THEMSELVES * is_called_as_its_table(value.column)
    adds_up = is_additive(value.column) and not holds_years(value.column)
    return Costly(Figure("sum", value), (0.05 if adds_up else 0.9) + doubt)


@ENGLISH.rule("FIG", "EXPR")
def unsaid_aggregate(value: Value) -> list[Costly]:
    column = value.column
    if column is not None and (not column.is_numeric or column.is_key_like or column.is_year):
        return []
    if column is not None and numbers_its_rows(column):
        return []
    if is_quotient(value):
        return [Costly(Figure("mean", value, assumed=True), 0.7)]  # a sum of quotients is nothing
    additive = column is None or is_additive(column)
    total, mean = Figure("sum", value, assumed=True), Figure("mean", value, assumed=True)
    return [Costly(total, 0.12 if additive else 0.6), Costly(mean, 0.7 if additive else 0.4)]


@ENGLISH.rule(
    "FIG",
    "how many ROWS",
    "the? @count of ROWS",
    "how many of the? ROWS",
    "count ROWS",
    "count of? all? ROWS",
    "ROWS count",
    "total @count of ROWS",
    "how often ROWS",
    "how many ROWS in total",
    "how many total ROWS",
)
def counted(rows: Rows) -> Figure:
    return Figure("count", rows=rows)


@ENGLISH.rule("FIG", "total ROWS")
def total_of_things(rows: Rows) -> Figure | None:
    """ "total orders" counts; of a column, "total pay" asks for a sum that there is not. "Total donations" are rather their money."""
    if (
        rows.counted is not None
        or is_money_itself(rows.table)
        or any(map(measures_what_the_table_is, rows.table.columns))
    ):
        return None
    return Figure("count", rows=rows)


@ENGLISH.rule("FIG", "how many PRED", "number of PRED", "how many times? PRED", "how many cases? PRED")
def counted_alone(found: Condition) -> Figure | Costly | None:
    """ "How many conversions": rows of which that holds."""
    if found.column is None or isinstance(found.where, AmongRows):
        return None
    return Costly(Figure("count", rows=Rows(found.column.home, None, (found,))), 0.15)


@ENGLISH.rule("FIG", "AGG of? FIG")
def said_with_its_measure(function: str, figure: Figure) -> Figure | None:
    """ "total revenue", where the dictionary has revenue as a sum."""
    return figure if figure.named is not None and figure.named.function == function else None
