"""The question before, once it is changed."""

from __future__ import annotations

from dataclasses import replace

from services.nlq.planner.grammar.edits.changes import Edit
from services.nlq.planner.grammar.edits.of_those import asked_of_those
from services.nlq.planner.grammar.edits.shifting import shifted
from services.nlq.planner.grammar.figures import aggregate
from services.nlq.planner.grammar.groups import is_largest
from services.nlq.planner.grammar.meanings import Ask, Condition, Figure, Rank, Rows, Spread, Value
from services.nlq.planner.grammar.rules import Costly
from services.nlq.planner.grammar.spans import adds_up
from services.nlq.planner.pieces import fields_of
from shared.columns import Family
from shared.plan import All, Among, Field, Not, Within


def edited(before: Ask, edit: Edit) -> list[Costly]:
    """What the question before means once it is changed; several, where the change may be meant in several ways."""
    if edit.together:
        before = replace(before, keys=(), rank=None, order=None, limits=())
    if (made := asked_of_those(before, edit)) is not None:
        return made
    if edit.count is not None or edit.shown:
        return _counted(before, edit) if edit.count is not None else _of_the_one(before, edit.shown)
    if edit.how == "drop" and edit.value is not None:
        column = edit.value.column
        kept = tuple(c for c in before.where if c.column is not column)
        return [Costly(replace(before, where=kept), 0.05)] if kept != before.where else []
    if edit.shift is not None:
        where = tuple(shifted(c, *edit.shift) or c for c in before.where)
        return [Costly(replace(before, where=where), 0.0)] if where != before.where else []
    if edit.narrow:
        return _with_conditions(before, edit)
    if edit.keys:
        return _regrouped(before, edit)
    if edit.function is not None or edit.figure is not None or edit.value is not None:
        return _measured(before, edit)
    if edit.rank is not None or edit.best is not None:
        return _ranked(before, _rank(before, edit))
    if edit.order is not None:
        return [Costly(replace(before, order=edit.order, rank=None), 0.0)] if before.keys else []
    if edit.spread is not None:
        return _spread(before, edit.spread)
    return []


def _with_conditions(before: Ask, edit: Edit) -> list[Costly]:
    where = _narrowed(before.where, edit)
    cost = ANOTHER_PERIOD * _speaks_of_two_dates(where) + WHEN_DONE * _says_when(before.where, edit.narrow)
    return [Costly(replace(before, where=where), cost)]


def _measured(before: Ask, edit: Edit) -> list[Costly]:
    """Another aggregate, another value, or both."""
    if edit.function is not None:
        return _with_function(replace(before, rank=None) if edit.how == "drop" else before, edit.function)
    if edit.figure is not None:
        return _with_figure(before, edit.figure)
    return _with_value(before, edit.value) if edit.value is not None else []


WHEN_DONE = -0.7
"""After "how many left", "in 2023" says when they did, whichever date a question by itself would be about."""
ANOTHER_PERIOD = 0.4
"""A period takes the place of the one before, rather than being about another date beside it."""


def _speaks_of_two_dates(found: tuple[Condition, ...]) -> bool:
    dates = {of for c in found for part in _parts(c) if _is_of_time(part) for of in _fields(part)}
    return len(dates) > 1


def _says_when(before: tuple[Condition, ...], narrow: tuple[Condition, ...]) -> bool:
    done = {c.column for c in before if isinstance(c.where, Not) and _is_of_time(c)}
    return bool(done) and all(c.column in done and isinstance(c.where, Within) for c in narrow)


def _is_of_time(found: Condition) -> bool:
    """Also "who left", of a date of leaving: "in 2023" says when."""
    dated = found.column is not None and found.column.family is Family.DATE
    return isinstance(found.where, Within) or (dated and isinstance(found.where, Not))


def _narrowed(before: tuple[Condition, ...], edit: Edit) -> tuple[Condition, ...]:
    """Conditions on the same column are replaced: "and in Paris?" after "in Berlin"."""
    if edit.how == "add":
        return (*before, *(c for c in edit.narrow if c not in before))
    spoken = frozenset().union(*(_fields(c) for c in edit.narrow))
    kept = tuple(c for one in before for c in _parts(one) if not _fields(c) or not _fields(c) <= spoken)
    return (*kept, *edit.narrow)


