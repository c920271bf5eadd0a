"""A question read in every way that accounts for all of its words, over the tables it may be about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.nlq.planner.explain import explanation
from services.nlq.planner.facts import TableFacts, Turn
from services.nlq.planner.grammar import ENGLISH
from services.nlq.planner.grammar.chart import Chart, Item
from services.nlq.planner.grammar.edits import edited
from services.nlq.planner.grammar.leaves import leaves
from services.nlq.planner.grammar.meanings import Ask
from services.nlq.planner.grammar.supposing import GUESS, guessed
from services.nlq.planner.grammar.word_classes import PASSING, RELATED
from services.nlq.planner.lexicon.tokens import Token, bracketed_spans, tokenize
from services.nlq.planner.linking.schema import Column, Schema, build
from services.nlq.planner.plan import absence, relations, whereabouts  # noqa: F401 - their rules join the grammar's
from services.nlq.planner.plan.assemble import assemble
from services.nlq.planner.plan.doubts import HARDLY_MEANT, adds_what_does_not_add, hardly_meant
from services.nlq.planner.plan.quantifiers import of_some_row
from services.nlq.planner.plan.tallies import SAID_OF_THINGS, summed_instead
from shared.plan import Plan

MOST_READINGS = 12
NAMED = 0.15
"""Words that cost so much to pass over are verbs and nouns, which are a column's name where there is one: "record", "played", "list"."""
REPEATED = 0.15
"""A verb that only says again what the rows of a table are."""
ASKS_WHERE = 0.4
"""A question that begins with it asks for a place; what tells none is hardly an answer."""
MOST_PARSES = 40
_FRAGMENTS = frozenset({"things_alone", "looked_up", "figure", "narrowed", "narrowed_further", "narrowed_before"})


@dataclass(frozen=True)
class Reading:
    """One whole reading: what it computes, what it cost to believe, and how it came about."""

    query: Plan
    cost: float
    ask: Ask
    derivation: Item

    @property
    def is_guess(self) -> bool:
        """Whether it takes words for a column that they do not name: to be asked about, never answered unasked."""
        return any(leaf.rule == GUESS for leaf in self.derivation.leaves())

    @property
    def sentence(self) -> str:
        return explanation(self.query)


@dataclass(frozen=True)
class Obstacle:
    """A column that is asked to be added up or averaged, and does not hold numbers; `text` is what the question calls it."""

    text: str
    column: Column
    function: str


@dataclass(frozen=True)
class Readings:
    """All readings, likeliest first; `unexplained` are the words that stood in the way when there is none."""

    question: str
    tokens: tuple[Token, ...]
    schema: Schema
    best: tuple[Reading, ...]
    unexplained: tuple[str, ...] = ()
    obstacle: Obstacle | None = None
    refused: str = ""
    """Why what was understood cannot be computed, where that is so of the likeliest reading."""


HARDLY = 0.75
"""A reading that costs more than this is not answered, whatever the scorer says: it rests on words that hardly name what they are taken for."""
EDITED = 0.05
FRAGMENT = 0.6
"""In a conversation, words that are no question by themselves change the question before, rather than ask for a list."""
ANEW = 0.5  # a question that says "those" after another one is hardly about everything
TURNS = 4
_CLEARLY = 0.3  # a link that costs less names the column
_IN_A_SINGLE = frozenset("in within on at during per for".split())
_OF_DEEDS = frozenset("do does did have has".split())


def read(
    question: str,
    tables: Sequence[TableFacts],
    *,
    history: Sequence[Turn] = (),
    choices: Mapping[str, str] | None = None,
    today: date,
) -> Readings:
    """`choices` matter to what is chosen, not to what can be read; earlier turns are read again, to be what a follow-up changes."""
    schema = build(tuple(tables))
    before = _before(history, schema, today)
    if before is None and history and _refers(tokenize(question)):
        return Readings(question, tokenize(question), schema, (), ())  # of what was not understood nothing more is said
    return _read(question, schema, before, today)


