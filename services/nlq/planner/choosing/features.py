"""What the scorer knows of a reading: what it cost, how it was made, and how close those come that say something else."""

from __future__ import annotations

from collections.abc import Sequence

from services.nlq.planner.grammar.meanings import Cells
from services.nlq.planner.linking.schema import Column, Table
from services.nlq.planner.planner import Reading
from shared.plan import AmongRows, Join, Missing, Not, Statistic, Window
from shared.plan.model import rows_of
from shared.plan.walking import pieces_of

FAR = 1.5
"""A gap in cost beyond which a rival says no more than none."""
NEAR = 0.5
"""Rivals that are counted: those that a person could have meant."""


def features(reading: Reading, rivals: Sequence[Reading]) -> dict[str, float]:
    """`rivals` are the other readings of the question that come to something else."""
    leaves = [leaf for leaf in reading.derivation.leaves() if isinstance(leaf.meaning, Column | Cells | Table)]
    words = sum(leaf.end - leaf.start for leaf in leaves)
    links = [leaf.cost for leaf in leaves]
    rows = rows_of(reading.query)
    pieces = list(pieces_of(rows))
    nearest = min((rival.cost - reading.cost for rival in rivals), default=FAR)
    return {
        "cost": reading.cost,
        "gap": max(-FAR, min(FAR, nearest)),
        "rivals_near": float(sum(abs(rival.cost - reading.cost) < NEAR for rival in rivals)),
        "links": float(len(links)),
        "dearest_link": max(links, default=0.0),
        "no_link": float(not links),
        "linked_words": float(words),
        "length": float(reading.derivation.end - reading.derivation.start),
        "steps": float(len(rows.steps)),
        "bare": float(not rows.steps),
        "joins": float(sum(isinstance(piece, Join) for piece in pieces)),
        "negated": float(any(isinstance(piece, Not | Missing) for piece in pieces)),
        "nested": float(any(isinstance(piece, AmongRows | Statistic) for piece in pieces)),
        "window": float(any(isinstance(piece, Window) for piece in pieces)),
        "part_of_a_cell": float(any(isinstance(leaf.meaning, Cells) and not leaf.meaning.whole for leaf in leaves)),
    }
