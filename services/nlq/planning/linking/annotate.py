"""Cut a question into mentions: of all ways to cover its words, the one that explains most of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.nlq.planning.linking.columns import ColumnMatch, akin, rank
from services.nlq.planning.linking.joins import shared_key
from services.nlq.planning.linking.mentions import (
    ColumnMention,
    DateMention,
    LiteralMention,
    Mention,
    NumberMention,
    SignMention,
    TableMention,
    ValueMention,
    WordMention,
)
from services.nlq.planning.linking.schema import Column, Schema
from services.nlq.planning.linking.values import ValueMatch, find_part, find_whole
from services.nlq.planning.words import dates
from services.nlq.planning.words.lexicon import FUNCTION_WORDS, STOPWORDS, Sign, longest_phrase, phrases
from services.nlq.planning.words.numerals import read_number
from services.nlq.planning.words.tokens import Token, quoted_spans, tokenize

_LONGEST_NAME = 10
_IDENTIFIER = 3.0  # what it adds to a column's weight that the question writes its name with underscores
_WITH_UNDERSCORE = re.compile(r"\w+_\w+")
_LONGEST_CELL = 14
_COMMANDS = frozenset(
    {"name", "list", "state", "show", "count", "display", "find", "rank", "order", "sort", "group", "date", "number"}
)
_LEAST_SIMILARITY = 0.42
_STRONG_SIGNS = frozenset({"measure", "count_distinct", "superlative", "share", "difference", "correlation"})


@dataclass(frozen=True)
class Question:
    text: str
    tokens: tuple[Token, ...]
    mentions: tuple[Mention, ...]


@dataclass(frozen=True)
class _Candidate:
    weight: float
    mention: Mention


def annotate(text: str, schema: Schema, offered: Schema | None = None) -> Question:
    """`offered` has tables beyond the schema's: their names then mean the key that refers to them."""
    tokens = tokenize(text)
    quoted = _quoted_tokens(text, tokens)
    candidates = [
        *_signs(tokens, quoted),
        *_columns(text, tokens, schema),
        *_values(tokens, schema, quoted),
        *_numbers(tokens, schema, quoted),
        *_dates(tokens, schema, quoted),
        *_tables(tokens, schema),
        *_references(tokens, schema, offered or schema),
        *_literals(tokens, quoted),
    ]
    return Question(text, tokens, _compounds(tokens, _signs_restored(tokens, _cover(tokens, candidates))))


