"""Figures as measures of a group, what is derived of two of them, and the names under which they are shown."""

from __future__ import annotations

from collections.abc import Iterable

from services.nlq.planner.grammar.meanings import Condition, Figure, field_of
from services.nlq.planner.linking.schema import Table
from services.nlq.planner.plan.impossible import Impossible
from services.nlq.planner.plan.things import all_of, is_unique
from services.nlq.planner.wording import condition_text, ordinal, period_text
from shared.plan import (
    AGGREGATES,
    Among,
    Arithmetic,
    Derive,
    Expression,
    Field,
    Literal,
    Measure,
    Within,
)


def measures_of(figures: Iterable[Figure], root: Table) -> tuple[list[Measure], list[Derive]]:
    measures: list[Measure] = []
    derived: list[Derive] = []
    for figure in figures:
        if figure.left is None:
            measures.append(measure_of(figure, root))
            continue
        if figure.right is None or figure.function == "nested":
            raise Impossible
        left, right = (measure_of(side, root) for side in (figure.left, figure.right))
        if left.name == right.name:
            left = left.model_copy(update={"name": f"{left.name} (1)"})
            right = right.model_copy(update={"name": f"{right.name} (2)"})
        measures += [left, right]
        derived.append(Derive(name=name_of(figure), of=_of_both(figure, left, right)))
    return measures, derived


def _of_both(figure: Figure, left: Measure, right: Measure) -> Expression:
    one, other = Field(name=left.name), Field(name=right.name)
    found: Expression
    match figure.function:
        case "difference":
            found = Arithmetic(op="-", left=one, right=other)
        case "growth":
            found = Arithmetic(op="/", left=Arithmetic(op="-", left=one, right=other), right=other)
        case _:
            found = Arithmetic(op="/", left=one, right=other)
    if figure.scale == 1:
        return found
    return Arithmetic(op="*", left=found, right=Literal(value=figure.scale, type="number"))


def measure_of(figure: Figure, root: Table) -> Measure:
    rows = figure.rows
    where = all_of([c.where for c in (*figure.where, *(rows.where if rows else ()))])
    if figure.named is not None:
        both = all_of([p for p in (where, figure.named.where) if p is not None])
        return figure.named.model_copy(update={"where": both, "name": name_of(figure)})
    if figure.function == "count" and rows is None and figure.of is None:
        return Measure(name=name_of(figure), function="count", where=where)
    if figure.function != "count" or rows is None:
        if figure.of is None or figure.function not in AGGREGATES:
            raise Impossible
        return Measure(
            name=name_of(figure),
            function=figure.function,  # type: ignore[arg-type]
            of=figure.of.of,
            where=where,
            percentile=figure.percentile,
        )
    counted = rows.counted
    if counted is None or (is_unique(counted) and counted.home is root):
        return Measure(name=name_of(figure), function="count", where=where)
    return Measure(name=name_of(figure), function="distinct", of=field_of(counted), where=where)


def name_of(figure: Figure) -> str:
    name = _plain_name(figure)
    if figure.where and figure.left is None:
        return f"{name} ({', '.join(_words_of(c) for c in figure.where)})"
    return name


def _words_of(condition: Condition) -> str:
    where = condition.where
    if isinstance(where, Among):
        return ", ".join(map(str, where.values[:3]))
    return period_text(where.start, where.end) if isinstance(where, Within) else condition_text(where)


def _plain_name(figure: Figure) -> str:
    if figure.left is not None and figure.right is not None:
        return "share in percent" if figure.function == "share" else f"{figure.function} of {name_of(figure.left)}"
    if figure.rows is not None:
        counted = figure.rows.counted
        if counted is None or (is_unique(counted) and not figure.rows.distinct):
            return f"number of {figure.rows.table.name}"
        return f"number of different {counted.facts.name}"
    if figure.named is not None:
        return figure.named.name
    if figure.of is None:
        return "number of rows"
    label = AGGREGATES[figure.function].label
    if figure.percentile is not None:
        label = f"{ordinal(round(figure.percentile))} {label}"  # several of them may stand beside each other
    return f"{label} {figure.of.label}"
