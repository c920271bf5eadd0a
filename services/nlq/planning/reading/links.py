"""Which column a value or number belongs to, and whether a "not" stands before it."""

from __future__ import annotations

from collections.abc import Callable

from services.nlq.planner.lexicon.vocabulary import STOPWORDS
from services.nlq.planner.linking.mentions import ColumnMention, SignMention, TableMention, WordMention
from services.nlq.planner.linking.schema import Column
from services.nlq.planning.reading.draft import Draft


def linked_column(draft: Draft, index: int, fits: Callable[[Column], bool]) -> tuple[int, Column] | None:
    """The column mention that a value or number belongs to: just after it, or before it with only linking words between."""
    after = _adjacent_after(draft, index)
    before = nearest_before(draft, index)
    for at in (after, before):
        if at is None:
            continue
        for match in draft.columns_named(at):
            if fits(match.column):
                return at, match.column
    return None


def _adjacent_after(draft: Draft, index: int) -> int | None:
    at = index + 1
    conditional = any(draft.is_sign(i, "when", "where") or draft.word(i) == "if" for i in (index - 1, index - 2))
    while draft.word(at) in ("as", "the", "in", "for") or (conditional and draft.is_sign(at, "yes_no")):
        at += 1
    return at if isinstance(draft.at(at), ColumnMention) and draft.roles.get(at) in (None, "condition column") else None


def nearest_before(draft: Draft, index: int, reach: int = 7) -> int | None:
    plain = 0
    for at in range(index - 1, max(-1, index - reach - 1), -1):
        mention = draft.at(at)
        if isinstance(mention, ColumnMention):
            return at if draft.roles.get(at) in (None, "condition column") else None
        if isinstance(mention, WordMention):
            plain += mention.token.norm not in STOPWORDS
            if plain > 2:
                return None
        elif isinstance(mention, SignMention):
            if mention.sign.kind not in (
                "negate",
                "compare",
                "yes_no",
                "which",
                "between",
                "or",
                "contains",
                "only",
                "group",
            ):
                return None
        elif not isinstance(mention, TableMention):
            return None
    return None


def take_negation(draft: Draft, index: int) -> bool:
    """Whether a "not" or "except" stands before this mention; it is used up."""
    for at in range(index - 1, max(-1, index - 5), -1):
        if draft.is_sign(at, "negate") or (draft.is_sign(at, "compare") and draft.sign_value(at) == "!="):
            draft.take("negation", at)
            return True
        if (
            not draft.is_filler(at)
            and not isinstance(draft.at(at), ColumnMention | TableMention)
            and not draft.is_sign(at, "yes_no")
        ):
            return False
    return False
