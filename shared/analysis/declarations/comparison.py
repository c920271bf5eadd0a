"""Steps about groups that may differ."""

from __future__ import annotations

from typing import Any

from shared.analysis.declarations.association import P_VALUE, ROWS
from shared.analysis.model import GROUPS, NUMBERS, Columns, Example, ModelStep, Role, Setting, Settings, Statistic

_PAIRING = Setting(
    "pairing",
    "whether two columns are pairs of the same rows; 'auto': columns are, groups are not",
    "auto",
    {
        "auto": (),
        "paired": ("paired", "before and after", "matched"),
        "independent": ("independent", "unpaired", "welch"),
    },
)
_VALUE = Role("value", "the values that are compared", NUMBERS, 1, 2)
_VALUES = Role("value", "the values that are compared", NUMBERS, 1, 20)
_GROUP = Role("group", "the column that forms the groups", GROUPS, 0, 1, " between the values of {}")
_ROWS = Statistic("rows", "rows of each group")
_P = Statistic("p_value", "p-value", P_VALUE)
_EFFECT = ("effect size", "cohen's d", "size of the effect", "how large is the difference")


def _is_paired(columns: Columns, settings: Settings) -> bool:
    return not columns.get("group") and len(columns["value"]) == 2 and settings["pairing"] != "independent"


def _moments(table: Any, columns: Columns) -> tuple[tuple[Any, Any, Any], tuple[Any, Any, Any]] | None:
    """Mean, variance and count of the first and the last group; None for columns side by side."""
    if not columns.get("group"):
        return None
    value, key = table[columns["value"][0]].cast("float64"), table[columns["group"][0]]
    first, last = key == key.min().as_scalar(), key == key.max().as_scalar()
    one, other = ((value.mean(where=w), value.var(how="sample", where=w), value.count(where=w)) for w in (first, last))
    return one, other


def _differences(table: Any, columns: Columns) -> Any:
    return table[columns["value"][0]].cast("float64") - table[columns["value"][1]].cast("float64")


def _difference(table: Any, columns: Columns, settings: Settings) -> Any:
    if _is_paired(columns, settings):
        return _differences(table, columns).mean()
    found = _moments(table, columns)
    return found and found[0][0] - found[1][0]


def _t(table: Any, columns: Columns, settings: Settings) -> Any:
    if _is_paired(columns, settings):
        away = _differences(table, columns)
        return away.mean() / (away.std(how="sample") / away.count().sqrt())
    if (found := _moments(table, columns)) is None:
        return None
    (mean, variance, rows), (other_mean, other_variance, other_rows) = found
    return (mean - other_mean) / (variance / rows + other_variance / other_rows).sqrt()


def _d(table: Any, columns: Columns, settings: Settings) -> Any:
    if _is_paired(columns, settings):
        away = _differences(table, columns)
        return away.mean() / away.std(how="sample")
    if (found := _moments(table, columns)) is None:
        return None
    (mean, variance, rows), (other_mean, other_variance, other_rows) = found
    pooled = ((rows - 1) * variance + (other_rows - 1) * other_variance) / (rows + other_rows - 2)
    return (mean - other_mean) / pooled.sqrt()


def _squares(table: Any, columns: Columns) -> tuple[Any, Any, Any, Any] | None:
    """Sums of squares between groups and in all, the groups and the rows; of groups of two rows or more."""
    if not columns.get("group"):
        return None
    key = columns["group"][0]
    sizes = table.group_by(key).aggregate(rows_of_group=table.count())
    kept = table.semi_join(sizes.filter(sizes.rows_of_group > 1), key)
    value = kept[columns["value"][0]].cast("float64")
    by_group = kept.group_by(key).aggregate(rows_of_group=kept.count(), mean_of_group=value.mean())
    away = by_group.mean_of_group - value.mean().as_scalar()
    rows = value.count().as_scalar()
    between = (by_group.rows_of_group * away * away).sum()
    return between, value.var(how="pop").as_scalar() * rows, by_group.count(), rows


def _eta_squared(table: Any, columns: Columns, settings: Settings) -> Any:
    found = _squares(table, columns)
    return found and found[0] / found[1]


def _f(table: Any, columns: Columns, settings: Settings) -> Any:
    if (found := _squares(table, columns)) is None:
        return None
    between, total, groups, rows = found
    return (between / (groups - 1)) / ((total - between) / (rows - groups))


def _chi_square(table: Any, columns: Columns, settings: Settings) -> Any:
    """χ² = n (Σ O² / (R C) − 1), over the pairs of values that occur."""
    if settings["correction"]:
        return None
    one, other = columns["columns"]
    pairs = table.group_by([one, other]).aggregate(observed=table.count())
    left = table.group_by(one).aggregate(row_total=table.count())
    right = table.group_by(other).aggregate(column_total=table.count())
    joined = pairs.join(left, one).join(right, other)
    share = (joined.observed * joined.observed / (joined.row_total * joined.column_total)).sum()
    return table.count().as_scalar() * (share - 1)


def _cramers_v(table: Any, columns: Columns, settings: Settings) -> Any:
    found = _chi_square(table, columns, {**settings, "correction": False})
    one, other = (table[name].nunique().as_scalar() for name in columns["columns"])
    smaller = (one < other).ifelse(one, other)
    return (found / (table.count().as_scalar() * (smaller - 1))).sqrt()


