"""What came of one question, measured against what was expected."""

from __future__ import annotations

import re
from enum import StrEnum

from eval.conversations import Broken
from eval.engines import Answered, Outcome
from eval.grading import Clarifies, Either, Expectation, Refuses, Unscored, is_right
from services.nlq.planner.facts import Clarify, Decline, Option


class Verdict(StrEnum):
    """WRONG: answered, but not so. CLARIFIED: asked back without need. BROKEN: no proper end."""

    RIGHT = "right"
    WRONG = "wrong"
    DECLINED = "declined"
    CLARIFIED = "clarified"
    BROKEN = "broken"
    UNSCORED = "unscored"


def judge(outcome: Outcome | Broken, expected: Expectation) -> Verdict:
    """Of everything but a question back that was expected: its options and the answer after a choice count, too."""
    match outcome, expected:
        case Broken(), _:
            return Verdict.BROKEN
        case _, Unscored():
            return Verdict.UNSCORED
        case ((Clarify() | Decline()), Refuses()):
            return Verdict.RIGHT
        case Clarify(), Either(asked_ok=True):
            return Verdict.RIGHT
        case Decline(), Either(declined_ok=True):
            return Verdict.RIGHT
        case Clarify(), _:
            return Verdict.CLARIFIED
        case Decline(), _:
            return Verdict.DECLINED
        case Answered(rows=rows), _:
            return Verdict.RIGHT if is_right(rows, expected) else Verdict.WRONG


def options_named(asked: Clarify, expected: Clarifies) -> dict[str, Option] | None:
    """The first option that names each expected choice; None when one of them is not offered."""
    chosen = {name: next((o for o in asked.options if _mentions(o.label, name)), None) for name in expected.between}
    if not asked.options:
        return None
    found = {name: option for name, option in chosen.items() if option is not None}
    return found if len(found) == len(chosen) else None


def _mentions(label: str, name: str) -> bool:
    padded = [f" {re.sub(r'[^a-z0-9]+', ' ', text.lower()).strip()} " for text in (label, name)]
    return padded[1] in padded[0]
