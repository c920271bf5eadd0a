"""From words to readings: a chart over a typed grammar in which every word has to be explained."""

from services.nlq.planner.grammar import (
    asides,
    asks,
    conditions,
    describing,
    edits,
    figures,
    groups,
    lookups,
    models,
    people,
    refunds,
    spans,
    standing,
    times,
    values,
    versus,
)
from services.nlq.planner.grammar.english import ENGLISH

__all__ = [
    "ENGLISH",
    "asides",
    "asks",
    "conditions",
    "describing",
    "edits",
    "figures",
    "groups",
    "lookups",
    "models",
    "people",
    "refunds",
    "spans",
    "standing",
    "times",
    "values",
    "versus",
]
