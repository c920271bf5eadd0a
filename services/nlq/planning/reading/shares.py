"""Percentages: how much of the whole some rows make up, or each group does."""

from __future__ import annotations

from services.nlq.planner.linking.mentions import ColumnMention
from services.nlq.planning.plan import ColumnRef, Share, TableQuery
from services.nlq.planning.reading.draft import Draft


def read_share(draft: Draft) -> Share | None:
    sign = next(draft.signs("share"), None)
    if sign is None:
        return None
    index, mention = sign
    of = _summed(draft, index)
    scale = (
        1 if mention.text.startswith(("proportion", "fraction", "what proportion", "what fraction", "ratio")) else 100
    )
    if draft.groups:
        if len(draft.groups) > 1 or draft.groups[0].bucket:
            return None
        draft.take("share", index)
        by = draft.groups[0].column
        whole = TableQuery(table=by.table, where=tuple(draft.where))
        return Share(whole=whole, part=(), of=of, by=by, scale=scale)  # type: ignore[arg-type]
    if not draft.where:
        return None
    table = next(iter(draft.refs())).table
    split = _verb(draft)
    outer = draft.where[:split] if 0 < split < len(draft.where) else []
    inner = draft.where[len(outer) :]
    draft.take("share", index)
    return Share(whole=TableQuery(table=table, where=tuple(outer)), part=tuple(inner), of=of, scale=scale)  # type: ignore[arg-type]


def _summed(draft: Draft, index: int) -> ColumnRef | None:
    """As in "share of amount …": the column whose total is shared out, when one follows."""
    for at in range(index + 1, index + 5):
        mention = draft.at(at)
        if isinstance(mention, ColumnMention) and draft.free(at):
            matches = [m for m in mention.matches if m.column.is_numeric and m.exact]
            if matches:
                draft.take("share", at, *(i for i, s in draft.signs("measure") if s.sign.value == "sum"))
                return matches[0].column.ref
            return None
    return None


def _verb(draft: Draft) -> int:
    """How many conditions stand before the verb: "of the students in Paris, how many percent *are* female"."""
    verbs = [
        i for i, m in draft.signs("yes_no") if m.text in ("are", "is", "were", "was", "have", "has", "had") and i > 1
    ]
    conditions = [i for i, role in sorted(draft.roles.items()) if role == "condition"]
    if not verbs or not conditions:
        return 0
    return sum(1 for i in conditions if i < verbs[0])
