"""Who, what, when, where: the words that ask, and the columns they ask for when none is named."""

from __future__ import annotations

from services.nlq.planner.lexicon.vocabulary import PERSON, PLACE, TIME
from services.nlq.planner.linking.mentions import ColumnMention, SignMention, TableMention, WordMention
from services.nlq.planner.linking.schema import Column
from services.nlq.planning.plan import ColumnRef
from services.nlq.planning.reading.draft import Draft
from services.nlq.planning.reading.grouping import naming_column


def asking(draft: Draft) -> list[int]:
    """Words that ask, the likeliest first: "what" before "when", which may only begin a clause."""
    order = {"which": 0, "who": 0, "where": 1, "list": 2, "when": 3}
    signs = [
        (order[m.sign.kind], i)
        for i, m in enumerate(draft.mentions)
        if isinstance(m, SignMention) and m.sign.kind in order
    ]
    if signs and any(rank == order["list"] and at == 0 for rank, at in signs):
        signs = [(rank, at) for rank, at in signs if rank != order["where"] and rank != order["when"]]
    if any(draft.is_sign(i, "measure") for i in (0, 1)):
        signs = [(rank, at) for rank, at in signs if at < 2]
    return [i for _, i in sorted(signs)]


def asked_kind(draft: Draft) -> str:
    """As in "who", "when" or "where" when that word is what asks, and no column is named right after it."""
    for at in asking(draft):
        mention = draft.at(at)
        assert isinstance(mention, SignMention)
        if mention.sign.kind not in ("who", "when", "where"):
            return ""
        following = draft.next_content(at, reach=3)
        while following is not None and draft.is_sign(following, "yes_no"):
            following = draft.next_content(following, reach=3)
        directly = (
            following is not None and isinstance(draft.at(following), ColumnMention) and draft.is_sign(at + 1, "yes_no")
        )
        return "" if directly and mention.sign.kind == "who" else mention.sign.kind
    return ""


def is_of_kind(kind: str, column: Column) -> bool:
    if kind == "when":
        return column.family in ("date", "time") or any(s in TIME for s in column.stems)
    if kind == "who":
        return column.family == "text" and (
            any(s in PERSON for s in column.stems) or not any(s in TIME or s in PLACE for s in column.stems)
        )
    return column.family == "text" and any(s in PLACE for s in column.stems)


def guess_column(draft: Draft) -> ColumnRef | None:
    """Who, when, where or which, with no column named: the column of that kind."""
    used = set(draft.refs())
    open_columns = [c for c in draft.schema.columns if c.ref not in used]
    spoken = draft.tables_spoken_of()
    open_columns = [c for c in open_columns if c.ref.table in spoken] or open_columns
    if any(draft.signs("rows")):
        return None
    kind = asked_kind(draft) or _kind_of_noun(draft)
    found = _of_kind(kind, open_columns) if kind else None
    if found is not None:
        draft.doubt("column chosen by the asking word", 0.12)
        return found.ref
    return None


def _kind_of_noun(draft: Draft) -> str:
    """As in "what date", "which person", when no column is called so."""
    for at in asking(draft):
        following = draft.at(draft.next_content(at, reach=3) or -1)
        if isinstance(following, WordMention):
            stems = following.token.stem
            return "when" if stems in TIME else "where" if stems in PLACE else "who" if stems in PERSON else ""
    return ""


def _of_kind(kind: str, columns: list[Column]) -> Column | None:
    wanted = {"who": PERSON, "where": PLACE, "when": TIME}[kind]
    suited = [c for c in columns if (c.family == "text" or kind == "when") and any(s in wanted for s in c.stems)]
    if kind == "where":
        suited.sort(key=lambda c: -(c.facts.distinct or 0))
    if kind == "when":
        suited.sort(key=lambda c: (c.family != "date", not any(s == "dat" for s in c.stems)))
    return suited[0] if suited else None


def asks_for_thing(draft: Draft) -> bool:
    """As in "which submarine had the most …", "the state with the largest …": a row of the table is asked for, not a number."""
    if any(isinstance(m, TableMention) and draft.free(i) for i, m in enumerate(draft.mentions)):
        return True
    for at in asking(draft):
        mention = draft.at(at)
        if draft.is_sign(at, "who"):
            return True
        following = draft.at(at + 1)
        if (
            draft.is_sign(at, "which")
            and isinstance(following, WordMention | TableMention)
            and not draft.is_filler(at + 1)
        ):
            draft.take("entity", at + 1)
            if isinstance(following, WordMention):
                draft.doubt("thing asked for is no column", 0.12)
            return isinstance(mention, SignMention)
    return False


def how_column(draft: Draft) -> ColumnRef | None:
    """As in "how long", "how old": the column that such a word speaks of."""
    for index, mention in draft.signs("how"):
        fitting = [
            c
            for c in draft.schema.columns
            if any(s in mention.sign.hints for s in c.stems) and c.ref not in set(draft.refs())
        ]
        fitting.sort(key=lambda c: min(mention.sign.hints.index(s) for s in c.stems if s in mention.sign.hints))
        if fitting:
            draft.take("target", index)
            return fitting[0].ref
    return None


def asked_entity(draft: Draft) -> ColumnRef | None:
    """As in "which state …", "name the rivers …", when that is what the table is of: the column that names its rows."""
    for at in asking(draft):
        following = draft.next_content(at, reach=4)
        while following is not None and draft.is_sign(following, "yes_no", "superlative", "distinct"):
            following = draft.next_content(following, reach=4)
        mention = draft.at(following) if following is not None else None
        if isinstance(mention, TableMention):
            if draft.is_sign(at, "list") and not _has_names(draft, mention):
                draft.root = draft.schema.at(mention.table).name
                return None
            column = naming_column(draft, mention.table)
            if column is not None and column.ref not in set(draft.refs()):
                draft.distinct = True
                return column.ref
        return None
    return None


def _has_names(draft: Draft, mention: TableMention) -> bool:
    """Whether rows of the table have a name of their own, so that listing things means listing their names."""
    column = naming_column(draft, mention.table)
    return column is not None and column.words[-1] in ("name", "title")


def entity_column(draft: Draft) -> ColumnRef | None:
    """The column that names a row, of the table most spoken of."""
    spoken = draft.tables_spoken_of()
    table = next((t for t in draft.schema.tables if t.name in spoken), draft.schema.tables[0])
    column = naming_column(draft, table.index)
    return column.ref if column is not None and column.ref not in set(draft.refs()) else None
