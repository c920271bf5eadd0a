"""A vetted model over the rows that a query finds (`shared/analysis` has the models and what each needs)."""

from __future__ import annotations

from typing import Literal as OneOf

from shared.plan.expressions import Piece, Scalar

CHECK_COLUMNS = ("check", "of", "value")
"""What evaluating a model finds: not its result, but a row for each number on which its two computations must agree."""


class Option(Piece):
    """A setting of a model step, by its name in the registry."""

    kind: OneOf["option"] = "option"
    name: str
    value: Scalar


class Model(Piece):
    """`step` is a key of the registry of model steps; `columns` names, role by role, columns of the query's result."""

    kind: OneOf["model"] = "model"
    step: str
    rows: Query
    columns: tuple[tuple[str, tuple[str, ...]], ...]
    options: tuple[Option, ...] = ()


from shared.plan.query import Query  # noqa: E402 - queries come first, but a plan is either


def rows_of(plan: Query | Model) -> Query:
    """What a plan reads: itself, or the rows that its model is made over."""
    return plan.rows if isinstance(plan, Model) else plan
