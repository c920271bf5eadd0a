"""Questions that lean on the one before: "and for Lyon?", "only the top 3", "by month instead"."""

from __future__ import annotations

from collections.abc import Sequence

from services.nlq.planner.facts import Turn
from services.nlq.planning.plan import PLAN, ColumnRef, Extreme, Order, TableQuery
from services.nlq.planning.reading.draft import Draft
from services.nlq.planning.refs import condition_refs, query_refs

_OPENINGS = (
    ("and",), ("what", "about"), ("how", "about"), ("only",), ("just",), ("now",), ("same",), ("the", "same"), ("instead",), ("but",), ("ok",),
    ("then",), ("also",), ("sort",), ("order",), ("by",), ("for",), ("in",), ("top",), ("without",), ("excluding",), ("limit",), ("as",), ("per",),
)  # fmt: skip
_BACKWARDS = frozenset({"instead", "them", "those", "these", "it", "that", "previous", "above", "same"})
_LONGEST = 12


def previous_query(draft: Draft, history: Sequence[Turn]) -> TableQuery | None:
    """The plan of the last turn, when this question leans on it and its tables are still offered."""
    turn = next((t for t in reversed(history) if t.plan is not None), None)
    if turn is None or turn.plan is None or not leans(draft):
        return None
    plan = PLAN.validate_python(dict(turn.plan))
    if not isinstance(plan, TableQuery) or not all(draft.schema.has(ref) for ref in query_refs(plan, nested=True)):
        return None
    return plan


def leans(draft: Draft) -> bool:
    said = tuple(t.norm for t in draft.question.tokens)
    opens = any(said[: len(opening)] == opening for opening in _OPENINGS)
    return len(said) <= _LONGEST and (opens or bool(_BACKWARDS & set(said)))


def merged(previous: TableQuery, draft: Draft) -> TableQuery:
    """The earlier query with what this question says put in its place."""
    changes: dict[str, object] = {}
    if draft.where:
        touched = {ref for condition in draft.where for ref in condition_refs(condition)}
        kept = tuple(c for c in previous.where if not set(condition_refs(c)) & touched)
        changes["where"] = kept + tuple(draft.where)
    if draft.groups:
        changes |= {"groups": tuple(draft.groups), "columns": ()}
        if previous.extreme or previous.order:
            changes |= {"extreme": None, "order": (), "limit": None}
    if draft.measures:
        changes["measures"] = tuple(draft.measures)
    if draft.columns and not previous.measures:
        changes["columns"] = tuple(dict.fromkeys(draft.columns))
    changes |= _ordering(previous, draft)
    return previous.model_copy(update=changes)


def _ordering(previous: TableQuery, draft: Draft) -> dict[str, object]:
    if draft.limit:
        order = previous.order or _implied_order(previous)
        return {
            "limit": draft.limit,
            "order": order,
            "extreme": None,
            "position": draft.position if not order else None,
        }
    if draft.order:
        by_column = {m.column: i for i, m in enumerate(previous.measures)}
        return {
            "order": tuple(
                o.model_copy(update={"by": by_column.get(o.by, o.by)}) if isinstance(o.by, ColumnRef) else o
                for o in draft.order
            )
        }
    if isinstance(draft.extreme, Extreme):
        return {"extreme": draft.extreme}
    return {}


def _implied_order(previous: TableQuery) -> tuple[Order, ...]:
    if previous.groups and previous.measures:
        return (Order(by=0, descending=True),)
    if previous.extreme is not None:
        return (Order(by=previous.extreme.by, descending=previous.extreme.largest),)
    return ()


def says_something(draft: Draft) -> bool:
    return bool(draft.where or draft.groups or draft.measures or draft.limit or draft.order or draft.columns)