def _signs_restored(tokens: Sequence[Token], mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """As in "total amount" with a column called total: before another column's name, the word is about the computation."""
    restored = list(mentions)
    for at, mention in enumerate(mentions[:-1]):
        if (
            isinstance(mention, ColumnMention)
            and isinstance(mentions[at + 1], ColumnMention)
            and mention.end - mention.start == 1
        ):
            signs = phrases().get((tokens[mention.start].norm,), ())
            if signs and signs[0].kind in _STRONG_SIGNS:
                restored[at] = SignMention(mention.start, mention.end, signs[0], tokens[mention.start].norm)
    return tuple(restored)


def _compounds(tokens: Sequence[Token], mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """As in "population density": of two column names side by side, the last is meant, and the first only modifies it."""
    merged: list[Mention] = []
    for mention in mentions:
        last = merged[-1] if merged else None
        if (
            isinstance(mention, ColumnMention)
            and isinstance(last, ColumnMention)
            and _side_by_side(tokens, last, mention)
        ):
            merged[-1] = ColumnMention(last.start, mention.end, mention.matches)
        else:
            merged.append(mention)
    return tuple(merged)


def _side_by_side(tokens: Sequence[Token], left: ColumnMention, right: ColumnMention) -> bool:
    touching = tokens[right.start].start - tokens[left.end - 1].end == 1
    return touching and right.best.exact and left.best.column.table == right.best.column.table


def _cover(tokens: Sequence[Token], candidates: Sequence[_Candidate]) -> tuple[Mention, ...]:
    """The non-overlapping candidates of greatest total weight; words left over stand alone."""
    ending: dict[int, list[_Candidate]] = {}
    for candidate in candidates:
        ending.setdefault(candidate.mention.end, []).append(candidate)
    best: list[tuple[float, Mention | None]] = [(0.0, None)]
    for end in range(1, len(tokens) + 1):
        top: tuple[float, Mention | None] = (best[end - 1][0], None)
        for candidate in ending.get(end, ()):
            weight = best[candidate.mention.start][0] + candidate.weight
            if weight > top[0]:
                top = (weight, candidate.mention)
        best.append(top)
    chosen: list[Mention] = []
    at = len(tokens)
    while at > 0:
        mention = best[at][1] or WordMention(at - 1, at, tokens[at - 1])
        chosen.append(mention)
        at = mention.start
    return tuple(reversed(chosen))


def _quoted_tokens(text: str, tokens: Sequence[Token]) -> tuple[tuple[int, int, str], ...]:
    found = []
    for start, end, inner in quoted_spans(text):
        inside = [i for i, t in enumerate(tokens) if t.start >= start and t.end <= end]
        if inside:
            found.append((inside[0], inside[-1] + 1, inner))
    return tuple(found)


def _exactly(start: int, end: int, quoted: Sequence[tuple[int, int, str]]) -> bool:
    return any((start, end) == q[:2] for q in quoted)


def _within(start: int, end: int, quoted: Sequence[tuple[int, int, str]]) -> bool:
    return any(start < q_end and q_start < end for q_start, q_end, _ in quoted)


def _signs(tokens: Sequence[Token], quoted: Sequence[tuple[int, int, str]]) -> Iterator[_Candidate]:
    known = phrases()
    for start in range(len(tokens)):
        for end in range(start + 1, min(len(tokens), start + longest_phrase()) + 1):
            signs = known.get(tuple(t.norm for t in tokens[start:end]))
            if signs and not _within(start, end, quoted):
                text = " ".join(t.norm for t in tokens[start:end])
                for sign in signs[:1]:
                    yield _Candidate(_sign_weight(sign, end - start), SignMention(start, end, sign, text))


def _sign_weight(sign: Sign, length: int) -> float:
    if length == 1:
        return 1.15 if sign.kind in _STRONG_SIGNS else 0.8
    return 1.25 * length


def _columns(text: str, tokens: Sequence[Token], schema: Schema) -> Iterator[_Candidate]:
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
            matches = tuple(m for m in rank(near, tokens[start:end]) if m.score >= _LEAST_SIMILARITY)
            if matches and _may_be_name(tokens[start:end], matches, token):
                weight = _column_weight(tokens[start:end], matches[0]) + (
                    _IDENTIFIER if (start, end) in written_as_names else 0.0
                )
                yield _Candidate(weight, ColumnMention(start, end, matches))


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
    if len(tokens) == 1 and first.start == 0 and first.norm in _COMMANDS:
        return False
    if matches[0].exact:
        return len(tokens) > 1 or first.norm not in FUNCTION_WORDS or (first.is_capitalised and first.start > 0)
    return tokens[0].norm not in STOPWORDS and tokens[-1].norm not in STOPWORDS


def _column_weight(tokens: Sequence[Token], match: ColumnMatch) -> float:
    content = sum(t.norm not in STOPWORDS for t in tokens)
    if match.exact:
        return 1.1 * len(tokens) + 0.3
    return match.score * content + (0.1 if content > 1 else 0.0)


def _values(tokens: Sequence[Token], schema: Schema, quoted: Sequence[tuple[int, int, str]]) -> Iterator[_Candidate]:
    for start in range(len(tokens)):
        for end in range(start + 1, min(len(tokens), start + _LONGEST_CELL) + 1):
            span = tokens[start:end]
            is_quoted = _exactly(start, end, quoted)
            whole = tuple(m for t in schema.tables for m in find_whole(t, span))
            if whole and _may_be_cell(span, is_quoted):
                text = " ".join(t.text for t in span)
                yield _Candidate(
                    _value_weight(span, whole, is_quoted), ValueMention(start, end, whole, text, is_quoted)
                )
            elif not whole:
                part = tuple(m for t in schema.tables for m in find_part(t, span))
                if not part and end - start > 3:
                    break
                if part and _may_be_part(span):
                    text = " ".join(t.text for t in span)
                    yield _Candidate(
                        (0.9 if is_quoted else 0.5) * _content(span), ValueMention(start, end, part, text, is_quoted)
                    )


def _content(span: Sequence[Token]) -> int:
    return sum(t.norm not in STOPWORDS for t in span)


def _may_be_cell(span: Sequence[Token], quoted: bool) -> bool:
    if len(span) == 1 and span[0].is_number:
        return quoted
    return quoted or _content(span) > 0 or (span[0].is_capitalised and span[0].start > 0)


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


def _numbers(tokens: Sequence[Token], schema: Schema, quoted: Sequence[tuple[int, int, str]]) -> Iterator[_Candidate]:
    for start in range(len(tokens)):
        found = read_number(tokens, start)
        if found:
            value, end = found
            matches = tuple(m for t in schema.tables for m in find_whole(t, tokens[start:end]))
            text = " ".join(t.text for t in tokens[start:end])
            weight = 0.9 * (end - start) + 1.2 * _exactly(start, end, quoted)
            yield _Candidate(weight, NumberMention(start, end, value, text, matches))


def _dates(tokens: Sequence[Token], schema: Schema, quoted: Sequence[tuple[int, int, str]]) -> Iterator[_Candidate]:
    if not any(c.family == "date" for c in schema.columns):
        return
    for start in range(len(tokens)):
        found = dates.read(tokens, start)
        if found:
            period, end = found
            yield _Candidate(
                1.1 * (end - start) + 0.3 + 1.2 * _exactly(start, end, quoted), DateMention(start, end, period)
            )


def _tables(tokens: Sequence[Token], schema: Schema) -> Iterator[_Candidate]:
    for table in schema.tables:
        width = len(table.stems)
        for start in range(len(tokens) - width + 1) if width else ():
            if start == 0 and width == 1 and tokens[0].norm in _COMMANDS:
                continue
            if tuple(t.stem for t in tokens[start : start + width]) == table.stems:
                yield _Candidate(0.95 * width, TableMention(start, start + width, table.index))


def _references(tokens: Sequence[Token], schema: Schema, offered: Schema) -> Iterator[_Candidate]:
    """The name of a table that is not looked at, as the column that refers to it."""
    here = {t.index for t in schema.tables}
    for other in offered.tables:
        if other.index in here:
            continue
        keys = [pair[0] for table in schema.tables if (pair := shared_key(table, other))]
        for candidate in _tables(tokens, Schema((other,))) if keys else ():
            mention = ColumnMention(
                candidate.mention.start, candidate.mention.end, tuple(ColumnMatch(k, 0.95, True) for k in keys)
            )
            yield _Candidate(candidate.weight, mention)


def _literals(tokens: Sequence[Token], quoted: Sequence[tuple[int, int, str]]) -> Iterator[_Candidate]:
    for start, end, inner in quoted:
        yield _Candidate(1.05 * (end - start) + 0.9, LiteralMention(start, end, inner))
