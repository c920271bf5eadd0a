"""Figures: aggregates of values, counts of rows, shares, ratios and differences."""

from __future__ import annotations

from dataclasses import replace

from services.nlq.planner.grammar.conditions import of_cells
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.flags import is_flag, yes_cells
from services.nlq.planner.grammar.meanings import Cells, Condition, Figure, Key, Rows, Value, field_of
from services.nlq.planner.grammar.rules import Costly
from services.nlq.planner.linking.domains import home_of
from services.nlq.planner.linking.names import entity_stems, repeats
from services.nlq.planner.linking.schema import Column, Table
from shared.columns import ColumnType, Family
from shared.plan import All, Among, AmongRows, Arithmetic

ENGLISH.phrases(
    "AGG",
    {
        "sum": "total|sum|sum of|total of|sum up|overall|combined|total sum of|the sum of all|summed|grand total of|the total of all|add up|cumulated|altogether",
        "mean": "average|mean|avg|average of|mean of|typical|the average of all|on average",
        "median": "median|median of|middle",
        "max": "maximum|max|highest|largest|biggest|greatest|maximum of|peak|top|most|record|longest|latest|newest|most recent|max of",
        "min": "minimum|min|lowest|smallest|least|minimum of|shortest|earliest|oldest|min of",
        "std": "standard deviation|standard deviation of|std|std dev|std dev of|stdev|stdev of|std of",
        "variance": "variance|variance of",
        "skewness": "skewness|skewness of|skew of",
        "kurtosis": "kurtosis|kurtosis of",
    },
)
ENGLISH.phrases("DIFFERENT", {True: "different|distinct|unique|separate|individual"})
_NOT_ADDITIVE = frozenset(
    "delay latency lag wait temp dewp humid humidity pressure wind gust visib visibility length elevation age price rate score rating average avg mean temperature percent percentage pct ratio index level rank ranking position grade year latitude longitude share margin density per height weight speed altitude depth ph value raw corrected concentration satisfaction nps salary wage discount iq bmi size".split()
)


THE_ROWS_THEMSELVES = 0.5
"""How many flights there are is how many rows of `flights`, also where a column of numbers is called `flight`."""


def is_called_as_its_table(column: Column) -> bool:
    return column.stems == column.home.stems


def is_additive(column: Column) -> bool:
    """Whether rows of it add up to something: money and quantities do, prices, ages and rates do not."""
    return not column.is_place and not numbers_its_rows(column) and not _NOT_ADDITIVE.intersection(column.words)


_MONEY_OF_ONE = frozenset("fee cost expense payment donation sale amount tax fine bonus".split())


def numbers_its_rows(column: Column) -> bool:
    """ "Flight" of `flights` is the flight's number, unless such a thing is money: a column of counts is called `flights` as well."""
    return (
        column.facts.type == ColumnType.INTEGER
        and is_called_as_its_table(column)
        and not column.words[-1].endswith("s")
        and not _MONEY_OF_ONE.intersection(column.words)
    )


# Rows

BESIDE_A_NAME = 0.25
"""A column that differs in every row of things that have a name ("capital" of states) is rather a value of them."""
ELSEWHERE = 0.35
"""Things that have a table of their own are its rows, rather than what another table happens to name of them."""


@ENGLISH.rule("ROWS", "TAB", "TAB row|rows|record|records|entry|entries|file|list|lines")
def rows_of_table(table: Table) -> Rows:
    return Rows(table)


@ENGLISH.rule(
    "ROWS",
    "row|rows|record|records|entry|entries @be? of|in the? table|file? TAB",
    "row|rows|record|records|entry|entries @do|@have the? table|file? TAB @have?",
)
def rows_in_table(*said: object) -> Rows | None:
    table = next((part for part in said if isinstance(part, Table)), None)
    return None if table is None else Rows(table)


