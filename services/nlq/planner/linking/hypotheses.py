"""Which tables a question is about: candidate sets of them, the likeliest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from services.nlq.planner.linking.annotate import Question
from services.nlq.planner.linking.joins import joins_between, reference
from services.nlq.planner.linking.mentions import (
    ColumnMention,
    DateMention,
    Mention,
    NumberMention,
    TableMention,
    ValueMention,
)
from services.nlq.planner.linking.schema import Schema, Table
from shared.columns import Family

_MOST_SINGLES, _MOST_PAIRS, _MOST_TRIPLES = 6, 6, 2
_EXTRA_TABLE = 0.12


@dataclass(frozen=True)
class Hypothesis:
    """The question is about these tables; `loss` is what it leaves unexplained that other tables could explain."""

    schema: Schema
    loss: float
    gain: float


def hypotheses(question: Question, schema: Schema) -> tuple[Hypothesis, ...]:
    if len(schema.tables) == 1:
        return (Hypothesis(schema, 0.0, 0.0),)
    spoken = [t for t in schema.tables if any(_fit(m, t, schema) > 0 for m in question.mentions)] or [schema.tables[0]]
    singles = sorted((_weighed(question, schema, (t,)) for t in spoken), key=_order)[:_MOST_SINGLES]
    pairs = sorted((_weighed(question, schema, p) for p in _linked(schema, spoken, 2)), key=_order)[:_MOST_PAIRS]
    triples: list[Hypothesis] = []
    if min(h.loss for h in [*singles, *pairs]) > 0.3:
        triples = sorted((_weighed(question, schema, t) for t in _linked(schema, spoken[:8], 3)), key=_order)[
            :_MOST_TRIPLES
        ]
    useful = [p for p in [*pairs, *triples] if p.loss + _EXTRA_TABLE < min(s.loss for s in singles)]
    return tuple(sorted([*singles, *useful], key=_order))


def _order(hypothesis: Hypothesis) -> tuple[float, float]:
    return hypothesis.loss, -hypothesis.gain


def _linked(schema: Schema, spoken: Sequence[Table], size: int) -> Iterator[tuple[Table, ...]]:
    for some in combinations(spoken, size):
        narrowed = Schema(some)
        if joins_between(narrowed, some[0].name, [t.name for t in some[1:]]) is not None:
            yield some


def _weighed(question: Question, schema: Schema, tables: tuple[Table, ...]) -> Hypothesis:
    loss = _EXTRA_TABLE * (len(tables) - 1)
    gain = 0.0
    for mention in question.mentions:
        here = max(_fit(mention, t, schema) for t in tables)
        anywhere = max(_fit(mention, t, schema) for t in schema.tables)
        gain += here
        loss += _cost(mention) * max(0.0, anywhere - here)
    return Hypothesis(Schema(tables), loss, gain)


def _cost(mention: Mention) -> float:
    """What it costs to leave a mention out, for each point that a table explains it better."""
    match mention:
        case ValueMention() | DateMention():
            return 0.6
        case ColumnMention():
            return 0.5
        case TableMention():
            return 0.3
        case NumberMention():
            return 0.1
    return 0.0


def _fit(mention: Mention, table: Table, schema: Schema) -> float:
    """How well a table explains a mention, from 0 to about 1.2."""
    match mention:
        case ColumnMention(matches=matches):
            return max((m.score + 0.05 * m.exact for m in matches if m.column.table == table.index), default=0.0)
        case ValueMention(matches=matches) | NumberMention(matches=matches):
            here = [m for m in matches if m.column.table == table.index]
            key = any(m.column.facts.name in table.facts.candidate_keys for m in here)
            naming = any(m.column is table.naming_column for m in here)
            return max((1.0 if m.whole else 0.5 for m in here), default=0.0) + 0.15 * key + 0.1 * naming
        case TableMention(table=named):
            return 1.2 if named == table.index else 0.9 if reference(table, schema.at(named)) else 0.0
        case DateMention():
            return 1.0 if any(c.family is Family.DATE for c in table.columns) else 0.0
    return 0.0
