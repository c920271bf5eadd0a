"""Which column a statistic is of. A statistic of the wrong column is a wrong number, so resemblance is not enough: ask."""

from __future__ import annotations

from collections.abc import Sequence

from services.nlq.planner.lexicon.vocabulary import STOPWORDS, TIME
from services.nlq.planner.linking.columns import ColumnMatch, rank_loosely
from services.nlq.planner.linking.mentions import ColumnMention, NumberMention, SignMention, WordMention
from services.nlq.planner.linking.schema import Column
from services.nlq.planning.reading.draft import Draft, Unclear, option_id

_CLEAR_LEAD = 0.5  # a rival below this part of the best one's likeness is no rival
_ORDINAL = frozenset(
    "rank number no round game match week season episod lane pick posit plac heat finish grid stag group seri jersey code zip phone "
    "draft rnd pos".split()
)
_BREAKS = frozenset("in for by with at from on during that which who is was were are did does do has have had to as when where if per among "
                    "between over under across than received scored made earned".split())  # fmt: skip
_MOST_OPTIONS = 6


def summable(column: Column) -> bool:
    return column.is_numeric or column.numeric_text


def is_ordinal(column: Column) -> bool:
    """Numbers that order or name things, so that adding them up makes no sense: years, rounds, ranks, ids."""
    if any(w in ("no", "number", "num", "count", "total") for w in column.words[:-1]) and "of" in column.words:
        return False
    return column.is_key_like or any(s in TIME or s in _ORDINAL for s in column.stems)


def measured_column(draft: Draft, sign: int) -> tuple[Column, list[int]] | None:
    """The column that the words after a statistic name, and the mentions that say so; None when no words follow."""
    run = expression(draft, sign)
    exact = next((at for at in run if _is_exact(draft, at)), None)
    if exact is not None:
        return draft.choose("column", draft.text(draft.mentions[exact]), _numeric(draft, exact)), [exact]
    words = [at for at in run if not draft.is_filler(at)]
    if not words:
        return None
    text = draft.text_of(words[0], words[-1])
    tokens = draft.question.tokens[draft.mentions[words[0]].start : draft.mentions[words[-1]].end]
    content = [t for t in tokens if t.norm not in STOPWORDS] or list(tokens)
    ranked = rank_loosely(numeric_columns(draft), content)
    return _decide(draft, text, ranked), words


def _decide(draft: Draft, text: str, ranked: Sequence[ColumnMatch]) -> Column:
    slot = f"measure:{text.casefold()}"
    for match in ranked:
        if draft.choices.get(slot) == option_id(match.column):
            return match.column
    if len(ranked) == 1 and ranked[0].score > 0:
        return ranked[0].column
    if not ranked or (ranked[0].score == 0 and (len(ranked) > _MOST_OPTIONS or len(ranked) == 1)):
        raise NoColumn(text)
    some = [m for m in ranked if m.score > 0] or list(ranked)
    if some[0].exact and (len(some) == 1 or some[1].score < _CLEAR_LEAD * some[0].score):
        return some[0].column
    options = some if len(some) > 1 else list(ranked)
    raise Unclear(slot, text, [m.column for m in options[:_MOST_OPTIONS]])


class NoColumn(Exception):
    """No numeric column resembles the words at all."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def expression(draft: Draft, sign: int) -> list[int]:
    """The mentions after a statistic that can be part of a column's name, up to the first break."""
    run: list[int] = []
    for at in range(sign + 1, len(draft.mentions)):
        mention = draft.at(at)
        if draft.is_filler(at):
            assert isinstance(mention, WordMention)
            if run and mention.token.norm in _BREAKS:
                break
        elif (
            not draft.free(at)
            or not _may_name(mention)
            or (isinstance(mention, WordMention) and run and mention.token.norm in _BREAKS)
        ):
            break
        run.append(at)
        if _is_exact(draft, at):
            break
    return run


def _may_name(mention: object) -> bool:
    if isinstance(mention, SignMention):
        return mention.sign.kind in ("measure", "superlative", "share") and len(mention.text.split()) == 1
    return isinstance(mention, ColumnMention | WordMention | NumberMention)


def _is_exact(draft: Draft, at: int) -> bool:
    return any(m.exact for m in _numeric(draft, at))


def _numeric(draft: Draft, at: int) -> list[ColumnMatch]:
    return [m for m in draft.columns_named(at) if summable(m.column) and (m.exact or not m.column.is_key_like)]


def numeric_columns(draft: Draft) -> list[Column]:
    """The columns a statistic may be of."""
    used = set(draft.refs())
    return [c for c in draft.schema.columns if summable(c) and not c.is_key_like and c.ref not in used]
