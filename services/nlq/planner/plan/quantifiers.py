"""Words that speak of all rows of a thing, where a plan asks each row by itself: "customers who ordered only rye" are not those with
some row of rye, and "students who passed all subjects" not those who passed one."""

from __future__ import annotations

from collections.abc import Sequence

from services.nlq.planner.grammar.meanings import Ask, Condition, field_of
from services.nlq.planner.grammar.word_classes import WORD_CLASSES
from services.nlq.planner.lexicon.tokens import Token
from services.nlq.planner.linking.schema import Schema
from services.nlq.planner.plan.roots import flat_figures, thing_of
from shared.plan import All, AmongRows, Keep, Not, Plan, Predicate, Query

OF_SOME_ROW = 0.8
"""More than what is still answered (planner.HARDLY): what holds for some row of a thing is no guess at what holds for all of them."""

_ONLY = frozenset("only just solely exclusively".split())
_NOT = frozenset("not never without cannot nor neither".split())
_OPENING = WORD_CLASSES["show"] | frozenset("me us please and now but can could you also what is are was were".split())
_SCOPE = frozenset(
    "count counting consider considering include including look looking use using across over among".split()
)
_AFTER_A_NAME = WORD_CLASSES["of"] | WORD_CLASSES["be"] | WORD_CLASSES["by"] | frozenset("and or".split())
_HAVING = WORD_CLASSES["have"] | WORD_CLASSES["be"]


def of_some_row(tokens: Sequence[Token], ask: Ask, plan: Plan, schema: Schema) -> float:
    """What it costs to believe a plan that takes such a word for one about single rows."""
    if not isinstance(plan, Query) or not _have_rows(ask, plan):
        return 0.0
    words = [token.norm for token in tokens]
    doubted = (
        (_says_only(words) and not ask.limits)
        or ("both" in words and not any(c.apart for c in _conditions(ask)))
        or _says_all(tokens, ask, schema)
        or (_denies(words) and not _is_settled(ask, plan))
    )
    return OF_SOME_ROW if doubted else 0.0


def _have_rows(ask: Ask, plan: Query) -> bool:
    """Whether what is counted or listed has several rows: in its own table, or in another that is asked about it."""
    return thing_of(ask) is not None or any(isinstance(_positive(p), AmongRows) for p in _kept(plan))


def _conditions(ask: Ask) -> list[Condition]:
    rows = [r for r in (ask.rows, *(f.rows for f in flat_figures(ask.figures))) if r is not None]
    return [*ask.where, *(c for r in rows for c in r.where)]


def _kept(plan: Query) -> list[Predicate]:
    wheres = [step.where for step in plan.steps if isinstance(step, Keep)]
    return [part for where in wheres for part in (where.of if isinstance(where, All) else (where,))]


def _positive(where: Predicate) -> Predicate:
    return where.of if isinstance(where, Not) else where


def _says_only(words: Sequence[str]) -> bool:
    for at, word in enumerate(words):
        beside = {*words[max(0, at - 1) : at], *words[at + 1 : at + 2]}
        if word in _ONLY and set(words[:at]) - _OPENING and not beside & _SCOPE:
            return True  # in front of a whole question it narrows what is looked at
    return False


def _says_all(tokens: Sequence[Token], ask: Ask, schema: Schema) -> bool:
    """ "All subjects" of students: not what is asked for itself, as in "all students"."""
    thing = thing_of(ask)
    rows = next((r for r in (ask.rows, *(f.rows for f in flat_figures(ask.figures))) if r is not None), None)
    own = {*(thing.stems if thing else ()), *(rows.table.stems if rows else ())}
    nouns = {s for c in schema.columns for s in c.stems} | {s for t in schema.tables for s in t.stems}
    for at, token in enumerate(tokens[1:], 1):
        if token.norm not in ("all", "every") or tokens[at - 1].norm in _SCOPE:
            continue
        after = [t.stem for t in tokens[at + 1 : at + 4] if t.norm not in ("the", "of", "our")][:2]
        if nouns.intersection(after) and not own.intersection(after):
            return token.norm == "all" or not ask.keys or bool(ask.where or _conditions(ask))
    return False


def _denies(words: Sequence[str]) -> bool:
    """ "No" that ends a name ("invoice no") denies nothing."""
    beside = zip(("", *words[:-1]), words, (*words[1:], ""), strict=True) if words else ()
    noes = [(before, after) for before, word, after in beside if word == "no"]
    return bool(_NOT.intersection(words)) or any(
        before in _HAVING or (after and after not in _AFTER_A_NAME) for before, after in noes
    )


def _is_settled(ask: Ask, plan: Query) -> bool:
    """Whether what is denied is denied of all rows of the thing."""
    thing = thing_of(ask)
    denied = [p.of for p in _kept(plan) if isinstance(p, Not) and isinstance(p.of, AmongRows)]
    return any(thing is None or among.of == field_of(thing) for among in denied)
