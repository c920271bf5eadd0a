"""A plan in words: its intent, what it speaks of, one sentence, and the chart that suits it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.nlq.planning.plan import Condition, Contrast, Correlation, Describe, Measure, Neighbour, Plan, Query, Share, Trend
from services.nlq.planning.schema import Schema


def intent_of(plan: Plan) -> str:
    match plan:
        case Describe():
            return "describe"
        case Trend() | Correlation():
            return "model"
        case Query(joins=joins) if joins:
            return "join"
        case Query(measures=measures) if measures:
            return "aggregate"
        case Share() | Contrast():
            return "aggregate"
        case _:
            return "filter"


def entities(plan: Plan) -> Mapping[str, Any]:
    return {}


def explanation(plan: Plan) -> str:
    return ""


def chart(plan: Plan, schema: Schema) -> Mapping[str, Any] | None:
    return None


__all__ = ["Condition", "Measure", "Neighbour", "chart", "entities", "explanation", "intent_of"]
