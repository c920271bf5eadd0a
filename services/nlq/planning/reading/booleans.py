"""Yes-or-no columns as conditions: "active customers", "where paid is false"."""

from __future__ import annotations

from services.nlq.planner.linking.mentions import ColumnMention, WordMention
from services.nlq.planning.plan import Compare
from services.nlq.planning.reading.draft import Draft
from services.nlq.planning.reading.links import take_negation

_TRUE, _FALSE = frozenset({"true", "yes", "1", "y"}), frozenset({"false", "no", "0", "n"})


def read_booleans(draft: Draft) -> None:
    """Boolean columns beside which a truth value or a "not" stands."""
    for index, mention in enumerate(draft.mentions):
        if not isinstance(mention, ColumnMention) or not draft.free(index) or mention.best.column.family != "boolean":
            continue
        value = _truth_after(draft, index)
        if value is not None or take_negation(draft, index):
            _require(draft, index, mention, bool(value))


def read_implied(draft: Draft) -> None:
    """A boolean column that nothing else uses is a condition by itself: "how many customers are active"."""
    for index, mention in enumerate(draft.mentions):
        if (
            isinstance(mention, ColumnMention)
            and draft.free(index)
            and mention.best.column.family == "boolean"
            and mention.best.exact
        ):
            _require(draft, index, mention, True)


def _require(draft: Draft, index: int, mention: ColumnMention, value: bool) -> None:
    draft.where.append(Compare(column=mention.best.column.ref, op="==", value=value))
    draft.take("condition", index)


def _truth_after(draft: Draft, index: int) -> bool | None:
    for at in range(index + 1, index + 4):
        mention = draft.at(at)
        if isinstance(mention, WordMention) and mention.token.norm in _TRUE | _FALSE:
            draft.take("condition", at)
            return mention.token.norm in _TRUE
        if not (draft.is_filler(at) or draft.is_sign(at, "yes_no", "compare")):
            return None
    return None
