"""Every stretch of a question that may name cells, with what it costs to believe it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.nlq.planner.lexicon.tokens import Token, quoted_spans
from services.nlq.planner.lexicon.vocabulary import STOPWORDS
from services.nlq.planner.linking.schema import Schema
from services.nlq.planner.linking.values import ValueMatch, find_part, find_whole

LONGEST_CELL = 14


@dataclass(frozen=True)
class CellLink:
    """A stretch that may name `match`'s cells. `cost` is what it takes to believe it where the column is said beside it; standing alone, `doubt` is added."""

    start: int
    end: int
    match: ValueMatch
    cost: float
    doubt: float = 0.0


def cell_links(text: str, tokens: Sequence[Token], schema: Schema) -> Iterator[CellLink]:
    """One for each column that has such cells."""
    quoted = set(_quoted(text, tokens))
    for start in range(len(tokens)):
        for end in range(start + 1, min(len(tokens), start + LONGEST_CELL) + 1):
            span = tokens[start:end]
            is_quoted = (start, end) in quoted
            whole = [m for table in schema.tables for m in find_whole(table, span)]
            if whole:
                for match in whole:
                    if is_quoted or _may_be_cell(span):
                        doubt = 0.0 if is_quoted else _doubt(span)
                        yield CellLink(start, end, match, 0.0 if match.exact else 0.12, doubt)
                    elif _is_state(match, span):
                        yield CellLink(start, end, match, 0.15)
                continue
            part = [m for table in schema.tables for m in find_part(table, span)]
            if not part and end - start > 3:
                break
            for match in part:
                if _may_be_part(span):
                    yield CellLink(start, end, match, 0.3 if is_quoted else 0.9)


def _quoted(text: str, tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    for first, last, _ in quoted_spans(text):
        inside = [i for i, t in enumerate(tokens) if t.start >= first and t.end <= last]
        if inside:
            yield inside[0], inside[-1] + 1


def _may_be_cell(span: Sequence[Token]) -> bool:
    content = sum(t.norm not in STOPWORDS for t in span)
    return content > 0 or (span[0].is_capitalised and span[0].start > 0)


_FEW_STATES = 25


def _is_state(match: ValueMatch, span: Sequence[Token]) -> bool:
    """A word of grammar that is one of the few cells of a column: a status "done"."""
    few = match.column.facts.distinct is not None and match.column.facts.distinct <= _FEW_STATES
    return match.exact and few and len(span) == 1 and len(span[0].norm) >= 4


def _doubt(span: Sequence[Token]) -> float:
    """A short word in small letters is rather a word of the sentence than a code."""
    if len(span) == 1 and len(span[0].norm) <= 2 and not span[0].is_capitalised:
        return 0.6
    if len(span) == 1 and span[0].is_number:
        return 0.25
    return 0.0


def _may_be_part(span: Sequence[Token]) -> bool:
    """Part of a cell is named by words of some weight, never by a lone number or a single letter."""
    if span[0].norm in STOPWORDS or span[-1].norm in STOPWORDS:
        return False
    return any(not t.is_number and len(t.norm) >= 3 and t.norm not in STOPWORDS for t in span)
