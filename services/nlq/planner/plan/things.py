"""Things that rows are of: what tells them apart, what they are called by, and which columns are shown of them."""

from __future__ import annotations

from collections.abc import Iterable

from services.nlq.planner.grammar.meanings import Ask, Condition, Figure, Rows, field_of
from services.nlq.planner.linking.addresses import address_of
from services.nlq.planner.linking.domains import home_of
from services.nlq.planner.linking.itself import alias_of, as_named, named_in_itself
from services.nlq.planner.linking.schema import Column
from services.nlq.planner.plan.impossible import Impossible
from shared.plan import All, Among, Comparison, Named, Predicate


def is_unique(column: Column) -> bool:
    facts = column.home.facts
    return column.facts.name in facts.candidate_keys or (
        column.facts.distinct is not None and column.facts.distinct == facts.rows
    )


def name_beside_key(rows: Rows) -> Column | None:
    """The name of things that are known by a key of another table."""
    key = home_of(rows.counted) if rows.counted is not None else None
    if key is None or rows.counted is None or not rows.counted.is_key_like:
        return None
    name = key.home.naming_column
    return name if name is not key else None


def names_in_itself(column: Column) -> tuple[Named, ...]:
    """Beside keys of the column's own table ("manager_id"), what the rows that they name are called."""
    key, name = named_in_itself(column), column.home.naming_column
    if key is None or name is None or key is name:
        return ()
    return (Named(name=f"{name.facts.name} ({alias_of(column)})", of=as_named(column, name)),)


def identity(rows: Rows) -> tuple[Named, ...]:
    """What makes the things that are ranked different: their key, with the name that a person knows them by."""
    if rows.counted is not None:
        columns = [c for c in (rows.counted, name_beside_key(rows)) if c is not None]
    else:
        keys = [c for c in rows.table.columns if c.facts.name in rows.table.facts.candidate_keys]
        columns = [c for c in (*keys[:1], rows.table.naming_column) if c is not None]
    if not columns:
        raise Impossible
    return tuple(Named(name=c.facts.name, of=field_of(c)) for c in dict.fromkeys(columns))


def columns_of(rows: Rows, first: Iterable[Column] = ()) -> tuple[Named, ...]:
    """All columns of the table, `first` before the others; a name that is taken has its table's beside it."""
    return _headed([*first, *rows.table.columns])


def _headed(columns: Iterable[Column]) -> tuple[Named, ...]:
    names: list[Named] = []
    for column in dict.fromkeys(columns):
        name = column.facts.name
        if any(n.name == name for n in names):
            name = f"{name} ({column.ref.table})"
        names.append(Named(name=name, of=field_of(column)))
    return tuple(names)


def beside_rows(ask: Ask) -> tuple[Column, ...]:
    """Columns of other tables that are shown of listed things: those that are asked for, or else their address."""
    rows = ask.rows
    if rows is None or ask.count_groups or ask.limits or (ask.rank is not None and isinstance(ask.rank.by, Figure)):
        return ()
    single = rows.counted is None or is_unique(rows.counted)
    return ask.beside or (address_of(rows.table) if single else ())


def listed_columns(ask: Ask, rows: Rows, first: Iterable[Column] = ()) -> tuple[Named, ...]:
    """What is shown of things that are listed."""
    name = rows.table.naming_column
    if ask.beside:
        return _headed([*([name] if name is not None else []), *first, *ask.beside])
    return _headed([*first, *rows.table.columns, *beside_rows(ask)])


def is_said(column: Column | None, where: Iterable[Condition]) -> bool:
    """Whether the question itself says the only value that the column can have: nobody asks for that."""
    for predicate in flat_parts([c.where for c in where]):
        of = predicate.of if isinstance(predicate, Among) else None
        if isinstance(predicate, Comparison) and predicate.op == "==":
            of = predicate.left
        single = not isinstance(predicate, Among) or len(predicate.values) == 1
        if column is not None and of == field_of(column) and single:
            return True
    return False


def flat_parts(predicates: Iterable[Predicate]) -> list[Predicate]:
    """Conditions side by side, however they were nested, each once: so one query is made of them."""
    parts = (p.of if isinstance(p, All) else (p,) for p in predicates)
    return list(dict.fromkeys(each for part in parts for each in part))


def all_of(predicates: list[Predicate]) -> Predicate | None:
    """One condition that says what all of them say; None of none."""
    if not predicates:
        return None
    return predicates[0] if len(predicates) == 1 else All(of=tuple(predicates))
