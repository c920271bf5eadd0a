"""A question read in every way that accounts for all of its words, over the tables it may be about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.nlq.planner.facts import TableFacts, Turn
from services.nlq.planner.grammar import ENGLISH
from services.nlq.planner.grammar.chart import Chart, Item
from services.nlq.planner.grammar.leaves import leaves
from services.nlq.planner.grammar.meanings import Ask
from services.nlq.planner.grammar.word_classes import PASSING, RELATED
from services.nlq.planner.lexicon.tokens import Token, tokenize
from services.nlq.planner.linking.schema import Schema, build
from services.nlq.planner.plan.assemble import assemble
from shared.plan import Query

MOST_READINGS = 12


@dataclass(frozen=True)
class Reading:
    """One whole reading: what it computes, what it cost to believe, and how it came about."""

    query: Query
    cost: float
    ask: Ask
    derivation: Item


@dataclass(frozen=True)
class Readings:
    """All readings, likeliest first; `unexplained` are the words that stood in the way when there is none."""

    question: str
    tokens: tuple[Token, ...]
    schema: Schema
    best: tuple[Reading, ...]
    unexplained: tuple[str, ...] = ()


def read(
    question: str,
    tables: Sequence[TableFacts],
    *,
    history: Sequence[Turn] = (),
    choices: Mapping[str, str] | None = None,
    today: date,
) -> Readings:
    schema = build(tuple(tables))
    tokens = tokenize(question)
    chart = Chart(ENGLISH, len(tokens), _passing(tokens, schema))
    chart.parse(leaves(question, tokens, schema, today))
    found: dict[Query, Reading] = {}
    for item in chart.whole("Q")[:40]:
        for made in assemble(item.meaning, schema):
            known = found.get(made.query)
            if known is None or known.cost > item.cost + made.cost:
                found[made.query] = Reading(made.query, item.cost + made.cost, item.meaning, item)
    best = sorted(found.values(), key=lambda r: r.cost)[:MOST_READINGS]
    unexplained = () if best else _unexplained(chart, tokens)
    return Readings(question, tokens, schema, tuple(best), unexplained)


def _passing(tokens: Sequence[Token], schema: Schema) -> list[float | None]:
    """What each word costs where it is passed over. Verbs that only repeat what a table is about may be, where it is about that."""
    about = {w for c in schema.columns for w in (*c.words, *c.stems)} | {s for t in schema.tables for s in t.stems}
    return [PASSING.get(t.norm, 0.15 if about & RELATED.get(t.norm, frozenset()) else None) for t in tokens]


def _unexplained(chart: Chart, tokens: Sequence[Token]) -> tuple[str, ...]:
    """The words that are in no constituent at all, or the one at which every beginning ends."""
    explained = chart.explained(("COL", "VAL", "TAB", "NUM", "WHEN", "CAL"))
    left = [t.text for at, t in enumerate(tokens) if at not in explained and not chart.knows(at)]
    return tuple(left)
