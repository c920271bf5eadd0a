"""Which rows: cells, numbers, dates, blanks and pieces of text become conditions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from services.nlq.planning.columns import ColumnMatch
from services.nlq.planning.draft import Draft, Unclear, option_id
from services.nlq.planning.joins import shared_key
from services.nlq.planning.lexicon import PLACE, STOPWORDS
from services.nlq.planning.mentions import (
    ColumnMention,
    DateMention,
    LiteralMention,
    NumberMention,
    SignMention,
    TableMention,
    ValueMention,
    WordMention,
)
from services.nlq.planning.plan import AnyOf, Compare, Condition, IsIn, IsNull, TextMatch
from services.nlq.planning.schema import Column
from services.nlq.planning.tokens import words
from services.nlq.planning.values import ValueMatch

_LINKS = frozenset("is was are were of the a an named called being as equals has have had with in at for on to by it its that".split())


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
    draft.take("condition", index)
    return cells_condition(match, mention.text, negate=take_negation(draft, index))


def _placed_in(draft: Draft, index: int) -> bool:
    """"rivers in Missouri": what stands before the preposition is not what Missouri is a cell of."""
    before = index - 1 if _word(draft, index - 1) != "the" else index - 2
    return _word(draft, before) in ("in", "at", "from", "through", "on", "by", "against", "over", "across", "within")


def _part_doubt(mention: ValueMention, match: ValueMatch) -> float:
    """A single common word inside a long cell says little; most of a cell's words say much."""
    said = len(words(mention.text))
    covered = max(said / max(1, len(words(cell))) for cell in match.cells)
    plain = said == 1 and mention.text.islower()
    return (0.1 if len(match.cells) == 1 else 0.2) + 0.25 * (1 - covered) + 0.1 * plain


def cells_condition(match: ValueMatch, text: str, *, negate: bool) -> Condition:
    ref = match.column.ref
    if not match.whole and len(match.cells) > 1:
        return TextMatch(column=ref, how="contains", text=text, negate=negate)
    if len(match.cells) == 1:
        return Compare(column=ref, op="!=" if negate else "==", value=match.cells[0])
    return IsIn(column=ref, values=match.cells, negate=negate)


def linked_column(draft: Draft, index: int, fits: Callable[[Column], bool]) -> tuple[int, Column] | None:
    """The column mention that a value or number belongs to: just after it, or before it with only linking words between."""
    after = _adjacent_after(draft, index)
    before = _nearest_before(draft, index)
    for at in (after, before):
        if at is None:
            continue
        for match in draft.columns_named(at):
            if fits(match.column):
                return at, match.column
    return None


def _adjacent_after(draft: Draft, index: int) -> int | None:
    at = index + 1
    conditional = any(draft.is_sign(i, "when", "where") or _word(draft, i) == "if" for i in (index - 1, index - 2))
    while _word(draft, at) in ("as", "the", "in", "for") or (conditional and draft.is_sign(at, "yes_no")):
        at += 1
    return at if isinstance(draft.at(at), ColumnMention) and draft.roles.get(at) in (None, "condition column") else None


def _nearest_before(draft: Draft, index: int, reach: int = 7) -> int | None:
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
            if mention.sign.kind not in ("negate", "compare", "yes_no", "which", "between", "or", "contains", "only", "group"):
                return None
        elif not isinstance(mention, TableMention):
            return None
    return None


def _word(draft: Draft, index: int) -> str:
    mention = draft.at(index)
    return mention.token.norm if isinstance(mention, WordMention) else ""


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
            raise Unclear(slot, mention.text, [m.column for m in matches if _likelihood(draft, index, m) > first - 0.25][:6])
        draft.doubt("value in several columns", 0.1)
    return matches[0]


def _one_per_key(draft: Draft, matches: Sequence[ValueMatch]) -> list[ValueMatch]:
    """Of columns that are one key in several tables, only that of the table where it names a row."""
    kept: list[ValueMatch] = []
    for match in sorted(matches, key=lambda m: m.column.facts.name not in draft.schema.at(m.column.table).facts.candidate_keys):
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
    score += 0.3 * (_word(draft, index - 1) in ("in", "at", "from") and any(s in PLACE for s in column.stems))
    spoken = any(isinstance(m, ColumnMention) and m.best.column is column for i, m in enumerate(draft.mentions) if abs(i - index) <= 8)
    score += (-0.3 if _placed_in(draft, index) else 0.3) * spoken
    return score - 0.05 * min(column.position, 6)


def take_negation(draft: Draft, index: int) -> bool:
    """Whether a "not" or "except" stands before this mention; it is used up."""
    for at in range(index - 1, max(-1, index - 5), -1):
        if draft.is_sign(at, "negate") or (draft.is_sign(at, "compare") and _sign_value(draft, at) == "!="):
            draft.take("negation", at)
            return True
        if not draft.is_filler(at) and not isinstance(draft.at(at), ColumnMention | TableMention) and not draft.is_sign(at, "yes_no"):
            return False
    return False


def _sign_value(draft: Draft, index: int) -> str:
    mention = draft.at(index)
    return mention.sign.value if isinstance(mention, SignMention) else ""


