"""Which rows: cells, numbers, dates, blanks and pieces of text become conditions."""

from __future__ import annotations

from collections.abc import Sequence

from services.nlq.planner.lexicon.tokens import words
from services.nlq.planner.lexicon.vocabulary import PLACE
from services.nlq.planner.linking.joins import shared_key
from services.nlq.planner.linking.mentions import (
    ColumnMention,
    ValueMention,
)
from services.nlq.planner.linking.schema import Column
from services.nlq.planner.linking.values import ValueMatch
from services.nlq.planning.plan import AnyOf, Compare, Condition, IsIn, TextMatch
from services.nlq.planning.reading.draft import Draft, Unclear, option_id
from services.nlq.planning.reading.links import linked_column, take_negation


def read_values(draft: Draft) -> None:
    """Every cell that is named narrows the rows; cells of one column that stand together are alternatives."""
    for index, mention in enumerate(draft.mentions):
        if isinstance(mention, ValueMention) and draft.free(index):
            condition = _value_condition(draft, index, mention)
            if condition is not None:
                _add(draft, index, condition)


def _value_condition(draft: Draft, index: int, mention: ValueMention) -> Condition | None:
    by_column = {m.column: m for m in mention.matches}
    linked = linked_column(draft, index, lambda column: column in by_column)
    if linked is not None and linked[0] < index and len(by_column) > 1 and _placed_in(draft, index):
        linked = None
    if linked is not None:
        at, column = linked
        draft.take("condition column", at)
        match = by_column[column]
    else:
        match = _settle(draft, index, mention)
    if not match.whole:
        draft.doubt("part of a cell", _part_doubt(mention, match))
    elif not match.exact and mention.text.islower() and len(mention.text.split()) == 1:
        draft.doubt("a word that only resembles a cell", 0.15)
    draft.take("condition", index)
    return cells_condition(match, mention.text, negate=take_negation(draft, index))


def _placed_in(draft: Draft, index: int) -> bool:
    """As in "rivers in Missouri": what stands before the preposition is not what Missouri is a cell of."""
    before = index - 1 if draft.word(index - 1) != "the" else index - 2
    return draft.word(before) in ("in", "at", "from", "through", "on", "by", "against", "over", "across", "within")


def _part_doubt(mention: ValueMention, match: ValueMatch) -> float:
    """A single common word inside a long cell says little; most of a cell's words say much."""
    said = len(words(mention.text))
    covered = max(said / max(1, len(words(cell))) for cell in match.cells)
    plain = said == 1 and mention.text.islower()
    return (0.1 if len(match.cells) == 1 else 0.2) + 0.25 * (1 - covered) + 0.15 * plain


def cells_condition(match: ValueMatch, text: str, *, negate: bool) -> Condition:
    ref = match.column.ref
    if not match.whole and len(match.cells) > 1:
        return TextMatch(column=ref, how="contains", text=text, negate=negate)
    if len(match.cells) == 1:
        return Compare(column=ref, op="!=" if negate else "==", value=match.cells[0])
    return IsIn(column=ref, values=match.cells, negate=negate)


def _settle(draft: Draft, index: int, mention: ValueMention) -> ValueMatch:
    """A value with no column beside it: the only column that holds it, the likeliest, or a question back."""
    matches = sorted(_one_per_key(draft, mention.matches), key=lambda m: _likelihood(draft, index, m), reverse=True)
    slot = f"value:{mention.text.casefold()}"
    chosen = draft.choices.get(slot)
    for match in matches:
        if chosen == option_id(match.column):
            return match
    if len(matches) > 1:
        first, second = (_likelihood(draft, index, m) for m in matches[:2])
        if first - second < 0.25:
            raise Unclear(
                slot, mention.text, [m.column for m in matches if _likelihood(draft, index, m) > first - 0.25][:6]
            )
        draft.doubt("value in several columns", 0.1)
    return matches[0]


