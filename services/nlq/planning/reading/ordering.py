"""Greatest, least, first, last, top five, sorted by."""

from __future__ import annotations

from services.nlq.planner.lexicon.numerals import ORDINALS
from services.nlq.planner.lexicon.phrases import Sign
from services.nlq.planner.lexicon.vocabulary import HEIGHT, SIZE
from services.nlq.planner.linking.mentions import (
    ColumnMention,
    SignMention,
    TableMention,
    ValueMention,
    WordMention,
)
from services.nlq.planner.linking.schema import Column
from services.nlq.planning.plan import Extreme, Group, Measure, Order
from services.nlq.planning.reading.draft import Draft
from services.nlq.planning.reading.limits import PLACES, RANKS
from services.nlq.planning.reading.measured import summable

_GENERIC_SIZE = frozenset(
    {"largest", "biggest", "smallest", "greatest", "highest", "longest", "shortest", "lowest", "tiniest"}
)
_COUNTING = frozenset({"most", "least", "fewest", "the most", "the least", "highest number of", "largest number of", "most number of",
                       "greatest number of", "maximum number of", "fewest number of", "smallest number of", "least number of",
                       "lowest number of", "minimum number of", "max number of", "greatest", "highest", "largest"})  # fmt: skip


def read_rank(draft: Draft) -> None:
    """As in "the second highest …": the one after the first so many."""
    for index, _ in draft.signs("superlative"):
        before = draft.at(index - 1)
        if isinstance(before, WordMention) and before.token.norm in ORDINALS and ORDINALS[before.token.norm] > 1:
            draft.skip, draft.limit = ORDINALS[before.token.norm] - 1, 1
            draft.take("rank", index - 1)


def read_superlatives(draft: Draft) -> None:
    for index, mention in draft.signs("superlative"):
        if draft.extreme is None and draft.position is None:
            _read_superlative(draft, index, mention)


def _read_superlative(draft: Draft, index: int, mention: SignMention) -> None:
    largest = mention.sign.value == "max"
    if _of_measure(draft, index):
        draft.extreme = Extreme(by=0, largest=largest)
        draft.take("superlative", index)
        return
    found = superlative_column(draft, index, mention.sign)
    if found is not None and not (mention.text in PLACES and found[0] is None and not _dated(found[1])):
        _extreme(draft, index, mention, *found)
    elif mention.text in PLACES and _is_place(draft, index):
        draft.position = "last" if mention.text in ("last", "final", "bottom") else "first"
        draft.take("position", index)
        draft.doubt("place in the table taken for order", 0.1)
    elif mention.text in _COUNTING and (counted := _counted_thing(draft, index)) is not None:
        _most_rows(draft, index, counted, largest)
    elif (
        mention.text in _GENERIC_SIZE
        and not _unknown_follows(draft, index)
        and (size := _size_column(draft, mention.text)) is not None
    ):
        _extreme(draft, index, mention, None, size)


def _extreme(draft: Draft, index: int, mention: SignMention, at: int | None, column: Column) -> None:
    largest = mention.sign.value == "max"
    if RANKS & set(column.words) and mention.text in (
        "highest",
        "best",
        "top",
        "lowest",
        "worst",
        "bottom",
        "greatest",
    ):
        largest = not largest
    if "ag" in mention.sign.hints and not any(s in ("ag", "old") for s in column.stems):
        largest = not largest
    draft.extreme = Extreme(by=column.ref, largest=largest, as_number=column.numeric_text)
    draft.adjective_only = at is None and not any(draft.signs("how"))
    draft.take("superlative", index, *((at,) if at is not None else ()))


def _of_measure(draft: Draft, index: int) -> bool:
    at = draft.next_content(index, reach=3)
    return (
        at is not None
        and draft.roles.get(at) == "measure"
        and bool(draft.measures)
        and draft.measures[0].function not in ("min", "max")
    )


def _dated(column: Column) -> bool:
    return column.family == "date"


def _is_place(draft: Draft, index: int) -> bool:
    """As in "the last opponent": a place in the list, when a column or thing follows and nothing sizes it."""
    if _names_a_name(draft, index):
        return False
    at = draft.next_content(index, reach=3)
    return (
        at is None
        or isinstance(draft.at(at), ColumnMention | TableMention | WordMention)
        or draft.is_sign(at, "rows", "list")
    )


def _names_a_name(draft: Draft, index: int) -> bool:
    """As in "first name", which is no place in a list."""
    following = draft.question.tokens[draft.mentions[index].end : draft.mentions[index].end + 1]
    return bool(following) and following[0].stem == "nam"


def _counted_thing(draft: Draft, index: int) -> int | None:
    """As in "the most drivers": something that cannot be added up, so its rows are counted."""
    at = draft.next_content(index, reach=3)
    mention = draft.at(at) if at is not None else None
    if at is None or not draft.free(at):
        return None
    if isinstance(mention, TableMention) or draft.is_sign(at, "rows"):
        return at
    if isinstance(mention, ColumnMention) and mention.best.column.family == "text":
        return at
    return None