def _add(draft: Draft, index: int, condition: Condition) -> None:
    """Add a condition; one on the same column as an earlier one widens it ("Paris or Lyon")."""
    for at, earlier in enumerate(draft.where):
        if isinstance(earlier, TextMatch) and isinstance(condition, Compare) and earlier.column == condition.column:
            draft.where[at] = condition
            draft.doubt("part of a cell set aside", 0.15)
            return
        if isinstance(condition, TextMatch) and isinstance(earlier, Compare | TextMatch) and earlier.column == condition.column:
            draft.doubt("part of a cell set aside", 0.15)
            return
        if isinstance(earlier, Compare | IsIn) and isinstance(condition, Compare | IsIn) and earlier.column == condition.column:
            if _negated(earlier) == _negated(condition):
                draft.where[at] = _union(earlier, condition)
                draft.take("or", *(i for i, _ in draft.signs("or")))
                return
    if draft.where and _said_or(draft, index):
        draft.where[-1] = AnyOf(conditions=(draft.where[-1], condition))
        return
    draft.where.append(condition)


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


def read_blanks(draft: Draft) -> None:
    """"where the note is missing", "with no email", "cabin is not null"."""
    for index, mention in draft.signs("null", "not_null"):
        found = _nearest_before(draft, index, 4)
        if found is None:
            after = draft.next_content(index)
            found = after if after is not None and isinstance(draft.at(after), ColumnMention) else None
        if found is None:
            continue
        column = draft.choose("column", draft.text(draft.mentions[found]), draft.columns_named(found))
        negate = mention.sign.kind == "not_null" or take_negation(draft, index)
        draft.where.append(IsNull(column=column.ref, negate=negate))
        draft.take("condition", index)
        draft.take("condition column", found)


def read_text_matches(draft: Draft) -> None:
    """"name starts with A", "titles containing 'war'"."""
    hows = {"contains": "contains", "starts": "starts", "ends": "ends"}
    for index, mention in draft.signs(*hows):
        piece = draft.next_content(index)
        found = _nearest_before(draft, index, 5)
        if piece is None or found is None:
            continue
        text = _piece_text(draft, piece)
        column = draft.choose("column", draft.text(draft.mentions[found]), draft.columns_named(found), lambda c: c.family == "text")
        if text is None or column.family != "text":
            continue
        how = hows[mention.sign.kind]
        draft.where.append(TextMatch(column=column.ref, how=how, text=text, negate=take_negation(draft, index)))  # type: ignore[arg-type]
        draft.take("condition", index, piece)
        draft.take("condition column", found)


def _piece_text(draft: Draft, index: int) -> str | None:
    mention = draft.at(index)
    if isinstance(mention, SignMention | TableMention) or mention is None:
        return None
    return mention.text if isinstance(mention, LiteralMention) else draft.text(mention)


def read_literals(draft: Draft) -> None:
    """"note is SECRETabc", "city = 'Oslo'": a column, a linking word, and words that are no known cell of it."""
    for index, mention in enumerate(draft.mentions):
        if not draft.free(index) or not isinstance(mention, WordMention | LiteralMention):
            continue
        if isinstance(mention, WordMention) and (mention.token.norm in STOPWORDS or not _ends_clause(draft, index)):
            continue
        column_at = _linked_by_is(draft, index, quoted=isinstance(mention, LiteralMention))
        if column_at is None:
            continue
        column = draft.choose("column", draft.text(draft.mentions[column_at]), draft.columns_named(column_at))
        if column.family != "text":
            continue
        text = mention.text if isinstance(mention, LiteralMention) else draft.text(mention)
        op = "!=" if take_negation(draft, index) else "=="
        draft.where.append(Compare(column=column.ref, op=op, value=text, fold_case=True))  # type: ignore[arg-type]
        draft.take("condition", index)
        draft.take("condition column", column_at)


def _ends_clause(draft: Draft, index: int) -> bool:
    """Whether the word is the last of its clause, so that it can be the whole of a cell."""
    token_end = draft.question.tokens[draft.mentions[index].end - 1].end
    return draft.at(index + 1) is None or draft.is_sign(index + 1, "and", "or", "group", "order") or draft.question.text[token_end] in ",;."


def _linked_by_is(draft: Draft, index: int, *, quoted: bool) -> int | None:
    """A column directly before, joined by "is", "=" or "named" in a clause that restricts; a quoted text needs no joining word."""
    joined, equated = quoted, False
    for at in range(index - 1, max(-1, index - 5), -1):
        mention = draft.at(at)
        if isinstance(mention, ColumnMention):
            restricts = quoted or equated or _restricts(draft, at - 1) or _restricts(draft, at - 2)
            usable = joined and restricts and mention.best.score > 0.6 and draft.roles.get(at) in (None, "condition column")
            return at if usable else None
        if draft.is_sign(at, "compare") and _sign_value(draft, at) in ("==", "!="):
            joined = equated = True
        elif draft.is_sign(at, "yes_no", "negate") or _word(draft, at) in _LINKS:
            joined = joined or _word(draft, at) in ("named", "called", "equals") or draft.is_sign(at, "yes_no")
        else:
            return None
    return None


def _restricts(draft: Draft, index: int) -> bool:
    return draft.is_sign(index, "where", "when", "and", "or") or _word(draft, index) in ("with", "if", "whose", "having", "for") or draft.is_sign(index, "who")


def consume_settled(draft: Draft) -> None:
    """A column whose value is already fixed is not what is asked for: its mention explains the condition."""
    fixed = {c.column for c in draft.where if isinstance(c, Compare) and c.op == "==" and c.part is None}
    for index, mention in enumerate(draft.mentions):
        if isinstance(mention, ColumnMention) and draft.free(index) and mention.best.column.ref in fixed:
            draft.take("condition column", index)


def best_fitting(matches: Sequence[ColumnMatch], fits: Callable[[Column], bool]) -> list[ColumnMatch]:
    return [m for m in matches if fits(m.column)]


def is_condition_mention(draft: Draft, index: int) -> bool:
    return isinstance(draft.at(index), ValueMention | NumberMention | DateMention)
