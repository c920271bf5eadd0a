"""Conditions: what narrows rows, and how not, and, or join them."""

from services.nlq.planner.grammar.conditions import (
    bases,
    comparisons,
    connectives,
    flags,
    holding,
    known,
    lasting,
    presence,
    reasons,
    refunds,
    times,
)

__all__ = [
    "bases",
    "comparisons",
    "connectives",
    "flags",
    "holding",
    "known",
    "lasting",
    "presence",
    "reasons",
    "refunds",
    "times",
]
