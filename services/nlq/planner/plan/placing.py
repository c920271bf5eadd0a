"""Where conditions go: a thing that is named by its key is compared in whatever column of the root names such things; and what it costs
to believe a plan that reads a question about one thing over the rows of another.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from services.nlq.planner.grammar.meanings import Ask, Condition, Rows, Value, field_of
from services.nlq.planner.linking.addresses import address_of
from services.nlq.planner.linking.domains import home_of, is_role, names_rows, references
from services.nlq.planner.linking.joins import goes_on_in
from services.nlq.planner.linking.schema import Column, Table
from services.nlq.planner.pieces import fields_of
from shared.plan import All, Among, AmongRows, Field, Keep, Not, Predicate, Show, Take, Within

OF_ANOTHER = 0.4
"""A value of other rows that name the thing, where the thing itself has such a value: "population of Texas" is not its cities'."""
BY_EXISTENCE = 0.4
"""A value of rows which only a row of a third table ties to what was named."""
OF_EVERY_ROW = 0.4
"""A value that is looked up without saying whose: things are listed, values are of something."""
SAYS_NOTHING = 0.5
"""What changes nothing was not meant so: "in 2022 but not in 2023" is said of things that have several rows."""
OF_THE_EXTREME = 0.4
"""What is said behind a superlative narrows among what the extreme is found, not what has been found."""
BY_ANOTHER_PLACE = 0.4
"""Where things are is asked: "in Alameda" is said of the address that is shown, also where the things have a city beside it."""
IN_ITSELF = 0.4
"""Nothing is in itself: "rivers in Colorado" are not the ones called so."""


def placed(condition: Condition, root: Table) -> Condition:
    """The condition on a column of the root, where the root names the things that it is about; otherwise as it is."""
    column = condition.column
    if column is not None and column.home is root and (opened := _opened(condition.where, column)) is not None:
        return replace(condition, where=opened)
    if column is None or column.home is root or is_role(column) or not _moves(condition.where):
        return condition
    if _is_beside(column, root):
        return condition
    if (namesake := _namesake(condition, column, root)) is not None:
        return replace(
            condition, where=_over(condition.where, namesake), tables=frozenset({root.name}), column=namesake
        )
    key = home_of(column) or column
    found = [c for c in references(root, key) if not is_role(c)] or references(root, key)
    if len(found) != 1 and (not found or is_role(found[0])):
        return condition
    return replace(condition, where=_over(condition.where, found[0]), tables=frozenset({root.name}), column=found[0])


def _is_beside(column: Column, root: Table) -> bool:
    """Whether it says of the root's very rows what a column of these says as well: each is a reading, and they may differ."""
    pair = goes_on_in(root, column.home)
    return pair is not None and column is not pair[1] and any(c.words == column.words for c in root.columns)


def by_address(conditions: Iterable[Condition], root: Table) -> tuple[Condition, ...]:
    """The conditions on where things are as said of their addresses, where these have such a column, too."""
    return tuple(_on_address(placed(c, root), root) for c in conditions)


def _on_address(condition: Condition, root: Table) -> Condition:
    column, inner = condition.column, condition.where
    if column is None or column.home is not root or not isinstance(inner, Among):
        return condition
    beside = next((c for c in address_of(root) if c.words == column.words), None)
    if beside is None or not set(inner.values) <= set(beside.facts.values):
        return condition
    return replace(condition, where=_over(inner, beside), tables=frozenset({beside.ref.table}), column=beside)


def _namesake(condition: Condition, column: Column, root: Table) -> Column | None:
    """A column of the root that is called the same and has these cells, too: `country` of states rather than of their cities."""
    inner = condition.where.of if isinstance(condition.where, Not) else condition.where
    if not isinstance(inner, Among) or home_of(column) is not None or names_rows(column):
        return None
    return next((c for c in root.columns if c.words == column.words and set(inner.values) <= set(c.facts.values)), None)


def _opened(where: Predicate, key: Column) -> Predicate | None:
    """Rows of the root that are among some of its own rows, by their key: those for which the inner conditions hold."""
    if not (isinstance(where, AmongRows) and where.query.table == key.ref.table and where.of == field_of(key)):
        return None
    if key.facts.name not in key.home.facts.candidate_keys or not all(
        isinstance(s, Keep | Show) for s in where.query.steps
    ):
        return None
    parts = tuple(s.where for s in where.query.steps if isinstance(s, Keep))
    return parts[0] if len(parts) == 1 else All(of=parts)


def _moves(where: Predicate) -> bool:
    inner = where.of if isinstance(where, Not) else where
    return isinstance(inner, Among | AmongRows) and isinstance(inner.of, Field)


def _over(where: Predicate, column: Column) -> Predicate:
    if isinstance(where, Not):
        return where.model_copy(update={"of": _over(where.of, column)})
    return where.model_copy(update={"of": field_of(column)})


def doubt(ask: Ask, where: Iterable[Condition], by_existence: bool) -> float:
    """`where` are the conditions on the root and its partners."""
    where = list(where)
    values = [*ask.shown, *(f.of for f in ask.figures if f.of is not None)]
    found = BY_EXISTENCE if values and by_existence else 0.0
    if ask.shown and not where and not by_existence and ask.rank is None:
        found += OF_EVERY_ROW
    found += OF_ANOTHER * any(_is_of_another(value, c) for value in values for c in where)
    found += SAYS_NOTHING * _denies_what_cannot_be(where)
    found += OF_THE_EXTREME * _follows_an_extreme(where)
    found += BY_ANOTHER_PLACE * any(_has_namesake(c.column, ask.beside) for c in where)
    things = [rows for rows in (ask.rows, *(f.rows for f in ask.figures)) if rows is not None]
    return found + IN_ITSELF * any(c.located and _is_name_of(c.column, rows) for rows in things for c in where)


def _denies_what_cannot_be(where: list[Condition]) -> bool:
    """A period, and another one that is not meant: of a single row the second says nothing."""
    parts = [p for c in where for p in (c.where.of if isinstance(c.where, All) else (c.where,))]
    within = {p.of for p in parts if isinstance(p, Within)}
    return any(isinstance(p, Not) and isinstance(p.of, Within) and p.of.of in within for p in parts)


def _follows_an_extreme(where: list[Condition]) -> bool:
    """Whether a condition stands behind the greatest of the same rows: "the longest river that crosses Texas" is one of those that do."""
    parts = [p for c in where for p in (c.where.of if isinstance(c.where, All) else (c.where,))]
    for at, part in enumerate(parts[:-1]):
        if isinstance(part, AmongRows) and any(isinstance(s, Take) for s in part.query.steps):
            return any(f.table == part.query.table for f in fields_of(parts[at + 1]))
    return False


def _is_name_of(column: Column | None, rows: Rows) -> bool:
    return column is not None and column in (rows.counted, rows.table.naming_column)


def _has_namesake(column: Column | None, shown: Iterable[Column]) -> bool:
    shown = tuple(shown)
    return column is not None and column not in shown and any(c.words == column.words for c in shown)


def _is_of_another(value: Value, condition: Condition) -> bool:
    key = home_of(condition.column) if condition.column is not None else None
    if key is None or value.column is None or value.column.home is key.home:
        return False
    return any(c.stems == value.column.stems for c in key.home.columns)