def _before(history: Sequence[Turn], schema: Schema, today: date) -> Ask | None:
    """What the last turn meant: of its readings the one whose plan was answered."""
    before: Ask | None = None
    for turn in history[-TURNS:]:
        if turn.plan is None:
            before = None  # what was not understood cannot be changed, and the turn before it was not what was spoken of last
            continue
        readings = _read(turn.question, schema, before, today).best
        before = next((r.ask for r in readings if r.query.model_dump(mode="json") == turn.plan), None)
        before = before or next((r.ask for r in readings if _counts_otherwise(r, turn.plan, schema)), None)
    return before


def _counts_otherwise(reading: Reading, plan: Mapping[str, Any], schema: Schema) -> bool:
    """Whether the reading was answered, but for the rows that sum up others: the turns of a conversation may differ in that."""
    if not any(table.totals for table in schema.tables):
        return False
    return any(
        made.query.model_dump(mode="json") == plan for made in assemble(reading.ask, schema, totals_otherwise=True)
    )


def _read(question: str, schema: Schema, before: Ask | None, today: date) -> Readings:
    tokens = tokenize(question)
    known = list(leaves(question, tokens, schema, today))
    chart = _chart(question, tokens, schema, known)
    best, refused = _best(chart, tokens, schema, before)
    if not best or best[0].cost > HARDLY:
        guesses = list(guessed(question, tokens, schema, chart))
        if guesses:
            supposed, _ = _best(_chart(question, tokens, schema, [*known, *guesses]), tokens, schema, before)
            best = supposed if any(r.is_guess for r in supposed) else best
    unexplained = () if best else _unexplained(chart, tokens)
    obstacle = None if best else _obstacle(chart, question, tokens)
    reason = "" if best or not refused else min(refused, key=refused.__getitem__)
    return Readings(question, tokens, schema, tuple(best), unexplained, obstacle, reason)


def _chart(question: str, tokens: Sequence[Token], schema: Schema, known: Iterable[Item]) -> Chart:
    chart = Chart(ENGLISH, len(tokens), _passing(tokens, schema), bracketed_spans(question, tokens))
    chart.parse(known)
    return chart


def _best(
    chart: Chart, tokens: Sequence[Token], schema: Schema, before: Ask | None
) -> tuple[list[Reading], dict[str, float]]:
    """The readings, likeliest first, and why others cannot be computed, with what these cost."""
    found: dict[Plan, Reading] = {}
    refused: dict[str, float] = {}
    for item, ask, cost in _asked(chart, before, tokens):
        if ask.study is not None and ask.study.refused:
            refused.setdefault(ask.study.refused, cost)
        for meant, further in ((ask, 0.0), *((summed, SAID_OF_THINGS) for summed in summed_instead(tokens, ask))):
            for made in assemble(meant, schema):
                doubts = of_some_row(tokens, meant, made.query, schema)
                doubts += hardly_meant(tokens, item, meant, made.query, schema)
                whole = cost + further + made.cost + doubts
                known = found.get(made.query)
                if known is None or known.cost > whole:
                    found[made.query] = Reading(made.query, whole, meant, item)
    return sorted(_beside_sums(list(found.values())), key=lambda r: r.cost)[:MOST_READINGS], refused


def _beside_sums(found: Sequence[Reading]) -> Iterator[Reading]:
    """Where the likeliest reading adds what does not add up, none that was less likely takes its place."""
    of_nothing = (r.cost - HARDLY_MEANT for r in found if adds_what_does_not_add(r.ask))
    asked = min(of_nothing, default=None)
    for reading in found:
        less_likely = asked is not None and asked < reading.cost < asked + HARDLY_MEANT
        yield replace(reading, cost=reading.cost + HARDLY_MEANT) if less_likely else reading


def _obstacle(chart: Chart, question: str, tokens: Sequence[Token]) -> Obstacle | None:
    """ "Total rent" of a column of texts: an aggregate right before a column that it cannot be of."""
    for start in range(len(tokens)):
        for middle in range(start + 1, len(tokens)):
            said = [i for i in chart.over("AGG", start, middle) if i.meaning in ("sum", "mean", "median", "std")]
            for end in range(middle + 1, min(middle + 6, len(tokens)) + 1) if said else ():
                for item in chart.over("COL", middle, end):
                    if not item.meaning.is_numeric and item.cost < _CLEARLY:
                        text = question[tokens[middle].start : tokens[end - 1].end]
                        return Obstacle(text, item.meaning, said[0].meaning)
    return None


