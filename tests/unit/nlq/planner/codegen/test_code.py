"""How the code reads, which columns it touches, and that no name of a table or column gets out of its quotes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from services.nlq.planner.codegen import IllTyped, write
from services.nlq.validation import validate
from shared import analysis
from shared.plan import (
    AmongRows,
    Arithmetic,
    Bucket,
    Comparison,
    Derive,
    Field,
    Group,
    Join,
    Keep,
    Literal,
    Measure,
    Model,
    Named,
    Not,
    Part,
    Pivot,
    Query,
    Show,
    Sort,
    SortKey,
    Statistic,
    Take,
    Window,
)
from shared.plan.model import Option

from .conftest import cells_of, code_of, compute, facts_of
from .tables import TABLES


def column(name: str, table: str | None = "orders") -> Field:
    return Field(name=name, table=table)


def code(*steps: Any) -> str:
    return code_of(Query(table="orders", steps=steps), TABLES)


AMOUNT, REGION, ORDERED = column("amount"), column("region"), column("ordered")
SOUTH = Comparison(left=REGION, op="==", right=Literal(value="South", type="text"))
TOTAL = Measure(name="total amount", function="sum", of=AMOUNT)
MEAN = Statistic(query=Query(table="orders", steps=(Group(measures=(Measure(name="average amount", function="mean", of=AMOUNT),)),)))  # fmt: skip
BY_TOTAL = SortKey(of=column("total amount", None), descending=True)

READS = {
    "a total": (
        (Keep(where=SOUTH), Group(measures=(TOTAL,))),
        """\
rows = df[df["region"] == "South"]
result = rows["amount"].sum(min_count=1)
""",
    ),
    "the top of groups": (
        (
            Keep(where=Not(of=SOUTH)),
            Group(by=(Named(name="region", of=REGION),), measures=(TOTAL,)),
            Sort(by=(BY_TOTAL,)),
            Take(count=3, by=column("total amount", None)),
        ),
        """\
rows = df[(df["region"] != "South") & df["region"].notna()]
summary = rows.groupby("region")["amount"].sum(min_count=1).reset_index(name="total amount")
result = summary.dropna(subset=["total amount"]).nlargest(3, "total amount", keep="all")
""",
    ),
    "above average, without customers": (
        (
            Keep(where=Comparison(left=AMOUNT, op=">", right=MEAN)),
            Keep(where=Not(of=AmongRows(of=column("quantity"), query=Query(table="customers"), column="id"))),
            Show(columns=(Named(name="order", of=column("order_id")),)),
        ),
        """\
average_amount = df["amount"].mean()
rows = df[(df["amount"] > average_amount) & ~df["quantity"].isin(tables["customers"]["id"])]
result = rows[["order_id"]].rename(columns={"order_id": "order"})
""",
    ),
    "a share with its own denominator": (
        (
            Group(measures=(Measure(name="South", function="count", where=SOUTH), Measure(name="orders", function="count"))),
            Show(columns=(Named(name="share", of=Arithmetic(op="/", left=Arithmetic(op="*", left=Literal(value=100, type="number"), right=column("South", None)), right=column("orders", None))),)),
        ),
        """\
south = (df["region"] == "South").sum()
orders = len(df)
result = 100 * south / (orders or np.nan)
""",
    ),
    "several measures of a join": (
        (
            Join(table="customers", left=column("customer"), right="id"),
            Group(
                by=(Named(name="area", of=column("region", "customers")), Named(name="year", of=Part(part="year", of=ORDERED))),
                measures=(TOTAL, Measure(name="sold", function="sum", of=Arithmetic(op="*", left=AMOUNT, right=column("quantity")))),
            ),
        ),
        """\
customers = tables["customers"][["id", "region"]].dropna(subset=["id"]).rename(columns={"region": "region (customers)"})
joined = df.merge(customers, how="left", left_on="customer", right_on="id")
joined["year"] = joined["ordered"].dt.year.astype("Int64")
joined["amount × quantity"] = joined["amount"] * joined["quantity"]
groups = joined.groupby(["region (customers)", "year"])
summary = pd.DataFrame({
    "total amount": groups["amount"].sum(min_count=1),
    "sold": groups["amount × quantity"].sum(min_count=1),
}).reset_index()
result = summary.rename(columns={"region (customers)": "area"})
""",
    ),
    "cumulative by month": (
        (
            Group(by=(Named(name="month", of=Bucket(unit="month", of=ORDERED)),), measures=(TOTAL,)),
            Window(name="cumulative", function="running", of=column("total amount", None), order=(SortKey(of=column("month", None)),)),
        ),
        """\