STEPS = (
    ModelStep(
        name="t_test",
        label="t-test",
        phrases=(
            "t-test",
            "t test",
            "ttest",
            "significant difference between",
            "significantly different",
            "difference in means",
            "compare the means",
        ),
        sentence="t-test of {value}",
        roles=(_VALUE, _GROUP),
        settings=(_PAIRING,),
        statistics=(
            Statistic("difference", "difference of means", ("difference", "mean difference"), _difference),
            _P,
            Statistic("t", "t", ("t statistic", "t value", "t"), _t),
            Statistic("degrees_of_freedom", "degrees of freedom"),
            Statistic("effect_size", "effect size d", _EFFECT, _d),
            Statistic("mean", "mean"),
            Statistic("rank_p_value", "p-value of the rank test"),
            _ROWS,
        ),
        headline="p_value",
        module="comparisons",
        examples=(
            Example("t-test of sales by card", {"value": ("sales",), "group": ("card",)}),
            Example("is after different from before?", {"value": ("before", "after")}),
        ),
    ),
    ModelStep(
        name="rank_test",
        label="rank test",
        phrases=("mann-whitney", "mann whitney", "wilcoxon", "rank sum test", "u test", "rank test"),
        sentence="rank test of {value}",
        roles=(_VALUE, _GROUP),
        settings=(_PAIRING,),
        statistics=(
            _P,
            Statistic("u", "U", ("u", "u statistic")),
            Statistic("w", "W", ("w", "w statistic")),
            Statistic("effect_size", "effect size r", _EFFECT),
            Statistic("median", "median"),
            _ROWS,
        ),
        headline="p_value",
        module="comparisons",
        examples=(
            Example("Mann-Whitney test of sales by card", {"value": ("sales",), "group": ("card",)}),
            Example("Wilcoxon test of before and after", {"value": ("before", "after")}),
        ),
    ),
    ModelStep(
        name="anova",
        label="analysis of variance",
        phrases=("anova", "analysis of variance", "one-way anova", "differ between groups", "differ across"),
        sentence="one-way analysis of variance of {value}",
        roles=(_VALUES, _GROUP),
        statistics=(
            _P,
            Statistic("f", "F", ("f statistic", "f value", "f"), _f),
            Statistic("between", "degrees of freedom between groups"),
            Statistic("within", "degrees of freedom within groups"),
            Statistic("effect_size", "effect size η²", (*_EFFECT, "eta squared"), _eta_squared),
            Statistic("levene_p_value", "p-value of Levene's test of equal spread"),
            Statistic("welch_p_value", "p-value of Welch's version"),
            Statistic("rank_p_value", "p-value of the Kruskal–Wallis test"),
            Statistic("mean", "mean"),
            _ROWS,
        ),
        headline="p_value",
        module="comparisons",
        examples=(
            Example("ANOVA of sales by region", {"value": ("sales",), "group": ("region",)}),
            Example("ANOVA of price, before and after", {"value": ("price", "before", "after")}),
        ),
    ),
    ModelStep(
        name="kruskal_wallis",
        label="Kruskal–Wallis test",
        phrases=("kruskal-wallis", "kruskal wallis", "kruskal", "h test"),
        sentence="Kruskal–Wallis test of {value}",
        roles=(_VALUES, _GROUP),
        statistics=(
            _P,
            Statistic("h", "H", ("h", "h statistic")),
            Statistic("degrees_of_freedom", "degrees of freedom"),
            Statistic("effect_size", "effect size ε²", (*_EFFECT, "epsilon squared")),
            Statistic("median", "median"),
            _ROWS,
        ),
        headline="p_value",
        module="comparisons",
        examples=(Example("Kruskal-Wallis test of sales by region", {"value": ("sales",), "group": ("region",)}),),
    ),
    ModelStep(
        name="variance_test",
        label="test of equal variances",
        phrases=(
            "levene",
            "levene's test",
            "bartlett's test",
            "equal variances",
            "variance test",
            "homogeneity of variance",
            "similar variability",
            "levels of variability",
        ),
        sentence="{method} test of equal variances of {value}",
        roles=(_VALUES, _GROUP),
        settings=(
            Setting(
                "method",
                "Levene's test about medians, or Bartlett's for normal values",
                "levene",
                {"levene": ("levene", "brown-forsythe"), "bartlett": ("bartlett",)},
            ),
        ),
        statistics=(
            _P,
            Statistic("statistic", "test statistic", ("test statistic",)),
            Statistic("standard_deviation", "standard deviation"),
            _ROWS,
        ),
        headline="p_value",
        module="comparisons",
        examples=(
            Example("are the variances of sales equal across regions?", {"value": ("sales",), "group": ("region",)}),
            Example("is before as spread as after?", {"value": ("before", "after")}),
        ),
    ),
    ModelStep(
        name="chi_square",
        label="chi-square test",
        phrases=(
            "chi-square",
            "chi square",
            "chi squared",
            "chi-squared test",
            "contingency",
            "cramér's v",
            "cramer's v",
            "independent of",
            "depend on",
        ),
        sentence="chi-square test of {columns}",
        roles=(Role("columns", "the two groupings", GROUPS, 2, 2),),
        settings=(
            Setting(
                "correction",
                "Yates' correction of a table of two by two",
                False,
                {False: (), True: ("yates", "yates correction", "continuity correction")},
            ),
        ),
        statistics=(
            _P,
            Statistic("chi_square", "χ²", ("chi-square statistic", "chi square value", "χ²"), _chi_square),
            Statistic("degrees_of_freedom", "degrees of freedom"),
            Statistic("effect_size", "Cramér's V", ("cramér's v", "cramer's v", *_EFFECT), _cramers_v),
            Statistic("smallest_expected", "smallest expected count"),
            Statistic("fisher_p_value", "p-value of Fisher's exact test", ("fisher", "fisher's exact test")),
            ROWS,
        ),
        headline="p_value",
        module="contingency",
        examples=(
            Example("chi-square test of segment and card", {"columns": ("segment", "card")}),
            Example("chi-square test of segment and region", {"columns": ("segment", "region")}),
        ),
    ),
)
