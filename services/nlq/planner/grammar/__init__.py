"""From words to readings: a chart over a typed grammar in which every word has to be explained."""

from services.nlq.planner.grammar import (
    asides,
    conditions,
    edits,
    figures,
    groups,
    models,
    nominals,
    questions,
    quotients,
    rows,
    spans,
    values,
)
from services.nlq.planner.grammar.english import ENGLISH

__all__ = [
    "ENGLISH",
    "asides",
    "conditions",
    "edits",
    "figures",
    "groups",
    "models",
    "nominals",
    "questions",
    "quotients",
    "rows",
    "spans",
    "values",
]
