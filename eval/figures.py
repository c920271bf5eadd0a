"""Counting verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from eval.grading.expectations import ANSWERABLE
from eval.verdicts import Verdict


class Scored(Protocol):
    """What is counted of one question. `outcome`: answered, clarify, decline or broken."""

    @property
    def kind(self) -> str: ...
    @property
    def check(self) -> str: ...
    @property
    def verdict(self) -> Verdict: ...
    @property
    def outcome(self) -> str: ...
    @property
    def seconds(self) -> float: ...


def figures(rows: Sequence[Scored]) -> dict[str, float | int]:
    """accuracy and wrong: of all; answered and over_asked: of the answerable; precision: of those answered; refuse and clarify: of such."""
    answerable = [row for row in rows if row.check in ANSWERABLE]
    answered = [row for row in answerable if row.verdict in (Verdict.RIGHT, Verdict.WRONG)]
    judged = answered + [row for row in rows if row.check == "either" and row.outcome == "answered"]
    found: dict[str, float | int] = {
        "questions": len(rows),
        "accuracy": _share(row.verdict is Verdict.RIGHT for row in rows),
        "precision": _share(row.verdict is Verdict.RIGHT for row in judged),
        "answered": _share(row.verdict in (Verdict.RIGHT, Verdict.WRONG) for row in answerable),
        "wrong": _share(row.verdict is Verdict.WRONG for row in rows),
        "asked": _share(row.outcome == "clarify" for row in rows),
        "over_asked": _share(row.verdict is Verdict.CLARIFIED for row in answerable),
    }
    for check in ("refuse", "clarify"):
        if some := [row for row in rows if row.check == check]:
            found[check] = _share(row.verdict is Verdict.RIGHT for row in some)
    seconds = sorted(row.seconds for row in rows)
    return found | {
        "broken": sum(row.verdict is Verdict.BROKEN for row in rows),
        "p50_ms": _percentile(seconds, 0.5),
        "p95_ms": _percentile(seconds, 0.95),
    }


def figures_by_kind(rows: Sequence[Scored]) -> dict[str, dict[str, float | int]]:
    kinds = sorted({row.kind for row in rows if row.kind})
    return {kind: figures([row for row in rows if row.kind == kind]) for kind in kinds}


def _share(truths: Iterable[bool]) -> float:
    held = list(truths)
    return round(sum(held) / len(held), 4) if held else 0.0


def _percentile(ordered: Sequence[float], share: float) -> float:
    return round(1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1) if ordered else 0.0
