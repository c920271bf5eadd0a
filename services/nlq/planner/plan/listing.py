"""The steps of a question that asks for things or for values of them: listed, ranked, counted after a limit, looked up."""

from __future__ import annotations

from services.nlq.planner.grammar.meanings import Ask, Figure, Limit, Rank, Rows, Value, field_of
from services.nlq.planner.linking.schema import Table
from services.nlq.planner.plan.grouping import keep_within
from services.nlq.planner.plan.impossible import Impossible
from services.nlq.planner.plan.measures import measures_of, name_of
from services.nlq.planner.plan.roots import says_none
from services.nlq.planner.plan.standing import standing_steps
from services.nlq.planner.plan.things import columns_of, identity, is_said, is_unique, listed_columns, names_in_itself
from shared.plan import (
    Derive,
    Distinct,
    Field,
    Group,
    Keep,
    Measure,
    Missing,
    Named,
    Not,
    Show,
    Sort,
    SortKey,
    Step,
    Take,
)


def steps_of_rows(ask: Ask, rows: Rows, root: Table, before: list[Step]) -> list[Step]:
    limits = [
        limit
        for limit in ask.limits
        if not (says_none(limit) and limit.figure.rows is not None and limit.figure.rows.table is not rows.table)
    ]
    if limits or (ask.rank is not None and isinstance(ask.rank.by, Figure)):
        steps = _ranked_groups(ask, rows, limits, root, before)
        return [*steps, _number_of_groups(rows)] if ask.count_groups else steps
    if ask.count_groups:
        return [_number_of_things(rows)]
    if ask.rank is not None:
        return _ranked_rows(ask, rows, ask.rank)
    if rows.counted is not None and not is_unique(rows.counted):
        return _different(ask, rows)
    if ask.keys:
        raise Impossible
    return [Show(columns=listed_columns(ask, rows))]


def _different(ask: Ask, rows: Rows) -> list[Step]:
    """The different values of a column, each once."""
    counted = rows.counted
    if counted is None or is_said(counted, ask.where):
        raise Impossible
    field, name = field_of(counted), counted.facts.name
    return [
        Keep(where=Not(of=Missing(of=field))),
        Show(columns=(Named(name=name, of=field), *names_in_itself(counted))),
        Distinct(),
        Sort(by=(SortKey(of=Field(name=name)),)),
    ]


def _number_of_groups(rows: Rows) -> Group:
    return Group(measures=(Measure(name=f"number of {_noun(rows)}", function="count"),))


def _number_of_things(rows: Rows) -> Group:
    if rows.counted is None or is_unique(rows.counted):
        return _number_of_groups(rows)
    return Group(measures=(Measure(name=f"number of {_noun(rows)}", function="distinct", of=field_of(rows.counted)),))


def _noun(rows: Rows) -> str:
    return rows.counted.facts.name if rows.counted else rows.table.name


def _ranked_rows(ask: Ask, rows: Rows, rank: Rank) -> list[Step]:
    if not isinstance(rank.by, Value):
        raise Impossible
    steps: list[Step] = []

    def field_in(name: str, of: object) -> Field:
        """The field itself, or a column that is made of what is no field."""
        if isinstance(of, Field):
            return of
        steps.append(Derive(name=name, of=of))  # type: ignore[arg-type]
        return Field(name=name)

    by = field_in(rank.by.label, rank.by.of)
    within = tuple(field_in(key.label, key.of) for key in rank.within)
    steps.append(Take(count=rank.count, skip=rank.skip, by=by, descending=rank.descending, within=within))
    first = [c for c in (rows.counted, rows.table.naming_column, rank.by.column) if c is not None]
    firsts = [k.column for k in rank.within if k.column is not None]
    return [*steps, Show(columns=listed_columns(ask, rows, [*firsts, *first]))]


def _ranked_groups(ask: Ask, rows: Rows, limits: list[Limit], root: Table, before: list[Step]) -> list[Step]:
    keys = identity(rows)
    figures = [limit.figure for limit in limits]
    rank = ask.rank
    by = rank.by if rank is not None and isinstance(rank.by, Figure) else None
    if by is not None and by not in figures:
        figures.append(by)
    measures, derived = measures_of(figures, root)
    within = tuple(Named(name=k.label, of=k.of) for k in (rank.within if rank else ()))
    steps: list[Step] = [Group(by=(*within, *keys), measures=tuple(measures)), *derived]
    steps += [keep_within(limit, root, before) for limit in limits]
    if rank is not None and by is not None:
        inside = tuple(Field(name=w.name) for w in within)
        taken = Take(
            count=rank.count, skip=rank.skip, by=Field(name=name_of(by)), descending=rank.descending, within=inside
        )
        steps.append(taken)
    return steps


# Looked-up values


def steps_of_standing(ask: Ask) -> list[Step]:
    if ask.figures or ask.limits or ask.keys or ask.rank or (ask.where and ask.stands and ask.stands.column):
        raise Impossible
    rows = ask.rows
    columns = columns_of(rows, [c for c in (rows.counted,) if c is not None]) if rows else ()
    return standing_steps(ask, columns)


def steps_of_values(ask: Ask) -> list[Step]:
    if ask.limits or ask.keys or all(is_said(v.column, ask.where) for v in ask.shown):
        raise Impossible
    steps: list[Step] = []
    if (rank := ask.rank) is not None:
        if not isinstance(rank.by, Value) or not isinstance(rank.by.of, Field):
            raise Impossible
        steps.append(Take(count=rank.count, skip=rank.skip, by=rank.by.of, descending=rank.descending))
    return [*steps, Show(columns=_values_of(ask)), Distinct()]


def _values_of(ask: Ask) -> tuple[Named, ...]:
    names = [name for v in ask.shown if v.column is not None for name in names_in_itself(v.column)]
    return (*(Named(name=v.label, of=v.of) for v in ask.shown), *names)
