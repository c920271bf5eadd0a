"""Measures as pandas expressions."""

from __future__ import annotations

from services.nlq.planning.codegen.conditions import as_number
from services.nlq.planning.codegen.names import Scope
from services.nlq.planning.plan import Measure

_CALLS = {
    "count": ".count()", "nunique": ".nunique()", "sum": ".sum()", "mean": ".mean()", "median": ".median()", "min": ".min()", "max": ".max()",
    "std": ".std()", "var": ".var()", "skew": ".skew()", "kurt": ".kurt()", "q1": ".quantile(0.25)", "q3": ".quantile(0.75)",
}  # fmt: skip
_NAMES = {
    "count": "count of {}", "nunique": "distinct {}", "sum": "total {}", "mean": "average {}", "median": "median {}", "min": "lowest {}",
    "max": "highest {}", "std": "standard deviation of {}", "var": "variance of {}", "skew": "skewness of {}", "kurt": "kurtosis of {}",
    "range": "range of {}", "mode": "most common {}", "iqr": "interquartile range of {}", "q1": "first quartile of {}",
    "q3": "third quartile of {}", "cv": "coefficient of variation of {}",
}  # fmt: skip
NAMED_AGGREGATIONS = frozenset({"count", "nunique", "sum", "mean", "median", "min", "max", "std", "var", "skew"})


def scalar(measure: Measure, scope: Scope) -> str:
    """The measure over every row of the frame in hand."""
    if measure.column is None:
        return f"len({scope.frame})"
    series = scope.series(measure.column)
    if measure.as_number:
        series = as_number(series)
    match measure.function:
        case "range":
            return f"{series}.max() - {series}.min()"
        case "iqr":
            return f"{series}.quantile(0.75) - {series}.quantile(0.25)"
        case "cv":
            return f"{series}.std() / {series}.mean()"
        case "mode":
            return f"{series}.mode()"
        case function:
            return series + _CALLS[function]


def measure_label(measure: Measure, scope: Scope) -> str:
    """The name of the measure's column in a table of results."""
    return "count" if measure.column is None else _NAMES[measure.function].format(scope.label(measure.column))
