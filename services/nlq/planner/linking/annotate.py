"""Cut a question into mentions: of all ways to cover its words, the one that explains most of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.nlq.planner.lexicon.phrases import phrases
from services.nlq.planner.lexicon.tokens import Token, tokenize
from services.nlq.planner.linking import candidates as may_be
from services.nlq.planner.linking.candidates import STRONG_SIGNS, Candidate
from services.nlq.planner.linking.mentions import ColumnMention, Mention, SignMention, WordMention
from services.nlq.planner.linking.naming import columns
from services.nlq.planner.linking.schema import Schema


@dataclass(frozen=True)
class Question:
    text: str
    tokens: tuple[Token, ...]
    mentions: tuple[Mention, ...]


def annotate(text: str, schema: Schema, offered: Schema | None = None) -> Question:
    """`offered` has tables beyond the schema's: their names then mean the key that refers to them."""
    tokens = tokenize(text)
    quoted = may_be.quoted_tokens(text, tokens)
    candidates = [
        *may_be.signs(tokens, quoted),
        *columns(text, tokens, schema),
        *may_be.values(tokens, schema, quoted),
        *may_be.numbers(tokens, schema, quoted),
        *may_be.dates_of(tokens, schema, quoted),
        *may_be.tables(tokens, schema),
        *may_be.references(tokens, schema, offered or schema),
        *may_be.literals(tokens, quoted),
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
            if signs and signs[0].kind in STRONG_SIGNS:
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


def _cover(tokens: Sequence[Token], candidates: Sequence[Candidate]) -> tuple[Mention, ...]:
    """The non-overlapping candidates of greatest total weight; words left over stand alone."""
    ending: dict[int, list[Candidate]] = {}
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
