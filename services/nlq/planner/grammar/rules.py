"""The notation of the grammar: rules whose right sides are words and categories, kept in one tree so that common beginnings are read once.

`@rule("PRED", "COL be? CMP NUM")` says how a predicate may be put. In a right side a lower-case word stands for itself, `@name` for any
word of a class (`WORD_CLASSES`), an upper-case name for a category; `a|b` is either, a trailing `?` makes an element optional, `~COL` follows directly: no word is passed over before it. The
function gets the meanings of the categories, in order, and returns the meaning of the whole, `Costly` when that reading is less likely,
several of them, or nothing when they do not fit together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, NamedTuple, TypeVar

from services.nlq.planner.grammar.word_classes import WORD_CLASSES

Combine = TypeVar("Combine", bound=Callable[..., Any])
Kind = TypeVar("Kind")


class Costly(NamedTuple):
    """A meaning and what it costs to believe it: 0 is what anybody would say, 1 what one would rather ask about."""

    meaning: Any
    cost: float


def the(kind: type[Kind], parts: Sequence[object]) -> Kind:
    """The first of the meanings that is of that kind, for rules whose right sides name it in different places. Raises LookupError
    where none is: one of the right sides lacks the category, or another module gives the category another meaning."""
    found = the_or_none(kind, parts)
    if found is None:
        raise LookupError(f"no {kind.__name__} among {[type(part).__name__ for part in parts]}")
    return found


def the_or_none(kind: type[Kind], parts: Sequence[object]) -> Kind | None:
    """The same where not every right side has one."""
    return next((part for part in parts if isinstance(part, kind)), None)


@dataclass(frozen=True, eq=False)
class Rule:
    category: str
    name: str
    cost: float
    combine: Callable[..., Any]


@dataclass(eq=False)
class Node:
    """A place in the tree of right sides: what may come next, and the rules that are complete here."""

    following: dict[str, Node] = field(default_factory=dict)
    tight: dict[str, Node] = field(default_factory=dict)
    """What may come next without a word between."""
    complete: list[Rule] = field(default_factory=list)


class Grammar:
    def __init__(self) -> None:
        self.root = Node()
        self.words: set[str] = set()
        """Every word that a rule names: none of them may be passed over where it could mean something."""
        self.phrased: dict[str, set[type]] = {}
        """What kinds of meaning the fixed phrases of a category have: one, unless two modules use a name for two things."""

    def rule(self, category: str, *right_sides: str, cost: float = 0.0) -> Callable[[Combine], Combine]:
        """Register the decorated function for each of the right sides."""

        def register(combine: Combine) -> Combine:
            made = Rule(category, combine.__name__, cost, combine)
            for right_side in right_sides:
                self._add(made, right_side)
            return combine

        return register

    def phrases(self, category: str, meanings: dict[Any, str]) -> None:
        """Fixed phrases (`a|b c|d`) that have a meaning by themselves."""
        for meaning, listed in meanings.items():
            for phrase in listed.split("|"):
                made = Rule(category, phrase, 0.0, _constant(meaning))
                self.phrased.setdefault(category, set()).add(type(meaning))
                self._add_path(made, [_word(w) for w in phrase.split()])

    def _add(self, made: Rule, right_side: str) -> None:
        for symbols in product(*(tuple(_alternatives(element)) for element in right_side.split())):
            path = [s for s in symbols if s]
            if path:
                self._add_path(made, path)

    def _add_path(self, made: Rule, path: list[str]) -> None:
        node = self.root
        for symbol in path:
            if symbol.islower():
                self.words.add(symbol)
            tree = node.tight if symbol.startswith("~") else node.following
            node = tree.setdefault(symbol.removeprefix("~"), Node())
        if made not in node.complete:
            node.complete.append(made)


def _constant(meaning: Any) -> Callable[..., Any]:
    return lambda: meaning


def _alternatives(element: str) -> Iterator[str]:
    optional = element.endswith("?") and len(element) > 1
    for choice in element.removesuffix("?").split("|"):
        if choice.startswith("@") and choice[1:] not in WORD_CLASSES:
            raise ValueError(f"there is no class of words called {choice}")
        yield choice
    if optional:
        yield ""


def _word(word: str) -> str:
    return word
