"""What a table holds, before anything else is asked of it: what is missing in which column, and whether rows stand twice."""

from __future__ import annotations

from services.nlq.planner.grammar.conditions.holding import of_column
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Ask, Figure, Rows, field_of
from services.nlq.planner.grammar.rules import the, the_or_none
from services.nlq.planner.linking.schema import Table
from shared.plan import Missing

ENGLISH.phrases("GAPS", {True: "missing values|missing cells|missing entries|nulls|null values|blanks|blank cells|blank values|empty cells|empty values|gaps|missing data"})  # fmt: skip
MOST_COLUMNS = 60


@ENGLISH.rule(
    "Q",
    "how many GAPS @be? there? by|per|in|for each? EVERY",
    "how many GAPS @do|@be? @have? each EVERY have?",
    "how many GAPS @do each EVERY have",
    "@show? me? the? @count? of? GAPS by|per|in|for each? EVERY",
    "@show? me? the? @count? of? GAPS in|for every|all the? EVERY",
    "GAPS by|per|in|for each? EVERY",
    "which|what EVERY @have GAPS",
    "in which EVERY @be there? GAPS",
)
def gaps_of_columns(*parts: object) -> Ask | None:
    """A figure for each column: how many of its cells hold nothing."""
    table = the(Table, parts)
    if not 1 < len(table.columns) <= MOST_COLUMNS:
        return None
    gaps = (of_column(column, Missing(of=field_of(column))) for column in table.columns)
    return Ask(figures=tuple(Figure("count", rows=Rows(table), where=(gap,)) for gap in gaps))


@ENGLISH.rule(
    "Q",
    "@be there any? COPY in|within the? WHOLE",
    "@be there any? ALL_COPIES",
    "how many ALL_COPIES @be? there?",
    "any ALL_COPIES",
    "@do the? WHOLE have|contain any? COPY",
    "@do the? WHOLE have|contain any? COPIED rows|records|entries|lines",
    "how many COPY @be? there? in|within the? WHOLE",
    "any COPY in|within the? WHOLE",
)
@ENGLISH.rule(
    "Q",
    "@be there any? COPIED ROWS",
    "@be there any? COPY of|among|in the? ROWS",
    "@do the? ROWS have|contain any? COPY",
    "@be any ROWS COPY",
)
def copies_at_all(*parts: object) -> Ask | None:
    """How many rows repeat another one in every cell; 0 says that there are none."""
    table, rows = the_or_none(Table, parts), the_or_none(Rows, parts)
    if rows is None and table is None:
        return None
    if rows is not None and (rows.counted is not None or rows.where):
        return None
    counted = rows if rows is not None else Rows(the(Table, parts))
    return Ask(figures=(Figure("copies", rows=counted),))