rows = df.copy()
rows["month"] = rows["ordered"].dt.to_period("M").dt.start_time
summary = rows.groupby("month")["amount"].sum(min_count=1).reset_index(name="total amount")
summary["cumulative"] = summary["total amount"].cumsum()
result = summary
""",
    ),
    "everything": ((), "result = df\n"),
}  # fmt: skip


@pytest.mark.parametrize("case", READS)
def test_code_is_what_an_analyst_would_write(case: str) -> None:
    steps, expected = READS[case]
    assert code(*steps) == expected


def test_only_the_columns_that_a_plan_names_are_loaded() -> None:
    joined = READS["several measures of a join"][0]
    columns = {name: table.column_names for name, table in TABLES.items()}
    used = validate(code(*joined), columns, "orders").columns_used
    assert used == {
        "orders": {"customer", "ordered", "amount", "quantity"},
        "customers": {"id", "region"},
    }


HOSTILE = ["it's", 'a "quoted" name', "back\\slash", "new\nline", "{braces}", "", " ", "df", "class", "size", "a.b", "日本", "\u202e", "']; x = 1 #"]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_names_and_values_stay_in_their_quotes(name: str, tmp_path: Path) -> None:
    tables = {
        name: pa.table({name: pa.array([name, "other", None]), f"{name}2": pa.array([1, 2, 3])}),
        "other": pa.table({"key": pa.array([name]), f"{name}2": pa.array([7])}),
    }
    key, number = Field(name=name, table=name), Field(name=f"{name}2", table=name)
    steps = (
        Join(table="other", left=key, right="key"),
        Keep(where=Comparison(left=key, op="==", right=Literal(value=name, type="text"))),
        Derive(name=f"{name}3", of=Arithmetic(op="*", left=number, right=Field(name=f"{name}2", table="other"))),
        Window(name=f"{name}4", function="share", of=number, within=(key,)),
        Group(
            by=(Named(name=f"{name}5", of=key),),
            measures=(
                Measure(name=f"{name}6", function="sum", of=Field(name=f"{name}3")),
                Measure(name=f"{name}7", function="count", where=Comparison(left=key, op="==", right=Literal(value=name, type="text"))),
            ),
        ),
    )  # fmt: skip
    assert cells_of(compute(Query(table=name, steps=steps), tables, tmp_path)) == [(name, 7, 1)]
    single = (Group(measures=(Measure(name=name, function="max", of=number),)),)
    assert cells_of(compute(Query(table=name, steps=single), tables, tmp_path)) == 3
    pivot = (Pivot(rows=number, columns=key, values=number),)
    assert len(cells_of(compute(Query(table=name, steps=pivot), tables, tmp_path))) == 2


def test_variables_never_hide_what_the_code_needs(tmp_path: Path) -> None:
    for name in ("df", "pd", "np", "tables", "len", "result", "analysis", "class", "rows", "1st", "…"):
        measures = (
            Measure(name=name, function="count"),
            Measure(name=f"{name}.", function="sum", of=column("quantity")),
        )
        steps = (Group(measures=measures), Show(columns=(Named(name="x", of=Arithmetic(op="/", left=column(f"{name}.", None), right=column(name, None))),)))  # fmt: skip
        assert cells_of(compute(Query(table="orders", steps=steps), TABLES, tmp_path)) == 2.5


def test_the_first_table_alone_is_df() -> None:
    schema = {name: facts_of(name, table) for name, table in TABLES.items()}
    assert write(Query(table="orders"), schema, "customers") == 'result = tables["orders"]\n'
    assert write(Query(table="customers"), schema, "customers") == "result = df\n"
    assert write(Query(table="customers"), schema, None) == 'result = tables["customers"]\n'


class TestModel:
    ROWS = Query(table="orders", steps=(Keep(where=SOUTH),))

    def model(self, step: str, *columns: tuple[str, tuple[str, ...]], **options: Any) -> Model:
        chosen = tuple(Option(name=name, value=value) for name, value in options.items())
        return Model(step=step, rows=self.ROWS, columns=columns, options=chosen)

    def written(self, model: Model) -> str:
        return write(model, {name: facts_of(name, table) for name, table in TABLES.items()}, "orders")

    def test_a_step_is_a_call_over_the_rows(self) -> None:
        model = self.model("linear_regression", ("outcome", ("amount",)), ("predictors", ("quantity", "bonus")), statistic="slope")  # fmt: skip
        assert self.written(model) == (
            'rows = df[df["region"] == "South"]\n'
            'result = analysis.linear_regression(rows, outcome=["amount"], predictors=["quantity", "bonus"], statistic="slope")\n'
        )

    def test_it_runs(self, tmp_path: Path) -> None:
        model = Model(step="describe", rows=Query(table="orders"), columns=(("columns", ("quantity",)),), options=(Option(name="statistic", value="mean"),))  # fmt: skip
        facts = {name: facts_of(name, table) for name, table in TABLES.items()}
        space: dict[str, Any] = {"analysis": analysis, "df": TABLES["orders"].to_pandas()}
        exec(write(model, facts, "orders"), space)
        assert float(space["result"].value) == 2.5

    @pytest.mark.parametrize(
        "model",
        [
            ("horoscope",),
            ("correlation", ("columns", ("amount",))),
            ("correlation", ("columns", ("amount", "region"))),
            ("correlation", ("columns", ("amount", "nowhere"))),
            ("correlation", ("columns", ("amount", "quantity")), ("stars", ("bonus",))),
        ],
    )
    def test_what_the_step_does_not_take_is_refused(self, model: Any) -> None:
        with pytest.raises(IllTyped):
            self.written(self.model(*model))

    def test_settings_that_it_does_not_have_are_refused(self) -> None:
        with pytest.raises(IllTyped):
            self.written(self.model("correlation", ("columns", ("amount", "quantity")), stars=3))


def test_a_value_that_two_conditions_share_is_computed_once() -> None:
    above = [Keep(where=Comparison(left=of, op=">", right=MEAN)) for of in (AMOUNT, column("quantity"))]
    assert code(*above).count(".mean()") == 1


def test_a_table_joined_to_itself_needs_another_name() -> None:
    with pytest.raises(IllTyped):
        code(Join(table="orders", left=column("quantity"), right="order_id"))


@pytest.mark.parametrize("query", [Query(table="nowhere"), Query(table="orders", steps=(Join(table="nowhere", left=AMOUNT, right="id"),)), Query(table="orders", steps=(Join(table="customers", left=AMOUNT, right="nowhere"),)), Query(table="orders", steps=(Join(table="customers", left=REGION, right="id"),))])  # fmt: skip
def test_tables_and_keys_that_are_not_there_are_refused(query: Query) -> None:
    with pytest.raises(IllTyped):
        write(query, {name: facts_of(name, table) for name, table in TABLES.items()}, "orders")
