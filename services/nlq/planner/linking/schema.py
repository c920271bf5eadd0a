"""The offered tables as the linker sees them: columns with their words, kinds and tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from numbers import Real

from services.nlq.planner.facts import ColumnFacts, TableFacts
from services.nlq.planner.lexicon.tokens import name_words, stem
from services.nlq.planning.plan import ColumnRef
from shared.columns import ColumnType, Family

_NUMERIC_CELL = re.compile(r"[^\d\-]{0,3}-?\d[\d,]*(\.\d+)?\D{0,12}")
_NO_IDS = frozenset(
    "paid grid acid solid android covid valid void fluid liquid rapid hybrid humid unpaid raid said avoid asteroid".split()
)
_LEADING_ARTICLES = frozenset({"the", "a", "an", "of"})


@dataclass(frozen=True, eq=False)
class Column:
    """A column in its place: `words` and `stems` are its name's, `position` its place in the table."""

    ref: ColumnRef
    facts: ColumnFacts
    table: int
    position: int
    words: tuple[str, ...]
    stems: tuple[str, ...]
    family: Family
    numeric_text: bool

    @property
    def is_numeric(self) -> bool:
        return self.family is Family.NUMBER

    @property
    def is_year(self) -> bool:
        low, high = self.facts.minimum, self.facts.maximum
        return (
            self.family is Family.NUMBER
            and isinstance(low, Real)
            and isinstance(high, Real)
            and 1000 <= float(low) <= float(high) <= 2200
            and any("year" in w or w in ("season", "yr", "date") for w in self.words)
        )

    @property
    def is_key_like(self) -> bool:
        if not self.words:
            return False
        last = self.words[-1]
        glued = len(last) > 3 and last.endswith("id") and last not in _NO_IDS
        return last in ("id", "key", "uuid", "code", "ids") or glued or self.facts.type == ColumnType.IDENTIFIER


@dataclass(frozen=True, eq=False)
class Table:
    facts: TableFacts
    index: int
    columns: tuple[Column, ...]
    stems: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.facts.name

    @property
    def naming_column(self) -> Column | None:
        """The column by which a person would name a row: its name, title, or first text column."""
        named = [c for c in self.columns if c.family is Family.TEXT and c.words and c.words[-1] in ("name", "title")]
        textual = [c for c in self.columns if c.family is Family.TEXT and not c.is_key_like]
        return next(iter(named or textual), None)


@dataclass(frozen=True)
class Schema:
    tables: tuple[Table, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(c for t in self.tables for c in t.columns)

    def at(self, index: int) -> Table:
        """The table of that place among the offered ones, which narrowing does not change."""
        return next(t for t in self.tables if t.index == index)

    def column(self, ref: ColumnRef) -> Column:
        return next(c for c in self.table(ref.table).columns if c.ref == ref)

    def table(self, name: str) -> Table:
        return next(t for t in self.tables if t.name == name)

    def has(self, ref: ColumnRef) -> bool:
        return any(c.ref == ref for c in self.columns)


def build(tables: tuple[TableFacts, ...]) -> Schema:
    return Schema(tuple(_table(facts, index) for index, facts in enumerate(tables)))


@lru_cache(maxsize=256)
def _table(facts: TableFacts, index: int) -> Table:
    columns = tuple(_column(facts.name, c, index, position) for position, c in enumerate(facts.columns))
    return Table(facts, index, columns, tuple(stem(w) for w in name_words(facts.name)))


def _column(table: str, facts: ColumnFacts, index: int, position: int) -> Column:
    words = (
        tuple(w for w in name_words(facts.name) if w not in _LEADING_ARTICLES)
        or name_words(facts.name)
        or (facts.name.casefold(),)
    )
    family = ColumnType(facts.type).family
    return Column(
        ColumnRef(table=table, column=facts.name),
        facts,
        index,
        position,
        words,
        tuple(stem(w) for w in words),
        family,
        family is Family.TEXT and _mostly_numeric(facts.values),
    )


def _mostly_numeric(values: tuple[str, ...]) -> bool:
    """Whether a text column holds numbers with something around them ("12 km", "3rd"), so that comparing makes sense."""
    some = values[:60]
    return len(some) >= 2 and sum(bool(_NUMERIC_CELL.fullmatch(v.strip())) for v in some) >= 0.8 * len(some)
