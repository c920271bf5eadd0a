"""Greatest, least, first, last, top five, sorted by."""

from __future__ import annotations

from services.nlq.planning.draft import Draft
from services.nlq.planning.lexicon import Sign
from services.nlq.planning.mentions import ColumnMention, NumberMention, SignMention, TableMention, ValueMention, WordMention
from services.nlq.planning.plan import Extreme, Order
from services.nlq.planning.comparisons import sizable
from services.nlq.planning.schema import Column

_RANKED_DOWN = ("rank", "place", "position", "pos", "finish", "standing", "placing")


def read_limit(draft: Draft) -> None:
    """"top 5 …", "the 3 largest …", "first ten rows": how many answers."""
    for index, mention in draft.signs("superlative"):
        for at in (index + 1, index - 1):
            number = draft.at(at)
            if isinstance(number, NumberMention) and draft.free(at) and isinstance(number.value, int) and 0 < number.value <= 10_000:
                if at == index - 1 and not _follows_article(draft, at):
                    continue
                if draft.is_sign(at + 1, "afterwards"):
                    continue
                draft.limit = number.value
                draft.take("limit", at)
                _positional(draft, index, mention)
                return


def _follows_article(draft: Draft, index: int) -> bool:
    before = draft.at(index - 1)
    return before is None or draft.is_filler(index - 1) or isinstance(before, SignMention)


def _positional(draft: Draft, index: int, mention: SignMention) -> None:
    """"first 10 rows" speaks of places in the table, not of sizes."""
    after = draft.next_content(index + 1 if isinstance(draft.at(index + 1), NumberMention) else index)
    if mention.text in ("first", "last", "top", "bottom") and (after is None or draft.is_sign(after, "rows")):
        draft.position = "first" if mention.text in ("first", "top") else "last"
        draft.take("position", index, *((after,) if after is not None else ()))


def read_superlatives(draft: Draft) -> None:
    for index, mention in draft.signs("superlative"):
        if draft.extreme is not None:
            return
        if mention.text in ("first", "last", "top", "bottom", "final", "latest") and _place_word(draft, index, mention):
            continue
        found = superlative_column(draft, index, mention.sign)
        if found is None:
            continue
        at, column = found
        largest = mention.sign.value == "max"
        if column.words and column.words[0] in _RANKED_DOWN and mention.text in ("highest", "best", "top", "lowest", "worst"):
            largest = not largest
        if "age" in mention.sign.hints and not any(s in ("ag", "old") for s in column.stems):
            largest = not largest
        draft.extreme = Extreme(by=column.ref, largest=largest, as_number=column.numeric_text)
        draft.take("superlative", index)
        if at is not None:
            draft.take("superlative column", at)


def _place_word(draft: Draft, index: int, mention: SignMention) -> bool:
    """"the last opponent", "the first one listed": by place in the table, when no date column says otherwise."""
    return False


def superlative_column(draft: Draft, index: int, sign: Sign) -> tuple[int | None, Column] | None:
    """The column a superlative is about: named after it, hinted at by the adjective, or named before it."""
    after = _column_after(draft, index)
    if after is not None:
        matches = [m for m in draft.columns_named(after) if _orderable(m.column)]
        if matches and (not sign.hints or any(s in sign.hints for s in matches[0].column.stems)):
            return after, draft.choose("column", draft.text(draft.mentions[after]), matches)
    hinted = [c for c in draft.schema.columns if _orderable(c) and any(s in sign.hints for s in c.stems)]
    if hinted:
        spoken = draft.tables_spoken_of()
        near = [c for c in hinted if c.ref.table in spoken] or hinted
        near.sort(key=lambda c: min(sign.hints.index(s) for s in c.stems if s in sign.hints))
        if len(near) > 1:
            draft.doubt("several columns an adjective may mean", 0.15)
        return None, near[0]
    for at in range(index - 1, max(-1, index - 6), -1):
        matches = [m for m in draft.columns_named(at) if _orderable(m.column) and sizable(m.column)]
        if matches and draft.free(at):
            return at, draft.choose("column", draft.text(draft.mentions[at]), matches)
    return None


def _column_after(draft: Draft, index: int) -> int | None:
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


def _orderable(column: Column) -> bool:
    return sizable(column) or column.family in ("date", "time")


def read_order(draft: Draft) -> None:
    """"sorted by price, descending"."""
    direction = next((m.sign.value for _, m in draft.signs("order") if m.sign.value), "")
    for index, mention in draft.signs("order"):
        if mention.sign.value:
            draft.take("order", index)
            continue
        at = draft.next_content(index, reach=4)
        if at is None or not isinstance(draft.at(at), ColumnMention | TableMention):
            continue
        matches = draft.columns_named(at)
        if matches:
            column = draft.choose("column", draft.text(draft.mentions[at]), matches)
            draft.order.append(Order(by=column.ref, descending=direction == "descending"))
            draft.take("order", index)
            draft.take("order column", at)
