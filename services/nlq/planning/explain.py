"""A plan in words: its intent, what it speaks of, one sentence a person can check, and the chart that suits it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.nlq.planning.plan import (
    AnyOf,
    ColumnRef,
    Compare,
    CompareColumns,
    CompareStatistic,
    Condition,
    Contrast,
    Correlation,
    Describe,
    InPeriod,
    InQuery,
    IsIn,
    IsNull,
    Measure,
    Neighbour,
    Plan,
    Share,
    TableQuery,
    TextMatch,
    Trend,
)
from services.nlq.planning.refs import plan_refs

_OPS = {"==": "is", "!=": "is not", ">": "is more than", ">=": "is at least", "<": "is less than", "<=": "is at most"}
_FUNCTIONS = {
    "count": "the number of {}", "nunique": "the number of different {}", "sum": "the total of {}", "mean": "the average of {}",
    "median": "the median of {}", "min": "the lowest {}", "max": "the highest {}", "std": "the standard deviation of {}",
    "var": "the variance of {}", "skew": "the skewness of {}", "kurt": "the kurtosis of {}", "range": "the range of {}",
    "mode": "the most common {}", "iqr": "the interquartile range of {}", "q1": "the first quartile of {}", "q3": "the third quartile of {}",
    "cv": "the coefficient of variation of {}",
}  # fmt: skip
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def intent_of(plan: Plan) -> str:
    match plan:
        case Describe():
            return "describe"
        case Trend() | Correlation():
            return "model"
        case TableQuery() if plan.joins:
            return "join"
        case TableQuery() if not plan.measures:
            return "filter"
        case Neighbour():
            return "filter"
        case _:
            return "aggregate"


def entities(plan: Plan) -> Mapping[str, Any]:
    """What the question was understood to speak of."""
    refs = plan_refs(plan)
    found: dict[str, Any] = {
        "tables": list(
            dict.fromkeys([*([plan.table] if not isinstance(plan, Share | Contrast) else []), *(r.table for r in refs)])
        ),
        "columns": [f"{r.table}.{r.column}" for r in refs],
    }
    if isinstance(plan, TableQuery):
        found["filters"] = [condition_text(c) for c in plan.where]
        found["measures"] = [measure_text(m) for m in plan.measures]
        found["groups"] = [g.bucket or g.column.column for g in plan.groups]
    return found


def explanation(plan: Plan) -> str:
    match plan:
        case TableQuery():
            text = _query_text(plan)
        case Share():
            text = _share_text(plan)
        case Contrast():
            text = f"{plan.how} between {_query_text(plan.left)} and {_query_text(plan.right)}"
        case Neighbour():
            side = "after" if plan.offset > 0 else "before"
            text = f"the row just {side} the one where {_where(plan.where)}, in the order of {plan.table}"
        case Correlation():
            names = " and ".join(c.column for c in plan.columns)
            held = f", {' and '.join(c.column for c in plan.controls)} held constant" if plan.controls else ""
            text = f"{plan.method} correlation of {names}{held}{_restricted(plan.where)}"
        case Trend():
            text = f"straight line through {plan.y.column} over {plan.x.column}{_restricted(plan.where)}"
        case Describe():
            text = f"{plan.what.replace('_', ' ')} of {plan.table}"
    return f"{text[:1].upper()}{text[1:]}."


def _query_text(query: TableQuery) -> str:
    what = (
        ", ".join(measure_text(m) for m in query.measures)
        or ", ".join(c.column for c in query.columns)
        or "all columns"
    )
    parts = [
        what,
        f"from {' joined with '.join([query.table, *(j.right.table for j in query.joins)])}{_restricted(query.where)}",
    ]
    if query.groups:
        parts.append(f"for each {' and '.join(g.bucket or g.column.column for g in query.groups)}")
    if query.extreme:
        by = (
            query.extreme.by.column
            if isinstance(query.extreme.by, ColumnRef)
            else measure_text(query.measures[query.extreme.by])
        )
        parts.append(f"where {by} is {'greatest' if query.extreme.largest else 'least'}")
    if query.order:
        parts.append(
            "sorted by "
            + ", ".join(_order_text(query, o.by) + (" descending" if o.descending else "") for o in query.order)
        )
    if query.position:
        parts.append(f"the {query.position} {query.limit or 1} in the table's order")
    elif query.limit:
        parts.append(f"number {query.skip + 1}" if query.skip else f"the first {query.limit}")
    parts += [f"where a row of {j.left.table} may meet several of {j.right.table}" for j in query.joins if j.multiplies]
    return ", ".join(parts)


def _order_text(query: TableQuery, by: ColumnRef | int) -> str:
    return by.column if isinstance(by, ColumnRef) else measure_text(query.measures[by])


def _share_text(share: Share) -> str:
    of = f"the total of {share.of.column}" if share.of else "the rows"
    whole = _restricted(share.whole.where)
    if share.by is not None:
        return f"percentage of {of}{whole} for each {share.by.column}"
    return f"percentage of {of}{whole} where {_where(share.part)}"


def _restricted(where: Sequence[Condition]) -> str:
    return f" where {_where(where)}" if where else ""


def _where(where: Sequence[Condition]) -> str:
    return " and ".join(condition_text(c) for c in where)


def measure_text(measure: Measure) -> str:
    return _FUNCTIONS[measure.function].format(measure.column.column) if measure.column else "the number of rows"


def condition_text(condition: Condition) -> str:
    match condition:
        case Compare():
            name = f"the {condition.part} of {condition.column.column}" if condition.part else condition.column.column
            value = _WEEKDAYS[int(condition.value)] if condition.part == "weekday" else repr(condition.value)
            return f"{name} {_OPS[condition.op]} {value}"
        case CompareColumns():
            return f"{condition.left.column} {_OPS[condition.op]} {condition.right.column}"
        case CompareStatistic():
            return f"{condition.column.column} {_OPS[condition.op]} its {condition.function}"
        case IsIn():
            return f"{condition.column.column} is {'none' if condition.negate else 'one'} of {', '.join(map(repr, condition.values))}"
        case InQuery():
            return f"{condition.column.column} is {'not ' if condition.negate else ''}among ({_query_text(condition.query)})"
        case TextMatch():
            verb = {"contains": "contain", "starts": "start with", "ends": "end with"}[condition.how]
            return f"{condition.column.column} {'does not' if condition.negate else 'does'} {verb} {condition.text!r}"
        case IsNull():
            return f"{condition.column.column} is {'not ' if condition.negate else ''}missing"
        case InPeriod():
            return (
                f"{condition.column.column} is from {condition.start or 'the start'} up to {condition.end or 'the end'}"
            )
        case AnyOf():
            return "(" + " or ".join(condition_text(c) for c in condition.conditions) + ")"
