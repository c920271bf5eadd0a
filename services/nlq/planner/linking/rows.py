"""Every stretch of a question that may name the rows of a table, with what it costs to believe it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from services.nlq.planner.lexicon.tokens import Token, name_words, stem
from services.nlq.planner.lexicon.vocabulary import FUNCTION_WORDS
from services.nlq.planner.linking.names import entity_stems
from services.nlq.planner.linking.schema import Column, Schema, Table
from shared.columns import Family

_ROW_WORDS = frozenset("row rows record records entry entries line lines observation observations".split())


@lru_cache(maxsize=1024)
def names_of_rows(table: Table) -> dict[tuple[str, ...], float]:
    """What a row of the table may be called, as stems, and what that costs."""
    names = {table.stems[-1:]: 0.25, _without_kind(table.stems): 0.0, table.stems: 0.0}
    for column in table.columns:
        key = column.facts.name in table.facts.candidate_keys and (column.is_key_like or column.position == 0)
        if key and len(column.words) <= 3 and not _is_figure(column):
            names.setdefault(entity_stems(column), 0.05)
    if table.naming_column is not None:
        names.setdefault(entity_stems(table.naming_column), 0.1)
    for label in table.facts.labels:
        names[tuple(stem(word) for word in name_words(label))] = 0.0
    return {name: cost for name, cost in names.items() if name}


_KINDS = frozenset(map(stem, ("dataset", "data", "table", "list", "file", "statistics", "survey", "records")))


def _without_kind(stems: tuple[str, ...]) -> tuple[str, ...]:
    """What the table is about, without the word that says that it is a table."""
    while len(stems) > 1 and stems[-1] in _KINDS:
        stems = stems[:-1]
    return stems


def _is_figure(column: Column) -> bool:
    """A number that happens to be different in every row, and numbers nothing."""
    return column.is_numeric and not column.is_key_like


ANOTHER_IS_CALLED_SO = 0.45
"""Its rows have the same key as another table that is called by the word: "states" are the rows of `state`, not of `elevations`."""
REPEATED = 0.5
"""The table has several rows for each thing that it is called by: "rivers" are different names, not rows for each state they cross."""


def repeats(table: Table, stems: tuple[str, ...]) -> bool:
    if any(c.facts.name in table.facts.candidate_keys and c.is_key_like for c in table.columns):
        return False
    names = [c for c in table.columns if entity_stems(c) == stems and c.family is Family.TEXT]
    return any(c.facts.distinct is not None and c.facts.distinct < FEW_NAMESAKES * table.facts.rows for c in names)


FEW_NAMESAKES = 0.75  # as for the column that names rows (schema.naming_column)


def _two(tokens: Sequence[Token], start: int) -> tuple[str, ...]:
    return tuple(t.stem for t in tokens[start : start + 2])


def table_links(tokens: Sequence[Token], schema: Schema) -> Iterator[tuple[int, int, Table, float]]:
    """Stretches that name the rows of a table: its name, its key's noun, or "rows"."""
    own = {table.stems for table in schema.tables}
    for table in schema.tables:
        for stems, cost in names_of_rows(table).items():
            if stems != table.stems and stems in own:
                cost += ANOTHER_IS_CALLED_SO
            elif repeats(table, stems):
                cost += REPEATED
            width = len(stems)
            for start in range(len(tokens) - width + 1) if width else ():
                if tuple(t.stem for t in tokens[start : start + width]) == stems:
                    yield start, start + width, table, cost
            together = "".join(stems)
            for start in range(len(tokens) - 1):
                if stems != _two(tokens, start) and stem(tokens[start].norm + tokens[start + 1].norm) == together:
                    yield start, start + 2, table, cost  # "check-ins" are the rows of `checkins`
        for at, token in enumerate(tokens):
            if token.norm in _ROW_WORDS:
                yield at, at + 1, table, 0.05 if len(schema.tables) == 1 else 0.6


def subjects(tokens: Sequence[Token], schema: Schema) -> Iterator[tuple[int, int, Table]]:
    """Words of a table's name, some of them: what its rows are about, without saying which."""
    for table in schema.tables:
        about = set(_without_kind(table.stems)) - _KINDS
        at = 0
        while at < len(tokens):
            end = at
            while end < len(tokens) and tokens[end].stem in about and tokens[end].norm not in FUNCTION_WORDS:
                end += 1
            if end > at:
                yield at, end, table
            at = max(end, at + 1)
