"""How many answers: "top 5", "the 3 largest", "first ten rows"."""

from __future__ import annotations

from services.nlq.planner.linking.mentions import ColumnMention, NumberMention, SignMention, TableMention
from services.nlq.planning.plan import Compare
from services.nlq.planning.reading.draft import Draft

PLACES = frozenset({"first", "last", "final", "top", "bottom"})
RANKS = frozenset({"rank", "ranking", "place", "position", "pos", "finish", "standing", "placing", "placement"})
"""Columns in which the least number is the best."""

_TIME_UNITS = frozenset("years months weeks days quarters hours minutes seconds decades".split())


def read_limit(draft: Draft) -> None:
    """As in "top 5 …", "the 3 largest …", "first ten rows": how many answers."""
    for index, mention in draft.signs("superlative"):
        for at in (index + 1, index - 1):
            number = draft.at(at)
            if not (
                isinstance(number, NumberMention)
                and draft.free(at)
                and isinstance(number.value, int)
                and 0 < number.value <= 10_000
            ):
                continue
            if (at == index - 1 and not _follows_article(draft, at)) or draft.is_sign(at + 1, "afterwards"):
                continue
            if mention.text == "first" and at == index - 1:
                continue
            if draft.word(at + 1) in _TIME_UNITS or draft.is_sign(at + 1, "bucket"):
                continue
            draft.take("limit", at)
            if _ranked_within(draft, index, at, number.value):
                return
            draft.limit = number.value
            _whole_rows(draft, index, mention)
            return


def read_number_of_answers(draft: Draft) -> None:
    """As in "which 2 cities have the most …"."""
    for index, mention in enumerate(draft.mentions):
        if not isinstance(mention, NumberMention) or not draft.free(index) or not isinstance(mention.value, int):
            continue
        asked = draft.is_sign(index - 1, "which", "list") or (
            draft.is_filler(index - 1) and draft.is_sign(index - 2, "which", "list")
        )
        named = isinstance(draft.at(index + 1), ColumnMention | TableMention)
        if asked and named and draft.limit is None and any(draft.signs("superlative")):
            draft.limit = mention.value
            draft.take("limit", index)


def _ranked_within(draft: Draft, index: int, at: int, number: int) -> bool:
    """As in "drafted in the top 10": rows of a rank up to that, not so many answers."""
    following = draft.next_content(at, reach=2)
    if draft.word(index - 2) != "in" or (
        following is not None and isinstance(draft.at(following), ColumnMention | TableMention)
    ):
        return False
    ranks = [c for c in draft.schema.columns if c.is_numeric and RANKS & set(c.words)]
    if ranks:
        draft.where.append(Compare(column=ranks[0].ref, op="<=", value=number))
        draft.take("condition", index)
    else:
        draft.doubt("no column ranks the rows", 0.6)
    return True


def _follows_article(draft: Draft, index: int) -> bool:
    before = draft.at(index - 1)
    return before is None or draft.is_filler(index - 1) or isinstance(before, SignMention)


def _whole_rows(draft: Draft, index: int, mention: SignMention) -> None:
    """As in "first 10 rows" speaks of places in the table, not of sizes."""
    after = draft.next_content(index + 1 if isinstance(draft.at(index + 1), NumberMention) else index)
    if mention.text in PLACES and (after is None or draft.is_sign(after, "rows")):
        draft.position = "last" if mention.text in ("last", "final", "bottom") else "first"
        draft.take("position", index, *((after,) if after is not None else ()))
