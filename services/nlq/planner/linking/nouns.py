"""Nouns that say what rows are, or what a column counts, where neither is called so: "the game against X", "how many people attended"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from services.nlq.planner.lexicon.tokens import Token, stem
from services.nlq.planner.linking.rows import names_of_rows
from services.nlq.planner.linking.schema import Column, Schema, Table

A_ROW = 0.12
"""What it costs to take such a noun for the table's rows: less than a word passed over, more than the table's own name."""
COUNTED = 0.15

_ROWS = {
    "game match contest fixture matchup": "opponent opponents visitor home away venue score attendance crowd stadium",
    "episode show": "title airdate aired air directed director written writer",
    "player athlete draftee": "player name position college club team pick",
    "person candidate contestant individual": "name player candidate contestant incumbent driver artist",
    "race event": "circuit winner winning venue laps distance driver",
    "song track single recording": "song title artist album",
    "film movie": "film title director",
    "team club side": "team club played wins losses points",
    "country nation": "country nation nationality",
    "tournament championship competition": "tournament champion winner runner surface",
    "school institution": "school mascot enrollment",
    "building tower structure": "floors height building",
    "station": "station frequency callsign call",
    "ship vessel": "ship launched",
    "election": "candidates incumbent party votes",
    "book": "author publisher title",
    "place spot": "food cuisine menu rating stars review",
}
"""What a row may be called, by words that the table's columns must have for that: two of them, or the noun itself in a name."""
_COUNTED = {
    "people spectators fans attendees visitors persons": "attendance crowd spectators audience attended",
    "people inhabitants residents citizens persons": "population inhabitants",
    "people viewers": "viewers audience viewership",
}


def nouns_of_rows(tokens: Sequence[Token], schema: Schema) -> Iterator[tuple[int, Table, float]]:
    """(token, table, cost), where the noun is the name of no table, whose rows are meant, and of no text column of this one. Where a
    column counts such things (matches_missed), what is asked is rather a sum of these."""
    called = {stems for table in schema.tables for stems in names_of_rows(table)}
    for table in schema.tables:
        known = {noun for noun in _row_nouns(table) if (noun,) not in called}
        for at, token in enumerate(tokens):
            if token.stem in known:
                yield at, table, A_ROW


@lru_cache(maxsize=1024)
def _row_nouns(table: Table) -> frozenset[str]:
    about = {s for column in table.columns for s in column.stems}
    own = {c.stems for c in table.columns if not c.is_numeric}
    counted = {s for c in table.columns if c.is_numeric and len(c.stems) > 1 for s in c.stems}
    found = {c.stems[0] for c in table.columns if len(c.words) == 2 and c.words[-1] == "since"}  # `client_since`
    for nouns, hints in _ROWS.items():
        fitting = {stem(h) for h in hints.split()} & about
        named = {stem(n) for n in nouns.split()}
        if len(fitting) >= 2 or named & about:
            found |= {n for n in named - counted if (n,) not in own}
    return frozenset(found)


def nouns_of_counts(tokens: Sequence[Token], schema: Schema) -> Iterator[tuple[int, Column, float]]:
    """(token, column that counts such, cost)."""
    for nouns, hints in _COUNTED.items():
        columns = [c for c in schema.columns if c.is_numeric and {stem(h) for h in hints.split()} & set(c.stems)]
        for at, token in enumerate(tokens):
            if columns and token.norm in nouns.split():
                yield from ((at, column, COUNTED) for column in columns)
