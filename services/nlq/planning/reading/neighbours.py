"""What stands next to a row: after, before, above, below."""

from __future__ import annotations

from typing import Literal

from services.nlq.planner.linking.mentions import ColumnMention, SignMention, ValueMention
from services.nlq.planning.plan import ColumnRef, Compare, Neighbour, Plan
from services.nlq.planning.reading.draft import Draft

_AFTER = frozenset({"after", "below"})
_BEFORE = frozenset({"before", "above", "prior to"})


def read_neighbour(draft: Draft) -> Plan | None:
    """As in "who came right after Apple": the row next to the one that the cells name, in the table's own order."""
    found = _sign(draft)
    if found is None or not draft.where or not all(isinstance(c, Compare) and c.op == "==" for c in draft.where):
        return None
    index, offset = found
    named = [c for c in draft.where if isinstance(c, Compare) and isinstance(c.value, str) and c.part is None]
    if not named:
        return None
    first = named[0]
    columns = [*_asked(draft), first.column]
    draft.take("neighbour", index, *(i for i, _ in draft.signs("next", "previous", "compare", "superlative")))
    draft.doubt("the table's own order is meant", 0.1)
    return Neighbour(
        table=first.column.table, where=tuple(draft.where), offset=offset, columns=tuple(dict.fromkeys(columns))
    )


def _sign(draft: Draft) -> tuple[int, Literal[1, -1]] | None:
    named = next(draft.signs("next", "previous"), None)
    if named is not None:
        return named[0], 1 if named[1].sign.kind == "next" else -1
    for index, mention in enumerate(draft.mentions):
        if not isinstance(mention, SignMention) or not draft.free(index) or mention.text not in _AFTER | _BEFORE:
            continue
        value = draft.next_content(index, reach=3)
        while value is not None and isinstance(draft.at(value), ColumnMention):
            value = draft.next_content(value, reach=3)
        if value is not None and isinstance(draft.at(value), ValueMention) and draft.roles.get(value) == "condition":
            return index, 1 if mention.text in _AFTER else -1
    return None


def _asked(draft: Draft) -> list[ColumnRef]:
    for index, mention in enumerate(draft.mentions):
        if isinstance(mention, ColumnMention) and draft.free(index):
            column = draft.choose("column", draft.text(mention), draft.columns_named(index))
            draft.take("target", index)
            return [column.ref]
    return []
