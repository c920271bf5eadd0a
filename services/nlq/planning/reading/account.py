"""How sure a reading is: what it leaves unexplained, and what it had to guess, weighed by experience."""

from __future__ import annotations

import math

from services.nlq.planner.lexicon.tokens import Token
from services.nlq.planner.lexicon.vocabulary import STOPWORDS
from services.nlq.planner.linking.mentions import (
    ColumnMention,
    DateMention,
    LiteralMention,
    Mention,
    NumberMention,
    SignMention,
    ValueMention,
    WordMention,
)
from services.nlq.planning.plan import Neighbour, Plan, TableQuery
from services.nlq.planning.reading.draft import Draft

_UNUSED_SIGN = {
    "measure": 0.5, "same": 0.55, "count_distinct": 0.3, "superlative": 0.55, "how": 0.4, "share": 0.5, "difference": 0.6, "ratio": 0.6,
    "correlation": 0.6, "between": 0.3, "negate": 0.45, "null": 0.3, "not_null": 0.3, "order": 0.1, "above_average": 0.6, "below_average": 0.6,
    "above_median": 0.6, "below_median": 0.6, "next": 0.35, "previous": 0.35, "unsupported": 0.8, "control": 0.6, "bucket": 0.4, "afterwards": 0.1,
    "compare_two": 0.4, "contains": 0.12, "starts": 0.4, "ends": 0.4, "group": 0.06, "or": 0.15, "distinct": 0.02,
}  # fmt: skip
"""What it costs not to have used a sign of a kind."""

_PREPOSITIONS = frozenset("over above after before since under below up to until following".split())
"""Comparing words that may as well only place something."""


_WEIGHTS = {
    "bias": 2.12, "doubt": -2.67, "word": -0.65, "any_word": -0.47, "value": -1.67, "column": -2.44, "sign": -4.11, "computed": -0.49,
    "counted": -0.51, "counted_word": -0.11, "extreme": -0.41, "position": -0.14, "grouped": 0.43, "bare_word": -1.36, "everything": -3.11,
    "rows": -1.13, "many": -0.69, "joined": -1.41, "offered": -0.74, "offered_word": -0.97, "long": 0.12,
}  # fmt: skip
"""Fitted by logistic regression to the outcomes of some five thousand questions with known answers, so that the confidence is
about the share of such readings that are right. Neither the questions nor the program that fitted them were kept, so these numbers cannot
be made anew: the planner that replaces this one brings its weights with their data and their fitting under `eval/`."""


_COMPLETE = 0.75  # the least for a reading that explains every word
_SMALL_DOUBT = 0.1


def confidence(draft: Draft, plan: Plan) -> float:
    """The chance that the reading is right, from 0 to 1."""
    weighed = features(draft, plan)
    score = sum(_WEIGHTS[name] * value for name, value in weighed.items())
    chance = 1.0 / (1.0 + math.exp(-score))
    complete = (
        not any(weighed[name] for name in ("word", "value", "column", "sign")) and weighed["doubt"] <= _SMALL_DOUBT
    )
    return max(chance, _COMPLETE) if complete else chance


def unused(draft: Draft) -> dict[str, float]:
    """The cost of everything that no part of the plan accounts for, by kind."""
    costs: dict[str, float] = {}
    for index, mention in enumerate(draft.mentions):
        if draft.free(index):
            kind, cost = _cost(draft, mention)
            costs[kind] = costs.get(kind, 0.0) + cost
    if _wants_yes_or_no(draft):
        costs["sign"] = costs.get("sign", 0.0) + 0.5
    return costs


def _wants_yes_or_no(draft: Draft) -> bool:
    """As in "is the price higher …": a table of rows would be no answer to that."""
    asked_politely = draft.word(1) in ("you", "we", "i", "there", "it")
    return draft.is_sign(0, "yes_no") and draft.free(0) and not asked_politely


def unexplained(draft: Draft) -> list[str]:
    """The words that no part of the plan accounts for."""
    return [
        draft.text(m)
        for i, m in enumerate(draft.mentions)
        if draft.free(i) and not isinstance(m, SignMention | ColumnMention) and _cost(draft, m)[1] > 0
    ]


def _cost(draft: Draft, mention: Mention) -> tuple[str, float]:
    match mention:
        case WordMention(token=token):
            return "word", _cost_of_word(draft, token)
        case NumberMention() | DateMention() | LiteralMention() | ValueMention():
            return "value", 0.6
        case ColumnMention():
            return "column", 0.1
        case SignMention(sign=sign, text=text):
            if sign.kind == "compare":
                return "sign", 0.1 if text in _PREPOSITIONS else 0.3
            return "sign", _UNUSED_SIGN.get(sign.kind, 0.0)
    return "none", 0.0


def _cost_of_word(draft: Draft, token: Token) -> float:
    """A word left over may be a filter not applied: worst where rows are counted or summed, mild where a row is looked up."""
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
        isinstance(m, ColumnMention) and m.best.exact and draft.question.tokens[m.start].start == opening + 1
        for m in draft.mentions
    )


def features(draft: Draft, plan: Plan) -> dict[str, float]:
    """What the certainty of a reading is weighed from."""
    costs = unused(draft)
    query = plan if isinstance(plan, TableQuery) else None
    words = costs.get("word", 0.0)
    computed = query is None or bool(query.measures)
    counted = computed and query is not None and query.measures[0].function in ("count", "nunique")
    return {
        "bias": 1.0,
        "doubt": min(1.0, sum(weight for _, weight in draft.doubts)),
        "word": min(1.0, words),
        "any_word": float(words > 0),
        "value": min(1.0, costs.get("value", 0.0)),
        "column": min(0.5, costs.get("column", 0.0)),
        "sign": min(1.0, costs.get("sign", 0.0)),
        "computed": float(computed),
        "counted": float(counted),
        "counted_word": float(counted) * min(1.0, words),
        "extreme": float(query is not None and (query.extreme is not None or bool(query.order))),
        "position": float((query is not None and query.position is not None) or isinstance(plan, Neighbour)),
        "grouped": float(query is not None and bool(query.groups)),
        "bare_word": min(1.5, words) * float(query is not None and not query.where),
        "everything": float(_is_everything(query) and any(costs.get(kind, 0.0) for kind in ("word", "value", "sign"))),
        "rows": float(query is not None and not query.columns and not query.measures),
        "many": float(query is not None and len(query.where) >= 3),
        "joined": float(query is not None and bool(query.joins)),
        "offered": float(draft.offered > 1),
        "offered_word": float(draft.offered > 1) * min(1.0, words),
        "long": math.log(1 + max(0, len(draft.question.tokens) - 12)),
    }


def _is_everything(query: TableQuery | None) -> bool:
    """Whole columns, although something was said that could have restricted them."""
    return query is not None and not (query.where or query.measures or query.extreme or query.position or query.limit)
