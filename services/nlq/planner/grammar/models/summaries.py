"""What values are like: summaries, histograms, several statistics of one column."""

from __future__ import annotations

from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.figures import aggregate
from services.nlq.planner.grammar.meanings import Ask, Figure, Number, Rank, Rows, Study, Value, field_of
from services.nlq.planner.grammar.rules import Costly, the
from services.nlq.planner.grammar.studies import Fitted, is_quantity, of_one, settled
from services.nlq.planner.linking.schema import Column


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
    study = distribution(the(Column, parts))
    number = the(Number, parts)
    return study and settled(study, "bins", number.value)


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
    column = the(Column, parts)
    functions = the(tuple, parts)
    figures = [aggregate(function, _value(column)) for function in functions]
    if not all(isinstance(f, Figure) for f in figures):
        return None
    return Ask(figures=tuple(f for f in figures if isinstance(f, Figure)))


def _value(column: Column) -> Value:
    return Value(field_of(column), column.facts.name, column, frozenset({column.ref.table}))
