"""What a plan is told as: its sentence, its kind, what it speaks of, and its chart."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from services.nlq.answers.charts import chart_by_plan
from services.nlq.planner.explain import entities, explanation, intent_of
from services.nlq.planner.pieces import columns_used, tables_used
from services.nlq.planner.wording import condition_text, expression_text, ordinal, period_text
from shared.plan import (
    AGGREGATES,
    All,
    Among,
    AmongRows,
    Anything,
    Arithmetic,
    Bin,
    Bucket,
    Comparison,
    DayName,
    Derive,
    Distinct,
    Elapsed,
    Expression,
    Field,
    Group,
    Join,
    Keep,
    Literal,
    Matches,
    Measure,
    Missing,
    Model,
    Named,
    Not,
    NumberOf,
    Part,
    Pivot,
    Predicate,
    Query,
    Show,
    Sort,
    SortKey,
    Statistic,
    Step,
    Take,
    Window,
    Within,
)
from shared.plan.model import Option


def column(name: str, table: str | None = "orders") -> Field:
    return Field(name=name, table=table)


def number(value: float) -> Literal:
    return Literal(value=value, type="number")


def text(value: str) -> Literal:
    return Literal(value=value, type="text")


def reckon(left: Any, op: Any, right: Any) -> Arithmetic:
    return Arithmetic(op=op, left=left, right=right)


def query(*steps: Any) -> Query:
    return Query(table="orders", steps=steps)


def measure(name: str, function: str, of: Any = None, **more: Any) -> Measure:
    return Measure(name=name, function=function, of=of, **more)


AMOUNT, PRICE, QUANTITY, REGION, DAY = map(column, ("net amount", "price", "quantity", "region", "day"))
TOTAL = measure("total", "sum", AMOUNT)
NORTH = Comparison(left=REGION, op="==", right=text("North"))
BY_MONTH = Named(name="month", of=Bucket(unit="month", of=DAY))
BY_REGION = Named(name="region", of=REGION)
MEAN = Statistic(query=query(Group(measures=(measure("m", "mean", AMOUNT),))))

SENTENCES: dict[str, tuple[tuple[Any, ...], str]] = {
    "a grouped total": (
        (Keep(where=NORTH), Group(by=(BY_MONTH,), measures=(TOTAL,))),
        "Total net amount of orders where region is North, by month of day.",
    ),
    "two measures": (
        (Group(by=(BY_REGION, BY_MONTH), measures=(TOTAL, measure("n", "count"))),),
        "Total net amount and number of rows of orders, by region and month of day.",
    ),
    "a measure of its own rows": (
        (Group(measures=(measure("n", "count", where=NORTH),)),),
        "Number of rows where region is North of orders.",
    ),
    "a percentile": ((Group(measures=(measure("p", "percentile", AMOUNT, percentile=90),)),), "90th percentile of net amount of orders."),
    "conditions": (
        (Keep(where=All(of=(NORTH, Anything(of=(Missing(of=DAY), Not(of=NORTH)))))), Show(columns=(Named(name="d", of=DAY),))),
        "The day of orders where region is North and (day is missing or region is not North).",
    ),
    "the best of groups": (
        (Group(by=(BY_REGION,), measures=(TOTAL,)), Keep(where=Comparison(left=column("total", None), op=">", right=number(5))), Sort(by=(SortKey(of=column("total", None), descending=True),)), Take(count=3, by=column("total", None))),
        "Total net amount of orders, by region, only where total is more than 5, sorted by total descending, the 3 highest by total.",
    ),
    "the second": ((Take(count=1, skip=1, by=AMOUNT),), "All columns of orders, the 2nd highest net amount."),
    "the second and third of each": ((Take(count=2, skip=1, by=AMOUNT, descending=False, within=(REGION,)),), "All columns of orders, the 2nd to 3rd lowest net amount for each region."),
    "the last rows": ((Take(count=5),), "All columns of orders, the last 5 rows."),
    "the first row after others": ((Take(count=1, skip=2, descending=False),), "All columns of orders, the first row after 2."),
    "an average of totals": (
        (Group(by=(BY_REGION,), measures=(TOTAL,)), Group(measures=(measure("a", "mean", column("total", None)),))),
        "Average total of [total net amount of orders, by region].",
    ),
    "a ratio": (
        (Group(measures=(measure("a", "count", where=NORTH), measure("b", "count"))), Show(columns=(Named(name="share", of=reckon(reckon(number(100), "*", column("a", None)), "/", column("b", None))),))),
        "100 × number of rows where region is North ÷ number of rows of orders.",
    ),
    "a ratio of groups": (
        (Group(by=(BY_REGION,), measures=(TOTAL, measure("n", "count"))), Show(columns=(Named(name="region", of=column("region", None)), Named(name="each", of=reckon(column("total", None), "/", column("n", None)))))),
        "Total net amount and number of rows of orders, by region, with each = total ÷ n.",
    ),
    "a join": (
        (Join(table="customers", left=column("customer"), right="id", multiplies=True), Group(by=(Named(name="vip", of=column("vip", "customers")),), measures=(TOTAL,))),
        "Total net amount of orders with customers, by vip, where a row may meet several of customers.",
    ),
    "running": (
        (Group(by=(BY_MONTH,), measures=(TOTAL,)), Window(name="so far", function="running", of=column("total", None), order=(SortKey(of=column("month", None)),))),
        "Total net amount of orders, by month of day, with the running total of total in the order of month.",
    ),
    "moving in groups": ((Window(name="w", function="moving", of=AMOUNT, size=3, within=(REGION,)),), "All columns of orders, with the moving average of net amount over 3 rows for each region."),
    "growth": ((Window(name="w", function="growth", of=AMOUNT, size=12),), "All columns of orders, with the growth of net amount in percent against 12 rows before."),
    "distinct": ((Distinct(of=(REGION,)),), "All columns of orders, each different region once."),
    "distinct groups": ((Group(by=(BY_REGION,)),), "The different values of region of orders."),
    "derived": ((Derive(name="revenue", of=reckon(PRICE, "*", QUANTITY)),), "All columns of orders, with revenue = price × quantity."),
    "pivot": (
        (Group(by=(BY_REGION, BY_MONTH), measures=(TOTAL,)), Pivot(rows=column("region", None), columns=column("month", None), values=column("total", None))),
        "Total net amount of orders, by region and month of day, with a column for each month.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SENTENCES)
def test_a_sentence_says_what_is_computed(case: str) -> None:
    steps, sentence = SENTENCES[case]
    assert explanation(query(*steps)) == sentence


def test_every_kind_of_step_is_told() -> None:
    assert {type(step) for steps, _ in SENTENCES.values() for step in steps} == set(get_args(get_args(Step)[0]))


@pytest.mark.parametrize("function", AGGREGATES)
def test_every_aggregate_is_told_by_its_label(function: str) -> None:
    told = explanation(query(Group(measures=(measure("m", function, AMOUNT, percentile=50),))))
    assert AGGREGATES[function].label.split()[0] in told.lower()
    assert "net amount" in told


CONDITIONS: dict[str, tuple[Any, str, str]] = {
    "text": (NORTH, "region is North", "region is not North"),
    "a text that needs quotes": (Comparison(left=REGION, op="==", right=text("a, b")), "region is “a, b”", "region is not “a, b”"),
    "number": (Comparison(left=AMOUNT, op=">=", right=number(5)), "net amount is at least 5", "net amount is less than 5"),
    "date": (Comparison(left=DAY, op=">", right=Literal(value="2024-01-01", type="date")), "day is after 2024-01-01", "day is on or before 2024-01-01"),
    "weekday": (Comparison(left=Part(part="weekday", of=DAY), op="==", right=number(6)), "weekday of day is Saturday", "weekday of day is not Saturday"),
    "months": (Among(of=Part(part="month", of=DAY), values=(1, 12)), "month of day is January or December", "month of day is none of January or December"),
    "truth": (Comparison(left=column("paid"), op="==", right=Literal(value=True, type="boolean")), "paid is true", "paid is not true"),
    "average": (Comparison(left=AMOUNT, op=">", right=MEAN), "net amount is more than [average net amount of orders]", "net amount is at most [average net amount of orders]"),
    "among": (Among(of=REGION, values=("North",)), "region is North", "region is not North"),
    "many": (Among(of=QUANTITY, values=tuple(range(10))), "quantity is 0, 1, 2, 3, 4, 5, 6, 7 or 2 more", "quantity is none of 0, 1, 2, 3, 4, 5, 6, 7 or 2 more"),
    "among rows": (AmongRows(of=column("id"), query=Query(table="buyers"), column="id"), "id is among the id of [all columns of buyers]", "id is not among the id of [all columns of buyers]"),
    "contains": (Matches(of=REGION, how="contains", text="or"), "region contains “or”", "region does not contain “or”"),
    "missing": (Missing(of=REGION), "region is missing", "region is not missing"),
    "within": (Within(of=DAY, start="2024-01-01", end="2025-01-01"), "day is in 2024", "day is not in 2024"),
    "not": (Not(of=NORTH), "region is not North", "region is North"),
    "not, or missing": (Not(of=NORTH, missing_too=True), "region is not North, or cannot be said", "region is North"),
    "all": (All(of=(NORTH, Anything(of=(NORTH, Missing(of=DAY))))), "region is North and (region is North or day is missing)", "not (region is North and (region is North or day is missing))"),
    "any": (Anything(of=(NORTH, Missing(of=DAY))), "region is North or day is missing", "not (region is North or day is missing)"),
}  # fmt: skip


@pytest.mark.parametrize("case", CONDITIONS)
def test_a_condition_and_its_negation(case: str) -> None:
    from services.nlq.planner.sentence import WORDS

    where, positive, negative = CONDITIONS[case]
    assert condition_text(where, WORDS) == positive
    assert condition_text(Not(of=where), WORDS) == negative


def test_every_kind_of_condition_is_told() -> None:
    assert {type(where) for where, _, _ in CONDITIONS.values()} == set(get_args(get_args(Predicate)[0]))


EXPRESSIONS: dict[str, Any] = {
    "price": PRICE,
    "1.5": number(1.5),
    "price × quantity": reckon(PRICE, "*", QUANTITY),
    "(price + quantity) × price": reckon(reckon(PRICE, "+", QUANTITY), "*", PRICE),
    "price − (quantity − price)": reckon(PRICE, "-", reckon(QUANTITY, "-", PRICE)),
    "price − quantity − price": reckon(reckon(PRICE, "-", QUANTITY), "-", PRICE),
    "price ÷ (quantity × price)": reckon(PRICE, "/", reckon(QUANTITY, "*", PRICE)),
    "price + quantity × price": reckon(PRICE, "+", reckon(QUANTITY, "*", PRICE)),
    "hour of day": Part(part="hour", of=DAY),
    "week of day": Bucket(unit="week", of=DAY),
    "weekday of day": DayName(of=DAY),
    "price in steps of 10": Bin(width=10, of=PRICE),
    "days from day to sent": Elapsed(unit="days", start=DAY, end=column("sent")),
    "number in price": NumberOf(of=PRICE),
    "[a query of orders]": MEAN,
}


def test_values_are_told_with_brackets_where_they_are_needed() -> None:
    assert {expression_text(of): of for of in EXPRESSIONS.values()} == EXPRESSIONS
    assert {type(of) for of in EXPRESSIONS.values()} == set(get_args(get_args(Expression)[0]))


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        ("2024-01-01", "2025-01-01", "in 2024"),
        ("2024-12-01", "2025-01-01", "in December 2024"),
        ("2024-02-29", "2024-03-01", "on 2024-02-29"),
        ("2024-01-01", "2024-04-01", "from 2024-01-01 to 2024-03-31"),
        ("2024-01-01T06:00:00", "2024-01-01T18:00:00", "from 2024-01-01T06:00:00 until before 2024-01-01T18:00:00"),
        ("2024-01-01", None, "on or after 2024-01-01"),
        (None, "2024-01-01", "before 2024-01-01"),
        (None, None, "known"),
    ],
)
def test_a_period_is_told_with_its_last_day(start: str | None, end: str | None, told: str) -> None:
    assert period_text(start, end) == told


def test_ordinals() -> None:
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 99.5)] == ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "99.5th"]  # fmt: skip


REGRESSION = Model(
    step="linear_regression",
    rows=query(Keep(where=NORTH)),
    columns=(("outcome", ("price",)), ("predictors", ("quantity",))),
    options=(Option(name="statistic", value="slope"),),
)


def test_a_model_is_told_by_its_registry() -> None:
    told = explanation(REGRESSION)
    assert told.startswith("Slope of the linear regression of price on quantity, over ")
    assert told.endswith("all columns of orders where region is North.")


@pytest.mark.parametrize(
    ("plan", "intent"),
    [
        (query(Keep(where=NORTH)), "filter"),
        (query(Group(measures=(TOTAL,))), "aggregate"),
        (query(Join(table="c", left=REGION, right="r"), Group(measures=(TOTAL,))), "join"),
        (query(Derive(name="x", of=AMOUNT)), "transform"),
        (query(Pivot(rows=REGION, columns=DAY, values=AMOUNT)), "transform"),
        (REGRESSION, "model"),
        (Model(step="describe", rows=query(), columns=()), "describe"),
    ],
)
def test_the_kind_of_question(plan: Any, intent: str) -> None:
    assert intent_of(plan) == intent


def test_columns_are_those_of_stored_tables_in_queries_of_every_depth() -> None:
    join = Join(table="customers", alias="buyer", left=column("customer"), right="id")
    among = AmongRows(of=column("id"), query=Query(table="returns", steps=(Keep(where=Missing(of=column("why", "returns"))),)), column="order")  # fmt: skip
    plan = query(join, Keep(where=among), Keep(where=Comparison(left=AMOUNT, op=">", right=MEAN)), Group(by=(Named(name="area", of=column("area", "buyer")),), measures=(TOTAL,)), Sort(by=(SortKey(of=column("total", None)),)))  # fmt: skip
    assert columns_used(plan) == (
        ("orders", "customer"),
        ("customers", "id"),
        ("orders", "id"),
        ("returns", "order"),
        ("orders", "net amount"),
        ("customers", "area"),
        ("returns", "why"),
    )
    assert tables_used(plan) == ("orders", "customers", "returns")
    assert columns_used(REGRESSION) == (("orders", "region"), ("orders", "price"), ("orders", "quantity"))


def test_entities() -> None:
    plan = query(Keep(where=NORTH), Group(by=(BY_MONTH,), measures=(TOTAL,)))
    assert entities(plan) == {
        "tables": ["orders"],
        "columns": ["orders.region", "orders.day", "orders.net amount"],
        "filters": ["region is North"],
        "measures": ["total net amount"],
        "groups": ["month of day"],
    }
    assert entities(REGRESSION)["model"] == "linear_regression"


class TestCharts:
    def drawn(self, *steps: Any) -> Any:
        spec = chart_by_plan(query(*steps))
        if spec is None:
            return None
        encoding = spec["encoding"]
        return spec["mark"], {channel: (e["field"], e["type"]) for channel, e in encoding.items()}

    def test_bars_for_groups_and_a_line_for_time(self) -> None:
        value = {"y": ("total", "quantitative")}
        of_regions = Group(by=(BY_REGION,), measures=(TOTAL,))
        assert self.drawn(of_regions) == ("bar", {"x": ("region", "nominal")} | value)
        assert self.drawn(Group(by=(BY_MONTH,), measures=(TOTAL,))) == ("line", {"x": ("month", "temporal")} | value)
        hours = Named(name="hour", of=Part(part="hour", of=DAY))
        assert self.drawn(Group(by=(hours,), measures=(TOTAL,))) == ("bar", {"x": ("hour", "ordinal")} | value)
        years = Named(name="year", of=Part(part="year", of=DAY))
        assert self.drawn(Group(by=(years,), measures=(TOTAL,))) == ("line", {"x": ("year", "ordinal")} | value)

    def test_time_goes_along_and_the_other_key_has_colours(self) -> None:
        assert self.drawn(Group(by=(BY_REGION, BY_MONTH), measures=(TOTAL,))) == (
            "line",
            {"x": ("month", "temporal"), "y": ("total", "quantitative"), "color": ("region", "nominal")},
        )

    def test_what_was_made_of_the_groups_is_drawn(self) -> None:
        running = Window(name="so far", function="running", of=column("total", None))
        drawn = self.drawn(Group(by=(BY_MONTH,), measures=(TOTAL,)), running)
        assert drawn == ("line", {"x": ("month", "temporal"), "y": ("so far", "quantitative")})

    def test_what_is_measured_is_said_with_its_unit(self) -> None:
        amount = TOTAL.of
        assert isinstance(amount, Field)
        units = {amount.name: "EUR"}

        def title(group: Group, *later: Step) -> str | None:
            spec = chart_by_plan(query(group, *later), units)
            assert spec is not None
            found: str | None = spec["encoding"]["y"].get("title")
            return found

        of_regions = Group(by=(BY_REGION,), measures=(TOTAL,))
        share = Window(name="part", function="share", of=column("total", None))
        rank = Window(name="place", function="rank", of=column("total", None))
        assert title(of_regions) == "total (EUR)"
        assert title(of_regions, share) == "part (%)"
        assert title(of_regions, rank) is None
        counted = TOTAL.model_copy(update={"function": "count"})
        assert title(Group(by=(BY_REGION,), measures=(counted,))) is None

    def test_names_are_no_paths(self) -> None:
        dotted = Named(name="a.b[c]", of=REGION)
        assert self.drawn(Group(by=(dotted,), measures=(TOTAL,)))[1]["x"][0] == r"a\.b\[c\]"

    def test_nothing_where_a_number_or_a_list_answers(self) -> None:
        key = Show(columns=(Named(name="region", of=column("region", None)),))
        three = (BY_REGION, BY_MONTH, Named(name="day", of=DAY))
        pivot = Pivot(rows=column("region", None), columns=column("month", None), values=column("total", None))
        for steps in (
            (),
            (Keep(where=NORTH),),
            (Group(measures=(TOTAL,)),),
            (Group(by=(BY_REGION,)),),
            (Group(by=(BY_REGION,), measures=(TOTAL,)), key),
            (Group(by=three, measures=(TOTAL,)),),
            (Group(by=(BY_REGION, BY_MONTH), measures=(TOTAL,)), pivot),
        ):
            assert chart_by_plan(query(*steps)) is None
        assert chart_by_plan(REGRESSION) is None
