"""Questions for the greatest or least: "the five cheapest rooms", "the best students by grade", "the most common colour"."""

from __future__ import annotations

from dataclasses import replace

from services.nlq.planner.grammar.conditions.holding import of_cells
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.groups import is_largest
from services.nlq.planner.grammar.meanings import (
    Ask,
    Cells,
    Condition,
    Figure,
    Number,
    Rank,
    Rows,
    Value,
    field_of,
)
from services.nlq.planner.grammar.questions.asks import of_rows
from services.nlq.planner.grammar.rules import Costly, the
from services.nlq.planner.linking.domains import names_rows
from services.nlq.planner.linking.schema import Column
from shared.columns import Family


@ENGLISH.rule("Q", "Q RANK", "Q @that RANK", "Q @be RANK")
def ranked(ask: Ask, rank: Rank) -> Ask | None:
    if ask.rank is not None or ask.figures or ask.order is not None or ask.count_groups or ask.study:
        return None
    return replace(ask, rank=rank)


@ENGLISH.rule("Q", "@ask? @be? the? SUPADJ ROWS", "@show the? SUPADJ ROWS", "@ask ROWS @be the? SUPADJ")
def superlative(first: object, second: object) -> list[Costly]:
    return _superlative(first, second, 1)


OF_A_KIND = 0.05


@ENGLISH.rule("Q", "@ask? @be? the? SUPADJ VAL PRED?", "@show? me? the? SUPADJ VAL PRED?")
def superlative_of_cells(hints: tuple[str, ...], kind: Cells, *narrowed: Condition) -> list[Costly]:
    """ "The best French in Lyon": a word for what things are stands for those that are so."""
    if names_rows(kind.column) or not kind.whole:
        return []
    rows = Rows(kind.column.home, where=(of_cells(kind), *narrowed))
    return [Costly(ask, cost + OF_A_KIND) for ask, cost in _superlative(hints, rows, 1)]


@ENGLISH.rule(
    "Q", "@ask? @be? the? ORDINAL SUPADJ ROWS", "@show the? ORDINAL SUPADJ ROWS", "@ask ROWS @be the? ORDINAL SUPADJ"
)
def nth_superlative(*parts: object) -> list[Costly]:
    """ "The second most expensive book"."""
    ordinal = the(int, parts)
    hints, rows = (p for p in parts if isinstance(p, tuple | Rows))
    return _superlative(hints, rows, 1, ordinal - 1)


@ENGLISH.rule("Q", "@ask? @be? the? ORDINAL SUPADJ ROWS going|judging|measured? by EXPR")
def nth_superlative_by(ordinal: int, hints: tuple[str, ...], rows: Rows, by: Value) -> Ask | None:
    found = superlatives_by(hints, rows, by)
    return None if found is None or found.rank is None else replace(found, rank=replace(found.rank, skip=ordinal - 1))


@ENGLISH.rule(
    "Q",
    "@ask? @be? the? LONGEST running|lasting|standing? ROWS SPAN",
    "@show? the? NUM LONGEST running|lasting? ROWS SPAN",
    "@ask ROWS took|takes|lasted|lasts|ran|runs|stayed the? LONGEST SPAN",
    "@ask ROWS @be? open|running the? LONGEST SPAN",
)
def longest_lasting(*parts: object) -> Ask | None:
    """ "Longest running exhibition (opened to closed)"."""
    rows = the(Rows, parts)
    longest = the(bool, parts)
    span = the(Value, parts)
    count = next((p.value for p in parts if isinstance(p, Number)), 1)
    if not isinstance(count, int) or count < 1 or span.tables != {rows.table.name}:
        return None
    return replace(of_rows(rows), rank=Rank(count, longest, by=span))


@ENGLISH.rule("Q", "ORDINAL SUP EXPR", cost=0.3)
@ENGLISH.rule("Q", "@ask @be the? ORDINAL SUP EXPR", "@show the? ORDINAL SUP EXPR")
def nth_value(ordinal: int, largest: bool, value: Value) -> Ask | None:
    """ "The second highest price"."""
    if value.column is None or value.column.family not in (Family.NUMBER, Family.DATE) or value.column.is_key_like:
        return None
    return Ask(shown=(value,), rank=Rank(1, largest, ordinal - 1, value))


@ENGLISH.rule(
    "Q",
    "@ask? @be? the? NUM SUPADJ ROWS",
    "@show? me? the? NUM SUPADJ ROWS",
    "@show? the? SUPADJ NUM ROWS",
    "who @be the? NUM SUPADJ ROWS",
)
def superlatives(*parts: object) -> list[Costly]:
    number = the(Number, parts)
    hints, rows = (p for p in parts if isinstance(p, tuple | Rows))
    return _superlative(hints, rows, int(number.value)) if isinstance(number.value, int) and number.value > 0 else []


