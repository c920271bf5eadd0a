"""Questions about what values are like and how they go on: summaries, histograms, normality, outliers, clusters, trends, forecasts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from services.nlq.planner.grammar.additivity import is_additive
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.figures import aggregate
from services.nlq.planner.grammar.groups import Calendar
from services.nlq.planner.grammar.meanings import Ask, Figure, Number, Rank, Rows, Study, Value, field_of
from services.nlq.planner.grammar.rules import Costly
from services.nlq.planner.grammar.studies import Fitted, is_quantity, of_one, settled
from services.nlq.planner.linking.schema import Column
from shared.analysis import MODEL_STEPS
from shared.analysis.units import DAYS
from shared.columns import Family
from shared.plan.expressions import CalendarUnit

ANOTHER_DATE = 0.4
"""A trend runs along a date; where the table has several, which one is meant is asked."""

# What values are like


@ENGLISH.rule(
    "STUDY",
    "describe the? SOME",
    "summarize|summarise the? SOME",
    "descriptive|summary|basic statistics|stats of|for|on SOME",
    "SOME descriptive|summary statistics",
    "five number summary of|for SOME",
    "statistical? summary of|for SOME",
)
def described(columns: tuple[Column, ...]) -> Fitted:
    numbers = tuple(c for c in columns if c.is_numeric)
    return Study("describe", (("columns", columns),)) if numbers == columns else None


@ENGLISH.rule(
    "Q",
    "describe all? the? ROWS",
    "summarize|summarise all? the? ROWS",
    "descriptive|summary|basic statistics|stats of|for|on all? the? ROWS",
    cost=0.1,
)
def described_table(rows: Rows) -> Ask | None:
    """Its columns of numbers; keys and years say nothing on the average."""
    numbers = tuple(c for c in rows.table.columns if is_quantity(c) and not c.is_year)
    if rows.counted is not None or not numbers:
        return None
    return Ask(study=Study("describe", (("columns", numbers),)), where=rows.where)


@ENGLISH.rule(
    "STUDY",
    "histogram|distribution of|for|showing? the? NCOL",
    "NCOL histogram|distribution",
    "frequency distribution of NCOL",
    "how @be the? NCOL distributed",
)
def distribution(column: Column) -> Fitted:
    # How often each group occurs is a table of counts, which two computations agree on.
    return of_one("distribution", "column", column) if is_quantity(column) else None


@ENGLISH.rule("STUDY", "histogram of|for the? NCOL with NUM bins", "NUM bin histogram of|for the? NCOL")
def distribution_in_bins(*parts: object) -> Fitted:
    study = distribution(next(p for p in parts if isinstance(p, Column)))
    number = next(p for p in parts if isinstance(p, Number))
    return study and settled(study, "bins", number.value)


ENGLISH.phrases("NORMAL", {True: "normally distributed|distributed normally|normal|approximately normal|approximately normally distributed|gaussian|close to normal|sufficiently close to normal|close enough to normal|distributed according to a normal distribution|drawn from a normal distribution|consistent with a normal distribution|close to a normal distribution|close enough to a normal distribution|sufficiently close to a normal distribution"})  # fmt: skip
ENGLISH.phrases("FOLLOWS", {True: "follow|follows|have|has|exhibit characteristics of|align with|adhere to|adheres to|fit|exhibit the characteristics of|come from|comes from"})  # fmt: skip
ENGLISH.phrases("NORMALITY", {True: "normal distribution|gaussian distribution|a normal distribution|a gaussian distribution|the normal distribution"})  # fmt: skip
ENGLISH.phrases("SUPPOSED", {True: "is there evidence to suggest that|is there evidence that|is there any evidence that|can i assume that|can we assume that|to what extent can we assume that|is it reasonable to assume that|how likely is it that|how probable is it that|what is the likelihood that|what is the probability that|what are the implications if|what would be the implications if|check if|check whether|test if|test whether|determine if|determine whether"})  # fmt: skip
ENGLISH.phrases("PRACTICALLY", {True: "for practical purposes|for the purposes of statistical analysis|for the purpose of statistical analysis|for the purpose of conducting statistical procedures|for statistical purposes"})  # fmt: skip
ENGLISH.phrases("CLAIMED", {True: "is|are|does|do|not|is not|are not|does not|do not"})


@ENGLISH.rule(
    "WHETHER",
    "@be the? NCOL NORMAL",
    "@be there a? NORMALITY of|in NCOL",
    "@do the? NCOL FOLLOWS NORMALITY",
    "SUPPOSED the? NCOL CLAIMED? NORMAL",
    "SUPPOSED the? NCOL CLAIMED? FOLLOWS NORMALITY",
    "test of|for? normality of|for|in|on NCOL",
    "normality test of|for|on NCOL",
    "normality of NCOL",
    "test|check NCOL for normality",
    "to what extent can we|i rely on the? assumption of normality for NCOL",
    "to what extent can we|i rely on the? normality assumption for NCOL",
    "what @be the? implications of non? NORMALITY of|for NCOL",
    "would it be appropriate to use methods assuming normality for? analyzing? NCOL",
    "@be NCOL suitable|appropriate for methods that? assume|assuming normality",
    "would? NCOL be? appropriate|suitable for methods assuming normality",
    "@do NCOL follow a distribution that @be suitable for methods assuming normality",
)
def normality(*parts: object) -> Fitted:
    return of_one("normality", "column", next(p for p in parts if isinstance(p, Column)))


@ENGLISH.rule("WHETHER", "WHETHER PRACTICALLY")
def for_practical_purposes(study: Study, _: bool) -> Fitted:
    return study if study.step == "normality" else None


@ENGLISH.rule(
    "STUDY",
    "outliers|anomalies in|of|for|by the? NCOL",
    "unusual|extreme values in|of|for the? NCOL",
    "NCOL outliers|anomalies",
    "ROWS that? @be outliers in|by|for NCOL",
)
@ENGLISH.rule(
    "WHETHER",
    "@be there any? outliers in|for|of the? NCOL",
    "which ROWS @be outliers in|by|for NCOL",
    "@do the? NCOL @have any? outliers",
)
def outliers(*parts: object) -> Fitted:
    column = next(p for p in parts if isinstance(p, Column))
    rows = next((p for p in parts if isinstance(p, Rows)), None)
    return of_one("outliers", "value", column) if rows is None or rows.table is column.home else None


@ENGLISH.rule(
    "STUDY",
    "how many outliers @be there? in|of|for the? NCOL",
    "how many outliers @do NCOL have",
    "number of outliers in|of|for the? NCOL",
    "count of? outliers in|of|for NCOL",
)
def number_of_outliers(column: Column) -> Fitted:
    study = of_one("outliers", "value", column)
    return study and study.setting("statistic", "count")


@ENGLISH.rule(
    "STUDY",
    "clusters|clustering|segments of? ROWS? by|on|using|based SOME",
    "cluster|segment ROWS by|on|using SOME",
    "k means clustering? by|on|using|of SOME",
)
def clusters(*parts: object) -> Fitted:
    columns = next(p for p in parts if isinstance(p, tuple))
    rows = next((p for p in parts if isinstance(p, Rows)), None)
    if rows is not None and (rows.where or rows.table is not columns[0].home):
        return None
    return Study("clusters", (("columns", columns),)) if all(map(is_quantity, columns)) else None


@ENGLISH.rule("STUDY", "NUM STUDY", "STUDY into|with|in NUM groups|clusters|segments")
def number_of_clusters(*parts: object) -> Fitted:
    study, number = next(p for p in parts if isinstance(p, Study)), next(p for p in parts if isinstance(p, Number))
    return settled(study, "k", number.value) if study.step == "clusters" else None


# What values do over time


@ENGLISH.rule(
    "STUDY", "trend of|in|for the? NCOL", "NCOL trend", "linear trend of|in NCOL", "trend of|in NCOL over time"
)
@ENGLISH.rule(
    "WHETHER",
    "@be the? NCOL rising|falling|growing|increasing|decreasing|declining over time",
    "@be there a? trend in|of NCOL",
    "@be there a? trend in|of NCOL over time",
)
def trend(column: Column) -> list[Costly]:
    return [Costly(study, cost) for when, cost in _dates_of(column) if (study := _along("trend", column, when, None))]


@ENGLISH.rule("STUDY", "trend of|in NCOL along|over NCOL")
def trend_along(value: Column, when: Column) -> Fitted:
    return None if value is when else _checked_along(value, when)


@ENGLISH.rule(
    "STUDY", "trend of|in|for the? NCOL per|by CAL", "CAL trend of|in NCOL", "change of|in NCOL per CAL over time"
)
def trend_per_unit(*parts: object) -> list[Costly]:
    column, calendar = (
        next(p for p in parts if isinstance(p, Column)),
        next(p for p in parts if isinstance(p, Calendar)),
    )
    return [
        Costly(study.setting("per", unit), cost)
        for when, cost in _dates_of(column)
        if (unit := _unit(calendar)) and (study := _along("trend", column, when, unit)) is not None
    ]


@ENGLISH.rule(
    "STUDY",
    "forecast|predict|project|extrapolate the? NCOL for|over? the? next NUM CAL",
    "forecast|projection|prediction of|for NCOL for|over? the? next NUM CAL",
    "forecast the? next NUM CAL of NCOL",
    "forecast NCOL NUM CAL ahead",
    "forecast|predict NCOL for|over NUM CAL",
)
def forecast(*parts: object) -> list[Costly]:
    column = next(p for p in parts if isinstance(p, Column))
    number = next(p for p in parts if isinstance(p, Number))
    calendar = next(p for p in parts if isinstance(p, Calendar))
    found = []
    for when, cost in _dates_of(column):
        unit = _unit(calendar)
        study = _along("forecast", column, when, unit) if unit else None
        settled_study = study and settled(study, "periods", number.value)
        if settled_study:
            found.append(Costly(settled_study, cost))
    return found


@ENGLISH.rule(
    "STUDY",
    "forecast|predict the? NCOL for|of? the? next CAL",
    "forecast of NCOL for the? next CAL",
    "NCOL forecast for the? next CAL",
)
def forecast_of_next(column: Column, calendar: Calendar) -> list[Costly]:
    return forecast(column, Number(1), calendar)


def _checked_along(value: Column, when: Column) -> Fitted:
    study = of_one("trend", "value", value)
    fits = when.family in MODEL_STEPS["trend"].role("when").takes
    return study.taking("when", (when,)) if study is not None and fits else None


def _dates_of(column: Column) -> list[tuple[Column, float]]:
    dates = [c for c in column.home.columns if c.family is Family.DATE]
    dates = dates or [c for c in column.home.columns if c.is_year and c is not column]
    return [(when, 0.0 if len(dates) == 1 else ANOTHER_DATE) for when in dates]


def _unit(calendar: Calendar) -> CalendarUnit | None:
    return calendar.word if calendar.word in DAYS else None  # type: ignore[return-value]


def _along(step: str, value: Column, when: Column, unit: CalendarUnit | None) -> Fitted:
    """Rows of single deals are added up first: what goes on over time is their total of each unit."""
    if not is_quantity(value):
        return of_one(step, "value", value)
    study = Study(step, (("value", (value,)), ("when", (when,))))
    if when.is_year:
        return study if unit in (None, "year") and _is_once(when) else None
    if _is_once(when) and (unit is None or _is_spaced(when, unit)):
        return study
    if unit is None:
        return study if step == "trend" and not is_additive(value) else None
    return replace(study, unit=unit)


def _is_once(when: Column) -> bool:
    return when.facts.distinct == when.home.facts.rows


def _is_spaced(when: Column, unit: CalendarUnit) -> bool:
    """One row for each unit, but for some that are missing."""
    first, last = (_day(bound) for bound in (when.facts.minimum, when.facts.maximum))
    rows = when.home.facts.rows
    if first is None or last is None or rows < 2:
        return False
    return 0.8 <= (last - first).days / (rows - 1) / DAYS[unit] <= 1.25


def _day(bound: object) -> date | None:
    if isinstance(bound, str):
        try:
            return datetime.fromisoformat(bound).date()
        except ValueError:
            return None
    return bound.date() if isinstance(bound, datetime) else bound if isinstance(bound, date) else None


@ENGLISH.rule("Q", "how can|could i|we|you? Q", "calculate|compute|determine|provide|report|find me? Q", cost=0.05)
def asked_to_compute(ask: Ask) -> Ask | None:
    return ask if ask.figures or ask.study else None


@ENGLISH.rule(
    "Q",
    "mode of|for the? NCOL",
    "most common|frequent|frequently value|outcome|item|occurrence of|for|in|observed? the? NCOL",
    "@ask @be the? mode of|for the? NCOL",
    "@ask @be the? most common|frequent value|outcome|occurrence @of the? NCOL",
    "@ask @be the? most frequently? occurring|observed value|item @of the? NCOL",
    "@ask @be the? most frequent value observed @of the? NCOL",
    cost=0.02,
)
def mode(column: Column) -> Ask:
    rows = Rows(column.home, column)
    return Ask(rows=rows, rank=Rank(1, descending=True, by=Figure("count", rows=Rows(column.home))))


# Several statistics of one column

ENGLISH.phrases("SKEWED", {"skewness": "skewness|asymmetry", "kurtosis": "kurtosis", "std": "standard deviation|std dev", "median": "median|median value", "mean": "mean|average|mean value", "variance": "variance"})  # fmt: skip


@ENGLISH.rule(
    "FIG",
    "SKEWED @of|for the? NCOL",
    "level|degree|extent|amount|value of SKEWED @of|for the? NCOL",
    "SKEWED @be? present? @of the? NCOL",
    cost=0.02,
)
def shape_of(function: str, column: Column) -> Figure | Costly | None:
    return aggregate(function, _value(column))


@ENGLISH.rule(
    "Q",
    "how much SKEWED @be present @of NCOL",
    "how @be the? SKEWED of NCOL manifested",
    "how @do the? SKEWED of NCOL manifest",
    "@ask @do the? SKEWED of NCOL indicate|show",
)
@ENGLISH.rule(
    "Q",
    "how variable @be NCOL as measured|indicated by the? SKEWED",
    "how much variation @be there in NCOL as measured|indicated by the? SKEWED",
)
def shape_asked(first: object, second: object) -> Ask | None:
    function, column = (first, second) if isinstance(second, Column) else (second, first)
    if not isinstance(column, Column):
        return None
    figure = aggregate(str(function), _value(column))
    return Ask(figures=(figure,)) if isinstance(figure, Figure) else None


@ENGLISH.rule("FIG", "total? range of|for|in values? of|for|in? the? NCOL", "how wide @be the? range of NCOL")
def value_range(column: Column) -> Figure | None:
    """From the least to the greatest."""
    if not is_quantity(column):
        return None
    value = _value(column)
    return Figure("difference", left=Figure("max", value), right=Figure("min", value))


@ENGLISH.rule(
    "Q",
    "quartiles of|for the? NCOL",
    "@ask @be the? quartiles of|for NCOL",
    "calculate|compute|find|@show the? quartiles of|for NCOL",
    "calculate|compute the? quartile divisions|values for|of NCOL",
    "how @be the? NCOL distributed across quartiles",
)
def quartiles(column: Column) -> Ask | None:
    if not is_quantity(column):
        return None
    value = _value(column)
    shares = tuple(Figure("percentile", value, percentile=p) for p in (25.0, 50.0, 75.0))
    return Ask(figures=(Figure("min", value), *shares, Figure("max", value)))


@ENGLISH.rule("AGGS", "AGG and AGG")
def two_aggregates(one: str, other: str) -> tuple[str, ...] | None:
    return (one, other) if one != other else None


@ENGLISH.rule("AGGS", "AGG AGGS")
def more_aggregates(further: str, found: tuple[str, ...]) -> tuple[str, ...] | None:
    return (further, *found) if further not in found else None


@ENGLISH.rule(
    "Q",
    "AGGS of? the? NCOL",
    "@ask @be the? AGGS of NCOL",
    "calculate|compute|find|@show the? AGGS of? the? NCOL",
    "describe NCOL AGGS",
    "NCOL AGGS",
)
def several_aggregates(*parts: object) -> Ask | Costly | None:
    column = next(p for p in parts if isinstance(p, Column))
    functions = next(p for p in parts if isinstance(p, tuple))
    figures = [aggregate(function, _value(column)) for function in functions]
    if not all(isinstance(f, Figure) for f in figures):
        return None
    return Ask(figures=tuple(f for f in figures if isinstance(f, Figure)))


def _value(column: Column) -> Value:
    return Value(field_of(column), column.facts.name, column, frozenset({column.ref.table}))
