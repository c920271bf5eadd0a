"""Cells that the words of a question name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from services.nlq.planner.lexicon.tokens import Token, stem, words
from services.nlq.planner.lexicon.vocabulary import ALIASES
from services.nlq.planner.linking.schema import Column, Table
from shared.columns import Family

_LONGEST_CELL = 14
_MOST_CELLS_FOR_PARTS = 20_000


@dataclass(frozen=True)
class ValueMatch:
    """Cells of one column that a span names: all of the cell's words (`whole`), or some of them."""

    column: Column
    cells: tuple[str, ...]
    whole: bool
    exact: bool = True


@dataclass
class CellIndex:
    """One table's cells by their folded words, by their stems, and by each word."""

    whole: dict[tuple[str, ...], list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    stemmed: dict[tuple[str, ...], list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    by_word: dict[str, set[tuple[int, str]]] = field(default_factory=lambda: defaultdict(set))
    words_of: dict[str, tuple[str, ...]] = field(default_factory=dict)


@lru_cache(maxsize=64)
def index_of(table: Table) -> CellIndex:
    index = CellIndex()
    textual = [c for c in table.columns if c.family in (Family.TEXT, Family.TIME)]
    parts = sum(len(c.facts.values) for c in textual) <= _MOST_CELLS_FOR_PARTS
    for column in textual:
        for cell in column.facts.values:
            _add(index, column.position, cell, parts)
    return index


def _add(index: CellIndex, position: int, cell: str, parts: bool) -> None:
    spelled = index.words_of.get(cell)
    if spelled is None:
        spelled = index.words_of[cell] = words(cell)
    if not spelled:
        return
    if len(spelled) <= _LONGEST_CELL:
        index.whole[spelled].append((position, cell))
        index.stemmed[tuple(stem(w) for w in spelled)].append((position, cell))
    if parts:
        for word in spelled:
            index.by_word[word].add((position, cell))


def find_whole(table: Table, tokens: Sequence[Token]) -> tuple[ValueMatch, ...]:
    """Columns with a cell of exactly these words, or of the same stems."""
    index = index_of(table)
    spelled = tuple(t.norm for t in tokens)
    hits = index.whole.get(spelled) or next(
        (index.whole[a] for a in _aliases().get(spelled, ()) if a in index.whole), None
    )
    exact = hits is not None
    if hits is None and spelled != ("non",):  # of "non smokers" no cell is "None"
        hits = index.stemmed.get(tuple(t.stem for t in tokens), [])
    return tuple(_matches(table, hits or [], whole=True, exact=exact))


@lru_cache(maxsize=1)
def _aliases() -> dict[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Every known name for a thing, and its other names."""
    groups = [tuple(words(name) for name in group) for group in ALIASES]
    return {
        name: tuple(other for other in group if other != name)
        for group in groups
        for name in group
        if name != ("us",) and name != ("la",)
    }


def find_part(table: Table, tokens: Sequence[Token]) -> tuple[ValueMatch, ...]:
    """Columns with cells that hold these words side by side."""
    index = index_of(table)
    spelled = tuple(t.norm for t in tokens)
    sets = [index.by_word.get(w) for w in spelled]
    if not all(sets):
        return ()
    both = set.intersection(*(s for s in sets if s))
    hits = sorted(hit for hit in both if _contains(index.words_of[hit[1]], spelled))
    return tuple(_matches(table, hits, whole=False, exact=True))


def _contains(cell: tuple[str, ...], part: tuple[str, ...]) -> bool:
    return any(cell[i : i + len(part)] == part for i in range(len(cell) - len(part) + 1))


def _matches(table: Table, hits: Sequence[tuple[int, str]], *, whole: bool, exact: bool) -> Iterator[ValueMatch]:
    by_column: dict[int, list[str]] = defaultdict(list)
    for position, cell in hits:
        by_column[position].append(cell)
    for position, cells in by_column.items():
        yield ValueMatch(table.columns[position], tuple(dict.fromkeys(cells)), whole, exact)
