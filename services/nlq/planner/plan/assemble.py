"""A question's meaning as a typed plan: its root table, joins, filters, groups, measures, ranks and order, put into steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from services.nlq.planner.grammar.additivity import is_additive
from services.nlq.planner.grammar.conditions.connectives import conflict, dead_alternative
from services.nlq.planner.grammar.meanings import Ask, Condition, Figure
from services.nlq.planner.linking.addresses import address_of
from services.nlq.planner.linking.itself import joins_to_itself
from services.nlq.planner.linking.schema import Schema, Table
from services.nlq.planner.pieces import fields_of
from services.nlq.planner.plan.existence import Existence
from services.nlq.planner.plan.grouping import steps_of_figures
from services.nlq.planner.plan.impossible import Impossible
from services.nlq.planner.plan.listing import steps_of_rows, steps_of_standing, steps_of_values
from services.nlq.planner.plan.models import model_over, steps_of_study
from services.nlq.planner.plan.placing import by_address, doubt
from services.nlq.planner.plan.roots import (
    conditions_of,
    joins_to,
    root_of,
    tables_needed,
    tables_of_names,
)
from services.nlq.planner.plan.things import all_of, flat_parts, is_said, is_unique
from services.nlq.planner.plan.totals import asks_for_totals, without_totals
from shared.columns import Family
from shared.plan import (
    Distinct,
    Join,
    Keep,
    Plan,
    Predicate,
    Query,
    Step,
)

JOINED = 0.2
"""What each table that has to be joined adds to the cost: of equal readings the one within a table is meant."""
OF_ITS_ADDRESS = 0.05
"""A table with the address of each of the other's things goes on with what that one says: hardly another reading."""


@dataclass(frozen=True)
class Assembled:
    query: Plan
    cost: float


def assemble(ask: Ask, schema: Schema, *, totals_otherwise: bool = False) -> list[Assembled]:
    """The plans that an understood question may mean, each with what it costs beyond its words; none when its parts do not fit.

    `totals_otherwise`: rows that sum up others are counted where the tables say to leave them out, and the other way round.
    """
    found: list[Assembled] = []
    for meant, cost in _interpretations(ask):
        try:
            root = root_of(meant, schema)
            counts_totals = root.facts.counts_totals is not totals_otherwise
            query, beyond = _put_together(meant, schema, root, counts_totals=counts_totals)
        except Impossible:
            continue
        found.append(Assembled(model_over(query, meant.study) if meant.study else query, cost + beyond))
        found += _by_address(meant, schema, root, cost, counts_totals=counts_totals)
    return found


def _joins_to_itself(schema: Schema, steps: list[Step]) -> list[Step]:
    """Those that the steps need: they name fields by the alias of the row's own table."""
    named = {f.table for step in steps for f in fields_of(step)}
    return [join for alias, join in joins_to_itself(schema).items() if alias in named]


def _by_address(ask: Ask, schema: Schema, root: Table, cost: float, *, counts_totals: bool) -> Iterator[Assembled]:
    """Where a thing is may be said beside it and in its address, and the two may differ: then each is a reading."""
    where = by_address(ask.where, root) if address_of(root) and ask.study is None else ask.where
    if any(c.column is not None and c.column in address_of(root) and c not in ask.where for c in where):
        query, beyond = _put_together(replace(ask, where=where), schema, root, counts_totals=counts_totals)
        yield Assembled(query, cost + beyond)


def _interpretations(ask: Ask) -> Iterator[tuple[Ask, float]]:
    """A rank among things by a value may be of single rows or of each thing's total; a plain one needs something to rank by."""
    rank, rows = ask.rank, ask.rows
    if rank is None or rows is None or isinstance(rank.by, Figure):
        yield ask, 0.0
        return
    if rank.by is None:
        return
    column = rank.by.column
    if rows.counted is None or is_unique(rows.counted) or (column is not None and column.family is not Family.NUMBER):
        yield ask, 0.0
        return
    additive = column is None or is_additive(column)
    for function, cost in (("sum", 0.1), ("max", 0.6)) if additive else (("mean", 0.5), ("max", 0.5)):
        yield replace(ask, rank=replace(rank, by=Figure(function, rank.by))), cost


def _put_together(ask: Ask, schema: Schema, root: Table, *, counts_totals: bool) -> tuple[Query, float]:
    """The plan, and what it costs to believe beyond its words."""
    conditions = Existence(ask, schema, root)
    where = conditions.of_rows
    joins = joins_to(schema, root, tables_needed(ask, root, where))
    for_names = joins_to(schema, root, tables_of_names(ask, root))
    steps: list[Step] = list(dict.fromkeys([*joins, *for_names]))
    left_out = [] if counts_totals else _without_totals(root, ask, where)
    kept = all_of(flat_parts([*(c.where for c in where), *conditions.of_others, *left_out]))
    parts = tuple(flat_parts([c.where for c in where]))
    if conflict(parts) is None or dead_alternative(parts) or _counts_what_is_said(ask, where):
        raise Impossible
    if kept is not None:
        steps.append(Keep(where=kept))
    if ask.distinct:
        steps.insert(0, Distinct())  # of the rows as they are stored
    steps += _asked_for(ask, root, steps)
    steps = [*_joins_to_itself(schema, steps), *steps]
    beyond = doubt(ask, where, by_existence=conditions.by_partners) + sum(_cost_of(join, schema) for join in joins)
    return Query(table=root.name, steps=tuple(steps)), beyond


def _counts_what_is_said(ask: Ask, where: list[Condition]) -> bool:
    """How many different values there are of a column of which the question says the only one: it is one, and nobody asks for that."""
    counted = (f.rows.counted for f in ask.figures if f.function == "count" and f.rows is not None)
    return any(column is not None and not is_unique(column) and is_said(column, where) for column in counted)


def _cost_of(join: Join, schema: Schema) -> float:
    from_table = schema.table(join.left.table) if join.left.table else None
    is_address = from_table is not None and any(c.ref.table == join.table for c in address_of(from_table))
    return OF_ITS_ADDRESS if is_address else JOINED


def _asked_for(ask: Ask, root: Table, before: list[Step]) -> list[Step]:
    if ask.stands is not None:
        return steps_of_standing(ask)
    if ask.figures:
        return steps_of_figures(ask, root, list(before))
    if ask.rows is not None:
        return steps_of_rows(ask, ask.rows, root, list(before))
    if ask.shown:
        return steps_of_values(ask)
    if ask.study is not None:
        return steps_of_study(ask.study, root)
    raise Impossible


def _without_totals(root: Table, ask: Ask, where: list[Condition]) -> list[Predicate]:
    """Rows that sum up others are left out, unless the question names one by its label."""
    said = conditions_of(replace(ask, where=tuple(where)))
    return [] if asks_for_totals(root, (c.where for c in said)) else without_totals(root)
