"""Plans that a question hardly means, though a reading comes to them: what is summed does not add up, rows are counted where a column
counts, a word that narrows is taken for one that groups. Each doubt costs more than what is still answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from services.nlq.planner.grammar.additivity import adds_up_to_nothing, is_additive
from services.nlq.planner.grammar.chart import Item
from services.nlq.planner.grammar.meanings import Ask
from services.nlq.planner.grammar.measures import convertible
from services.nlq.planner.lexicon.tokens import Token, stem
from services.nlq.planner.linking.schema import Column, Schema, Table
from services.nlq.planner.pieces import tables_used
from services.nlq.planner.plan.mismatches import mismatched
from services.nlq.planner.plan.roots import conditions_of, flat_figures
from services.nlq.planner.plan.tallies import counts_tallied_rows
from shared.columns import Family
from shared.plan import All, Among, AmongRows, Field, Group, Join, Keep, Measure, Not, Plan, Predicate, Query

HARDLY_MEANT = 0.8
"""More than what is still answered (planner.HARDLY)."""
_CALENDAR = frozenset("month months quarter quarters week weeks".split())
_OF_DEALS = frozenset("sold bought purchased ordered".split())
_DEALS = frozenset(map(stem, "sale sales order orders purchase purchases transaction transactions".split()))
_WHICH = frozenset("who that which whose".split())
_TOGETHER = frozenset("combined together summed".split())
_GIVEN = frozenset("given recorded known specified present".split())
_WITHOUT = frozenset("without".split())


def hardly_meant(tokens: Sequence[Token], item: Item, ask: Ask, plan: Plan, schema: Schema) -> float:
    """What it costs to believe the plan."""
    if not isinstance(plan, Query):
        return 0.0
    doubted = any(doubts(tokens, ask, plan, schema) for doubts in _DOUBTS)
    doubted = doubted or _splits_a_noun(tokens, item) or _means_a_cell(tokens, item, schema)
    doubted = doubted or mismatched(tokens, item, ask)
    return HARDLY_MEANT * doubted + sum_in_doubt(ask)


def sum_in_doubt(ask: Ask) -> float:
    """It comes upon other doubts, since which of two columns that do not add up is meant is asked."""
    return HARDLY_MEANT * adds_what_does_not_add(ask)


def _splits_a_noun(tokens: Sequence[Token], item: Item) -> bool:
    """ "The discount amount given" is one thing, and no discount where an amount is given."""
    columns = sorted((leaf for leaf in item.leaves() if leaf.symbol == "COL"), key=lambda leaf: leaf.start)
    for left, right in pairwise(columns):
        beside = left.end == right.start and left.meaning is not right.meaning and right.end < len(tokens)
        if beside and tokens[right.end].norm in _GIVEN:
            return True
    return False


def _means_a_cell(tokens: Sequence[Token], item: Item, schema: Schema) -> bool:
    """A name written as a cell writes it, and not as the column that it would also name."""
    for leaf in item.leaves():
        if leaf.symbol == "COL" and leaf.start > 0 and leaf.end - leaf.start == 1:
            text, column = tokens[leaf.start].text, leaf.meaning
            if tokens[leaf.start].is_capitalised and text not in (column.facts.name, column.facts.source_name):
                return any(text in c.facts.values for c in column.home.columns if c.family is Family.TEXT)
    return False


def adds_what_does_not_add(ask: Ask) -> bool:
    """A sum of places, percentages, or prices of one piece. Whoever asks for it does not mean what its words could mean besides."""
    summed = (f.of.column for f in flat_figures(ask.figures) if f.function == "sum" and f.of is not None)
    return any(column is not None and adds_up_to_nothing(column) for column in summed)


def _counts_in_single_rows(tokens: Sequence[Token], ask: Ask, plan: Query, schema: Schema) -> bool:
    """Groups by what tells the rows apart have one row each: "orders of at least 5 tarts" speaks of a quantity."""
    for step in plan.steps:
        if isinstance(step, Join):
            return False
        if isinstance(step, Group) and len(step.by) == 1 and ask.limits:
            key = step.by[0].of
            own = schema.table(plan.table).facts.candidate_keys
            return isinstance(key, Field) and key.name in own and any(_counts_rows(m) for m in step.measures)
    return False


def _counts_rows(measure: Measure) -> bool:
    return measure.function == "count" and measure.of is None


def _takes_a_unit_for_a_kind(tokens: Sequence[Token], ask: Ask, plan: Query, schema: Schema) -> bool:
    """ "Total weight in kg" of grams and kilograms asks for all of it, in kilograms."""
    words = [token.norm for token in tokens]
    for column, cells in _cells_kept(plan, schema):
        said = any(w == "in" and words[at + 1 : at + 2] == [c.casefold()] for at, w in enumerate(words) for c in cells)
        if said and sum(convertible(cell, cells[0]) for cell in column.facts.values) > 1:
            return any(f.of is not None for f in flat_figures(ask.figures))
    return False


def _cells_kept(plan: Query, schema: Schema) -> Iterator[tuple[Column, tuple[str, ...]]]:
    for part in _kept(plan):
        if isinstance(part, Among) and isinstance(part.of, Field):
            column = next((c for c in schema.columns if c.ref == (part.of.table or plan.table, part.of.name)), None)
            if column is not None:
                yield column, tuple(map(str, part.values))


def _kept(plan: Query) -> list[Predicate]:
    wheres = [step.where for step in plan.steps if isinstance(step, Keep)]
    return [part for where in wheres for part in (where.of if isinstance(where, All) else (where,))]


def _groups_by_who_did_it(tokens: Sequence[Token], ask: Ask, plan: Query, schema: Schema) -> bool:
    """ "Handled by agents who are not in Rome": the agents are described, and nothing is grouped by them."""
    keys = {stem for key in ask.keys if key.column is not None for stem in (*key.column.stems, *key.column.home.stems)}
    described = (
        before.norm == "by" and noun.stem in keys and after.norm in _WHICH
        for before, noun, after in zip(tokens, tokens[1:], tokens[2:], strict=False)
    )
    return any(described)


def _passes_over_a_column(tokens: Sequence[Token], ask: Ask, plan: Query, schema: Schema) -> bool:
    """ "Number of games" is what a column called games adds up to, and not a count of other rows."""
    counts = [f.rows for f in flat_figures(ask.figures) if f.function == "count" and f.rows is not None]
    if not counts or any(rows.counted is not None for rows in counts):
        return False
    asked = [at + 2 for at, token in enumerate(tokens[:-2]) if _asks_how_many(token, tokens[at + 1])]
    compared = _compared(ask)
    columns = (c for r in counts for c in r.table.columns if c.is_numeric and c not in compared)
    return any(
        any(_is_said_at(c, tokens, at) for at in asked) and c.stems != c.home.stems and not c.is_key_like
        for c in columns
    )


def _is_said_at(column: Column, tokens: Sequence[Token], start: int) -> bool:
    return tuple(t.stem for t in tokens[start : start + len(column.stems)]) == column.stems


def _asks_how_many(token: Token, following: Token) -> bool:
    return (token.norm, following.norm) in (("how", "many"), ("number", "of"))


def _keeps_apart_what_is_combined(tokens: Sequence[Token], ask: Ask, plan: Query, schema: Schema) -> bool:
    return len(ask.figures) > 1 and any(token.norm in _TOGETHER for token in tokens)


def _passes_over_a_deal(tokens: Sequence[Token], ask: Ask, plan: Query, schema: Schema) -> bool:
    """ "Products that were sold", where another table has the sales."""
    if not any(token.norm in _OF_DEALS for token in tokens):
        return False
    used = set(tables_used(plan))
    apart = [t for t in schema.tables if t.name not in used and _DEALS.intersection(t.stems)]
    return bool(apart) and not any(_is_of_deals(schema.table(name), tokens) for name in used)


def _is_of_deals(table: Table, tokens: Sequence[Token]) -> bool:
    said = {token.stem for token in tokens if token.norm in _OF_DEALS} | {t.norm for t in tokens}
    cells = {cell.casefold() for c in table.columns if c.family is Family.TEXT for cell in c.facts.values[:50]}
    named = {word for c in table.columns for word in (*c.words, *c.stems)}
    return bool(_DEALS.intersection(table.stems) or (said & _OF_DEALS) & (cells | named))


def _denies_what_was_done(tokens: Sequence[Token], ask: Ask, plan: Query, schema: Schema) -> bool:
    """Whoever "ordered without a channel" did order."""
    done = {t.stem for t, after in pairwise(tokens) if t.norm.endswith("ed") and after.norm in _WITHOUT}
    for part in _kept(plan):
        if isinstance(part, Not) and isinstance(part.of, AmongRows) and len(part.of.query.steps) == 1:
            return bool(done.intersection(schema.table(part.of.query.table).stems))
    return False


def _counts_months_of_several_years(tokens: Sequence[Token], ask: Ask, plan: Query, schema: Schema) -> bool:
    """June of one year is another month than June of the next."""
    for figure in flat_figures(ask.figures):
        thing = figure.rows.counted if figure.function == "count" and figure.rows is not None else None
        if thing is not None and thing.family is Family.TEXT and _CALENDAR.intersection(thing.words):
            years = [c for c in thing.home.columns if c.is_year]
            settled = any(c in years for c in _compared(ask))
            return bool(years) and not settled
    return False


def _compared(ask: Ask) -> list[Column]:
    return [condition.column for condition in conditions_of(ask) if condition.column is not None]


def _groups_by_how_many(tokens: Sequence[Token], ask: Ask, plan: Query, schema: Schema) -> bool:
    """ "Per item", of a column that says how many items there are, divides by them."""
    counted = {
        key.column.words[-1]
        for key in ask.keys
        if key.column is not None and key.column.is_numeric and is_additive(key.column) and not key.column.is_key_like
    }
    singular = {t.norm for before, t in pairwise(tokens) if before.norm == "per"}
    return any(word.endswith("s") and word not in singular and stem(word) in map(stem, singular) for word in counted)


def _counts_namesakes(tokens: Sequence[Token], ask: Ask, plan: Query, schema: Schema) -> bool:
    """Agents that stand in several rows of `agents` are one each."""
    for figure in flat_figures(ask.figures):
        rows = figure.rows
        if figure.function == "count" and rows is not None and rows.counted is None:
            names = [
                c
                for c in rows.table.columns
                if c.family is Family.TEXT and c.stems == rows.table.stems and not c.facts.nullable
            ]
            return any(
                c.facts.distinct is not None and 2 * c.facts.distinct > rows.table.facts.rows > c.facts.distinct
                for c in names
            )
    return False


_DOUBTS: tuple[Callable[[Sequence[Token], Ask, Query, Schema], bool], ...] = (
    _counts_in_single_rows,
    _takes_a_unit_for_a_kind,
    _groups_by_who_did_it,
    _passes_over_a_column,
    _keeps_apart_what_is_combined,
    _passes_over_a_deal,
    _denies_what_was_done,
    _counts_months_of_several_years,
    _groups_by_how_many,
    _counts_namesakes,
    counts_tallied_rows,
)
