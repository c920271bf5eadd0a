"""Steps about columns that move together."""

from __future__ import annotations

from typing import Any

from shared.analysis.model import (
    CELL,
    NUMBERS,
    ORDER,
    QUANTITIES,
    Columns,
    Example,
    ModelStep,
    Role,
    Setting,
    Settings,
    Statistic,
    cell_place,
)
from shared.analysis.units import DAYS

P_VALUE = ("p-value", "p value", "significance", "statistically significant")
R_SQUARED = ("r squared", "r-squared", "r²", "r2", "coefficient of determination", "goodness of fit")
_METHOD = Setting(
    "method",
    "what is compared: values along a straight line (Pearson), or ranks (Spearman, Kendall)",
    "pearson",
    {
        "pearson": ("pearson", "linear"),
        "spearman": ("spearman", "rank"),
        "kendall": ("kendall", "tau", "kendall's tau"),
    },
)


def _pearson(table: Any, columns: Columns, settings: Settings) -> Any:
    if columns.get("controls") or settings["method"] != "pearson":
        return None
    one, other = (table[name].cast("float64") for name in columns["columns"])
    return one.corr(other, how="pop")


def _each_with_each(table: Any, columns: Columns, settings: Settings) -> Any:
    """A database takes of two columns the rows that have both."""
    if settings["method"] != "pearson":
        return {}
    return {
        cell_place(one, other): _together(table, columns["columns"][one], columns["columns"][other])
        for other in range(len(columns["columns"]))
        for one in range(other)
    }


def _each_with_target(table: Any, columns: Columns, settings: Settings) -> Any:
    if settings["method"] != "pearson":
        return {}
    (target,) = columns["target"]
    return {cell_place(at): _together(table, target, name) for at, name in enumerate(columns["columns"])}


def _together(table: Any, one: str, other: str) -> Any:
    return table[one].cast("float64").corr(table[other].cast("float64"), how="pop")


def _line(table: Any, columns: Columns) -> tuple[Any, Any] | None:
    if len(columns["predictors"]) != 1:
        return None
    return table[columns["predictors"][0]].cast("float64"), table[columns["outcome"][0]].cast("float64")


def _slope(table: Any, columns: Columns, settings: Settings) -> Any:
    line = _line(table, columns)
    return line and line[0].cov(line[1], how="sample") / line[0].var(how="sample")


def _intercept(table: Any, columns: Columns, settings: Settings) -> Any:
    line = _line(table, columns)
    return line and line[1].mean() - _slope(table, columns, settings) * line[0].mean()


def _r_squared(table: Any, columns: Columns, settings: Settings) -> Any:
    line = _line(table, columns)
    return line and line[0].corr(line[1], how="pop") ** 2


def _time(table: Any, columns: Columns, settings: Settings) -> Any:
    """None where the unit hangs on the rows."""
    when = table[columns["when"][0]]
    if when.type().is_numeric():
        return when.cast("float64")
    if settings["per"] == "auto":
        return None
    return when.cast("timestamp").epoch_seconds() / (86_400 * DAYS[str(settings["per"])])


def _trend_slope(table: Any, columns: Columns, settings: Settings) -> Any:
    time, value = _time(table, columns, settings), table[columns["value"][0]].cast("float64")
    return None if time is None else time.cov(value, how="sample") / time.var(how="sample")


def _trend_r_squared(table: Any, columns: Columns, settings: Settings) -> Any:
    time, value = _time(table, columns, settings), table[columns["value"][0]].cast("float64")
    return None if time is None else time.corr(value, how="pop") ** 2


def count_rows(table: Any, columns: Columns, settings: Settings) -> Any:
    return table.count()


ROWS = Statistic("rows", "rows", ("number of rows", "sample size", "n"), count_rows)