def _one_per_key(draft: Draft, matches: Sequence[ValueMatch]) -> list[ValueMatch]:
    """Of columns that are one key in several tables, only that of the table where it names a row."""
    kept: list[ValueMatch] = []
    for match in sorted(
        matches, key=lambda m: m.column.facts.name not in draft.schema.at(m.column.table).facts.candidate_keys
    ):
        tables = {k.column.table: k for k in kept}
        others = [k for k in kept if k.column.table != match.column.table]
        if not any(_same_key(draft, match.column, k.column) for k in others) or match.column.table in tables:
            kept.append(match)
    return kept


def _same_key(draft: Draft, a: Column, b: Column) -> bool:
    pair = shared_key(draft.schema.at(a.table), draft.schema.at(b.table))
    return pair is not None and set(pair) == {a, b}


def _likelihood(draft: Draft, index: int, match: ValueMatch) -> float:
    """How likely a bare value speaks of this column."""
    column = match.column
    table = draft.schema.at(column.table)
    score = 1.0 if match.whole else 0.0
    score += 0.3 * match.exact
    score += 0.3 * (column.ref.table in draft.tables_spoken_of())
    score += 0.15 * (column.facts.name in table.facts.candidate_keys)
    score += 0.3 * (draft.word(index - 1) in ("in", "at", "from") and any(s in PLACE for s in column.stems))
    spoken = any(
        isinstance(m, ColumnMention) and m.best.column is column
        for i, m in enumerate(draft.mentions)
        if abs(i - index) <= 8
    )
    score += (-0.3 if _placed_in(draft, index) else 0.3) * spoken
    return score - 0.05 * min(column.position, 6)


def _add(draft: Draft, index: int, condition: Condition) -> None:
    """Add a condition; one on the same column as an earlier one widens it ("Paris or Lyon")."""
    for at, earlier in enumerate(draft.where):
        if isinstance(earlier, TextMatch) and isinstance(condition, Compare) and earlier.column == condition.column:
            draft.where[at] = condition
            draft.doubt("part of a cell set aside", 0.15)
            return
        if (
            isinstance(condition, TextMatch)
            and isinstance(earlier, Compare | TextMatch)
            and earlier.column == condition.column
        ):
            draft.doubt("part of a cell set aside", 0.15)
            return
        if _widens(earlier, condition):
            draft.where[at] = _union(earlier, condition)  # type: ignore[arg-type]
            draft.take("or", *(i for i, _ in draft.signs("or")))
            return
    if draft.where and _said_or(draft, index):
        draft.where[-1] = AnyOf(conditions=(draft.where[-1], condition))
        return
    draft.where.append(condition)


def _widens(earlier: Condition, condition: Condition) -> bool:
    if not isinstance(earlier, Compare | IsIn) or not isinstance(condition, Compare | IsIn):
        return False
    return earlier.column == condition.column and _negated(earlier) == _negated(condition)


def _negated(condition: Compare | IsIn) -> bool | str:
    if isinstance(condition, IsIn):
        return condition.negate
    return {"==": False, "!=": True}.get(condition.op, condition.op)


def _union(a: Compare | IsIn, b: Compare | IsIn) -> Condition:
    values = tuple(dict.fromkeys(_values(a) + _values(b)))
    return IsIn(column=a.column, values=values, negate=bool(_negated(a))) if len(values) > 1 else a


def _values(condition: Compare | IsIn) -> tuple[str | int | float | bool, ...]:
    return condition.values if isinstance(condition, IsIn) else (condition.value,)


def _said_or(draft: Draft, index: int) -> bool:
    for at in range(index - 1, max(-1, index - 6), -1):
        if draft.is_sign(at, "or"):
            draft.take("or", at)
            return True
        if draft.roles.get(at) == "condition":
            return False
    return False


def consume_settled(draft: Draft) -> None:
    """A column whose value is already fixed is not what is asked for: its mention explains the condition."""
    fixed = {c.column for c in draft.where if isinstance(c, Compare) and c.op == "==" and c.part is None}
    for index, mention in enumerate(draft.mentions):
        if isinstance(mention, ColumnMention) and draft.free(index) and mention.best.column.ref in fixed:
            draft.take("condition column", index)
