"""The chart that suits a plan, as a Vega-Lite specification without its data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.nlq.answers.charts.fields import field_of
from shared.plan import Bucket, Derive, Field, Group, Named, Part, Pivot, Plan, Query, Show, Step, Window
from shared.plan.aggregates import AggregateName

# Parts of a date that follow one another without beginning anew: a line through them goes forward in time.
_RUNNING_ON = frozenset({"year"})
_KEEP_UNITS: frozenset[AggregateName] = frozenset({"sum", "mean", "median", "min", "max", "std", "percentile"})
_IN_PERCENT = frozenset({"share", "growth"})
_PERCENT = "%"


def chart_by_plan(plan: Plan, units: Mapping[str, str] | None = None) -> Mapping[str, Any] | None:
    """Bars for groups, a line for time, colours for a second key; nothing where one number or a list answers. `units` are those of columns,
    by name, and are said beside what is measured in them."""
    if not isinstance(plan, Query):
        return None
    place = max((i for i, step in enumerate(plan.steps) if isinstance(step, Group)), default=None)
    if place is None:
        return None
    group, later = plan.steps[place], plan.steps[place + 1 :]
    assert isinstance(group, Group)
    names = _shown(group, later)
    keys = [key for key in group.by if key.name in names]
    values = [name for name in names if name not in {key.name for key in group.by}]
    if not values or len(keys) not in (1, 2) or len(keys) < len(group.by) or any(isinstance(s, Pivot) for s in later):
        return None
    keys.sort(key=lambda key: not _is_time(key))
    return _spec(keys, values[0], _unit(values[0], group, later, units or {}))


def _unit(value: str, group: Group, later: Sequence[Step], units: Mapping[str, str]) -> str | None:
    """A sum or an average of euros is in euros, a count of them is not; shares and growth are in percent."""
    for step in reversed(later):
        if isinstance(step, Window) and step.name == value:
            return _PERCENT if step.function in _IN_PERCENT else None
        if isinstance(step, Derive) and step.name == value:
            return None
    measure = next((measure for measure in group.measures if measure.name == value), None)
    if measure is None or measure.function not in _KEEP_UNITS or not isinstance(measure.of, Field):
        return None
    return units.get(measure.of.name)


def _shown(group: Group, later: Sequence[Step]) -> list[str]:
    """The columns that are left, by what they are called at last; the latest that was made is what was asked for."""
    names = [key.name for key in group.by] + [measure.name for measure in group.measures]
    for step in later:
        if isinstance(step, Window | Derive):
            names.insert(len(group.by), step.name)
        elif isinstance(step, Show):
            names = [named.name for named in step.columns]
    return names


def _is_time(key: Named) -> bool:
    return isinstance(key.of, Bucket) or (isinstance(key.of, Part) and key.of.part in _RUNNING_ON)


def _spec(keys: Sequence[Named], value: str, unit: str | None) -> Mapping[str, Any]:
    first = keys[0]
    scale = "temporal" if isinstance(first.of, Bucket) else "nominal" if isinstance(first.of, Field) else "ordinal"
    # Names stand in the order of the result, which may be sorted by what is measured.
    x = {"field": field_of(first.name), "type": scale, "sort": None if scale == "nominal" else "ascending"}
    titled = {"title": f"{value} ({unit})"} if unit else {}
    encoding: dict[str, Any] = {"x": x, "y": {"field": field_of(value), "type": "quantitative", **titled}}
    if len(keys) == 2:
        encoding["color"] = {"field": field_of(keys[1].name), "type": "nominal"}
    return {"mark": "line" if _is_time(first) else "bar", "encoding": encoding}
