"""The offered tables as the linker sees them: columns with their words, kinds and tables."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from numbers import Real
from typing import NamedTuple

from services.nlq.planner.facts import ColumnFacts, TableFacts
from services.nlq.planner.lexicon.tokens import name_words, stem
from shared.columns import ColumnType, Family

_NUMERIC_CELL = re.compile(r"[^\d\-]{0,3}-?\d[\d,]*(\.\d+)?\D{0,12}")
_NO_IDS = frozenset(
    "paid grid acid solid android covid valid void fluid liquid rapid hybrid humid unpaid raid said avoid asteroid".split()
)
_PLACES = frozenset(
    "rank ranking position pos place placing pick round week game match episode ep number no draw stage season heat lap seed chapter order".split()
)
_KEY_NAMES = frozenset({"id", "ids", "key", "uuid", "code", "ref", "reference"})
_NUMBERS = frozenset({"no", "nr", "num", "number", "serial"})
_MEASURES = frozenset(
    "amount price cost revenue sales quantity qty total population count salary income area size score distance weight height length age value "
    "rating hours minutes days kg km points wins goals year attendance capacity votes stock views profit budget rate speed velocity mass load volume "
    "temperature pressure width depth percent share index level density".split()
)
"""What the first column may measure, though its numbers happen to be different in every row."""
_FEWEST_NAMED = 5
_LEADING_ARTICLES = frozenset({"the", "a", "an", "of"})


class ColumnRef(NamedTuple):
    """A column by the names of its table and itself."""

    table: str
    column: str


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
    home: Table = field(init=False, repr=False)
    """The table that it is a column of."""

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
        named = last in _KEY_NAMES or glued or self.facts.type == ColumnType.IDENTIFIER
        return named or self.counts_rows or self.names_rows_by_number

    @property
    def names_rows_by_number(self) -> bool:
        """Whole numbers that are different in every row, first of all columns or called numbers: they name the rows, and measure nothing."""
        if self.facts.type != ColumnType.INTEGER or self.facts.nullable or self.is_year:
            return False
        if self.facts.distinct != self.home.facts.rows or self.home.facts.rows < _FEWEST_NAMED:
            return False
        return self.words[-1] in _NUMBERS or (self.position == 0 and not _MEASURES.intersection(self.words))

    @property
    def is_place(self) -> bool:
        """Numbers that are places in an order, by their name: they are compared and looked up, and add up to nothing."""
        return self.is_numeric and bool(self.words) and self.words[-1] in _PLACES

    @property
    def counts_rows(self) -> bool:
        """Whole numbers without a gap, each once: the table's rows numbered through, whatever the column is called."""
        low, high, different = self.facts.minimum, self.facts.maximum, self.facts.distinct
        if not (isinstance(low, int) and isinstance(high, int) and different is not None and different >= 5):
            return False
        if different != self.home.facts.rows:
            return False
        return (
            self.facts.type == ColumnType.INTEGER
            and self.position == 0
            and high - low + 1 == different
            and low in (0, 1)
        )


@dataclass(frozen=True, eq=False)
class Table:
    facts: TableFacts
    index: int
    columns: tuple[Column, ...]
    stems: tuple[str, ...]
    schema: Schema = field(init=False, repr=False)
    """All tables that the question may be about, this one among them."""

    @property
    def name(self) -> str:
        return self.facts.name

    def column(self, name: str) -> Column:
        return next(c for c in self.columns if c.facts.name == name)

    @cached_property
    def naming_column(self) -> Column | None:
        """The column by which a person would name a row: its name, title, or first text column."""
        telling = [c for c in self.columns if c.family is Family.TEXT and _tells_apart(c, self.facts.rows)]
        named = [c for c in telling if c.words and c.words[-1] in ("name", "title")]
        return next(iter(named or [c for c in telling if not c.is_key_like]), None)

    @cached_property
    def totals(self) -> tuple[tuple[tuple[Column, str | int | float | None], ...], ...]:
        """The cells that find the rows which sum up others."""
        names = {c.facts.name for c in self.columns}
        known = (cells for cells in self.facts.totals if all(cell.column in names for cell in cells))
        return tuple(tuple((self.column(cell.column), cell.value) for cell in cells) for cells in known)


def _tells_apart(column: Column, rows: int) -> bool:
    """Whether its cells tell rows apart, but for a few namesakes."""
    return column.facts.distinct is None or column.facts.distinct >= 0.75 * rows


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


@lru_cache(maxsize=64)
def build(tables: tuple[TableFacts, ...]) -> Schema:
    schema = Schema(tuple(_table(facts, index) for index, facts in enumerate(tables)))
    for table in schema.tables:
        object.__setattr__(table, "schema", schema)  # as with columns: they know each other
    return schema


def _table(facts: TableFacts, index: int) -> Table:
    columns = tuple(_column(facts.name, c, index, position) for position, c in enumerate(facts.columns))
    table = Table(facts, index, columns, tuple(stem(w) for w in name_words(facts.name)))
    for column in columns:
        object.__setattr__(column, "home", table)  # the two know each other, and neither can be made first
    return table


def _column(table: str, facts: ColumnFacts, index: int, position: int) -> Column:
    words = (
        tuple(w for w in name_words(facts.name) if w not in _LEADING_ARTICLES)
        or name_words(facts.name)
        or (facts.name.casefold(),)
    )
    words = _said_once(words)
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


def _said_once(words: tuple[str, ...]) -> tuple[str, ...]:
    """ "Points for Points for", a heading over two rows that repeat each other, is named once."""
    half = len(words) // 2
    return words[:half] if half and words[:half] == words[half:] else words


def _mostly_numeric(values: tuple[str, ...]) -> bool:
    """Whether a text column holds numbers with something around them ("12 km", "3rd"), so that comparing makes sense."""
    some = values[:60]
    return len(some) >= 2 and sum(bool(_NUMERIC_CELL.fullmatch(v.strip())) for v in some) >= 0.8 * len(some)
