"""Columns that a question could mean just as well as the one that it names in part: "emp num" over Employee_Num and Staff_Num.

A name said to the letter has no rival, and neither has a label of the dictionary; one whose words are said in another order, shortened, in
part or by others of their sense is tied with every column of its table that all of these words could stand for. A rival is a reason to ask
and never an answer by itself: it is linked beside the column that is named (docs/decisions/0033).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from services.nlq.planner.lexicon.tokens import Token
from services.nlq.planner.lexicon.vocabulary import FUNCTION_WORDS
from services.nlq.planner.linking.guesses import nearness
from services.nlq.planner.linking.identifiers import names_things
from services.nlq.planner.linking.names import Link
from services.nlq.planner.linking.schema import Column
from services.nlq.planner.linking.senses import says_only_a_figure

_JOINING = FUNCTION_WORDS - {"no"}  # No_of_reviews begins with a number
STEP = 0.02  # behind the column that is named: so little that they stay tied (choosing.decide.TIED)
DOUBTFUL = 0.7
"""A link that costs more hardly names anything, and is no reason to ask about others."""


def rival_links(tokens: Sequence[Token], links: Iterable[Link]) -> Iterator[Link]:
    """(first token, end, column, cost) of what could be meant as well as what `links` say."""
    named: dict[tuple[int, int], list[tuple[float, Column]]] = {}
    for start, end, column, cost in links:
        named.setdefault((start, end), []).append((cost, column))
    settled = [(start, end) for (start, end), found in named.items() if _is_said(tokens[start:end], found)]
    for (start, end), found in named.items():
        cost, column = min(found, key=_cost)
        tied = sum(other - cost <= STEP for other, _ in found) > 1  # it is asked already
        if cost > DOUBTFUL or tied or not _is_quantity(column):
            continue
        if (start, end) in settled:
            rivals = _said_of_rows(tokens[max(0, start - 1) : end], column)
        else:
            rivals = [] if _is_within((start, end), settled) else _said_in_part(tokens[start:end], column)
        for other in rivals:
            yield start, end, other, cost + STEP


def _said_in_part(span: Sequence[Token], column: Column) -> list[Column]:
    said = [t.norm for t in span if t.norm not in FUNCTION_WORDS]
    unsaid = _unsaid(said, column)
    return [other for other in _others(column) if _could_be(said, other, unsaid)]


def _said_of_rows(span: Sequence[Token], column: Column) -> list[Column]:
    """ "Pet age" of a table of pets is its `Age` and not to the letter: another column may be called just that, as `Years_old` is.

    Such a one has no word besides.
    """
    about, *said = (t.norm for t in span)
    if span[0].stem not in column.home.stems or not said or column.facts.labels:
        return []
    return [
        other
        for other in _others(column)
        if all(any(nearness(word, part) for part in other.words) for word in said)
        and all(any(nearness(word, part) for word in (about, *said)) for part in other.words)
    ]


def _others(column: Column) -> list[Column]:
    """What is only called a key is no rival of a measure, nor the other way round."""
    alike = (c for c in column.home.columns if c.is_key_like == column.is_key_like)
    return [other for other in alike if other is not column and _is_quantity(other)]


def _is_quantity(column: Column) -> bool:
    return column.is_numeric and not names_things(column)


def _cost(link: tuple[float, Column]) -> float:
    return link[0]


def _is_said(span: Sequence[Token], found: Iterable[tuple[float, Column]]) -> bool:
    """Whether it is a whole name, word for word but for plurals, or what the dictionary calls a column."""
    stems = tuple(t.stem for t in span)
    return any(
        cost == 0.0 or stems == column.stems or "".join(stems) == "".join(column.stems) for cost, column in found
    )


def _is_within(span: tuple[int, int], others: Iterable[tuple[int, int]]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in others)


def _could_be(said: Sequence[str], other: Column, unsaid: Sequence[str] | None) -> bool:
    """Whether each word stands for another word of the name. Where the column that is named says no more than that besides (a number, an
    amount), its rival says no more either: "orders" are the number_of_orders, and not the order_value."""
    beside = _unsaid(said, other)
    if beside is None or len(beside) > len(said):
        return False
    if unsaid is None or not all(map(says_only_a_figure, unsaid)):
        return True
    return all(any(nearness(word, own) for own in unsaid) for word in beside)


def _unsaid(said: Sequence[str], column: Column) -> list[str] | None:
    """The words of a name that nothing said stands for; None where a word said stands for none of them."""
    parts = [word for word in column.words if word not in _JOINING]
    for at, word in enumerate(said):
        fitting = max(parts, key=lambda part: nearness(word, part), default="")
        if fitting and nearness(word, fitting):
            parts.remove(fitting)
        elif not any(nearness(word, before) for before in (*said[:at], *said[at + 1 :])):
            return None  # else it only repeats another: "area size"
    return parts if len(parts) < len(column.words) else None
