"""The steps of a question that asks for figures: groups, limits on them, ranks and order, and what follows the groups' order."""

from __future__ import annotations

from services.nlq.planner.grammar.figures import outer_of
from services.nlq.planner.grammar.meanings import Ask, Figure, Key, Limit, Spread
from services.nlq.planner.linking.schema import Table
from services.nlq.planner.plan.impossible import Impossible
from services.nlq.planner.plan.measures import measure_of, measures_of, name_of
from shared.plan import (
    AGGREGATES,
    Arithmetic,
    Comparison,
    DayName,
    Distinct,
    Expression,
    Field,
    Group,
    Keep,
    Literal,
    Measure,
    Named,
    Part,
    Pivot,
    Query,
    Show,
    Sort,
    SortKey,
    Statistic,
    Step,
    Take,
    Window,
)


def steps_of_figures(ask: Ask, root: Table, before: list[Step]) -> list[Step]:
    """`before` are the joins and conditions that make the rows."""
    if len(ask.figures) == 1 and ask.figures[0].function == "nested":
        return _nested(ask, ask.figures[0], root)
    if any(f.function == "copies" for f in ask.figures):
        return _copies(ask, root, before)
    measures, derived = measures_of(ask.figures, root)
    by = tuple(Named(name=key.label, of=key.of) for key in ask.keys)
    places = tuple(place for named in by if (place := _place_of_weekday(named)) is not None)
    if places and ask.pivot:
        raise Impossible  # names of weekdays have no order of days
    if places and ask.spread is None:
        by = (*places, *(_called(named) for named in by))
    extra, _ = measures_of([limit.figure for limit in ask.limits if limit.figure not in ask.figures], root)
    measures += [m for m in extra if m not in measures]
    limits = [keep_within(limit, root, before) for limit in ask.limits]
    steps: list[Step] = [Group(by=by, measures=tuple(measures)), *derived, *limits]
    names = [name_of(f) for f in ask.figures]
    if derived or extra or places:
        shown = [*(b.name for b in by if b not in places), *names]
        steps.append(Show(columns=tuple(Named(name=n, of=Field(name=n)) for n in shown)))
    ranked_by = names[0]
    if ask.spread is not None and ask.rank is not None:  # "the month with the biggest increase": the changes are ranked
        changes = _spread(ask.spread, by, ranked_by)
        steps.append(changes)
        ranked_by = changes.name
    if by:
        steps += _ranked_and_ordered(ask, ranked_by)
    if ask.spread is not None and ask.rank is None:
        steps.append(_spread(ask.spread, by, names[0]))
    if ask.pivot:
        steps.append(_pivot(ask, by, names))
    return steps


def _pivot(ask: Ask, by: tuple[Named, ...], names: list[str]) -> Pivot:
    """Of what is counted a pair that does not occur is none of them; of all else nothing is known."""
    if len(by) != 2 or len(names) != 1 or ask.rank is not None or ask.order is not None:
        raise Impossible
    rows, columns = (Field(name=b.name) for b in by)
    fill = 0 if ask.figures[0].function == "count" else None
    return Pivot(rows=rows, columns=columns, values=Field(name=names[0]), fill=fill)


def _copies(ask: Ask, root: Table, before: list[Step]) -> list[Step]:
    """How many rows there are beyond the different ones."""
    if len(ask.figures) != 1 or ask.keys or ask.limits or ask.rank or ask.spread or before:
        raise Impossible
    name, counted = f"number of {root.name}", Measure(name=f"number of {root.name}", function="count")
    different = Query(table=root.name, steps=(Distinct(), Group(measures=(counted,))))
    copies = Arithmetic(op="-", left=Field(name=name), right=Statistic(query=different))
    return [Group(measures=(counted,)), Show(columns=(Named(name="number of copies", of=copies),))]


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


def keep_within(limit: Limit, root: Table, before: list[Step]) -> Keep:
    right: Expression = Literal(value=limit.value, type="number")
    if limit.overall is not None:
        of_all = Group(measures=(measure_of(limit.overall, root),))
        right = Statistic(query=Query(table=root.name, steps=(*before, of_all)))
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