@ENGLISH.rule("ROWS", "COL")
def things_of_column(column: Column) -> Rows | Costly | None:
    """The things that a column names: `customers` of `customer_id`."""
    if column.family in (Family.BOOLEAN, Family.TIME) or column.facts.type == ColumnType.DECIMAL:
        return None
    if yes_cells(column) or is_flag(column):
        return None
    found = Rows(column.home, column)
    if column.is_place:
        return Costly(found, 0.2)
    if home_of(column) is not None:
        return Costly(found, ELSEWHERE)
    if column.is_numeric and not column.is_key_like:
        return Costly(found, 0.7)
    if column.family is Family.DATE:
        return Costly(found, 0.2 if column.words[-1] in ("date", "day", "time") else 0.6)
    if entity_stems(column) == column.home.stems and not column.is_key_like:
        return Costly(found, 0.0 if repeats(column.home, column.home.stems) else 0.35)
    naming = column.home.naming_column
    if (
        column.facts.name in column.home.facts.candidate_keys
        and naming not in (None, column)
        and not column.is_key_like
    ):
        return Costly(found, BESIDE_A_NAME)
    return found


@ENGLISH.rule("ROWS", "DIFFERENT ROWS", "different kinds|types of ROWS")
def different_rows(_: bool, rows: Rows) -> Rows | None:
    return replace(rows, distinct=True) if rows.counted else None


@ENGLISH.rule("ROWS", "PRED ROWS", cost=0.01)
def rows_described(found: Condition, rows: Rows) -> Rows | None:
    return None if names_another(rows.counted, found) else replace(rows, where=(found, *rows.where))


@ENGLISH.rule("ROWS", "ROWS PRED", "ROWS @that @be? PRED", "ROWS @be PRED", cost=0.02)
def rows_with(rows: Rows, found: Condition) -> Rows | None:
    return None if names_another(rows.counted, found) else replace(rows, where=(*rows.where, found))


def names_another(said: Column | None, found: Condition) -> bool:
    """ "The visitor is Toronto" speaks of visitors, where there is one of that name, and not of a home team called so."""
    parts = found.where.of if isinstance(found.where, All) else (found.where,)
    return said is not None and any(
        isinstance(part, Among) and part.of != field_of(said) and any(cell in said.facts.values for cell in part.values)
        for part in parts
    )


@ENGLISH.rule("ROWS", "COL ROWS", cost=0.1)
def rows_with_a_date(column: Column, rows: Rows) -> Rows | None:
    """ "opened jobs": every one of them has that date, which says no more."""
    dated = column.family is Family.DATE and not column.facts.nullable and column.words[-1].endswith("ed")
    return rows if dated and column.home is rows.table else None


@ENGLISH.rule("ROWS", "all ROWS", "all of? the? ROWS")
def all_rows(rows: Rows) -> Rows:
    return rows


# Aggregates


def is_quotient(value: Value) -> bool:
    """A rate of each row, which adds up to nothing."""
    return isinstance(value.of, Arithmetic) and value.of.op == "/"


def aggregate(function: str, value: Value) -> Figure | Costly | None:
    column = value.column
    if column is None:
        return None if function == "sum" and is_quotient(value) else Figure(function, value)
    if function in ("min", "max"):
        return Figure(function, value) if column.family in (Family.NUMBER, Family.DATE) else None
    if not column.is_numeric:
        return None
    found = Figure(function, value)
    if column.is_key_like:
        return Costly(found, 1.5)
    if column.is_year and function == "sum":
        return Costly(found, 1.5)
    return found


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
    return how_much(value)


@ENGLISH.rule("FIG", "how much EXPR")
def how_much(value: Value) -> Figure | Costly | None:
    """The sum of a quantity that a column counts: "how many units"."""
    if value.column is None or not value.column.is_numeric or value.column.is_key_like:
        return None
    doubt = THE_ROWS_THEMSELVES * is_called_as_its_table(value.column)
    adds_up = is_additive(value.column) and not holds_years(value.column)
    return Costly(Figure("sum", value), (0.05 if adds_up else 0.9) + doubt)


def holds_years(column: Column) -> bool:
    """Whether all of its numbers may be years, whatever it is called: "first elected", "founded"."""
    low, high = column.facts.minimum, column.facts.maximum
    whole = column.facts.type == ColumnType.INTEGER and isinstance(low, int | float) and isinstance(high, int | float)
    return whole and low >= FIRST_YEAR and high <= LAST_YEAR


FIRST_YEAR, LAST_YEAR = 1700, 2100


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
    """ "total orders" counts; of a column, "total pay" asks for a sum that there is not."""
    if rows.counted is not None:
        return None
    return Figure("count", rows=rows)


# Shares


