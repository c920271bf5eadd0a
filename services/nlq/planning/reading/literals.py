"""Which rows, by what is written: blanks, pieces of text, words that are no known cell."""

from __future__ import annotations

from services.nlq.planner.lexicon.vocabulary import STOPWORDS
from services.nlq.planner.linking.mentions import ColumnMention, LiteralMention, SignMention, TableMention, WordMention
from services.nlq.planning.plan import Compare, IsNull, TextMatch
from services.nlq.planning.reading.draft import Draft
from services.nlq.planning.reading.links import nearest_before, take_negation

_LINKS = frozenset(
    "is was are were of the a an named called being as equals has have had with in at for on to by it its that".split()
)


def read_blanks(draft: Draft) -> None:
    """As in "where the note is missing", "with no email", "cabin is not null"."""
    for index, mention in draft.signs("null", "not_null"):
        found = nearest_before(draft, index, 4)
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
    """As in "name starts with A", "titles containing 'war'"."""
    hows = {"contains": "contains", "starts": "starts", "ends": "ends"}
    for index, mention in draft.signs(*hows):
        piece = draft.next_content(index)
        found = nearest_before(draft, index, 5)
        if piece is None or found is None:
            continue
        text = _piece_text(draft, piece)
        column = draft.choose(
            "column", draft.text(draft.mentions[found]), draft.columns_named(found), lambda c: c.family == "text"
        )
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
    """As in "note is SECRETabc", "city = 'Oslo'": a column, a linking word, and words that are no known cell of it."""
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
    return (
        draft.at(index + 1) is None
        or draft.is_sign(index + 1, "and", "or", "group", "order")
        or draft.question.text[token_end] in ",;."
    )


def _linked_by_is(draft: Draft, index: int, *, quoted: bool) -> int | None:
    """A column directly before, joined by "is", "=" or "named" in a clause that restricts; a quoted text needs no joining word."""
    joined, equated = quoted, False
    for at in range(index - 1, max(-1, index - 5), -1):
        mention = draft.at(at)
        if isinstance(mention, ColumnMention):
            restricts = quoted or equated or _restricts(draft, at - 1) or _restricts(draft, at - 2)
            usable = (
                joined and restricts and mention.best.score > 0.6 and draft.roles.get(at) in (None, "condition column")
            )
            return at if usable else None
        if draft.is_sign(at, "compare") and draft.sign_value(at) in ("==", "!="):
            joined = equated = True
        elif draft.is_sign(at, "yes_no", "negate") or draft.word(at) in _LINKS:
            joined = joined or draft.word(at) in ("named", "called", "equals") or draft.is_sign(at, "yes_no")
        else:
            return None
    return None


def _restricts(draft: Draft, index: int) -> bool:
    return (
        draft.is_sign(index, "where", "when", "and", "or")
        or draft.word(index) in ("with", "if", "whose", "having", "for")
        or draft.is_sign(index, "who")
    )
