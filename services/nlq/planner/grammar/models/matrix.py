"""Questions about all columns of a table at once: each correlated with each, all summed up."""

from __future__ import annotations

from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Study
from services.nlq.planner.grammar.studies import Fitted, all_correlated, is_quantity
from services.nlq.planner.linking.schema import Table

ENGLISH.phrases("OF_NUMBERS", {True: "numeric|numerical|number|quantitative|numeric and boolean"})
ENGLISH.phrases("PAIRS", {True: "pairwise|all|all pairwise|all the|all of the"})


@ENGLISH.rule(
    "STUDY",
    "correlation MATRIX",
    "MATRIX @of CORR",
    "correlation MATRIX @of|for|between|across|among EVERY_COLUMN",
    "correlation MATRIX @of|for|in WHOLE",
    "PAIRS? CORR between|among|across|for|@of EVERY_COLUMN",
    "PAIRS? CORR in|within|of|for WHOLE",
    "all? MATRIX CORR",
    "how @do EVERY_COLUMN correlate",
    "how @be EVERY_COLUMN correlated",
)
def each_with_each(*parts: object) -> Fitted:
    tables = {part for part in parts if isinstance(part, Table)}
    return all_correlated(tables.pop()) if len(tables) == 1 else None


@ENGLISH.rule("EVERY_COLUMN", "all? the? OF_NUMBERS? EVERY", "each OF_NUMBERS? EVERY", "each pair of OF_NUMBERS? EVERY", "every pair of OF_NUMBERS? EVERY")  # fmt: skip
def every_column(*parts: object) -> Table:
    return next(part for part in parts if isinstance(part, Table))


@ENGLISH.rule("STUDY", "PAIRS CORR between|among|of|for SOME", "CORR between|among SOME", cost=0.02)
def some_correlated(*parts: object) -> Fitted:
    """Of two columns the correlation is a number, and not a table of it."""
    columns = next(part for part in parts if isinstance(part, tuple))
    return all_correlated(columns[0].home, columns) if len(columns) > 2 else None


@ENGLISH.rule(
    "STUDY",
    "describe|summarize|summarise EVERY_COLUMN",
    "describe|summarize|summarise the? WHOLE",
    "summary|descriptive|basic|summary statistics|stats of|for|on EVERY_COLUMN",
    "summary|descriptive|basic statistics|stats of|for|on the? WHOLE",
    "statistical? summary of|for EVERY_COLUMN",
    "statistical? summary of|for the? WHOLE",
)
def everything_described(table: Table) -> Fitted:
    numbers = tuple(c for c in table.columns if is_quantity(c) and not c.is_year)
    return Study("describe", (("columns", numbers),)) if numbers else None
