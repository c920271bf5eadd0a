"""Tables cut to what there is room for: the columns that matter, some of them by name and type only, and word of what is left out."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from services.llm.context import GenerationContext
from services.llm.retrieval.ranking import Ranking, rank
from services.llm.retrieval.words import words_of
from services.llm.tables import Column, LeftOut, Measure, Table

SizeOf = Callable[[Table | Column | Measure], int]

# Shares of the room. Most goes to columns with their facts: names alone do not say what a column holds.
WITH_FACTS, WITH_BRIEF, WITH_MEASURES = 0.62, 0.85, 0.12
MOST_EXAMPLES, LONGEST_EXAMPLE, LONGEST_DEFINITION = 3, 40, 160  # of a column among many
MOST_SPELT = 8  # values of a column, where all columns fit but not all that is known of them
MOST_TOTALS = 20
UNNAMED = 28  # bytes of a column's name and type as JSON, without the letters of its name
SMALLEST = UNNAMED + 2  # with the shortest name, beside another column
BETWEEN = 2  # bytes between two items of JSON
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Fitted:
    """`further` are the tables of which nothing is told but the name."""

    tables: tuple[Table, ...]
    further: LeftOut | None


def least_size(tables: Sequence[Table]) -> int:
    """Bytes that the tables need at least, with all of their columns: of thousands it is soon known that they do not fit."""
    return sum(UNNAMED + len(column.name.encode()) for table in tables for column in table.columns)


def leaner(tables: Sequence[Table]) -> Iterator[tuple[Table, ...]]:
    """The tables with less and less of what only helps to picture them: first without rows and warnings, then without references and the columns' figures, too. What
    is left is what code is written by: names, types, what people said, and how values are spelt."""
    pictured = tuple(table.model_copy(update={"sample_rows": (), "warnings": ()}) for table in tables)
    yield pictured
    yield tuple(
        table.model_copy(update={"columns": tuple(map(_without_figures, table.columns)), "references": ()})
        for table in pictured
    )


def _without_figures(column: Column) -> Column:
    spelt = (column.values or column.examples or ())[:MOST_SPELT] or None
    return column.model_copy(update={"values": None, "examples": spelt, "mean": None, "quartiles": None})


def fit_tables(context: GenerationContext, room: int, size_of: SizeOf) -> Fitted:
    """The tables of the context, the leanest there are, in at most `room` bytes of JSON, measured by `size_of`, in their own order."""
    ranking = rank(context)
    chosen = _Chosen(context.tables, room, size_of)
    chosen.take_measures(ranking)
    chosen.take_columns(ranking)
    return chosen.fitted(ranking)


class _Chosen:
    def __init__(self, tables: Sequence[Table], room: int, size_of: SizeOf) -> None:
        self._tables = tables
        self._room = room
        self._size_of = size_of
        self._used = 0
        self._columns: dict[int, dict[int, Column]] = defaultdict(dict)
        self._measures: dict[int, set[int]] = defaultdict(set)

    def take_measures(self, ranking: Ranking) -> None:
        for t, m in ranking.measures:
            if self._take(self._frame(t) + self._size_of(self._tables[t].measures[m]), WITH_MEASURES):
                self._columns[t] = self._columns[t]
                self._measures[t].add(m)

    def take_columns(self, ranking: Ranking) -> None:
        """Each with its facts while there is room for these, then by name and type. What comes later is smaller or left out."""
        with_facts = True
        for t, c in ranking.columns:
            if self._used + SMALLEST > WITH_BRIEF * self._room:
                return
            frame, column = self._frame(t), self._tables[t].columns[c]
            if with_facts:
                told = shortened(column)
                with_facts = self._take(frame + self._size_of(told), WITH_FACTS)
            if not with_facts:
                told = brief(column)
                if not self._take(frame + self._size_of(told), WITH_BRIEF):
                    continue
            self._columns[t][c] = told

    def fitted(self, ranking: Ranking) -> Fitted:
        left: dict[int, list[str]] = defaultdict(list)
        for t, c in ranking.columns:
            if t in self._columns and c not in self._columns[t]:
                left[t].append(self._tables[t].columns[c].name)
        others = [table.name for t, table in enumerate(self._tables) if t not in self._columns]
        lists = len(left) + bool(others)
        told = [self._table(t, left[t], lists) for t in sorted(self._columns)]
        return Fitted(tuple(told), self._left_out(others, lists))

    def _table(self, t: int, left: list[str], lists: int) -> Table:
        columns, table = self._columns[t], self._tables[t]
        update = {
            "columns": tuple(columns[c] for c in sorted(columns)),
            "measures": tuple(table.measures[m] for m in sorted(self._measures[t])),
            "left_out": self._left_out(left, lists),
        }
        return _framed(table).model_copy(update=update)

    def _left_out(self, names: list[str], lists: int) -> LeftOut | None:
        if not names:
            return None
        return LeftOut(count=len(names), names=tuple(compact(names, (self._room - self._used) // lists)))

    def _frame(self, t: int) -> int:
        """What the table takes beside its columns, if nothing of it is told yet; some of it for the count of what is left out."""
        return 0 if t in self._columns else self._size_of(_framed(self._tables[t])) + 60

    def _take(self, size: int, share: float) -> bool:
        if self._used + size + BETWEEN > share * self._room:
            return False
        self._used += size + BETWEEN
        return True


def _framed(table: Table) -> Table:
    return table.model_copy(
        update={
            "columns": (),
            "measures": (),
            "definition": table.definition[:LONGEST_DEFINITION],
            "totals": table.totals[:MOST_TOTALS],
        }
    )


def shortened(column: Column) -> Column:
    """The values that the question names come first: they are needed as they are spelt."""
    examples = tuple(dict.fromkeys((*column.named, *(column.examples or ()))))
    return column.model_copy(
        update={
            "examples": tuple(_cut(value) for value in examples[: max(MOST_EXAMPLES, len(column.named))]) or None,
            "labels": column.labels[:MOST_EXAMPLES],
            "definition": column.definition[:LONGEST_DEFINITION],
        }
    )


def brief(column: Column) -> Column:
    return Column(name=column.name, type=column.type, unit=column.unit, nullable=False)


def _cut(value: object) -> object:
    return f"{value[: LONGEST_EXAMPLE - 1]}…" if isinstance(value, str) and len(value) > LONGEST_EXAMPLE else value


def compact(names: Sequence[str], room: int) -> Iterator[str]:
    """The names in at most `room` bytes. Names that differ in a number only are one entry ("q_1 … q_90 (90)"); where not even these fit, the
    others are counted by the word that they begin with ("sensor… (412)")."""
    numbered: dict[str, list[str]] = defaultdict(list)
    for name in names:
        numbered[_DIGITS.sub("#", name)].append(name)
    entries = [
        group[0] if len(group) == 1 else f"{group[0]} … {group[-1]} ({len(group)})"
        for group in map(_by_number, numbered.values())
    ]
    if _bytes(entries) <= room:
        yield from entries
        return
    whole = list(_within(entries, room // 2))
    yield from whole
    rest = [name for group in list(numbered.values())[len(whole) :] for name in group]
    beginnings = Counter((words_of(name) or (name,))[0] for name in rest)
    yield from _within((f"{word}… ({count})" for word, count in beginnings.most_common()), room - _bytes(whole))


def _by_number(group: Iterable[str]) -> list[str]:
    return sorted(group, key=lambda name: [int(digits) for digits in _DIGITS.findall(name)])


def _within(entries: Iterable[str], room: int) -> Iterator[str]:
    for entry in entries:
        room -= _bytes([entry])
        if room < 0:
            return
        yield entry


def _bytes(entries: Iterable[str]) -> int:
    return sum(len(json.dumps(entry, ensure_ascii=False).encode()) + BETWEEN for entry in entries)
