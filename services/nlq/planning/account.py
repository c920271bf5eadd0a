"""How sure the reading is: every word of the question must be explained, or it costs confidence."""

from __future__ import annotations

from services.nlq.planning.draft import Draft
from services.nlq.planning.lexicon import STOPWORDS
from services.nlq.planning.tokens import Token
from services.nlq.planning.mentions import ColumnMention, DateMention, LiteralMention, Mention, NumberMention, SignMention, ValueMention, WordMention

_COST_OF_SIGN = {
    "measure": 0.5, "same": 0.55, "count_distinct": 0.3, "superlative": 0.55, "how": 0.4, "share": 0.5, "difference": 0.6, "ratio": 0.6, "correlation": 0.6, "between": 0.3,
    "negate": 0.45, "null": 0.3, "not_null": 0.3, "order": 0.1, "above_average": 0.6, "below_average": 0.6, "above_median": 0.6,
    "below_median": 0.6, "next": 0.35, "previous": 0.35, "unsupported": 0.8, "compare": 0.12, "bucket": 0.4, "afterwards": 0.1, "compare_two": 0.4,
    "contains": 0.12, "starts": 0.4, "ends": 0.4, "group": 0.06, "or": 0.15, "distinct": 0.02,
}  # fmt: skip


_PLACING = frozenset("over above after before since under below up to until following".split())


def confidence(draft: Draft) -> float:
    """From 0 to 1."""
    cost = sum(weight for _, weight in draft.doubts)
    cost += sum(_cost(draft, index, mention) for index, mention in enumerate(draft.mentions) if draft.free(index))
    return max(0.0, 1.0 - cost)


def unexplained(draft: Draft) -> list[str]:
    """The words that no part of the plan accounts for."""
    return [
        draft.text(m)
        for i, m in enumerate(draft.mentions)
        if draft.free(i) and not isinstance(m, SignMention | ColumnMention) and _cost(draft, i, m) > 0
    ]


def _cost(draft: Draft, index: int, mention: Mention) -> float:
    match mention:
        case WordMention(token=token):
            return _cost_of_word(draft, token)
        case NumberMention() | DateMention() | LiteralMention() | ValueMention():
            return 0.6
        case ColumnMention():
            return 0.1
        case SignMention(sign=sign, text=text):
            if sign.kind == "compare":
                return 0.1 if text in _PLACING else 0.3
            return _COST_OF_SIGN.get(sign.kind, 0.0)
    return 0.0


def _cost_of_word(draft: Draft, token: Token) -> float:
    """A word left over is a filter not applied: worst where rows are counted or summed, mild where a row is looked up."""
    if token.norm in STOPWORDS or token.is_symbol or token.stem in _table_words(draft) or _in_apposition(draft, token):
        return 0.0
    if draft.measures or draft.groups or not draft.where:
        return 0.25
    return 0.2 if token.is_capitalised and token.start > 0 else 0.1


def _table_words(draft: Draft) -> frozenset[str]:
    """Words of the tables' names say what the question is about, not which rows."""
    return frozenset(stem for table in draft.schema.tables for stem in table.stems)


def _in_apposition(draft: Draft, token: Token) -> bool:
    """A description whose column follows in brackets: "the frequency of vegetables (FCVC)"."""
    text = draft.question.text
    opening = text.find("(", token.end)
    if opening < 0 or any(c in text[token.end : opening] for c in ",.;?)"):
        return False
    return any(
        isinstance(m, ColumnMention) and m.best.exact and draft.question.tokens[m.start].start == opening + 1 for m in draft.mentions
    )
