"""Readings whose words and whose values do not go together: nobody means them, whatever they cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from services.nlq.planner.grammar.chart import Item
from services.nlq.planner.grammar.meanings import Ask, Condition, Figure, Number
from services.nlq.planner.lexicon.tokens import Token
from services.nlq.planner.linking.schema import Column
from services.nlq.planner.plan.roots import conditions_of, flat_figures
from shared.columns import Family
from shared.plan import All, Comparison, Literal, Not, Predicate

_CLAUSE = frozenset("when where if while".split())
_ENTRIES = frozenset("entry entries listing listings instance instances value values record records".split())
_HAVE = frozenset("have has had".split())
_GOES_ON = frozenset("been there i we you he she it they".split())
"""Behind these "have" is no word of what the things have: "how many hours have been billed", "had they"."""
_ARTICLES = frozenset("a an the".split())
_KINDS = frozenset("kind kinds type types sort sorts".split())
_JOINTS = frozenset("as of for in by".split())
_NAMING = frozenset("name names title titles id code number no".split())
"""Heads that only say how a thing is called: "name of player" counts players."""
_TELLS_APART = 0.75
"""Such a share of different cells among the rows names these, and is no kind of them."""


@dataclass(frozen=True)
class Said:
    """A reading beside the words it was made of."""

    tokens: Sequence[Token]
    item: Item
    ask: Ask

    @property
    def columns(self) -> list[Item]:
        return sorted((leaf for leaf in self.item.leaves() if leaf.symbol == "COL"), key=lambda leaf: leaf.start)

    @property
    def figures(self) -> list[Figure]:
        return list(flat_figures(self.ask.figures))

    @property
    def conditions(self) -> Iterator[tuple[Column, Predicate]]:
        for condition in conditions_of(self.ask):
            if condition.column is not None:
                yield from ((condition.column, part) for part in _parts(condition))

    def is_summed(self, column: Column) -> bool:
        return any(f.function == "sum" and f.of is not None and f.of.column is column for f in self.figures)

    def is_counted(self, column: Column) -> bool:
        return any(f.function == "count" and f.rows is not None and f.rows.counted is column for f in self.figures)

    def word(self, at: int) -> str:
        return self.tokens[at].norm if 0 <= at < len(self.tokens) else ""


def mismatched(tokens: Sequence[Token], item: Item, ask: Ask) -> bool:
    said = Said(tokens, item, ask)
    return any(mismatch(said) for mismatch in _MISMATCHES)


def _parts(condition: Condition) -> tuple[Predicate, ...]:
    return condition.where.of if isinstance(condition.where, All) else (condition.where,)


def _reaches_over_a_clause(said: Said) -> bool:
    """ "How many points when under 17,197 attended": the bound is none of points, which never come near it."""
    numbers = [leaf for leaf in said.item.leaves() if isinstance(leaf.meaning, Number)]
    for column in said.columns:
        following = [n for n in numbers if n.start >= column.end]
        nearest = min(following, key=lambda n: n.start, default=None)
        if nearest is None or not _CLAUSE.intersection(t.norm for t in said.tokens[column.end : nearest.start]):
            continue
        bound, one = nearest.meaning.value, column.meaning
        compared = any(c is one and _bound_of(where) == bound for c, where in said.conditions)
        if compared and not _reaches(one, bound) and any(_reaches(c, bound) for c in one.home.columns):
            return True
    return False


def _bound_of(where: Predicate) -> object:
    if isinstance(where, Comparison) and where.op != "==" and isinstance(where.right, Literal):
        return where.right.value
    return None


def _reaches(column: Column, bound: float) -> bool:
    low, high = column.facts.minimum, column.facts.maximum
    if not (column.is_numeric and isinstance(low, int | float) and isinstance(high, int | float)):
        return False
    return low <= bound <= high


def _adds_up_entries(said: Said) -> bool:
    """ "How many amount entries are there" counts them."""
    return any(said.is_summed(c.meaning) and said.word(c.end) in _ENTRIES for c in said.columns)


def _asks_what_has_something(said: Said) -> bool:
    """ "How many versions have the code name Elm": what has something is counted as often as it is added up, and nothing tells which."""
    columns = said.columns
    for at, column in enumerate(columns):
        asked = said.is_summed(column.meaning) or said.is_counted(column.meaning)
        if not asked or not column.meaning.is_numeric or said.word(column.end) not in _HAVE:
            continue
        behind = column.end + 1
        if said.word(behind) in _GOES_ON or said.word(column.start - 1) != "many":
            continue
        behind += said.word(behind) in _ARTICLES
        owner = next((leaf for leaf in said.item.leaves() if leaf.symbol == "VAL" and leaf.start == behind), None)
        named = columns[at + 1 : at + 2]
        # In "how many points have Germany" the subject comes last.
        if named and (owner is None or named[0].start == owner.end):
            return True
    return False


def _lists_names_as_kinds(said: Said) -> bool:
    """ "What kind of institution" is not answered by its name."""
    shown = [value.column for value in said.ask.shown]
    for leaf in said.columns:
        column, rows = leaf.meaning, leaf.meaning.home.facts.rows
        of_a_kind = said.word(leaf.start - 1) == "of" and said.word(leaf.start - 2) in _KINDS
        named = column.family is Family.TEXT and (column.facts.distinct or 0) >= _TELLS_APART * rows
        if of_a_kind and named and column in shown:
            return True
    return False


def _counts_by_the_rest_of_a_name(said: Said) -> bool:
    """Judges are not counted by "term as a judge", which names terms."""
    counted = [f.rows.counted for f in said.figures if f.function == "count" and f.rows is not None]
    for leaf in said.columns:
        column = leaf.meaning
        joint = next((at for at, word in enumerate(column.words) if word in _JOINTS), 0)
        if column in counted and joint and column.words[joint - 1] not in _NAMING:
            spoken = {token.stem for token in said.tokens[leaf.start : leaf.end]}
            if column.stems[joint - 1] not in spoken:
                return True
    return False


def _wants_more_than_there_ever_is(said: Said) -> bool:
    """Deductions that are written as -3 are none that are more than 0."""
    for column, where in said.conditions:
        high = column.facts.maximum
        if _is_above_zero(where) and isinstance(high, int | float) and high <= 0:
            return bool(column.facts.minimum) and any(f.function == "count" for f in said.figures)
    return False


def _is_above_zero(where: Predicate) -> bool:
    return isinstance(where, Comparison) and where.op == ">" and _bound_of(where) == 0


def _answers_who_by_how_much(said: Said) -> bool:
    """ "Who has the most points" is answered by a name."""
    best = bool(said.figures) and all(f.function in ("max", "min") for f in said.figures)
    return best and said.word(0) == "who" and not said.ask.keys


def _denies_all_there_is(said: Said) -> bool:
    """Where a column says nothing but the one thing that is denied, the question is about its empty cells."""
    for column, where in said.conditions:
        if isinstance(where, Not) and not where.missing_too and column.facts.nullable and column.facts.distinct == 1:
            return isinstance(where.of, Comparison) and where.of.op == "=="
    return False


def _totals_another(said: Said) -> bool:
    """ "Total gold medals" adds up gold, and not the column called total where there is any gold."""
    flags = {column for column, where in said.conditions if _is_above_zero(where)}
    columns = said.columns
    return any(
        said.is_summed(left.meaning)
        and left.meaning.words == ("total",)
        and left.end == right.start
        and right.meaning in flags
        for left, right in pairwise(columns)
    )


_MISMATCHES: tuple[Callable[[Said], bool], ...] = (
    _reaches_over_a_clause,
    _adds_up_entries,
    _asks_what_has_something,
    _lists_names_as_kinds,
    _counts_by_the_rest_of_a_name,
    _wants_more_than_there_ever_is,
    _answers_who_by_how_much,
    _denies_all_there_is,
    _totals_another,
)
