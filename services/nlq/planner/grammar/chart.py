"""A chart parser: every reading of every stretch of a question, cheapest first, by the rules of a `Grammar`.

Bottom-up with active edges; within each end position items come off a heap by cost, so that the first derivation of a meaning is its
cheapest (Knuth 1977). Words may be passed over only where `passing` gives them a cost: words that mean nothing where they stand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Any

from services.nlq.planner.grammar.rules import Costly, Grammar, Node, Rule

MOST_READINGS = 8  # of one category over one stretch; more only repeats what is worse
DEAREST = 9.0  # no reading that costs more was ever right (docs/decisions/0025)


@dataclass(frozen=True, eq=False, slots=True)
class Item:
    """A stretch of the question, from token `start` up to but not including `end`, as one category.

    `parts` are what it was made of, down to leaves that have none: they say which words mean what.
    """

    symbol: str
    start: int
    end: int
    meaning: Any
    cost: float
    parts: tuple[Item, ...] = ()
    rule: str = ""

    def leaves(self) -> Iterator[Item]:
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()

    def rules(self) -> Iterator[str]:
        if self.rule:
            yield self.rule
        for part in self.parts:
            yield from part.rules()


Edge = tuple[int, float, tuple[Item, ...], Node]


class Chart:
    def __init__(
        self,
        grammar: Grammar,
        length: int,
        passing: Sequence[float | None],
        bracketed: frozenset[tuple[int, int]] = frozenset(),
    ) -> None:
        """`bracketed`: stretches that stand in brackets, of which a `FIG` is an `IN_FIG` besides."""
        self._grammar = grammar
        self._length = length
        self._passing = passing
        self._bracketed = bracketed
        self._edges: list[dict[str, list[Edge]]] = [defaultdict(list) for _ in range(length + 1)]
        self._found: dict[tuple[str, int, int], dict[Any, Item]] = defaultdict(dict)
        self._heap: list[tuple[float, int, Item]] = []
        self._pushed = 0

    def parse(self, leaves: Iterable[Item]) -> None:
        by_end: dict[int, list[Item]] = defaultdict(list)
        for leaf in leaves:
            by_end[leaf.end].append(leaf)
        for end in range(1, self._length + 1):
            for leaf in by_end[end]:
                self._push(leaf)
            while self._heap:
                self._take_in(heappop(self._heap)[2])

    def over(self, symbol: str, start: int, end: int) -> list[Item]:
        """The readings of a stretch as one category, cheapest first."""
        return sorted(self._found[symbol, start, end].values(), key=lambda item: item.cost)

    def whole(self, symbol: str) -> list[Item]:
        """The readings of the whole question, what may be passed over before and after it included in the cost."""
        found: list[Item] = []
        for start, before in self._passable_from(0):
            for end, after in self._passable_back():
                found += [
                    Item(symbol, start, end, item.meaning, item.cost + before + after, item.parts, item.rule)
                    for item in (self.over(symbol, start, end) if start < end else ())
                ]
        return sorted(found, key=lambda item: item.cost)

    def found(self, symbol: str) -> set[tuple[int, int]]:
        """Where something of a category stands: first token and end."""
        return {(start, end) for (s, start, end), items in self._found.items() if s == symbol and items}

    def explained(self, symbols: Iterable[str]) -> set[int]:
        """The tokens that lie in some item of these categories."""
        wanted = set(symbols)
        return {at for (s, start, end) in self._found if s in wanted for at in range(start, end)}

    def knows(self, at: int) -> bool:
        """Whether the word there may be passed over, or stands in some rule."""
        return self._passing[at] is not None or any(
            item.meaning in self._grammar.words
            for (s, start, end), items in self._found.items()
            if start == at == end - 1 and s.islower()
            for item in items.values()
        )

    def _passable_from(self, start: int) -> Iterator[tuple[int, float]]:
        cost, at = 0.0, start
        yield at, cost
        while at < self._length and (step := self._passing[at]) is not None:
            cost, at = cost + step, at + 1
            yield at, cost

    def _passable_back(self) -> Iterator[tuple[int, float]]:
        cost, at = 0.0, self._length
        yield at, cost
        while at > 0 and (step := self._passing[at - 1]) is not None:
            cost, at = cost + step, at - 1
            yield at, cost

    def _push(self, item: Item) -> None:
        if item.cost <= DEAREST:
            self._pushed += 1
            heappush(self._heap, (item.cost, self._pushed, item))

    def _take_in(self, item: Item) -> None:
        known = self._found[item.symbol, item.start, item.end]
        if item.meaning in known or len(known) >= MOST_READINGS:
            return
        known[item.meaning] = item
        if (item.start, item.end) in self._bracketed and item.symbol.isupper() and not item.symbol.startswith("IN_"):
            self._push(Item(f"IN_{item.symbol}", item.start, item.end, item.meaning, item.cost, (item,)))
        follower = self._grammar.root.following.get(item.symbol)
        if follower is not None:
            self._advance(follower, item.start, item.cost, (item,), item.end)
        for start, cost, parts, node in self._edges[item.start].get(item.symbol, ()):
            self._advance(node, start, cost + item.cost, (*parts, item), item.end)

    def _advance(self, node: Node, start: int, cost: float, parts: tuple[Item, ...], end: int) -> None:
        for rule in node.complete:
            self._complete(rule, start, end, cost, parts)
        for symbol, follower in node.tight.items():
            self._edges[end][symbol].append((start, cost, parts, follower))
        if node.following:
            for at, passed in self._passable_from(end):
                edges = self._edges[at]
                for symbol, follower in node.following.items():
                    edges[symbol].append((start, cost + passed, parts, follower))

    def _complete(self, rule: Rule, start: int, end: int, cost: float, parts: tuple[Item, ...]) -> None:
        made = rule.combine(*(part.meaning for part in parts if part.symbol[0].isupper()))
        if made is None:
            return
        for one in made if isinstance(made, list) else (made,):
            meaning, extra = one if isinstance(one, Costly) else (one, 0.0)
            self._push(Item(rule.category, start, end, meaning, cost + rule.cost + extra, parts, rule.name))