@ENGLISH.rule(
    "FIG",
    "percentage|percent|share|proportion|fraction of ROWS @be PRED",
    "percentage|percent|share|proportion|fraction|part of ROWS that|which|who @be? PRED",
    "percentage|percent|share|proportion|fraction of ROWS @have PRED",
)
@ENGLISH.rule(
    "FIG",
    "percentage|percent|share|proportion|fraction of ROWS PRED",
    cost=0.25,
)
def share_of_rows(rows: Rows, part: Condition) -> Figure | None:
    if any(part == w for w in rows.where):
        return None
    whole = Figure("count", rows=rows)
    return Figure("share", left=replace(whole, where=(part,)), right=whole, scale=100)


@ENGLISH.rule("FIG", "percentage|percent|share|proportion|fraction of ROWS")
def share_of_described_rows(rows: Rows) -> Figure | None:
    """ "share of shipped orders": the description is the part."""
    if len(rows.where) != 1:
        return None
    whole = Figure("count", rows=replace(rows, where=()))
    return Figure("share", left=replace(whole, where=rows.where), right=whole, scale=100)


@ENGLISH.rule(
    "FIG",
    "percentage|percent|share|proportion|fraction of? total|all? EXPR @be? come|comes|came|coming|from|in|of|by|for? PRED",
    "percentage|percent|share|proportion|fraction of? total? EXPR PRED",
)
def share_of_value(value: Value, part: Condition) -> Figure | None:
    whole = aggregate("sum", value)
    if not isinstance(whole, Figure):
        return None
    return Figure("share", left=replace(whole, where=(part,)), right=whole, scale=100)


@ENGLISH.rule("FIG", "VAL rate", "rate of VAL", "PRED rate")
def rate(found: object) -> Figure | None:
    part = of_cells(found) if isinstance(found, Cells) else found
    if not isinstance(part, Condition) or part.column is None:
        return None
    whole = Figure("count", rows=Rows(part.column.home))
    return Figure("share", left=replace(whole, where=(part,)), right=whole, scale=100)


# Two figures


def _both(how: str, left: Figure, right: Figure) -> Figure | None:
    simple = {"share", "ratio", "difference"}
    if left.function in simple or right.function in simple or left == right:
        return None
    return Figure(how, left=left, right=right)


@ENGLISH.rule(
    "FIG", "ratio of|between FIG to|and FIG", "FIG divided by FIG", "FIG / FIG", "FIG to FIG ratio", "FIG over FIG"
)
def ratio(left: Figure, right: Figure) -> Figure | Costly | None:
    """Of columns without an aggregate it is that of their totals, which is no guess: "clicks / impressions"."""
    found = _both("ratio", left, right)
    totals = found is not None and all(f.assumed and f.function == "sum" for f in (left, right))
    return Costly(found, OF_TOTALS) if totals else found


OF_TOTALS = -0.2


@ENGLISH.rule("FIG", "FIG minus FIG", "difference between|of FIG and FIG", "FIG - FIG", "FIG less FIG")
def difference_of_figures(left: Figure, right: Figure) -> Figure | None:
    return _both("difference", left, right)


@ENGLISH.rule("FIG", "ratio of|between PRED to|and PRED ROWS")
def ratio_of_counts(left: Condition, right: Condition, rows: Rows) -> Figure:
    whole = Figure("count", rows=rows)
    return Figure("ratio", left=replace(whole, where=(left,)), right=replace(whole, where=(right,)))


@ENGLISH.rule(
    "FIG",
    "difference? in FIG between PRED and PRED",
    "FIG gap|difference between PRED and PRED",
    "gap in FIG between PRED and PRED",
    "difference between PRED and PRED in FIG",
)
def difference_between_groups(*parts: object) -> Figure | None:
    figure = next(p for p in parts if isinstance(p, Figure))
    left, right = (p for p in parts if isinstance(p, Condition))
    if figure.left is not None or left == right:
        return None
    return Figure("difference", left=replace(figure, where=(left,)), right=replace(figure, where=(right,)))


@ENGLISH.rule(
    "FIG", "AGG of? FIG per|by KEY", "AGG FIG per|by KEY", "AGG of? FIG for each KEY", "AGG of the? FIG per KEY"
)
def nested(outer: str, inner: Figure, key: Key) -> Figure | Costly | None:
    """ "average of total sales per customer"."""
    if inner.left is not None or outer not in ("mean", "median", "max", "min", "std") or inner.function == "mean":
        return None
    return Costly(
        Figure(
            "nested",
            left=inner,
            right=None,
            rows=None,
            of=Value(key.of, key.label, key.column, key.tables),
            where=(),
            percentile=None,
            scale=_OUTER.index(outer),
        ),
        _doubt_of_totals(inner, key),
    )


