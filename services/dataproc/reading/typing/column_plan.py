"""What is known of a column before typing, and the decision: type, storage, conversion, evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pyarrow as pa

from services.dataproc.reading.typing.moments.day_order import DayOrder
from services.dataproc.reading.typing.nulls import STRONG_TOKENS, null_tokens
from services.dataproc.reading.typing.wrappings import Wrapping
from shared.columns import ColumnType
from shared.open_choices import OpenChoice


@dataclass(frozen=True)
class ValueCounts:
    """Distinct cells of a column with their counts; `complete` when they are those of the whole column.

    `order_hint` and `style_hint` are how other columns of the table, in which it is clear, write days and numbers; `comma_likely`: the
    file is of a kind whose writers use a decimal comma, which tips a guess and decides nothing; `comma_divides`: the comma stands between
    the cells, and no number with a point is quoted, so that whoever wrote them had another decimal sign. `quoted`: the file itself says that these are
    texts, and has another way to say that one is missing.
    """

    name: str
    counts: Mapping[str, int]
    complete: bool = True
    order_hint: DayOrder | None = None
    style_hint: str | None = None
    comma_likely: bool = False
    comma_divides: bool = False
    own_nulls: frozenset[str] = frozenset()
    quoted: bool = False

    @property
    def rows(self) -> int:
        return sum(self.counts.values())

    @cached_property
    def tokens(self) -> list[tuple[str, str, int]]:
        """(cell, its text as null tokens are written, count)"""
        return [(text, text.strip().lower(), count) for text, count in self.counts.items()]

    def present(self) -> dict[str, int]:
        """Cells other than the strong null tokens."""
        return {text: count for text, token, count in self.tokens if token not in STRONG_TOKENS}

    @cached_property
    def null_tokens(self) -> frozenset[str]:
        """Tokens that stand for missing, should this be a column of numbers, dates or truth values. Columns without own ones share a set: a copy takes 8 kB."""
        common = null_tokens(self.rows)
        return common | self.own_nulls if self.own_nulls else common

    def values(self) -> dict[str, int]:
        """Cells other than any null token."""
        nulls = self.null_tokens
        return {text: count for text, token, count in self.tokens if token not in nulls}


@dataclass(frozen=True)
class ColumnPlan:
    """How the cells of one column become values. `parse` raises ValueError for a cell that does not fit.

    `misfits` are counted cells that became null; `offending` are counted cells that kept the column text, and are in it.
    `distinct` is the number of different cells counted, None where most of a sample were different. `units`: those that single numbers
    of the column may have, where they are mixed or partly missing. `column`: the cells that it was decided on.
    """

    type: ColumnType
    storage: pa.DataType
    parse: Callable[[str], Any]
    nulls: frozenset[str]
    evidence: str
    unit: str | None = None
    format: str | None = None
    misfits: Mapping[str, int] = field(default_factory=dict)
    offending: Mapping[str, int] = field(default_factory=dict)
    seen_nulls: frozenset[str] = frozenset()
    distinct: int | None = None
    forced: bool = False
    open_choice: OpenChoice | None = None
    units: tuple[str, ...] = ()
    wrapping: Wrapping | None = None
    column: ValueCounts | None = field(default=None, repr=False, compare=False)

    @property
    def plain(self) -> bool:
        """Numbers without separators and units."""
        return self.format is None and self.unit is None

    @property
    def trims(self) -> bool:
        """Text whose surrounding blanks mean nothing."""
        return self.type.trims

    def is_null(self, cell: str) -> bool:
        return cell.strip().lower() in self.nulls
