"""The columns to show."""

from __future__ import annotations

import itertools

from services.nlq.planner.linking.mentions import ColumnMention, ValueMention, WordMention
from services.nlq.planning.reading.asking import asked_kind, asking, is_of_kind
from services.nlq.planning.reading.draft import Draft


def read_columns(draft: Draft) -> None:
    """The columns to show: the one after the asking word and those joined to it, else the first free one."""
    free = [i for i, m in enumerate(draft.mentions) if isinstance(m, ColumnMention) and draft.free(i)]
    free = _heads(draft, free)
    if not free or draft.groups or any(draft.signs("rows")):
        return
    kind = asked_kind(draft)
    if kind:
        free = _suited(draft, kind, free)
        if not free:
            return
    first = _asked_first(draft, free)
    taken = [first]
    for at in free:
        if at > taken[-1] and _joined(draft, taken[-1], at):
            taken.append(at)
    for at in taken:
        column = draft.choose("column", draft.text(draft.mentions[at]), draft.columns_named(at))
        score = next(m.score for m in draft.columns_named(at) if m.column is column)
        if score < 0.9:
            draft.doubt("target column only resembles", 0.25 * (1 - score))
        draft.columns.append(column.ref)
        draft.take("target", at)


def _heads(draft: Draft, free: list[int]) -> list[int]:
    """Of names that stand together as one ("population density"), the last: the others only modify it."""
    modifiers = [a for a, b in itertools.pairwise(free) if b == a + 1 and "," not in draft.text_of(a, b)]
    draft.take("modifier", *modifiers)
    return [at for at in free if at not in modifiers]


def _asked_first(draft: Draft, free: list[int]) -> int:
    """The column just after the word that asks."""
    for sign in asking(draft):
        for at in free:
            if 0 < at - sign <= 5 and not any(isinstance(draft.at(i), ValueMention) for i in range(sign, at)):
                return at
    return free[0]


def _joined(draft: Draft, earlier: int, later: int) -> bool:
    """Whether only "and", commas and articles stand between two columns."""
    between = range(earlier + 1, later)
    joint = any(draft.is_sign(i, "and") for i in between)
    text = draft.question.text
    comma = (
        ","
        in text[
            draft.question.tokens[draft.mentions[earlier].end - 1].end : draft.question.tokens[
                draft.mentions[later].start
            ].start
        ]
    )
    plain = all(draft.is_sign(i, "and") or (draft.is_filler(i) and _article(draft, i)) for i in between)
    return plain and (joint or comma)


def _article(draft: Draft, index: int) -> bool:
    mention = draft.at(index)
    return isinstance(mention, WordMention) and mention.token.norm in (
        "the",
        "its",
        "their",
        "a",
        "all",
        "his",
        "her",
        "of",
    )


def _suited(draft: Draft, kind: str, free: list[int]) -> list[int]:
    return [at for at in free if is_of_kind(kind, draft.columns_named(at)[0].column)]
