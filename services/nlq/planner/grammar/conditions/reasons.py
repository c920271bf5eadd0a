"""Conditions that say why or by what means: "because of fog", "paid by card"; and that some text stands in a column."""

from __future__ import annotations

from services.nlq.planner.grammar.conditions.comparisons import compared
from services.nlq.planner.grammar.conditions.holding import BOTH_SAY, of_cells, of_column
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Cells, Condition, Number, Value, field_of
from services.nlq.planner.grammar.rules import Costly
from services.nlq.planner.linking.schema import Column
from shared.columns import Family
from shared.plan import Matches

NO_REASON = 0.2
"""What is said to be a reason, in a column that does not call itself one."""
_MONEY = frozenset({"fee", "cost", "price", "charge", "expense", "amount", "bill", "total"})
_REASONS = frozenset({"reason", "cause", "why", "ground", "grounds", "motive", "trigger", "fault", "problem", "issue"})


ENGLISH.phrases("BECAUSE", {True: "because of|due to|owing to|on account of|caused by|as a result of|for reasons of|on grounds of"})  # fmt: skip
ENGLISH.phrases(
    "BY_MEANS",
    {
        "pay payment paid tender method settlement settled": "paid|settled|pay|pays|paying|who paid|who pay",
        "ship shipping shipment shipped delivery carrier mode transport": "shipped|sent|delivered|dispatched|transported",
        "book booking booked channel source order": "booked|ordered|reserved|placed|made|bought",
        "contact channel medium via": "contacted|reached|raised|reported|received",
        "travel transport mode": "travelled|traveled|travelling|travel|commute|commuting",
    },
)


@ENGLISH.rule("PRED", "BECAUSE the? VAL")
def because_of(_: bool, found: Cells) -> Condition | Costly:
    named = _REASONS.intersection(found.column.words)
    return of_cells(found) if named else Costly(of_cells(found), NO_REASON)


@ENGLISH.rule("PRED", "BY_MEANS by|via|with|in|through|using|on VAL")
def by_means_of(words: str, found: Cells) -> Condition | None:
    """The verb says of which column the means are."""
    return of_cells(found) if found.whole and set(words.split()).intersection(found.column.words) else None


@ENGLISH.rule("PRED", "cost|costs|costing|costed CMP QTY in|for|of the? EXPR", cost=BOTH_SAY)
def cost_in(op: str, number: Number, value: Value) -> Condition | Costly | None:
    """ "That cost more than 100 in treatment": of money, whose kind is named."""
    named = value.column is not None and _MONEY.intersection(value.column.words)
    return compared(value, op, number) if named else None


@ENGLISH.rule(
    "PRED",
    "with|having|containing the? word? TEXT in the|their|its? COL",
    "that|which|who? have|has the? word? TEXT in the|their|its? COL",
    "TEXT appears|appear|occurs|occur in the? COL",
    cost=0.02,
)
def text_in(text: str, column: Column) -> Condition | None:
    if column.family is not Family.TEXT or not text[:1].isalnum():
        return None
    return of_column(column, Matches(of=field_of(column), how="contains", text=text))


@ENGLISH.rule("PRED", "@be? still|already PRED", cost=0.02)
def so_by_now(found: Condition) -> Condition:
    """ "Still open": a state as the table has it."""
    return found
