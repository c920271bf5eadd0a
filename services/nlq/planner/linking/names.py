"""Every stretch of a question that may name a column or a table, with what it costs to believe it.

0: the whole name. Above that: words of the name were left out, or others of the same sense stand for them. A part of a name costs more
where another column has exactly that name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from services.nlq.planner.lexicon.tokens import Token, name_words, stem
from services.nlq.planner.lexicon.units import MEASURED_IN
from services.nlq.planner.lexicon.vocabulary import FUNCTION_WORDS, STOPWORDS
from services.nlq.planner.linking.columns import ColumnMatch, akin, rank, spelled_out
from services.nlq.planner.linking.schema import Column, Schema

COMMANDS = frozenset(
    {"name", "list", "state", "show", "count", "display", "find", "rank", "order", "sort", "group", "date", "number"}
)
"""Words that begin a question as verbs, whatever columns are called."""
MOST_COLUMNS = 5  # of one stretch: more equal ones cannot be offered as a choice either
_LONGEST_NAME = 8
_LEAST = 0.42
_WITH_UNDERSCORE = re.compile(r"\w+_\w+")


_KEY_WORDS = frozenset("id ids no number num key code nr uuid name".split())

PART_OF_AN_IDENTIFIER = 0.6  # of line_total written so, "line" alone names no column

Link = tuple[int, int, Column, float]


def column_links(text: str, tokens: Sequence[Token], schema: Schema) -> Iterator[Link]:
    """(first token, end, column, cost), several columns for a stretch that may name several."""
    yield from _labelled(tokens, schema)
    related = relatives(tokens, schema)
    written = set(identifiers(text, tokens))
    for start in range(len(tokens)):
        near: set[Column] | None = None
        for end in range(start + 1, min(len(tokens), start + _LONGEST_NAME) + 1):
            last = tokens[end - 1]
            content = last.norm not in FUNCTION_WORDS or bool(related[end - 1])
            if content:
                near = related[end - 1] if near is None else near & related[end - 1]
            if not near:
                break
            if not content:
                continue
            part = PART_OF_AN_IDENTIFIER * any(a <= start and end <= b and (start, end) != (a, b) for a, b in written)
            for link in _links(tokens, start, end, near, (start, end) in written):
                yield (*link[:3], link[3] + part)


def _labelled(tokens: Sequence[Token], schema: Schema) -> Iterator[Link]:
    """What the dictionary calls columns: as good as their names."""
    for column in schema.columns:
        for label in column.facts.labels:
            for start, end in spoken_at(label, tokens):
                yield start, end, column, 0.0


def spoken_at(label: str, tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Where the words of a label stand, plural or singular."""
    wanted = tuple(stem(word) for word in name_words(label))
    width = len(wanted)
    for start in range(len(tokens) - width + 1) if width else ():
        if tuple(t.stem for t in tokens[start : start + width]) == wanted:
            yield start, start + width


def _links(tokens: Sequence[Token], start: int, end: int, near: set[Column], written: bool) -> Iterator[Link]:
    span = tokens[start:end]
    if end - start == 1 and span[0].norm in FUNCTION_WORDS and not _named_exactly(span, near):
        return
    if not written and [t.norm for t in span[:2]] == ["number", "of"] and not _named_exactly(span, near):
        return  # "the number of parcels" counts them, whatever `parcel_no` is short for
    matches = [
        m
        for m in rank(near, span)
        if m.score >= _LEAST and not _swallows_a_no(m.column, span) and not _is_a_rate(m.column, span)
    ]
    if not matches:
        return
    exact = any(_is_whole(m, span) for m in matches)
    to_the_letter = any(m.score >= 1.0 for m in matches)
    for match in matches[:MOST_COLUMNS]:
        cost = _cost(match, span)
        if exact and not _is_whole(match, span):
            cost += 0.8
        elif to_the_letter and match.score < 1.0:
            cost += 0.4  # "winnings" is no other word for wins where there are winnings
        if start == 0 and end == 1 and span[0].norm in COMMANDS:
            cost += 0.5
        meant = written and match.exact and (match.score >= 1.0 or not to_the_letter)
        yield start, end, match.column, 0.0 if meant else cost


