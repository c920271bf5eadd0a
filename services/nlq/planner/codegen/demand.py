"""Which columns the steps of a query still ask for, so that a join brings no others along."""

from __future__ import annotations

from collections.abc import Sequence

from services.nlq.planner.codegen.scope import Identity
from services.nlq.planner.pieces import fields_of
from shared.plan import Distinct, Group, Pivot, Show, Step


def asked_for(steps: Sequence[Step]) -> frozenset[Identity] | None:
    """None where all columns are in the result."""
    found: set[Identity] = set()
    for step in steps:
        if isinstance(step, Distinct) and not step.of:
            return None
        found |= {(field.table, field.name) for field in fields_of(step)}
        if isinstance(step, Group | Show | Pivot | Distinct):
            return frozenset(found)
    return None