STEPS = (
    ModelStep(
        name="correlation",
        label="correlation",
        phrases=(
            "correlation",
            "correlation between",
            "correlation of",
            "correlation coefficient",
            "correlated with",
            "correlate with",
            "relationship between",
            "association between",
        ),
        sentence="{method} correlation between {columns}",
        roles=(
            Role("columns", "the two columns that are compared", QUANTITIES, 2, 2),
            Role("controls", "what is held constant", QUANTITIES, 0, 10, " with {} held constant"),
        ),
        settings=(_METHOD,),
        statistics=(
            Statistic("correlation", "correlation coefficient", ("correlation", "coefficient", "r"), _pearson),
            Statistic("p_value", "p-value", P_VALUE),
            Statistic("spearman", "rank correlation coefficient ρ (Spearman)"),
            Statistic("kendall", "rank correlation coefficient τ (Kendall)"),
            ROWS,
        ),
        headline="correlation",
        module="correlations",
        examples=(
            Example("correlation between visits and sales", {"columns": ("visits", "sales")}),
            Example(
                "correlation between visits and sales for the same price",
                {"columns": ("visits", "sales"), "controls": ("price",)},
            ),
        ),
    ),
    ModelStep(
        name="correlation_matrix",
        label="correlation matrix",
        phrases=("correlation matrix", "correlations between all", "all correlations", "pairwise correlations"),
        sentence="{method} correlations between {columns}, each with each",
        roles=(Role("columns", "the columns that are compared", QUANTITIES, 0, 30),),
        settings=(_METHOD,),
        statistics=(),
        shows="table",
        open_columns="columns",
        module="correlations",
        cells=Statistic(CELL, "correlations", (), _each_with_each),
        examples=(Example("correlation matrix of price, visits and sales", {"columns": ("price", "visits", "sales")}),),
    ),
    ModelStep(
        name="strongest_correlations",
        label="comparison of correlations",
        phrases=(
            "strongest correlation with",
            "most correlated with",
            "correlates most with",
            "strongest correlations with",
            "what drives",
            "what influences",
        ),
        sentence="{method} correlation of {target} with {columns}, strongest first",
        roles=(
            Role("target", "the column that the others are compared with", QUANTITIES),
            Role("columns", "the columns that are tried", QUANTITIES, 0, None),
        ),
        settings=(_METHOD,),
        statistics=(),
        shows="table",
        open_columns="columns",
        module="correlations",
        cells=Statistic(CELL, "correlations", (), _each_with_target),
        examples=(
            Example("what is most correlated with sales?", {"target": ("sales",), "columns": ("price", "visits")}),
        ),
    ),
    ModelStep(
        name="linear_regression",
        label="linear regression",
        phrases=(
            "linear regression",
            "regression",
            "regress",
            "regression of",
            "fit a line",
            "line of best fit",
            "best fit line",
            "effect of",
        ),
        sentence="linear regression of {outcome} on {predictors}",
        roles=(
            Role("outcome", "the column that is explained", NUMBERS),
            Role("predictors", "the columns that explain it", QUANTITIES, 1, 20),
        ),
        settings=(
            Setting(
                "errors",
                "how intervals and p-values are found: for an even spread of residuals, or robustly for any (HC3)",
                "classic",
                {"classic": (), "robust": ("robust", "robust errors", "heteroscedasticity")},
            ),
        ),
        statistics=(
            Statistic("slope", "slope", ("slope", "gradient", "coefficient"), _slope),
            Statistic("intercept", "intercept", ("intercept", "constant"), _intercept),
            Statistic("r_squared", "R²", R_SQUARED, _r_squared),
            Statistic("adjusted_r_squared", "adjusted R²", ("adjusted r squared", "adjusted r²")),
            Statistic("p_value", "p-value", P_VALUE),
            Statistic("residual_error", "residual standard error", ("residual standard error", "standard error")),
            ROWS,
        ),
        headline="slope",
        module="regressions",
        examples=(
            Example("linear regression of sales on visits", {"outcome": ("sales",), "predictors": ("visits",)}),
            Example(
                "regression of sales on visits, price and card",
                {"outcome": ("sales",), "predictors": ("visits", "price", "card")},
            ),
        ),
    ),
    ModelStep(
        name="trend",
        label="trend",
        phrases=("trend", "trend of", "trend over time", "rising or falling", "growing over time", "change per"),
        sentence="linear trend of {value} along {when}",
        roles=(
            Role("value", "the column that changes", NUMBERS),
            Role("when", "the column that gives the order", ORDER),
        ),
        settings=(
            Setting(
                "per",
                "the unit of time that the slope is for; 'auto' is the longest of which the data span several",
                "auto",
                {
                    "auto": (),
                    "day": ("per day", "daily"),
                    "week": ("per week", "weekly"),
                    "month": ("per month", "monthly"),
                    "quarter": ("per quarter", "quarterly"),
                    "year": ("per year", "yearly", "annual"),
                },
            ),
        ),
        statistics=(
            Statistic("slope", "change per unit of time", ("slope", "change", "trend"), _trend_slope),
            Statistic("r_squared", "R²", R_SQUARED, _trend_r_squared),
            Statistic("p_value", "p-value", P_VALUE),
            Statistic("start", "line at the start"),
            Statistic("end", "line at the end"),
            ROWS,
        ),
        headline="slope",
        module="regressions",
        examples=(
            Example("trend of sales per month", {"value": ("sales",), "when": ("day",)}, {"per": "month"}),
            Example("trend of sales along visits", {"value": ("sales",), "when": ("visits",)}),
        ),
    ),
)
