"""Columns that are one quantity at several times: "which material grew the most from 2021 to 2024"."""

from __future__ import annotations

from dataclasses import replace

from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Rank, Rows, Value, field_of
from services.nlq.planner.grammar.questions.asks import of_rows
from services.nlq.planner.grammar.rules import Costly, the
from services.nlq.planner.linking.schema import Column
from shared.plan import Arithmetic

ENGLISH.phrases("GREW", {True: "grew|increased|rose|gained|grown|went up|risen", False: "fell|dropped|shrank|decreased|declined|lost|went down"})  # fmt: skip
ENGLISH.phrases("FARTHEST", {True: "the most|most|the strongest|strongest", False: "the least|least"})
ENGLISH.phrases("IN_PERCENT", {True: "in percent|percentage wise|relatively|in relative terms|in percentage terms", False: "in absolute terms|absolutely|in absolute numbers"})  # fmt: skip
EITHER = 0.2
"""Whether a growth in percent is meant is not said: both are read, and asked about where they differ."""


@ENGLISH.rule("Q", "@ask|who ROWS @have? GREW FARTHEST IN_PERCENT? from|between COL to|and COL IN_PERCENT?")
def grew_most(*parts: object) -> list[Costly]:
    rows = the(Rows, parts)
    rising, farthest, *relative = (p for p in parts if isinstance(p, bool))
    start, end = (p for p in parts if isinstance(p, Column))
    if not _are_years_of_one_row(rows, start, end) or len(relative) > 1:
        return []
    by = [_relative(start, end)] if relative == [True] else [_absolute(start, end)]
    if not relative:
        by.append(_relative(start, end))
    return [
        Costly(replace(of_rows(rows), rank=Rank(1, rising == farthest, by=value)), EITHER if len(by) > 1 else 0.0)
        for value in by
    ]


def _are_years_of_one_row(rows: Rows, start: Column, end: Column) -> bool:
    columns = (start, end)
    return start is not end and all(c.home is rows.table and c.is_numeric and not c.is_key_like for c in columns)


def _absolute(start: Column, end: Column) -> Value:
    return Value(
        Arithmetic(op="-", left=field_of(end), right=field_of(start)),
        f"{end.facts.name} − {start.facts.name}",
        None,
        frozenset({start.ref.table}),
    )


def _relative(start: Column, end: Column) -> Value:
    return Value(
        Arithmetic(op="/", left=field_of(end), right=field_of(start)),
        f"{end.facts.name} ÷ {start.facts.name}",
        None,
        frozenset({start.ref.table}),
    )
