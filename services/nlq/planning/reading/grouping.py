"""Per what: group columns and time buckets."""

from __future__ import annotations

from services.nlq.planner.linking.mentions import ColumnMention, SignMention, TableMention
from services.nlq.planner.linking.schema import Column
from services.nlq.planning.plan import Group
from services.nlq.planning.reading.draft import Draft

_EMPTY = frozenset("combination combinations pair unique individual single given".split())


def read_groups(draft: Draft) -> None:
    for index, mention in draft.signs("bucket"):
        _read_bucket(draft, index, mention)
    for index, mention in draft.signs("group"):
        at = draft.next_content(index, reach=2)
        if at is not None and (draft.word(at) in _EMPTY or draft.is_sign(at, "distinct")):
            draft.take("group", at)
            at = draft.next_content(at, reach=2)
        if at is None or not draft.free(at) or draft.having:
            continue
        if mention.text == "by" and draft.is_sign(at, "measure"):
            draft.take("order", index)
            continue
        if "each" in mention.text.split() and _only_lists(draft, at):
            draft.take("list", index)
            continue
        if isinstance(draft.at(at), ColumnMention):
            _group_by(draft, index, at)
        elif isinstance(draft.at(at), TableMention):
            _group_by_entity(draft, index, at)


def _only_lists(draft: Draft, at: int) -> bool:
    """As in "the email of each customer": columns are listed, nothing is computed."""
    computes = any(draft.signs("measure", "count_distinct", "superlative", "share", "bucket"))
    return not computes and any(
        isinstance(m, ColumnMention) and draft.free(i) and i != at for i, m in enumerate(draft.mentions)
    )


def _group_by(draft: Draft, sign: int, at: int) -> None:
    mention = draft.mentions[at]
    column = draft.choose("column", draft.text(mention), draft.columns_named(at))
    draft.groups.append(Group(column=column.ref))
    draft.take("group", sign, at)
    following = at + 1
    while (
        draft.is_sign(following, "and")
        and isinstance(draft.at(following + 1), ColumnMention)
        and draft.free(following + 1)
    ):
        if _is_measured_later(draft, following + 1):
            return
        column = draft.choose("column", draft.text(draft.mentions[following + 1]), draft.columns_named(following + 1))
        draft.groups.append(Group(column=column.ref))
        draft.take("group", following, following + 1)
        following += 2


def _is_measured_later(draft: Draft, index: int) -> bool:
    return draft.is_sign(index + 1, "measure")


def _group_by_entity(draft: Draft, sign: int, at: int) -> None:
    """As in "for each restaurant": the column that names a row of that table."""
    mention = draft.mentions[at]
    assert isinstance(mention, TableMention)
    own = [m.column for m in draft.columns_named(at + 1) if m.column.table == mention.table and m.exact]
    if own:
        draft.groups.append(Group(column=own[0].ref))
        draft.take("group", sign, at, at + 1)
        return
    column = naming_column(draft, mention.table)
    if column is not None:
        draft.groups.append(Group(column=column.ref))
        draft.take("group", sign, at)


def naming_column(draft: Draft, table: int) -> Column | None:
    return draft.schema.at(table).naming_column


def _read_bucket(draft: Draft, index: int, mention: SignMention) -> None:
    unit = mention.sign.value
    own = [c for c in draft.schema.columns if c.words in ((unit,), (unit + "s",)) and c.family != "date"]
    if own and unit != "day":
        draft.groups.append(Group(column=own[0].ref))
        draft.take("group", index)
        return
    dates = [c for c in draft.schema.columns if c.family == "date"]
    spoken = draft.tables_spoken_of()
    dates = [c for c in dates if c.ref.table in spoken] or dates
    if not dates:
        return
    column = draft.only("when", "date", dates)
    draft.groups.append(Group(column=column.ref, bucket=unit))  # type: ignore[arg-type]
    draft.take("group", index)
