"""Rows that stand for several things each: a column counts them ("3 herons seen"), so that how many there are is what it adds up to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from services.nlq.planner.grammar.meanings import Ask, Figure, Rows, Value, field_of
from services.nlq.planner.lexicon.tokens import Token, stem
from services.nlq.planner.linking.schema import Column, Table
from services.nlq.planner.plan.roots import flat_figures
from shared.plan import Plan, Query

_TALLIES = frozenset({"count", "counted", "tally", "individuals", "headcount"})
_QUANTITIES = frozenset({"quantity", "qty", "pieces", "units"})
_DEALT = frozenset("sold bought purchased ordered sell buy".split())
_OF_ROWS = frozenset(
    map(
        stem,
        "row rows record records entry entries line lines observation observations order orders sale sales time times often".split(),
    )
)
SAID_OF_THINGS = 0.05
"""What a tally adds up to beside a count of its rows."""


def tally_of(tokens: Sequence[Token], ask: Ask, rows: Rows | None) -> Column | None:
    """The column that counts the things, where the question asks for them rather than for the rows."""
    if rows is None or rows.counted is not None:
        return None
    said = {token.stem for token in tokens}
    if said & _OF_ROWS or said & _own_words(rows.table):
        return None
    dealt = any(token.norm in _DEALT for token in tokens)
    done = {participle for token in tokens for participle in _participles(token.norm)}
    names = _TALLIES | done | (_QUANTITIES if dealt and not said.intersection(rows.table.stems) else frozenset())
    compared = {c.column for c in (*ask.where, *rows.where)}  # "sold more than 6" says something else of it
    found = [c for c in rows.table.columns if _bare_name(c) in names and _counts(c)]
    found = [c for c in found if c not in compared]
    return found[0] if len(found) == 1 else None


def _bare_name(column: Column) -> str:
    """ "Used" of `# used`; of a longer name nothing."""
    words = column.words[1:] if column.words[0] == "number" else column.words
    return words[0] if len(words) == 1 else ""


def _participles(verb: str) -> tuple[str, ...]:
    """What a column of how many were sold, or baked, is called, of a verb in any form."""
    regular = (f"{verb}ed", f"{verb}d") if not verb.endswith("ed") else (verb,)
    return (*regular, _IRREGULAR.get(verb, verb if verb in _IRREGULAR.values() else verb + "ed"))


_IRREGULAR = {
    "sell": "sold",
    "sells": "sold",
    "buy": "bought",
    "buys": "bought",
    "make": "made",
    "catch": "caught",
    "send": "sent",
}


def _own_words(table: Table) -> set[str]:
    """What the first column calls a row, where it tells them apart: sightings."""
    first = table.columns[0]
    return set(first.stems) if first.facts.name in table.facts.candidate_keys or first.is_key_like else set()


def _counts(column: Column) -> bool:
    low, high = column.facts.minimum, column.facts.maximum
    return column.is_numeric and isinstance(low, int) and isinstance(high, int) and low >= 0 and high > 1


def summed_instead(tokens: Sequence[Token], ask: Ask) -> Iterator[Ask]:
    """The same question with the tally added up where rows are counted."""
    counted = [f for f in ask.figures if f.function == "count" and f.left is None]
    if len(ask.figures) != 1 or not counted or ask.limits or ask.yes_no or ask.rank:
        return
    rows = counted[0].rows
    tally = tally_of(tokens, ask, rows)
    if tally is None or rows is None:
        return
    value = Value(field_of(tally), tally.facts.name, tally, frozenset({tally.ref.table}))
    where = (*ask.where, *(c for c in rows.where if c not in ask.where))
    yield replace(ask, figures=(replace(counted[0], function="sum", of=value, rows=None),), where=where)


def counts_tallied_rows(tokens: Sequence[Token], ask: Ask, plan: Plan, schema: object) -> bool:
    """Rows counted where a tally says how many things each stands for; of the rows called by the table's name it is asked, not said."""
    if not isinstance(plan, Query):
        return False
    figures: list[Figure] = [f for f in flat_figures(ask.figures) if f.function == "count"]
    ranked = ask.rank.by if ask.rank is not None and isinstance(ask.rank.by, Figure) else None
    if ranked is not None and ranked.function == "count":
        figures.append(ranked)
    said = {token.stem for token in tokens}
    tallied = (f.rows for f in figures if tally_of(tokens, ask, f.rows) is not None)
    return any(rows is not None and not said.intersection(rows.table.stems) for rows in tallied)
