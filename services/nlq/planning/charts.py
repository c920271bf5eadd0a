"""The chart that suits a plan, as a Vega-Lite specification without its data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.nlq.planner.linking.schema import Schema
from services.nlq.planning.codegen.measures import measure_label
from services.nlq.planning.codegen.names import Scope, join_labels
from services.nlq.planning.plan import Plan, Share, TableQuery


def chart(plan: Plan, schema: Schema) -> Mapping[str, Any] | None:
    """Bars for groups, a line for time; nothing where one number or a list answers."""
    if isinstance(plan, Share) and plan.by is not None:
        return _spec("bar", plan.by.column, "nominal", "percentage")
    if not isinstance(plan, TableQuery) or len(plan.groups) != 1 or not plan.measures or plan.extreme is not None:
        return None
    group = plan.groups[0]
    scope = Scope(schema, "df", join_labels(schema, plan.table, plan.joins))
    label = measure_label(plan.measures[0], scope)
    if group.bucket:
        return _spec("line", group.bucket, "ordinal", label)
    return _spec("bar", scope.label(group.column), "nominal", label)


def _spec(mark: str, x: str, kind: str, y: str) -> Mapping[str, Any]:
    sort = None if kind == "nominal" else "ascending"
    return {
        "mark": mark,
        "encoding": {"x": {"field": x, "type": kind, "sort": sort}, "y": {"field": y, "type": "quantitative"}},
    }
