"""The question before, asked of its rows anew: what they are, which is the greatest of them, what share of them is so."""

from __future__ import annotations

from dataclasses import replace

from services.nlq.planner.grammar.conditions.comparisons import compared
from services.nlq.planner.grammar.conditions.flags import is_flag
from services.nlq.planner.grammar.edits.changes import Edit
from services.nlq.planner.grammar.meanings import Ask, Condition, Figure, Number, Rows, Value, field_of
from services.nlq.planner.grammar.rules import Costly
from services.nlq.planner.linking.schema import Column
from shared.plan import Comparison, Literal, Predicate


def asked_of_those(before: Ask, edit: Edit) -> list[Costly] | None:
    """None where the change is none of these."""
    if edit.number is not None:
        return _with_number(before, edit.number, edit.op)
    rows = rows_before(before)
    if edit.part is not None:
        return _share(before, rows, edit.part) if rows is not None else []
    if edit.rank is not None and isinstance(edit.rank.by, Value):
        return _greatest(before, rows, edit) if rows is not None else []
    if edit.listed:
        return [Costly(Ask(rows=rows, where=before.where), 0.0)] if rows is not None and before.figures else []
    if edit.shown and rows is not None and before.figures:
        tables = frozenset().union(*(v.tables for v in edit.shown))
        return [Costly(Ask(shown=edit.shown, where=before.where), 0.0)] if tables == {rows.table.name} else []
    return None


def rows_before(before: Ask) -> Rows | None:
    """The rows that were counted or listed, where they were spoken of by themselves."""
    if before.keys or before.limits or before.rank or before.study or before.stands or before.yes_no:
        return None
    if before.rows is not None:
        return before.rows
    if before.shown:
        columns = [v.column for v in before.shown if v.column is not None and _is_key(v.column)]
        return Rows(columns[0].home) if columns and len(before.shown) == 1 else None
    counts = [f for f in before.figures if f.function == "count" and f.rows is not None and not f.where]
    return counts[0].rows if len(counts) == len(before.figures) == 1 else None


def _is_key(column: Column) -> bool:
    return column.facts.name in column.home.facts.candidate_keys


def _greatest(before: Ask, rows: Rows, edit: Edit) -> list[Costly]:
    said = edit.count if isinstance(edit.count, Rows) else None
    if said is not None and (said.table is not rows.table or said.where):
        return []
    by = edit.rank.by if edit.rank is not None else None
    if not isinstance(by, Value) or by.tables != {rows.table.name}:
        return []
    return [Costly(Ask(rows=replace(said or rows, where=()), where=before.where, rank=edit.rank), 0.0)]


def _share(before: Ask, rows: Rows, part: Condition) -> list[Costly]:
    if part in before.where:
        return []
    whole = Figure("count", rows=replace(rows, where=()))
    share = Figure("share", left=replace(whole, where=(part,)), right=whole, scale=100)
    return [Costly(Ask(figures=(share,), where=before.where), 0.0)]


def _with_number(before: Ask, number: Number, op: str | None) -> list[Costly]:
    """In the place of the only number that something was compared with."""
    places = [
        (at, c.column)
        for at, c in enumerate(before.where)
        if c.column is not None and _is_bound(c.where) and not is_flag(c.column)
    ]
    if len(places) != 1 or before.limits:
        return []
    at, column = places[0]
    where = before.where[at].where
    made = _compared(column, op or (where.op if isinstance(where, Comparison) else ""), number)
    if made is None or made.meaning == before.where[at]:
        return []
    return [Costly(replace(before, where=(*before.where[:at], made.meaning, *before.where[at + 1 :])), made.cost)]


def _compared(column: Column, op: str, number: Number) -> Costly | None:
    if not op:
        return None
    value = Value(field_of(column), column.facts.name, column, frozenset({column.ref.table}))
    made = compared(value, op, number)
    return made if isinstance(made, Costly) else Costly(made, 0.0) if made is not None else None


def _is_bound(where: Predicate) -> bool:
    """A flag is compared with 0 and 1 as well, and no number was said of it. Of two bounds it is not said which is meant."""
    return isinstance(where, Comparison) and isinstance(where.right, Literal) and where.right.type == "number"
