"""What must be told of a plan's joins: rows that found no partner, and rows that found several. Each is a count of its own to evaluate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal as OneOf

from services.nlq.planner.pieces import fields_of
from shared.plan import (
    All,
    AmongRows,
    Comparison,
    Field,
    Group,
    Join,
    Keep,
    Literal,
    Measure,
    Named,
    Not,
    Predicate,
    Query,
    Show,
    Step,
)

COUNT = "rows"
_PARTNERS = "partners"


@dataclass(frozen=True)
class JoinCheck:
    """`query` finds one number: how many rows the join leaves without a partner, or joins to several. Zero need not be told.

    `left_out`: rows without a partner are in no result, because what follows asks something of the partner; otherwise they stay.
    """

    kind: OneOf["unmatched", "repeated"]
    join: Join
    root: str
    query: Query
    left_out: bool

    def told(self, count: int) -> str:
        rows = f"{count:,} {'row' if count == 1 else 'rows'} of {self.root}"
        if self.kind == "repeated":
            return f"{rows} {'meets' if count == 1 else 'meet'} several rows of {self.join.table} and {'counts' if count == 1 else 'count'} once for each."
        what = "left out" if self.left_out else "kept without its values"
        return f"{rows} {'has' if count == 1 else 'have'} no partner in {self.join.table} by {self.join.left.name} and {'is' if count == 1 else 'are'} {what}."


def join_checks(query: Query) -> tuple[JoinCheck, ...]:
    """For each join of the query, in order; conditions that say nothing of the partner hold for the counted rows, too."""
    return tuple(_checks(query))


def _checks(query: Query) -> Iterator[JoinCheck]:
    for at, step in enumerate(query.steps):
        if not isinstance(step, Join):
            continue
        other = step.alias or step.table
        before, after = query.steps[:at], query.steps[at + 1 :]
        kept = _without(other, after)
        left_out = any(_asks_of(other, s) for s in after)
        yield _check("unmatched", step, query, (*before, *kept), _no_partner(step), left_out)
        if step.multiplies:
            yield _check("repeated", step, query, (*before, *kept), _several(step), left_out)


def _check(
    kind: OneOf["unmatched", "repeated"],
    join: Join,
    query: Query,
    steps: tuple[Step, ...],
    where: Predicate,
    left_out: bool,
) -> JoinCheck:
    counted = Group(measures=(Measure(name=COUNT, function="count"),))
    return JoinCheck(
        kind, join, query.table, Query(table=query.table, steps=(*steps, Keep(where=where), counted)), left_out
    )


def _no_partner(join: Join) -> Predicate:
    """A missing key has no partner either."""
    keys = Query(table=join.table, steps=(_key(join, join.table),))
    return Not(of=AmongRows(of=join.left, query=keys, column=join.right), missing_too=True)


def _several(join: Join) -> Predicate:
    key = Named(name=join.right, of=Field(name=join.right, table=join.table))
    counted = Group(by=(key,), measures=(Measure(name=_PARTNERS, function="count"),))
    more = Comparison(left=Field(name=_PARTNERS), op=">", right=Literal(value=1, type="number"))
    keys = Query(table=join.table, steps=(counted, Keep(where=more), _key(join, None)))
    return AmongRows(of=join.left, query=keys, column=join.right)


def _key(join: Join, table: str | None) -> Show:
    return Show(columns=(Named(name=join.right, of=Field(name=join.right, table=table)),))


def _without(other: str, steps: tuple[Step, ...]) -> Iterator[Step]:
    """The conditions before anything else is made of the rows, but for those that need the partner or a join that comes later."""
    joined = {other}
    for step in steps:
        if isinstance(step, Join):
            joined.add(step.alias or step.table)
        elif isinstance(step, Keep):
            parts = step.where.of if isinstance(step.where, All) else (step.where,)
            yield from (Keep(where=p) for p in parts if not joined & {f.table for f in fields_of(p)})
        else:
            return


def _asks_of(other: str, step: Step) -> bool:
    """Whether a row without a partner is dropped there: by a condition on its values, or a group by one of them."""
    pieces = [step.where] if isinstance(step, Keep) else [key.of for key in step.by] if isinstance(step, Group) else []
    return any(f.table == other for piece in pieces for f in fields_of(piece))