def _parts(found: Condition) -> tuple[Condition, ...]:
    """What holds together, one by one: "by card in 2022" are two conditions."""
    if not isinstance(found.where, All) or found.never:
        return (found,)
    return tuple(replace(found, where=where) for where in found.where.of)


def _fields(found: Condition) -> frozenset[Field]:
    return frozenset(fields_of(found.where))


def _regrouped(before: Ask, edit: Edit) -> list[Costly]:
    if before.shown:
        return []
    keys = (*before.keys, *edit.keys) if edit.how == "add" else edit.keys
    figures = before.figures
    if not figures and before.rows is not None:
        figures = (Figure("count", rows=before.rows),)
    made = replace(before, rows=None, figures=figures, keys=keys, rank=None, order=None, limits=())
    fixed = any(isinstance(c.where, Among) and any(c.column is k.column for k in keys) for c in before.where)
    return [Costly(made, OF_ONE_GROUP * fixed)]


OF_ONE_GROUP = 0.5  # by the column of which only one cell is looked at: there would be a single group


def _with_function(before: Ask, function: str) -> list[Costly]:
    if len(before.figures) != 1 or before.figures[0].of is None:
        return []
    figure = aggregate(function, before.figures[0].of)
    figure = figure.meaning if isinstance(figure, Costly) else figure
    return [Costly(replace(before, figures=(figure,)), 0.0)] if figure is not None else []


def _with_figure(before: Ask, figure: Figure) -> list[Costly]:
    where = before.where
    if figure.rows is not None:
        where = (*where, *(c for c in figure.rows.where if c not in where))
        figure = replace(figure, rows=replace(figure.rows, where=()))
    if before.figures or before.rows or (before.shown and not before.rank):
        made = replace(before, figures=(figure,), rows=None, shown=(), where=where, rank=None, order=None, limits=())
        return [Costly(made, 0.0)]
    return []


def _with_value(before: Ask, value: Value) -> list[Costly]:
    if before.figures and len(before.figures) == 1 and before.figures[0].of is not None:
        figure = aggregate(before.figures[0].function, value)
        figure = figure.meaning if isinstance(figure, Costly) else figure
        return [Costly(replace(before, figures=(figure,)), 0.0)] if figure is not None else []
    if before.shown:
        return [Costly(replace(before, shown=(value,)), 0.0)]
    return _of_the_one(before, (value,))


def _of_the_one(before: Ask, shown: tuple[Value, ...]) -> list[Costly]:
    """Something else of the row that the question before found."""
    if before.rank is not None and isinstance(before.rank.by, Value) and before.rank.count == 1:
        return [Costly(Ask(shown=shown, where=before.where, rank=before.rank), 0.0)]
    if before.shown or (before.rows is not None and before.rank is None and before.where):
        return [Costly(Ask(shown=shown, where=before.where), 0.0)]
    return []


def _rank(before: Ask, edit: Edit) -> Rank:
    """What is best follows from what was measured."""
    if edit.rank is not None:
        return edit.rank
    return Rank(1, is_largest(bool(edit.best), before.figures[0] if before.figures else None))


def _ranked(before: Ask, rank: Rank) -> list[Costly]:
    if before.keys and before.figures:
        return [Costly(replace(before, rank=rank, order=None), 0.0)]
    if before.rank is not None:
        return [Costly(replace(before, rank=replace(before.rank, count=rank.count, descending=rank.descending)), 0.0)]
    return []


def _spread(before: Ask, spread: Spread) -> list[Costly]:
    if not before.keys or len(before.figures) != 1 or not adds_up(before.figures[0]):
        return []
    return [Costly(replace(before, spread=spread, order=None), 0.0)]


def _counted(before: Ask, edit: Edit) -> list[Costly]:
    rows = edit.count if isinstance(edit.count, Rows) else before.rows
    if rows is None:
        rows = next((f.rows for f in before.figures if f.rows is not None), None)
    if rows is None:
        return []
    where = (*before.where, *(c for c in (*edit.narrow, *rows.where) if c not in before.where))
    return [Costly(Ask(figures=(Figure("count", rows=replace(rows, where=())),), where=where), 0.0)]