def _most_rows(draft: Draft, index: int, counted: int, largest: bool) -> None:
    target = next(
        (i for i, m in enumerate(draft.mentions) if isinstance(m, ColumnMention) and draft.free(i) and i != counted),
        None,
    )
    if target is not None:
        column = draft.choose("column", draft.text(draft.mentions[target]), draft.columns_named(target))
        draft.groups.append(Group(column=column.ref))
        draft.take("group", target)
    elif not draft.groups:
        return
    draft.measures.append(Measure(function="count"))
    draft.extreme = Extreme(by=0, largest=largest)
    draft.take("superlative", index, counted)
    draft.doubt("rows counted for 'most'", 0.1)


def superlative_column(draft: Draft, index: int, sign: Sign) -> tuple[int | None, Column] | None:
    """The column a superlative is about: named after it, hinted at by the adjective, or named before it."""
    after = _column_after(draft, index)
    if after is not None:
        matches = [m for m in draft.columns_named(after) if orderable(m.column)]
        if matches and (not sign.hints or any(s in sign.hints for s in matches[0].column.stems)):
            return after, draft.choose("column", draft.text(draft.mentions[after]), matches)
    hinted = _hinted(draft, sign)
    if hinted is not None:
        return None, hinted
    earlier = () if _unknown_follows(draft, index) else range(index - 1, max(-1, index - 6), -1)
    for at in [*_named_by(draft, index), *earlier]:
        matches = [m for m in draft.columns_named(at) if orderable(m.column) and summable(m.column)]
        if matches and draft.free(at):
            return at, draft.choose("column", draft.text(draft.mentions[at]), matches)
    return None


def _unknown_follows(draft: Draft, index: int) -> bool:
    """As in "the highest difficulty": what is highest is said, but the data does not have it."""
    return isinstance(draft.at(index + 1), WordMention) and not draft.is_filler(index + 1)


def _hinted(draft: Draft, sign: Sign) -> Column | None:
    hinted = [c for c in draft.schema.columns if orderable(c) and any(s in sign.hints for s in c.stems)]
    spoken = draft.tables_spoken_of()
    near = [c for c in hinted if c.ref.table in spoken] or hinted
    near.sort(key=lambda c: min(sign.hints.index(s) for s in c.stems if s in sign.hints))
    if len(near) > 1:
        draft.doubt("several columns an adjective may mean", 0.15)
    return near[0] if near else None


def _named_by(draft: Draft, index: int) -> list[int]:
    """As in "smallest state by area"."""
    for at in range(index + 1, min(len(draft.mentions), index + 7)):
        if draft.is_sign(at, "group") and isinstance(draft.at(at + 1), ColumnMention):
            draft.take("by", at)
            return [at + 1]
    return []


def _column_after(draft: Draft, index: int) -> int | None:
    sign = draft.at(index)
    if isinstance(sign, SignMention) and sign.text.split()[-1] in ("most", "least") and _unknown_follows(draft, index):
        return None  # "most challenging": an adjective, not a number of something
    for at in range(index + 1, index + 6):
        mention = draft.at(at)
        if isinstance(mention, ColumnMention):
            return at if draft.free(at) else None
        if isinstance(mention, ValueMention) or mention is None:
            return None
        if isinstance(mention, SignMention) and mention.sign.kind not in ("measure", "share", "count_distinct"):
            return None
        if isinstance(mention, WordMention) and not draft.is_filler(at) and at > index + 3:
            return None
    return None


def _size_column(draft: Draft, adjective: str) -> Column | None:
    """What "largest" means when nothing says so: the area, size or population; or the only number there is."""
    spoken = draft.tables_spoken_of() or {draft.schema.tables[0].name}
    numeric = [
        c
        for c in draft.schema.columns
        if c.is_numeric and c.ref.table in spoken and not c.is_key_like and not c.is_year
    ]
    for stem in HEIGHT + SIZE if adjective in ("highest", "lowest") else SIZE:
        found = [c for c in numeric if stem in c.stems]
        if found:
            draft.doubt("size column guessed", 0.2)
            return found[0]
    if len(numeric) == 1:
        draft.doubt("size column guessed", 0.2)
        return numeric[0]
    return None


def orderable(column: Column) -> bool:
    return summable(column) or column.family in ("date", "time")


def read_order(draft: Draft) -> None:
    """As in "sorted by price, descending"."""
    direction = next((m.sign.value for _, m in draft.signs("order") if m.sign.value), "")
    for index, mention in draft.signs("order"):
        if mention.sign.value:
            draft.take("order", index)
            continue
        at = draft.next_content(index, reach=4)
        if at is None or not isinstance(draft.at(at), ColumnMention):
            continue
        column = draft.choose("column", draft.text(draft.mentions[at]), draft.columns_named(at))
        draft.order.append(Order(by=column.ref, descending=direction == "descending"))
        draft.take("order", index)
        draft.take("order column", at)
