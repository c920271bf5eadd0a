"""What the scorer knows of a reading: what it cost, how it was made, and how close those come that say something else."""

from __future__ import annotations

from collections.abc import Sequence

from services.nlq.planner.grammar.meanings import Cells
from services.nlq.planner.linking.schema import Column, Table
from services.nlq.planner.planner import Reading
from shared.plan import (
    Among,
    AmongRows,
    Comparison,
    Group,
    Join,
    Measure,
    Missing,
    Model,
    Not,
    Statistic,
    Window,
    Within,
)
from shared.plan.model import rows_of
from shared.plan.result import Result
from shared.plan.walking import pieces_of

FAR = 1.5
"""A gap in cost beyond which a rival says no more than none."""
NEAR = 0.5
"""Rivals that are counted: those that a person could have meant."""
_COUNTING = frozenset({"count", "distinct"})


def features(reading: Reading, outcome: Result, rivals: Sequence[Reading]) -> dict[str, float]:
    """`outcome` is what the reading comes to; `rivals` are the other readings of the question, that come to something else."""
    leaves = [leaf for leaf in reading.derivation.leaves() if isinstance(leaf.meaning, Column | Cells | Table)]
    words = sum(leaf.end - leaf.start for leaf in leaves)
    links = [leaf.cost for leaf in leaves]
    rows = rows_of(reading.query)
    pieces = list(pieces_of(rows))
    is_model = isinstance(reading.query, Model)  # its outcome is only how many rows go in
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
        "counts": float(any(isinstance(p, Measure) and p.function in _COUNTING for p in pieces)),
        "reckons": float(any(isinstance(p, Measure) and p.function not in _COUNTING for p in pieces)),
        "groups": float(any(isinstance(p, Group) and p.by for p in pieces)),
        "conditions": float(sum(isinstance(p, Comparison | Among | Within) for p in pieces)),
        "model": float(is_model),
        "nothing": float(comes_to_nothing(outcome)),
        "one_row": float(outcome.total_rows == 1 and not is_model),
        "part_of_a_cell": float(any(isinstance(leaf.meaning, Cells) and not leaf.meaning.whole for leaf in leaves)),
    }


def comes_to_nothing(outcome: Result) -> bool:
    """No row, or none with a value: a look-up in vain, which a wrong reading makes oftener than a right one."""
    if outcome.rows is None:
        return False
    return all(cell is None for row in outcome.rows for cell in row)
