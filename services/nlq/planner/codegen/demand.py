"""Which columns the steps of a query still ask for, so that a join brings no others along."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.nlq.planner.codegen.scope import Identity
from shared.plan import Distinct, Field, Group, Join, Pivot, Query, Show, Step
from shared.plan.expressions import Piece


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


def fields_of(piece: Piece) -> Iterator[Field]:
    """The fields that a piece of a plan names, but for those of queries inside it, which are of other tables."""
    if isinstance(piece, Field):
        yield piece
    elif isinstance(piece, Join):
        yield piece.left
    elif not isinstance(piece, Query):
        for name in type(piece).model_fields:
            for part in _parts(getattr(piece, name)):
                yield from fields_of(part)


def _parts(value: object) -> Iterator[Piece]:
    if isinstance(value, Piece):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _parts(item)
