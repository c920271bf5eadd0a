"""Questions that a model step answers, over the shop of the registry's examples: read, planned, written as code, and run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from eval import tables
from eval.engines import Answered, OfflineEngine, Outcome
from eval.tables import Table
from services.nlq.planner.facts import Clarify, Decline
from services.nlq.service.planning import COMPUTED_ONCE, once_remarks
from shared.analysis import MODEL_STEPS
from shared.analysis.model import Example
from shared.analysis.samples import SAMPLE
from shared.plan import Group, Keep, Model, Query
from shared.plan.query import PLAN

SHOP = pd.DataFrame(SAMPLE)
TODAY = date(2026, 11, 29)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Table, ...]:
    return _stored(SHOP, tmp_path_factory.mktemp("shop") / "shop.csv")


def _stored(frame: pd.DataFrame, file: Path) -> tuple[Table, ...]:
    frame.to_csv(file, index=False)
    return tables.load([file], file.parent / "cache")


def ask(question: str, over: tuple[Table, ...]) -> Outcome:
    return OfflineEngine(TODAY).ask(question, over, (), {})


def model_of(found: Outcome) -> Model:
    assert isinstance(found, Answered), found
    plan = PLAN.validate_python(found.plan)
    assert isinstance(plan, Model), found.reading
    return plan


def value_of(found: Outcome) -> object:
    assert isinstance(found, Answered), found
    return found.rows.rows[0][0]


def statistic(found: Outcome, label: str) -> object:
    assert isinstance(found, Answered), found
    return next(row[1] for row in found.rows.rows if row[0] == label)


EXAMPLES = [(name, example) for name, step in MODEL_STEPS.items() for example in step.examples]
# What is read otherwise, and as well: counts of groups are a query's, whose result two engines compute.
AS_QUERIES = {"distribution of region"}
NOT_READ = {
    "is after different from before?",  # different from row to row, or on the average?
    "correlation matrix of price, visits and sales",
    "is before as spread as after?",
    "describe everything",
    "outliers in sales by more than 2 standard deviations",
}


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=lambda part: getattr(part, "question", part))
def test_the_question_of_every_example_is_read_as_its_step(
    name: str, example: Example, shop: tuple[Table, ...]
) -> None:
    question = example.question
    found = ask(question, shop)
    if question in NOT_READ:
        assert isinstance(found, Decline | Clarify), "it is read: take it off the list"
        return
    if question in AS_QUERIES:
        assert isinstance(found, Answered)
        assert isinstance(PLAN.validate_python(found.plan), Query)
        return
    plan = model_of(found)
    assert plan.step == name
    columns = {role: names for role, names in plan.columns if names}
    open_role = MODEL_STEPS[name].open_columns  # stands for all columns of numbers where none is named
    assert {r: c for r, c in columns.items() if r != open_role} == {
        r: c for r, c in example.columns.items() if r != open_role
    }
    options = {option.name: option.value for option in plan.options if option.name != "statistic"}
    assert MODEL_STEPS[name].settings_with(options) == MODEL_STEPS[name].settings_with(example.settings)


NUMBERS: list[tuple[str, Callable[[pd.DataFrame], float]]] = [
    ("correlation between visits and sales", lambda s: stats.pearsonr(s.visits, s.sales).statistic),
    ("What is the Spearman correlation between visits and sales?", lambda s: stats.spearmanr(s.visits, s.sales).statistic),
    ("correlation between visits and sales for North", lambda s: s[s.region == "North"][["visits", "sales"]].corr().iloc[0, 1]),
    ("Fit a regression of sales on visits and give the slope", lambda s: stats.linregress(s.visits, s.sales).slope),
    ("slope of a linear regression of sales on visits", lambda s: stats.linregress(s.visits, s.sales).slope),
    ("r squared of the regression of sales on visits", lambda s: stats.linregress(s.visits, s.sales).rvalue ** 2),
    ("p value of the t-test of sales by segment", lambda s: stats.ttest_ind(*(s[s.segment == g].sales for g in ("large", "small")), equal_var=False).pvalue),
    ("p-value of the correlation between visits and sales", lambda s: stats.pearsonr(s.visits, s.sales).pvalue),
    ("how many outliers are there in sales", lambda s: float(_beyond(s.sales).sum())),
    ("range of price", lambda s: s.price.max() - s.price.min()),
    ("skewness of the distribution of the variable sales", lambda s: s.sales.skew()),
    ("What is the kurtosis of sales?", lambda s: s.sales.kurt()),
    ("standard deviation for the values of price", lambda s: s.price.std()),
]  # fmt: skip


def _beyond(values: pd.Series) -> pd.Series:
    low, high = values.quantile(0.25), values.quantile(0.75)
    return (values < low - 1.5 * (high - low)) | (values > high + 1.5 * (high - low))


@pytest.mark.parametrize(("question", "expected"), NUMBERS, ids=[question for question, _ in NUMBERS])
def test_a_statistic_that_is_asked_for_is_the_answer(
    question: str, expected: Callable[[pd.DataFrame], float], shop: tuple[Table, ...]
) -> None:
    assert value_of(ask(question, shop)) == pytest.approx(expected(SHOP), rel=1e-9)


RELATIONS = [
    ("Is there a relationship between visits and sales?", "correlation"),
    ("Does a linear relationship exist between visits and sales?", "correlation"),
    ("How strong is the association between visits and price?", "correlation"),
    ("Are visits and sales correlated?", "correlation"),
    ("Is there a relationship between segment and sales?", "t_test"),
    ("Is there a relationship between region and sales?", "anova"),
    ("Is there a clear relationship between region and segment?", "chi_square"),
    ("Do sales differ significantly between segments?", "t_test"),
    ("Is there a significant difference in sales between North and South?", "t_test"),
    ("Is there a significant difference between before and after?", "t_test"),
    ("Are the variances of before and after equal?", "variance_test"),
    ("Do visits follow a normal distribution?", "normality"),
    ("Can I assume that the distribution of visits follows a normal distribution?", "normality"),
]


@pytest.mark.parametrize(("question", "step"), RELATIONS)
def test_what_columns_hold_decides_how_a_relation_is_weighed(question: str, step: str, shop: tuple[Table, ...]) -> None:
    plan = model_of(ask(question, shop))
    assert plan.step == step
    assert not any(option.name == "statistic" for option in plan.options), "all that the step finds is told"


def test_two_groups_of_a_column_are_compared_without_its_others(shop: tuple[Table, ...]) -> None:
    found = ask("Is there a significant difference in sales between North and South?", shop)
    groups = [SHOP[SHOP.region == name].sales for name in ("North", "South")]
    assert statistic(found, "p-value") == pytest.approx(stats.ttest_ind(*groups, equal_var=False).pvalue)


@pytest.mark.parametrize(
    "question",
    [
        "correlation between visits and sales controlling for price",
        "How are visits and sales correlated when price is held constant?",
        "After accounting for price, what is the relationship between visits and sales?",
        "partial correlation between visits and sales, controlling for price",
        "How does the correlation between visits and sales change when price is held constant?",
    ],
)
def test_what_is_held_constant_goes_into_the_model(question: str, shop: tuple[Table, ...]) -> None:
    plan = model_of(ask(question, shop))
    assert dict(plan.columns) == {"columns": ("visits", "sales"), "controls": ("price",)}


def test_without_a_control_a_question_how_it_changes_is_not_answered(shop: tuple[Table, ...]) -> None:
    assert not isinstance(ask("How does the correlation between visits and sales change?", shop), Answered)


def test_conditions_narrow_the_rows_that_go_in(shop: tuple[Table, ...]) -> None:
    plan = model_of(ask("outliers in sales for small segment", shop))
    assert any(isinstance(step, Keep) for step in plan.rows.steps)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("correlation between region and sales", "region holds texts"),
        ("Is there a correlation between region and sales?", "region holds texts"),
        ("linear regression of region on visits", "region holds texts"),
        ("outliers in region", "region holds texts"),
        ("Is region normally distributed?", "region holds texts"),
        ("chi-square test of price and region", "price does not make groups"),
    ],
)
def test_columns_that_a_step_cannot_take_are_declined_with_the_reason(
    question: str, said: str, shop: tuple[Table, ...]
) -> None:
    found = ask(question, shop)
    assert isinstance(found, Decline), found
    assert said in found.reason


def test_columns_in_different_units_are_not_tested_for_equal_variances(tmp_path: Path) -> None:
    draw = np.random.default_rng(1)
    frame = pd.DataFrame({"score": draw.normal(600, 90, 60), "salary": draw.normal(90_000, 50_000, 60)})
    found = ask("Are the variances of score and salary equal?", _stored(frame, tmp_path / "bank.csv"))
    assert isinstance(found, Decline)
    assert "different scales" in found.reason


def test_a_description_ends_in_brackets_with_the_name_of_its_column(tmp_path: Path) -> None:
    frame = SHOP.rename(columns={"visits": "NumVisits", "sales": "MntSales"})
    found = ask(
        "What is the relationship between the number of calls from people (NumVisits) and the amount spent on goods (MntSales)?",
        _stored(frame, tmp_path / "shop.csv"),
    )
    assert dict(model_of(found).columns) == {"columns": ("NumVisits", "MntSales")}


def test_what_asks_for_something_is_no_description(shop: tuple[Table, ...]) -> None:
    """The words before a name in brackets may be more than a description of it."""
    assert value_of(ask("median of the asking price (price)", shop)) == pytest.approx(SHOP.price.median())


def test_what_the_table_is_about_may_be_said_of_its_columns(tmp_path: Path) -> None:
    years = pd.DataFrame({"Year": [1990, 2000, 2010, 2020], "Japan": [13.1, 11.9, 10.7, 9.7], "India": [11.2, 12.5, 14.0, 17.3]})  # fmt: skip
    found = ask("Are the variances of crop production in Japan and India equal?", _stored(years, tmp_path / "Crop Production Dataset.csv"))  # fmt: skip
    assert statistic(found, "p-value") == pytest.approx(stats.levene(years.Japan, years.India).pvalue)


def test_single_deals_are_added_up_before_they_are_forecast(tmp_path: Path) -> None:
    days = pd.date_range("2022-01-01", "2023-12-31", freq="D").repeat(2)
    deals = pd.DataFrame({"day": days.strftime("%Y-%m-%d"), "revenue": np.arange(len(days)) % 17 + 5.0})
    plan = model_of(ask("forecast revenue for the next 3 months", _stored(deals, tmp_path / "deals.csv")))
    assert any(isinstance(step, Group) for step in plan.rows.steps)
    assert dict(plan.columns) == {"value": ("total revenue",), "when": ("month",)}
    assert {o.name: o.value for o in plan.options} == {"periods": 3}


def test_several_aggregates_of_a_column_stand_beside_one_another(shop: tuple[Table, ...]) -> None:
    found = ask("describe price: mean, median, min and max", shop)
    assert isinstance(found, Answered)
    price = SHOP.price
    assert found.rows.rows[0] == pytest.approx((price.mean(), price.median(), price.min(), price.max()))


def test_quartiles_are_five_numbers(shop: tuple[Table, ...]) -> None:
    found = ask("quartiles of price", shop)
    assert isinstance(found, Answered)
    assert found.rows.rows[0] == pytest.approx(tuple(SHOP.price.quantile([0, 0.25, 0.5, 0.75, 1])))


def test_the_mode_is_the_most_frequent_value(shop: tuple[Table, ...]) -> None:
    assert value_of(ask("mode of segment", shop)) == SHOP.segment.mode()[0]


def test_a_summary_of_a_table_is_of_its_quantities(shop: tuple[Table, ...]) -> None:
    plan = model_of(ask("describe the shop", shop))
    assert dict(plan.columns)["columns"] == ("price", "visits", "sales", "before", "after")


@pytest.mark.parametrize(
    "question",
    [
        "correlation between visits and happiness",
        "is sales uniformly distributed?",
        "what causes sales?",
        "does the correlation between visits and sales remain consistent across regions?",
    ],
)
def test_what_no_step_can_say_is_not_answered(question: str, shop: tuple[Table, ...]) -> None:
    assert not isinstance(ask(question, shop), Answered)


def test_it_is_said_that_a_model_was_computed_once(shop: tuple[Table, ...]) -> None:
    assert once_remarks(model_of(ask("outliers in sales", shop))) == (COMPUTED_ONCE,)
    counted = ask("how many rows are there", shop)
    assert isinstance(counted, Answered)
    assert once_remarks(PLAN.validate_python(counted.plan)) == ()
