"""Conditions on whole groups: "cities with more than 3 orders"."""

from __future__ import annotations

from services.nlq.planner.linking.mentions import ColumnMention, NumberMention, TableMention
from services.nlq.planning.plan import Group, Having, Measure
from services.nlq.planning.reading.draft import Draft


def read_having(draft: Draft) -> None:
    """A comparison with a number of rows, or of things that are no numbers: the rows are grouped and counted."""
    for index, mention in draft.signs("compare"):
        number = draft.next_content(index, reach=2)
        if number is None or not isinstance(draft.at(number), NumberMention) or not draft.free(number):
            continue
        counted = draft.next_content(number, reach=2)
        grouped = _thing_before(draft, index)
        if counted is None or grouped is None or not _is_countable(draft, counted):
            continue
        value = draft.mentions[number]
        assert isinstance(value, NumberMention)
        column = draft.choose("column", draft.text(draft.mentions[grouped]), draft.columns_named(grouped))
        draft.groups.append(Group(column=column.ref))
        draft.measures.append(Measure(function="count"))
        draft.having.append(Having(measure=0, op=mention.sign.value, value=value.value))  # type: ignore[arg-type]
        draft.count_groups = any(m.sign.value == "count" for _, m in draft.signs("measure"))
        draft.take(
            "having",
            index,
            number,
            counted,
            grouped,
            *(i for i, m in draft.signs("measure") if m.sign.value == "count"),
        )
        return


def _is_countable(draft: Draft, index: int) -> bool:
    mention = draft.at(index)
    if draft.is_sign(index, "rows") or isinstance(mention, TableMention):
        return True
    return isinstance(mention, ColumnMention) and mention.best.exact and mention.best.column.family == "text"


def _thing_before(draft: Draft, index: int) -> int | None:
    for at in range(index - 1, -1, -1):
        mention = draft.at(at)
        if isinstance(mention, ColumnMention) and mention.best.column.family == "text" and mention.best.exact:
            return at
    return None
