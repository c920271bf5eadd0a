"""How columns go together: correlation, also with others held constant."""

from __future__ import annotations

from typing import Literal

from services.nlq.planner.linking.mentions import ColumnMention
from services.nlq.planner.linking.schema import Column
from services.nlq.planning.plan import ColumnRef, Correlation, Plan
from services.nlq.planning.reading.draft import Draft

Method = Literal["pearson", "spearman", "kendall"]


def read_correlation(draft: Draft) -> Plan | None:
    """The correlation of numeric columns, of two with others held constant, or what correlates most with one."""
    signs = [i for i, _ in draft.signs("correlation")]
    if not signs:
        return None
    columns = _numeric_columns(draft)
    refs = list(dict.fromkeys(column.ref for column in columns.values()))
    if not refs or len({ref.table for ref in refs}) > 1:
        return None
    draft.take("correlation", *signs, *columns)
    if len(refs) == 1:
        return _strongest(draft, refs[0])
    held = _held_constant(draft, columns)
    shown = tuple(ref for ref in refs if ref not in held)
    if held and len(shown) != 2:
        return None
    return Correlation(
        table=refs[0].table, columns=shown, controls=held, method=_method(draft), where=tuple(draft.where)
    )


def _numeric_columns(draft: Draft) -> dict[int, Column]:
    found: dict[int, Column] = {}
    for index, mention in enumerate(draft.mentions):
        if isinstance(mention, ColumnMention) and draft.free(index):
            matches = [m for m in mention.matches if m.column.is_numeric]
            if matches:
                found[index] = draft.choose("column", draft.text(mention), matches)
    return found


def _strongest(draft: Draft, goal: ColumnRef) -> Plan | None:
    superlatives = [i for i, _ in draft.signs("superlative")]
    if not superlatives:
        return None
    draft.take("correlation", *superlatives)
    return Correlation(
        table=goal.table, columns=(goal,), method=_method(draft), strongest_with=goal, where=tuple(draft.where)
    )


def _held_constant(draft: Draft, columns: dict[int, Column]) -> tuple[ColumnRef, ...]:
    """The columns that "controlling for" precedes or "held constant" surrounds."""
    sign = next(draft.signs("control"), None)
    if sign is None:
        return ()
    index, mention = sign
    draft.take("correlation", index, *(i for i, _ in draft.signs("control")))
    after = [i for i in columns if i > index]
    before = [i for i in columns if i < index]
    chosen = before[-1:] if mention.text.endswith("constant") and (not after or len(before) == len(columns)) else after
    if len(columns) - len(chosen) < 2:
        chosen = after[:1]
    return tuple(dict.fromkeys(columns[i].ref for i in chosen))


def _method(draft: Draft) -> Method:
    said = {t.norm for t in draft.question.tokens}
    return "spearman" if "spearman" in said else "kendall" if "kendall" in said else "pearson"
