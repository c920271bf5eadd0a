"""Steps about what values are like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shared.analysis.declarations.association import P_VALUE, ROWS
from shared.analysis.model import (
    CELL,
    GROUPS,
    NUMBERS,
    Columns,
    Example,
    ModelStep,
    Relational,
    Role,
    Setting,
    Settings,
    Statistic,
    cell_place,
)


def _of_single(compute: Callable[[Any], Any]) -> Relational:
    """A closed form of the only column of a step."""

    def relational(table: Any, columns: Columns, settings: Settings) -> Any:
        names = next(iter(columns.values()))
        return compute(table[names[0]].cast("float64")) if len(names) == 1 else None

    return relational


_SUMMARY: dict[str, Callable[[Any], Any]] = {
    "values": lambda c: c.count(),
    "mean": lambda c: c.mean(),
    "standard_deviation": lambda c: c.std(how="sample"),
    "min": lambda c: c.min(),
    "q1": lambda c: c.quantile(0.25),
    "median": lambda c: c.quantile(0.5),
    "q3": lambda c: c.quantile(0.75),
    "max": lambda c: c.max(),
}


def _summaries(table: Any, columns: Columns, settings: Settings) -> Any:
    """Of several columns, each over its own values."""
    names = columns["columns"]
    if len(names) == 1:
        return {}
    return {
        cell_place(statistic, at): compute(table[name].cast("float64"))
        for at, name in enumerate(names)
        for statistic, compute in _SUMMARY.items()
    }


def _fence(sign: int) -> Relational:
    def relational(table: Any, columns: Columns, settings: Settings) -> Any:
        return _fences(table[columns["value"][0]].cast("float64"), settings)[(sign + 1) // 2]

    return relational


def _fences(values: Any, settings: Settings) -> tuple[Any, Any]:
    if settings["method"] == "iqr":
        q1, q3 = values.quantile(0.25), values.quantile(0.75)
        reach = (float(settings["threshold"]) or 1.5) * (q3 - q1)
        return q1 - reach, q3 + reach
    reach = (float(settings["threshold"]) or 3.0) * values.std(how="sample")
    return values.mean() - reach, values.mean() + reach


def _outliers(table: Any, columns: Columns, settings: Settings) -> Any:
    values = table[columns["value"][0]].cast("float64")
    low, high = (fence.as_scalar() for fence in _fences(values, settings))
    return values.count(where=(values < low) | (values > high))


STEPS = (
    ModelStep(
        name="describe",
        label="summary",
        phrases=(
            "describe",
            "summary statistics",
            "summarise",
            "summarize",
            "descriptive statistics",
            "five number summary",
            "basic statistics",
        ),
        sentence="summary statistics of {columns}",
        roles=(Role("columns", "the columns that are described", NUMBERS, 0, None),),
        statistics=(
            Statistic("values", "values", ("count",), _of_single(_SUMMARY["values"])),
            Statistic("missing", "missing", ("missing",)),
            Statistic("mean", "average", ("mean", "average"), _of_single(_SUMMARY["mean"])),
            Statistic(
                "standard_deviation",
                "standard deviation",
                ("standard deviation",),
                _of_single(_SUMMARY["standard_deviation"]),
            ),
            Statistic("min", "lowest", ("minimum", "lowest"), _of_single(_SUMMARY["min"])),
            Statistic("q1", "lower quartile", ("lower quartile", "first quartile"), _of_single(_SUMMARY["q1"])),
            Statistic("median", "median", ("median",), _of_single(_SUMMARY["median"])),
            Statistic("q3", "upper quartile", ("upper quartile", "third quartile"), _of_single(_SUMMARY["q3"])),
            Statistic("max", "highest", ("maximum", "highest"), _of_single(_SUMMARY["max"])),
        ),
        headline="mean",
        open_columns="columns",
        module="distributions",
        cells=Statistic(CELL, "values, averages, spread and quartiles", (), _summaries),
        examples=(
            Example("summary statistics of sales", {"columns": ("sales",)}),
            Example("describe everything", {}),
        ),
    ),
    ModelStep(
        name="distribution",
        label="distribution",
        phrases=(
            "distribution",
            "distribution of",
            "histogram",
            "histogram of",
            "frequency distribution",
            "frequencies of",
        ),
        sentence="distribution of {column}",
        roles=(Role("column", "the column whose values are counted", GROUPS),),
        settings=(Setting("bins", "about how many bins; 0 lets the data say", 0, low=0, high=100),),
        statistics=(),
        shows="table",
        module="distributions",
        examples=(
            Example("histogram of sales", {"column": ("sales",)}),
            Example("distribution of region", {"column": ("region",)}),
        ),
    ),
    ModelStep(
        name="normality",
        label="test of normality",
        phrases=(
            "normality",
            "normality test",
            "normally distributed",
            "normal distribution",
            "shapiro",
            "shapiro-wilk",
            "gaussian",
        ),
        sentence="test whether {column} is normally distributed",
        roles=(Role("column", "the column that is tested", NUMBERS),),
        settings=(
            Setting(
                "method",
                "the test; 'auto' is Shapiro–Wilk up to 5,000 rows and D'Agostino–Pearson beyond",
                "auto",
                {
                    "auto": (),
                    "shapiro": ("shapiro", "shapiro-wilk"),
                    "dagostino": ("d'agostino", "dagostino"),
                    "lilliefors": ("lilliefors", "kolmogorov-smirnov"),
                    "jarque_bera": ("jarque-bera",),
                },
            ),
        ),
        statistics=(
            Statistic("p_value", "p-value", P_VALUE),
            Statistic("statistic", "test statistic", ("test statistic", "w statistic")),
            Statistic("lilliefors_p_value", "p-value of the Lilliefors test"),
            Statistic("skewness", "skewness", ("skewness",)),
            Statistic("kurtosis", "excess kurtosis", ("kurtosis",)),
            ROWS,
        ),
        headline="p_value",
        module="distributions",
        examples=(Example("is visits normally distributed?", {"column": ("visits",)}),),
    ),
    ModelStep(
        name="outliers",
        label="search for outliers",
        phrases=("outliers", "outliers in", "outlier", "unusual values", "anomalies", "anomalies in", "extreme values"),
        sentence="rows whose {value} is an outlier",
        roles=(Role("value", "the column that is searched", NUMBERS),),
        settings=(
            Setting(
                "method",
                "fences by the quartile range (Tukey) or by standard deviations",
                "iqr",
                {
                    "iqr": ("iqr", "interquartile range", "tukey"),
                    "z_score": ("z-score", "z score", "standard deviations"),
                },
            ),
            Setting(
                "threshold",
                "how far out; 0 is the usual 1.5 quartile ranges or 3 standard deviations",
                0.0,
                low=0,
                high=20,
            ),
        ),
        statistics=(
            Statistic("count", "outliers", ("number of outliers", "how many outliers"), _outliers),
            Statistic("low_fence", "low fence", ("lower bound", "lower fence"), _fence(-1)),
            Statistic("high_fence", "high fence", ("upper bound", "upper fence"), _fence(1)),
        ),
        shows="rows",
        headline="count",
        module="distributions",
        examples=(
            Example("outliers in sales", {"value": ("sales",)}),
            Example(
                "outliers in sales by more than 2 standard deviations",
                {"value": ("sales",)},
                {"method": "z_score", "threshold": 2.0},
            ),
        ),
    ),
)
