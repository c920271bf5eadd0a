"""The steps of a question that asks for figures: groups, limits on them, ranks and order, and what follows the groups' order."""

from __future__ import annotations

from services.nlq.planner.grammar.figures import outer_of
from services.nlq.planner.grammar.meanings import Ask, Figure, Key, Limit, Spread
from services.nlq.planner.linking.schema import Table
from services.nlq.planner.plan.impossible import Impossible
from services.nlq.planner.plan.measures import measure_of, measures_of, name_of
from shared.plan import (
    AGGREGATES,
    Comparison,
    DayName,
    Field,
    Group,
    Keep,
    Literal,
    Measure,
    Named,
    Part,
    Show,
    Sort,
    SortKey,
    Step,
    Take,
    Window,
)


def steps_of_figures(ask: Ask, root: Table) -> list[Step]:
    if len(ask.figures) == 1 and ask.figures[0].function == "nested":
        return _nested(ask, ask.figures[0], root)
    measures, derived = measures_of(ask.figures, root)
    by = tuple(Named(name=key.label, of=key.of) for key in ask.keys)
    places = tuple(place for named in by if (place := _place_of_weekday(named)) is not None)
    if places and ask.spread is None:
        by = (*places, *(_called(named) for named in by))
    extra, _ = measures_of([limit.figure for limit in ask.limits if limit.figure not in ask.figures], root)
    measures += [m for m in extra if m not in measures]
    steps: list[Step] = [Group(by=by, measures=tuple(measures)), *derived, *map(keep_within, ask.limits)]
    names = [name_of(f) for f in ask.figures]
    if derived or extra or places:
        shown = [*(b.name for b in by if b not in places), *names]
        steps.append(Show(columns=tuple(Named(name=n, of=Field(name=n)) for n in shown)))
    if by:
        steps += _ranked_and_ordered(ask, names[0])
    if ask.spread is not None:
        steps.append(_spread(ask.spread, by, names[0]))
    return steps


def _ranked_and_ordered(ask: Ask, name: str) -> list[Step]:
    steps: list[Step] = []
    if (rank := ask.rank) is not None:
        steps.append(Take(count=rank.count, skip=rank.skip, by=Field(name=name), descending=rank.descending))
    if (order := ask.order) is not None:
        of = order.by.label if isinstance(order.by, Key) else name
        steps.append(Sort(by=(SortKey(of=Field(name=of), descending=order.descending),)))
    return steps


def _spread(spread: Spread, by: tuple[Named, ...], name: str) -> Window:
    if not by:
        raise Impossible
    order = tuple(SortKey(of=Field(name=b.name)) for b in by)
    return Window(
        name=f"{spread.function} {name}",
        function=spread.function,  # type: ignore[arg-type]
        of=Field(name=name),
        order=order,
        size=spread.size,
    )


def keep_within(limit: Limit) -> Keep:
    right = Literal(value=limit.value, type="number")
    return Keep(where=Comparison(left=Field(name=name_of(limit.figure)), op=limit.op, right=right))  # type: ignore[arg-type]


def _nested(ask: Ask, figure: Figure, root: Table) -> list[Step]:
    if figure.left is None or figure.of is None or ask.keys:
        raise Impossible
    inner = measure_of(figure.left, root)
    outer = outer_of(figure)
    label = f"{AGGREGATES[outer].label} {inner.name} per {figure.of.label}"
    return [
        Group(by=(Named(name=figure.of.label, of=figure.of.of),), measures=(inner,)),
        Group(measures=(Measure(name=label, function=outer, of=Field(name=inner.name)),)),  # type: ignore[arg-type]
    ]


def _place_of_weekday(named: Named) -> Named | None:
    """A weekday's number, by which days come in their order; people are shown the name."""
    of = named.of
    return Named(name="place in the week", of=of) if isinstance(of, Part) and of.part == "weekday" else None


def _called(named: Named) -> Named:
    of = named.of
    return Named(name=named.name, of=DayName(of=of.of)) if isinstance(of, Part) and of.part == "weekday" else named
