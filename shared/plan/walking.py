"""What stands anywhere in a plan."""

from __future__ import annotations

from collections.abc import Iterator

from shared.plan.expressions import Piece
from shared.plan.query import Join, Query


def pieces_of(piece: Piece) -> Iterator[Piece]:
    """The piece itself and all that it is made of, those of queries within it included."""
    yield piece
    for name in type(piece).model_fields:
        value = getattr(piece, name)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Piece):
                yield from pieces_of(part)


def tables_of(plan: Piece) -> frozenset[str]:
    """Every table that a plan names, in a join or within a condition, too."""
    return frozenset(piece.table for piece in pieces_of(plan) if isinstance(piece, Query | Join))