@ENGLISH.rule(
    "Q",
    "@ask? @be? the? SUPADJ ROWS by EXPR",
    "@ask? @be? the? SUPADJ ROWS ~IN_EXPR",
    "@ask? @be? the? SUPADJ ROWS going|judging|measured by EXPR",
    "@show? me? the? NUM SUPADJ ROWS by EXPR",
    "@show? me? the? SUPADJ NUM ROWS by EXPR",
)
def superlatives_by(*parts: object) -> Ask | None:
    """ "3 most expensive books by price_new"."""
    hints = the(tuple, parts)
    rows = the(Rows, parts)
    count = next((p.value for p in parts if isinstance(p, Number)), 1)
    by = the(Value, parts)
    if by.column is None or not isinstance(count, int) or count < 1:
        return None
    if by.column.family is not Family.DATE and (not by.column.is_numeric or by.column.is_key_like):
        return None
    least = hints[0] == "-" or any(hint.removeprefix("-") in by.column.words for hint in hints if hint[0] == "-")
    return replace(of_rows(rows), rank=Rank(count, not least, by=by))


def _superlative(first: object, second: object, count: int, skip: int = 0) -> list[Costly]:
    hints, rows = (first, second) if isinstance(first, tuple) else (second, first)
    if not isinstance(rows, Rows) or not isinstance(hints, tuple):
        return []
    found = []
    for column, ascending, cost in hinted(rows, hints):
        value = Value(field_of(column), column.facts.name, column, frozenset({column.ref.table}))
        ask = of_rows(rows)
        by = (
            value if rows.counted is None or column.words[-1] in _OF_ALL_ROWS else _of_single_rows(value, not ascending)
        )
        found.append(Costly(replace(ask, rank=Rank(count, not ascending, skip, by)), cost))
    return found


_OF_ALL_ROWS = frozenset({"amount", "total", "salary", "pay", "cost", "fee", "charge"})
"""What adds up over the rows of a thing: the biggest customer is the one with the most, the longest river is no sum of lengths."""


def _of_single_rows(value: Value, descending: bool) -> Figure | Value:
    return Figure("max" if descending else "min", value) if value.column and value.column.is_numeric else value


_CITIES = frozenset({"citi", "city", "town", "municip"})
"""Of these the largest is the one with the most inhabitants, or of the greatest area; of all other places the area is meant."""


def hinted(rows: Rows, hints: tuple[str, ...]) -> list[tuple[Column, bool, float]]:
    """Columns that an adjective is about ("cheapest": the price), whether the least is meant, and what that costs."""
    everything_least = hints[0] == "-"
    found: list[tuple[Column, bool, float]] = []
    for at, hint in enumerate(h for h in hints if h != "-"):
        least = everything_least or hint.startswith("-")
        word = hint.removeprefix("-")
        for column in rows.table.columns:
            least_likely = (
                0.35 if word == "population" and found and not _CITIES.intersection(rows.table.stems) else 0.0
            )
            fits = column.family is Family.DATE or (column.is_numeric and not column.is_key_like)
            if fits and word in column.words and all(column is not c for c, _, _ in found):
                found.append((column, least, 0.1 + 0.05 * at + least_likely))
    return found[:3]


@ENGLISH.rule("Q", "@show? me? the? SUP NUM ROWS", "the? SUP NUM ROWS", "@ask @be the? SUP NUM ROWS")
def top(largest: bool, number: Number, rows: Rows) -> Ask | None:
    if not isinstance(number.value, int) or number.value < 1:
        return None
    return replace(of_rows(rows), rank=Rank(number.value, largest))


@ENGLISH.rule(
    "Q",
    "@ask? @be? the? MERIT ROWS by FIG|EXPR",
    "@show? me? the? MERIT NUM ROWS by FIG|EXPR",
    "@show? me? the? NUM MERIT ROWS by FIG|EXPR",
)
def best_by(*parts: object) -> Ask | None:
    best = the(bool, parts)
    rows = the(Rows, parts)
    count = next((p.value for p in parts if isinstance(p, Number)), 1)
    by = next(p for p in parts if isinstance(p, Figure | Value))
    if not isinstance(count, int) or count < 1 or (isinstance(by, Figure) and by.assumed and by.left is None):
        return None
    return replace(of_rows(rows), rank=Rank(count, is_largest(best, by), by=by))


@ENGLISH.rule("Q", "Q by FIG", "Q by EXPR", "Q with the? SUP FIG", "Q with the? SUP EXPR", "Q by the? SUP? FIG")
def ranked_by(ask: Ask, *parts: object) -> Ask | None:
    by = next(p for p in parts if isinstance(p, Figure | Value))
    if ask.rank is None or ask.rank.by is not None:
        return None
    if ask.figures or (isinstance(by, Figure) and by.assumed):
        return None  # groups are ranked by what is asked of them
    return replace(ask, rank=replace(ask.rank, by=by))


@ENGLISH.rule("Q", "NUM ROWS RANK", "@show? the? NUM ROWS RANK", "@ask NUM ROWS RANK")
def several_ranked(number: Number, rows: Rows, rank: Rank) -> Ask | None:
    if not isinstance(number.value, int) or number.value < 1 or rank.count != 1:
        return None
    return replace(of_rows(rows), rank=replace(rank, count=number.value))


@ENGLISH.rule(
    "Q",
    "most common|frequent|popular ROWS",
    "@ask @be the? most common|frequent|popular ROWS",
    "mode of ROWS",
    "@ask @be the? mode of ROWS",
    "@ask ROWS @be the? most common|frequent",
)
def most_common(rows: Rows) -> Ask | None:
    if rows.counted is None:
        return None
    return replace(of_rows(rows), rank=Rank(1, True, by=Figure("count", rows=Rows(rows.table))))
