"""The aggregates, one entry each: what they are called, what they take, and how both renderings compute them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from shared.columns import Family

AggregateName = Literal[
    "count", "distinct", "sum", "mean", "median", "min", "max", "std", "variance", "percentile", "skewness", "kurtosis"
]
NUMBERS = frozenset({Family.NUMBER})
ORDERED = frozenset({Family.NUMBER, Family.DATE, Family.TIME})
ANYTHING = frozenset(Family)


@dataclass(frozen=True)
class Aggregate:
    """`label` precedes the column in a result's heading ("total amount"); `phrases` are how people ask for it, in lower case.

    `pandas` is code over `{values}`, a Series or a grouped one; `relational` makes the same of an Ibis column. Missing values are left
    out by both; of no values the result is missing, but for the two counts. Spread is that of a sample (n − 1).
    """

    name: AggregateName
    label: str
    phrases: tuple[str, ...]
    takes: frozenset[Family]
    pandas: str
    relational: Callable[[Any, float | None], Any] | None
    """None where Ibis has no such method: DuckDB's own function of that name is called."""
    keeps_type: bool = False
    """Whether the result is of its column's own type (a date's maximum is a date) rather than a number."""


_ENTRIES = (
    Aggregate("count", "number of", ("number of", "count of"), ANYTHING, "{values}.count()", lambda c, _: c.count()),
    Aggregate("distinct", "number of different", ("number of different", "number of distinct", "number of unique"), ANYTHING, "{values}.nunique()", lambda c, _: c.nunique()),
    Aggregate("sum", "total", ("total", "sum of", "sum", "combined"), NUMBERS, "{values}.sum(min_count=1)", lambda c, _: c.sum()),
    Aggregate("mean", "average", ("average", "mean", "avg"), NUMBERS, "{values}.mean()", lambda c, _: c.mean()),
    Aggregate("median", "median", ("median",), NUMBERS, "{values}.median()", lambda c, _: c.quantile(0.5)),
    Aggregate("min", "lowest", ("minimum", "lowest", "smallest", "min"), ORDERED, "{values}.min()", lambda c, _: c.min(), keeps_type=True),
    Aggregate("max", "highest", ("maximum", "highest", "largest", "max"), ORDERED, "{values}.max()", lambda c, _: c.max(), keeps_type=True),
    Aggregate("std", "standard deviation of", ("standard deviation", "std dev", "std"), NUMBERS, "{values}.std()", lambda c, _: c.std(how="sample")),
    Aggregate("variance", "variance of", ("variance",), NUMBERS, "{values}.var()", lambda c, _: c.var(how="sample")),
    Aggregate("percentile", "percentile of", ("percentile",), NUMBERS, "{values}.quantile({share})", lambda c, p: c.quantile((p or 0.0) / 100)),
    Aggregate("skewness", "skewness of", ("skewness", "skew"), NUMBERS, "{values}.skew()", None),
    Aggregate("kurtosis", "kurtosis of", ("kurtosis",), NUMBERS, "{values}.kurt()", lambda c, _: c.kurtosis(how="sample")),
)  # fmt: skip
AGGREGATES: dict[str, Aggregate] = {entry.name: entry for entry in _ENTRIES}
