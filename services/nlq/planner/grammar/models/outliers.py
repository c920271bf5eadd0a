"""Rows that are far from the others."""

from __future__ import annotations

from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Number, Rows, Study
from services.nlq.planner.grammar.rules import the, the_or_none
from services.nlq.planner.grammar.studies import Fitted, of_one
from services.nlq.planner.linking.schema import Column


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
    column = the(Column, parts)
    rows = the_or_none(Rows, parts)
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
    "STUDY by|using|with|according the? iqr|tukey rule|method|criterion|fences?",
    "STUDY iqr",
    "STUDY by|using|with? NUM iqr",
    "STUDY by|using|with? NUM times the? iqr",
)
def by_quartiles(study: Study, number: Number | None = None) -> Study | None:
    """By the rule by which they are found anyway, with fences as far out as is said."""
    if study.step != "outliers" or (number is not None and not 0 < number.value <= MOST_RANGES):
        return None
    return study if number is None else study.setting("threshold", float(number.value))


MOST_RANGES = 10
"""Quartile ranges beyond which nobody looks for outliers: the number means something else."""