_REFERRING = frozenset({"those", "these", "them", "they", "ones", "he", "she", "his", "her", "its"})


_POINTING = _REFERRING | frozenset(
    "their it that this same and only just about instead then also too but now there among".split()
)
"""Whoever says one of these goes on from what was spoken of before; a question without them, that is whole, starts anew, and of a bare
"total rent" it is asked whether it does."""
_BEGINNINGS = frozenset("what which how whats show give tell calculate compute find".split())


def _refers(tokens: Sequence[Token]) -> bool:
    """Whether it speaks of what was spoken of before, as a question by itself does not."""
    return any(token.norm in _REFERRING for token in tokens)


def _asked(chart: Chart, before: Ask | None, tokens: Sequence[Token]) -> Iterator[tuple[Item, Ask, float]]:
    refers, alone = _refers(tokens), not _POINTING.intersection(t.norm for t in tokens)
    by_itself = False
    for item in chart.whole("Q")[:MOST_PARSES]:
        says_what = alone and _measures(item.meaning)
        by_itself |= says_what
        fragment = before is not None and (refers or item.rule in _FRAGMENTS) and not says_what
        yield item, item.meaning, item.cost + FRAGMENT * fragment + ANEW * (before is not None and refers)
    if before is None:
        return
    asks = by_itself and tokens[0].norm in _BEGINNINGS
    for item in chart.whole("EDIT")[:MOST_PARSES]:
        of_those = FRAGMENT * (asks and item.rule == "another_figure_of_it")
        for changed in edited(before, item.meaning):
            yield item, changed.meaning, item.cost + changed.cost + EDITED + of_those


def _measures(ask: Ask) -> bool:
    """Whether it says what is to be measured, and how: that is a question by itself."""
    return bool(ask.figures) and not any(figure.assumed for figure in ask.figures)


def _passing(tokens: Sequence[Token], schema: Schema) -> list[float | None]:
    """What each word costs where it is passed over. Verbs that only repeat what a table is about may be, where it is about that;
    a column's whole name never is."""
    about = {w for c in schema.columns for w in (*c.words, *c.stems)} | {s for t in schema.tables for s in t.stems}
    names = {c.stems[0] for c in schema.columns if len(c.stems) == 1}
    costs = [PASSING.get(t.norm, 0.15 if about & RELATED.get(t.norm, frozenset()) else None) for t in tokens]
    deeds = {t.stems[0] for t in schema.tables if len(t.stems) == 1}
    for at, token in enumerate(tokens):
        if costs[at] is None and token.stem in deeds and token.norm.endswith("ed"):
            costs[at] = REPEATED  # "scanned", of what the rows of scans name
    for at, (token, cost) in enumerate(zip(tokens, list(costs), strict=True)):
        # What things "did not" do is said of all their rows (connectives.negate).
        denies = token.norm in _OF_DEEDS and at + 1 < len(tokens) and tokens[at + 1].norm == "not"
        # "More than 4 cakes in one order" is said of each order by itself.
        alone = token.norm == "one" and at > 0 and tokens[at - 1].norm in _IN_A_SINGLE
        if denies or alone or (token.stem in names and cost and cost >= NAMED):
            costs[at] = None
    if tokens and tokens[0].norm == "where":
        costs[0] = ASKS_WHERE
    return costs


def _unexplained(chart: Chart, tokens: Sequence[Token]) -> tuple[str, ...]:
    """The words that are in no constituent at all, or the one at which every beginning ends."""
    explained = chart.explained(("COL", "VAL", "TAB", "NUM", "WHEN", "CAL", "REFUNDS"))
    left = [t.text for at, t in enumerate(tokens) if at not in explained and not chart.knows(at)]
    return tuple(left)