def _doubt_of_totals(inner: Figure, key: Key) -> float:
    """ "average revenue per day" is that of the days' totals; "average rent per house" is one average for each house."""
    if not inner.assumed:
        return 0.0
    daily = key.column is not None and key.column.family is Family.DATE and key.unit in (None, "day")
    return 0.1 if daily else 0.2 if key.unit else 0.6


_OUTER = ("mean", "median", "max", "min", "std")


def outer_of(figure: Figure) -> str:
    return _OUTER[figure.scale]


@ENGLISH.rule("FIG", "FIG per TAB", "FIG for each|every TAB", "FIG per COL")
def per_row(figure: Figure, of: object) -> Figure | None:
    """ "average net amount per order": of each order there is one amount."""
    if figure.function not in ("mean", "median") or figure.of is None:
        return None
    table = (
        of
        if isinstance(of, Table)
        else of.home
        if isinstance(of, Column) and of.facts.name in of.home.facts.candidate_keys
        else None
    )
    return figure if table is not None and figure.of.tables == {table.name} else None


@ENGLISH.rule("FIG", "how many PRED", "number of PRED", "how many times? PRED", "how many cases? PRED")
def counted_alone(found: Condition) -> Figure | Costly | None:
    """ "How many conversions": rows of which that holds."""
    if found.column is None or isinstance(found.where, AmongRows):
        return None
    return Costly(Figure("count", rows=Rows(found.column.home, None, (found,))), 0.15)


@ENGLISH.rule("EXPR", "COL per capita")
def per_capita(column: Column) -> Value | None:
    population = [c for c in column.home.columns if "population" in c.words or "inhabitants" in c.words]
    if len(population) != 1 or not column.is_numeric or column is population[0]:
        return None
    return Value(
        Arithmetic(op="/", left=field_of(column), right=field_of(population[0])),
        f"{column.facts.name} per capita",
        None,
        frozenset({column.ref.table}),
    )


@ENGLISH.rule("EXPR", "COL density")
def density(column: Column) -> Value | None:
    area = [c for c in column.home.columns if "area" in c.words and c.is_numeric]
    if len(area) != 1 or not column.is_numeric or column is area[0]:
        return None
    return Value(
        Arithmetic(op="/", left=field_of(column), right=field_of(area[0])),
        f"{column.facts.name} density",
        None,
        frozenset({column.ref.table}),
    )


# Two groups or periods beside each other

ENGLISH.phrases("VERSUS", {True: "vs|versus|compared to|compared with|against|than|than that of|than in|than the|and"})
ENGLISH.phrases("MORE", {True: "how much more|how many more|how much less|how many fewer|how much higher|how much lower|how much bigger|how much larger|how much greater|difference in|difference of"})  # fmt: skip


@ENGLISH.rule(
    "FIG",
    "MORE @be? the? FIG @be? PRED @do? VERSUS PRED",
    "MORE FIG PRED VERSUS PRED",
    "how much bigger|larger|higher|lower|smaller|greater @be the? FIG PRED VERSUS PRED",
)
def how_much_more(*parts: object) -> Figure | None:
    return difference_between_groups(*(p for p in parts if not isinstance(p, bool)))


@ENGLISH.rule(
    "COMPARED",
    "compare the? FIG PRED VERSUS PRED",
    "FIG PRED VERSUS PRED",
    "compare FIG between PRED and PRED",
    "FIG @of PRED VERSUS PRED",
    "comparison of FIG PRED VERSUS PRED",
    "@ask @be the? FIG PRED VERSUS PRED",
)
def two_groups(figure: Figure, left: Condition, _: bool, right: Condition) -> tuple[Figure, ...] | Costly | None:
    if figure.left is not None or left == right or left.column is None or left.column is not right.column:
        return None
    both = (replace(figure, where=(left,)), replace(figure, where=(right,)))
    return Costly(both, 0.1)


@ENGLISH.rule("FIG", "AGG of? FIG")
def said_with_its_measure(function: str, figure: Figure) -> Figure | None:
    """ "total revenue", where the dictionary has revenue as a sum."""
    return figure if figure.named is not None and figure.named.function == function else None
