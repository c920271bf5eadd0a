"""Questions that name what is wanted only by its kind: who, when, where; and superlatives of groups and dates."""

from __future__ import annotations

from dataclasses import replace

from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Ask, Condition, Figure, Key, Rank, Rows, Value, field_of
from services.nlq.planner.grammar.rules import Costly
from shared.columns import Family


@ENGLISH.rule(
    "Q", "@ask @be? the? KEY RANK", "@ask KEY @be? the? RANK", "@ask KEY @that? RANK", "the? KEY RANK", "KEY RANK"
)
def group_with_rank(key: Key, rank: Rank) -> list[Costly] | None:
    """ "Which month had the highest net amount": the key is a part of a date, no column by itself."""
    if key.unit is None and key.column is not None and key.label == key.column.facts.name:
        return None
    by = rank.by
    if isinstance(by, Value):
        if by.column is not None and not by.column.is_numeric:
            return None
        return [Costly(Ask(figures=(Figure("sum", by),), keys=(key,), rank=replace(rank, by=None)), 0.1)]
    if isinstance(by, Figure):
        where = by.rows.where if by.rows else ()
        figure = replace(by, rows=replace(by.rows, where=())) if by.rows else by
        return [Costly(Ask(figures=(figure,), where=where, keys=(key,), rank=replace(rank, by=None)), 0.0)]
    return None


@ENGLISH.rule("Q", "@ask KEY @of? PRED @have? RANK", "@ask KEY @of? PRED @do? RANK")
def group_of_some_with_rank(key: Key, found: Condition, rank: Rank) -> list[Costly]:
    return [
        Costly(replace(made.meaning, where=(found, *made.meaning.where)), made.cost)
        for made in group_with_rank(key, rank) or []
    ]


@ENGLISH.rule("Q", "when @be? the? SUPADJ ROWS")
def when_superlative(hints: tuple[str, ...], rows: Rows) -> list[Costly]:
    dates = [c for c in rows.table.columns if c.family is Family.DATE]
    ascending = "-" in hints[0]
    found = []
    for column in dates:
        value = Value(field_of(column), column.facts.name, column, frozenset({column.ref.table}))
        found.append(
            Costly(
                Ask(figures=(Figure("min" if ascending else "max", value),), where=rows.where),
                0.05 if len(dates) == 1 else 0.4,
            )
        )
    return found if hints[0] in ("date", "-") else []
