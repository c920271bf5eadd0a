"""Refunds, returns, corrections: rows with a negative amount, where the data has no such word of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.nlq.planner.grammar.chart import Item
from services.nlq.planner.grammar.conditions.flags import negated
from services.nlq.planner.grammar.conditions.holding import condition
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Ask, Condition, field_of
from services.nlq.planner.grammar.rules import the
from services.nlq.planner.lexicon.tokens import Token
from services.nlq.planner.linking.schema import Column, Schema
from shared.plan import Comparison, Literal

_WORDS = tuple(
    tuple(phrase.split())
    for phrase in (
        "refunds|refund|returns|corrections|correction|credit notes|credit note|reversals|chargebacks|reimbursements|"
        "negative numbers|negative values|negative amounts|negative corrections|negative entries|negatives"
    ).split("|")
)
ONE_COLUMN, SEVERAL = 0.15, 0.3
"""One column of the table goes below zero, or several do (net and gross), which mostly come to the same rows."""


def refunds(tokens: Sequence[Token], schema: Schema) -> Iterator[Item]:
    """`REFUNDS` over each column that goes below zero."""
    said = [t.norm for t in tokens]
    for phrase in _WORDS:
        for start in range(len(said) - len(phrase) + 1):
            if tuple(said[start : start + len(phrase)]) == phrase:
                for table in schema.tables:
                    below = [c for c in table.columns if _goes_below_zero(c)]
                    for column in below:
                        cost = ONE_COLUMN if len(below) == 1 else SEVERAL
                        yield Item("REFUNDS", start, start + len(phrase), _below_zero(column), cost)


def _goes_below_zero(column: Column) -> bool:
    low = column.facts.minimum
    return column.is_numeric and not column.is_key_like and isinstance(low, int | float) and low < 0


def _below_zero(column: Column) -> Condition:
    where = Comparison(left=field_of(column), op="<", right=Literal(value=0, type="number"))
    return condition(where, column, {column.ref.table})


@ENGLISH.rule("PRED", "REFUNDS")
def are_refunds(found: Condition) -> Condition:
    return found


@ENGLISH.rule("PRED", "PRED ~REFUNDS", "REFUNDS ~IN_PRED", cost=-0.1)
def refunds_said_twice(left: Condition, right: Condition) -> Condition | None:
    """ "negative cost_net corrections", "refunds (negative amounts)"."""
    return left if left.where == right.where else None


@ENGLISH.rule(
    "PRED",
    "REFUNDS left out|excluded|ignored|aside|removed|apart",
    "without|excluding|ignoring|except|no REFUNDS",
    "REFUNDS not counted|included|deducted",
    "@not @of? REFUNDS",
    cost=-0.02,
)
def without_refunds(*parts: object) -> Condition:
    return negated(the(Condition, parts))


@ENGLISH.rule(
    "Q", "Q with? REFUNDS included|deducted|counted|subtracted|netted too?", "Q including|after|net REFUNDS", cost=-0.3
)
def with_refunds(ask: Ask, _: Condition) -> Ask:
    """They are in the column with their sign: a sum deducts them by itself."""
    return ask