_NEVER_PART = frozenset({"no", "not", "never", "neither", "nor", "without"})


def _swallows_a_no(column: Column, span: Sequence[Token]) -> bool:
    """ "parcels have no carrier" does not name `parcel_no`: there the word stands right beside the noun."""
    if not any(t.norm in _NEVER_PART for t in span):
        return False
    spoken, named = [tuple(stem(word) for word in words) for words in ((t.norm for t in span), column.words)]
    return spoken != named


def _is_a_rate(column: Column, span: Sequence[Token]) -> bool:
    """`price_per_tonne` is no weight: the unit behind "per" is not what was measured."""
    return "per" in column.words and any(t.norm in MEASURED_IN for t in span)


def _named_exactly(span: Sequence[Token], near: set[Column]) -> bool:
    return any(tuple(t.norm for t in span) == c.words for c in near)


def _is_whole(match: ColumnMatch, span: Sequence[Token]) -> bool:
    return match.exact or entity_stems(match.column) == tuple(t.stem for t in span)


def entity_stems(column: Column) -> tuple[str, ...]:
    """A key's name without the word that says that it is one: `customer` of `customer_id`."""
    return _without_key_words(column.words)


def entities_called(column: Column) -> frozenset[tuple[str, ...]]:
    """The same of its name and of what the dictionary calls it."""
    return frozenset({entity_stems(column), *(_without_key_words(name_words(label)) for label in column.facts.labels)})


def _without_key_words(words: tuple[str, ...]) -> tuple[str, ...]:
    while len(words) > 1 and words[-1] in _KEY_WORDS:
        words = words[:-1]
    return tuple(stem(w) for w in words)


def _cost(match: ColumnMatch, span: Sequence[Token]) -> float:
    if match.exact:
        return 0.0 if match.score >= 1.0 else 0.02
    if entity_stems(match.column) == tuple(t.stem for t in span if t.norm not in STOPWORDS):
        return 0.08
    words = [t.stem for t in span if t.norm not in STOPWORDS] or [t.stem for t in span]
    if all(word in match.column.stems for word in words):
        return 0.12 + 0.2 * (1.0 - len(set(words)) / len(match.column.stems))
    if spelled_out(match.column, [t for t in span if t.norm not in STOPWORDS]):
        return 0.1
    return cost_of_likeness(match.score)


def cost_of_likeness(score: float) -> float:
    """For words that are not those of the name."""
    return 0.15 + 1.2 * (1.0 - score)


def identifiers(text: str, tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Spans of words that the question writes as one identifier: total_amount."""
    for match in _WITH_UNDERSCORE.finditer(text):
        inside = [i for i, t in enumerate(tokens) if t.start >= match.start() and t.end <= match.end()]
        if inside:
            yield inside[0], inside[-1] + 1


def relatives(tokens: Sequence[Token], schema: Schema) -> list[set[Column]]:
    """For each word the columns that have one like it in their names."""
    by_stem: dict[str, set[Column]] = {}
    glued: dict[str, set[Column]] = {}
    for column in schema.columns:
        for name in column.stems:
            by_stem.setdefault(name, set()).add(column)
        for written in {"".join(column.words), stem("".join(column.words))}:
            glued.setdefault(written, set()).add(column)
    found = [
        set().union(glued.get(t.norm, ()), *(columns for name, columns in by_stem.items() if akin(t, name) > 0))
        for t in tokens
    ]
    for start, end, columns in _written_apart(tokens, glued):
        for at in range(start, end):
            found[at] |= columns
    return found


def _written_apart(tokens: Sequence[Token], glued: Mapping[str, set[Column]]) -> Iterator[tuple[int, int, set[Column]]]:
    """ "travel time" for the column `traveltime`, "re-entries" for `reentry`: words that make a name only when they are written together."""
    for start in range(len(tokens)):
        for end in range(start + 2, min(len(tokens), start + 3) + 1):
            together = "".join(t.norm for t in tokens[start:end])
            if columns := glued.get(together) or glued.get(stem(together)):
                yield start, end, columns
