"""Whole questions, by what they ask for."""

from services.nlq.planner.grammar.questions import (
    asks,
    averages,
    buckets,
    busiest,
    duplicates,
    growth,
    lookups,
    overviews,
    people,
    pivots,
    sorting,
    standing,
    superlatives,
    themselves,
    versus,
    wide,
)

__all__ = [
    "asks",
    "averages",
    "buckets",
    "busiest",
    "duplicates",
    "growth",
    "lookups",
    "overviews",
    "people",
    "pivots",
    "sorting",
    "standing",
    "superlatives",
    "themselves",
    "versus",
    "wide",
]
