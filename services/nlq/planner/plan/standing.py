"""The steps of a question about where rows stand in their table."""

from __future__ import annotations

from collections.abc import Sequence

from services.nlq.planner.grammar.meanings import Ask, Value, field_of
from shared.plan import Comparison, Distinct, Field, Keep, Literal, Named, Show, Step, Take, Window


def standing_steps(ask: Ask, columns: Sequence[Named]) -> list[Step]:
    """`columns` are those shown of a whole row; values that the question names are shown alone."""
    stands = ask.stands
    if stands is None:
        raise ValueError("the question does not speak of where rows stand")
    shown = tuple(Named(name=v.label, of=v.of) for v in ask.shown) or tuple(columns)
    if stands.column is None:
        return [Take(count=1, skip=0, descending=stands.how == "last"), Show(columns=shown)]
    said = field_of(stands.column)
    value = ask.shown[0]
    before = f"previous {stands.column.facts.name if stands.how == 'after' else value.label}"
    if stands.how == "after":
        window = Window(name=before, function="previous", of=said, size=1)
        return [window, _keep(Field(name=before), stands.cell), Show(columns=shown), Distinct()]
    window = Window(name=before, function="previous", of=_field(value), size=1)
    names = Named(name=value.label, of=Field(name=before))
    return [window, _keep(said, stands.cell), Show(columns=(names,)), Distinct()]


def _field(value: Value) -> Field:
    if not isinstance(value.of, Field):
        raise ValueError("only a column can be looked at in the row before")
    return value.of


def _keep(of: Field, cell: str) -> Keep:
    return Keep(where=Comparison(left=of, op="==", right=Literal(value=cell, type="text")))
