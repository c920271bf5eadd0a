"""Which stretches of a question may name columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from services.nlq.planner.lexicon.tokens import Token
from services.nlq.planner.lexicon.vocabulary import FUNCTION_WORDS, STOPWORDS
from services.nlq.planner.linking.candidates import COMMANDS, Candidate
from services.nlq.planner.linking.columns import ColumnMatch, akin, rank
from services.nlq.planner.linking.mentions import ColumnMention
from services.nlq.planner.linking.schema import Column, Schema

_LONGEST_NAME = 10
_IDENTIFIER = 3.0  # what it adds to a column's weight that the question writes its name with underscores
_WITH_UNDERSCORE = re.compile(r"\w+_\w+")
_LEAST_SIMILARITY = 0.42


def columns(text: str, tokens: Sequence[Token], schema: Schema) -> Iterator[Candidate]:
    related = _relatives(tokens, schema)
    written_as_names = set(_identifiers(text, tokens))
    for start, token in enumerate(tokens):
        near: set[Column] | None = None
        for end in range(start + 1, min(len(tokens), start + _LONGEST_NAME) + 1):
            last = tokens[end - 1]
            if last.norm not in FUNCTION_WORDS or not related[end - 1].isdisjoint(related[start]):
                near = (
                    related[end - 1]
                    if near is None
                    else (near & related[end - 1] if last.norm not in FUNCTION_WORDS else near)
                )
            if not near:
                break
            matches = tuple(
                m
                for m in rank(near, tokens[start:end])
                if m.score >= _LEAST_SIMILARITY and not _is_own_noun(m, tokens, start, end, schema)
            )
            if matches and _may_be_name(tokens[start:end], matches, token):
                weight = _column_weight(tokens[start:end], matches[0]) + (
                    _IDENTIFIER if (start, end) in written_as_names else 0.0
                )
                yield Candidate(weight, ColumnMention(start, end, matches))


def _is_own_noun(match: ColumnMatch, tokens: Sequence[Token], start: int, end: int, schema: Schema) -> bool:
    """Whether the words name the table's rows rather than its column of that name: "flights", of which `flight` is the number."""
    table = schema.at(match.column.table)
    if not match.column.is_numeric or end - start != len(table.stems):
        return False
    numbered = end < len(tokens) and tokens[end].is_number
    return tuple(t.stem for t in tokens[start:end]) == table.stems and not numbered


def _identifiers(text: str, tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Spans of words that the question writes as one identifier: total_amount."""
    for match in _WITH_UNDERSCORE.finditer(text):
        inside = [i for i, t in enumerate(tokens) if t.start >= match.start() and t.end <= match.end()]
        if inside:
            yield inside[0], inside[-1] + 1


def _relatives(tokens: Sequence[Token], schema: Schema) -> list[set[Column]]:
    by_stem: dict[str, set[Column]] = {}
    for column in schema.columns:
        for name in column.stems:
            by_stem.setdefault(name, set()).add(column)
    glued: dict[str, set[Column]] = {}
    for column in schema.columns:
        glued.setdefault("".join(column.words), set()).add(column)
    return [
        set().union(glued.get(t.norm, ()), *(columns for name, columns in by_stem.items() if akin(t, name) > 0))
        for t in tokens
    ]


def _may_be_name(tokens: Sequence[Token], matches: Sequence[ColumnMatch], first: Token) -> bool:
    if len(tokens) == 1 and first.start == 0 and first.norm in COMMANDS:
        return False
    if matches[0].exact:
        return len(tokens) > 1 or first.norm not in FUNCTION_WORDS or (first.is_capitalised and first.start > 0)
    return tokens[0].norm not in STOPWORDS and tokens[-1].norm not in STOPWORDS


def _column_weight(tokens: Sequence[Token], match: ColumnMatch) -> float:
    content = sum(t.norm not in STOPWORDS for t in tokens)
    if match.exact:
        return 1.1 * len(tokens) + 0.3
    return match.score * content + (0.1 if content > 1 else 0.0)
