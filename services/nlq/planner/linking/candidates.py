"""What a stretch of a question may be: signs, cells, numbers, dates, tables, each with its weight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.nlq.planner.lexicon import dates
from services.nlq.planner.lexicon.numerals import read_number
from services.nlq.planner.lexicon.phrases import Sign, longest_phrase, phrases
from services.nlq.planner.lexicon.tokens import Token, quoted_spans
from services.nlq.planner.lexicon.vocabulary import STOPWORDS
from services.nlq.planner.linking.columns import ColumnMatch
from services.nlq.planner.linking.joins import reference
from services.nlq.planner.linking.mentions import (
    ColumnMention,
    DateMention,
    LiteralMention,
    Mention,
    NumberMention,
    SignMention,
    TableMention,
    ValueMention,
)
from services.nlq.planner.linking.schema import Schema
from services.nlq.planner.linking.values import ValueMatch, find_part, find_whole
from shared.columns import Family

Quoted = Sequence[tuple[int, int, str]]
COMMANDS = frozenset(
    {"name", "list", "state", "show", "count", "display", "find", "rank", "order", "sort", "group", "date", "number"}
)
"""Words that begin a question as verbs, whatever columns are called."""

STRONG_SIGNS = frozenset({"measure", "count_distinct", "superlative", "share", "difference", "correlation"})
_LONGEST_CELL = 14


@dataclass(frozen=True)
class Candidate:
    weight: float
    mention: Mention


def quoted_tokens(text: str, tokens: Sequence[Token]) -> tuple[tuple[int, int, str], ...]:
    found = []
    for start, end, inner in quoted_spans(text):
        inside = [i for i, t in enumerate(tokens) if t.start >= start and t.end <= end]
        if inside:
            found.append((inside[0], inside[-1] + 1, inner))
    return tuple(found)


def _exactly(start: int, end: int, quoted: Quoted) -> bool:
    return any((start, end) == q[:2] for q in quoted)


def _within(start: int, end: int, quoted: Quoted) -> bool:
    return any(start < q_end and q_start < end for q_start, q_end, _ in quoted)


def signs(tokens: Sequence[Token], quoted: Quoted) -> Iterator[Candidate]:
    known = phrases()
    for start in range(len(tokens)):
        for end in range(start + 1, min(len(tokens), start + longest_phrase()) + 1):
            signs = known.get(tuple(t.norm for t in tokens[start:end]))
            if signs and not _within(start, end, quoted):
                text = " ".join(t.norm for t in tokens[start:end])
                for sign in signs[:1]:
                    yield Candidate(_sign_weight(sign, end - start), SignMention(start, end, sign, text))


def _sign_weight(sign: Sign, length: int) -> float:
    if length == 1:
        return 1.15 if sign.kind in STRONG_SIGNS else 0.8
    return 1.25 * length


def values(tokens: Sequence[Token], schema: Schema, quoted: Quoted) -> Iterator[Candidate]:
    for start in range(len(tokens)):
        for end in range(start + 1, min(len(tokens), start + _LONGEST_CELL) + 1):
            span = tokens[start:end]
            is_quoted = _exactly(start, end, quoted)
            whole = tuple(m for t in schema.tables for m in find_whole(t, span))
            if whole and _may_be_cell(span, is_quoted):
                text = " ".join(t.text for t in span)
                yield Candidate(_value_weight(span, whole, is_quoted), ValueMention(start, end, whole, text, is_quoted))
            elif not whole:
                part = tuple(m for t in schema.tables for m in find_part(t, span))
                if not part and end - start > 3:
                    break
                if part and _may_be_part(span):
                    text = " ".join(t.text for t in span)
                    yield Candidate(
                        (0.9 if is_quoted else 0.5) * _content(span), ValueMention(start, end, part, text, is_quoted)
                    )


def _content(span: Sequence[Token]) -> int:
    return sum(t.norm not in STOPWORDS for t in span)


def _may_be_cell(span: Sequence[Token], quoted: bool) -> bool:
    if len(span) == 1 and (span[0].is_number or _is_strong_sign(span[0])):
        return quoted
    return quoted or _content(span) > 0 or (span[0].is_capitalised and span[0].start > 0)


def _is_strong_sign(token: Token) -> bool:
    signs = phrases().get((token.norm,), ())
    return bool(signs) and signs[0].kind in STRONG_SIGNS


def _may_be_part(span: Sequence[Token]) -> bool:
    """Part of a cell is named by words of some weight, never by a lone number or a single letter."""
    if span[0].norm in STOPWORDS or span[-1].norm in STOPWORDS:
        return False
    return any(not t.is_number and len(t.norm) >= 3 and t.norm not in STOPWORDS for t in span) or len(span) > 1


def _value_weight(span: Sequence[Token], matches: Sequence[ValueMatch], quoted: bool) -> float:
    weight = 1.1 * len(span) + 0.25
    if quoted:
        weight += 1.0
    if not matches[0].exact:
        weight -= 0.35
    if len(span) == 1 and not span[0].is_capitalised and len(span[0].norm) <= 2:
        weight -= 0.9
    return weight


def numbers(tokens: Sequence[Token], schema: Schema, quoted: Quoted) -> Iterator[Candidate]:
    for start in range(len(tokens)):
        found = read_number(tokens, start)
        if found:
            value, end = found
            matches = tuple(m for t in schema.tables for m in find_whole(t, tokens[start:end]))
            text = " ".join(t.text for t in tokens[start:end])
            weight = 0.9 * (end - start) + 1.2 * _exactly(start, end, quoted)
            yield Candidate(weight, NumberMention(start, end, value, text, matches))


def dates_of(tokens: Sequence[Token], schema: Schema, quoted: Quoted) -> Iterator[Candidate]:
    if not any(c.family is Family.DATE for c in schema.columns):
        return
    for start in range(len(tokens)):
        found = dates.read(tokens, start)
        if found:
            period, end = found
            yield Candidate(
                1.1 * (end - start) + 0.3 + 1.2 * _exactly(start, end, quoted), DateMention(start, end, period)
            )


def tables(tokens: Sequence[Token], schema: Schema) -> Iterator[Candidate]:
    for table in schema.tables:
        width = len(table.stems)
        for start in range(len(tokens) - width + 1) if width else ():
            if start == 0 and width == 1 and tokens[0].norm in COMMANDS:
                continue
            if tuple(t.stem for t in tokens[start : start + width]) == table.stems:
                yield Candidate(0.95 * width, TableMention(start, start + width, table.index))


def references(tokens: Sequence[Token], schema: Schema, offered: Schema) -> Iterator[Candidate]:
    """The name of a table that is not looked at, as the column that refers to it."""
    here = {t.index for t in schema.tables}
    for other in offered.tables:
        if other.index in here:
            continue
        keys = [key for table in schema.tables if (key := reference(table, other))]
        for candidate in tables(tokens, Schema((other,))) if keys else ():
            mention = ColumnMention(
                candidate.mention.start, candidate.mention.end, tuple(ColumnMatch(k, 0.95, True) for k in keys)
            )
            yield Candidate(candidate.weight, mention)


def literals(tokens: Sequence[Token], quoted: Quoted) -> Iterator[Candidate]:
    for start, end, inner in quoted:
        yield Candidate(1.05 * (end - start) + 0.9, LiteralMention(start, end, inner))
