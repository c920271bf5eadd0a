"""A question's meaning as a typed plan: its root table, joins, filters, groups, measures, ranks and order, put into steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from services.nlq.planner.grammar.additivity import is_additive
from services.nlq.planner.grammar.conditions.connectives import conflict, dead_alternative
from services.nlq.planner.grammar.meanings import Ask, Condition, Figure, field_of
from services.nlq.planner.linking.addresses import address_of
from services.nlq.planner.linking.itself import joins_to_itself
from services.nlq.planner.linking.schema import Column, Schema, Table
from services.nlq.planner.pieces import fields_of
from services.nlq.planner.plan.existence import Existence
from services.nlq.planner.plan.grouping import steps_of_figures
from services.nlq.planner.plan.impossible import Impossible
from services.nlq.planner.plan.listing import steps_of_rows, steps_of_standing, steps_of_values
from services.nlq.planner.plan.models import model_over, steps_of_study
from services.nlq.planner.plan.placing import by_address, doubt
from services.nlq.planner.plan.roots import flat_figures, joins_to, root_of, tables_needed, tables_of_names
from services.nlq.planner.plan.things import all_of, flat_parts, is_said, is_unique
from shared.columns import Family
from shared.plan import (
    All,
    Among,
    Anything,
    Comparison,
    Distinct,
    Join,
    Keep,
    Literal,
    Not,
    Plan,
    Predicate,
    Query,
    Step,
)

Cells = tuple[tuple[Column, str], ...]

JOINED = 0.2
"""What each table that has to be joined adds to the cost: of equal readings the one within a table is meant."""
OF_ITS_ADDRESS = 0.05
"""A table with the address of each of the other's things goes on with what that one says: hardly another reading."""


@dataclass(frozen=True)
class Assembled:
    query: Plan
    cost: float


def assemble(ask: Ask, schema: Schema) -> list[Assembled]:
    """The plans that an understood question may mean, each with what it costs beyond its words; none when its parts do not fit."""
    found: list[Assembled] = []
    for meant, cost in _interpretations(ask):
        try:
            root = root_of(meant, schema)
            made = [_put_together(meant, schema, root, cells) for cells in _totals_of(root)]
        except Impossible:
            continue
        plans = ((model_over(query, meant.study) if meant.study else query, beyond) for query, beyond in made)
        found += [Assembled(plan, cost + beyond) for plan, beyond in plans]
        found += _by_address(meant, schema, root, cost)
    return found


def _joins_to_itself(schema: Schema, steps: list[Step]) -> list[Step]:
    """Those that the steps need: they name fields by the alias of the row's own table."""
    named = {f.table for step in steps for f in fields_of(step)}
    return [join for alias, join in joins_to_itself(schema).items() if alias in named]


def _by_address(ask: Ask, schema: Schema, root: Table, cost: float) -> Iterator[Assembled]:
    """Where a thing is may be said beside it and in its address, and the two may differ: then each is a reading."""
    where = by_address(ask.where, root) if address_of(root) and ask.study is None else ask.where
    if any(c.column is not None and c.column in address_of(root) and c not in ask.where for c in where):
        query, beyond = _put_together(replace(ask, where=where), schema, root, root.total_cells)
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


def _put_together(ask: Ask, schema: Schema, root: Table, totals: Cells) -> tuple[Query, float]:
    """The plan, and what it costs to believe beyond its words."""
    conditions = Existence(ask, schema, root)
    where = conditions.of_rows
    joins = joins_to(schema, root, tables_needed(ask, root, where))
    for_names = joins_to(schema, root, tables_of_names(ask, root))
    steps: list[Step] = list(dict.fromkeys([*joins, *for_names]))
    kept = all_of(flat_parts([*(c.where for c in where), *conditions.of_others, *_without_totals(totals, ask, where)]))
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


def _totals_of(root: Table) -> list[Cells]:
    """Where a label only may say that its row sums up others, it is a reading that it does, and another that it does not."""
    both = [root.total_cells, (*root.total_cells, *root.perhaps_total_cells)]
    return both if root.perhaps_total_cells else both[:1]


def _without_totals(totals: Cells, ask: Ask, where: list[Condition]) -> list[Predicate]:
    """Rows that sum up others are left out, unless the question names one by its label."""
    figures = flat_figures(ask.figures)
    said = [*where, *(c for f in figures for c in (*f.where, *(f.rows.where if f.rows else ())))]
    by_column: dict[Column, list[str]] = {}
    for column, cell in totals:
        by_column.setdefault(column, []).append(cell)
    if any(_names(c.where, column, cells) for c in said for column, cells in by_column.items()):
        return []
    return [
        Not(of=Among(of=field_of(column), values=tuple(cells)), missing_too=True) for column, cells in by_column.items()
    ]


def _names(where: Predicate, column: Column, cells: Sequence[str]) -> bool:
    """Whether it asks for one of the cells, rather than to do without it."""
    if isinstance(where, All | Anything):
        return any(_names(part, column, cells) for part in where.of)
    if isinstance(where, Among):
        return where.of == field_of(column) and not set(cells).isdisjoint(where.values)
    if isinstance(where, Comparison) and where.op == "==" and isinstance(where.right, Literal):
        return where.left == field_of(column) and str(where.right.value) in cells
    return False
