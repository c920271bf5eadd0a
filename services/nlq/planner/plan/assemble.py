"""A question's meaning as a typed plan: its root table, joins, filters, groups, measures, ranks and order, put into steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from services.nlq.planner.grammar.additivity import is_additive
from services.nlq.planner.grammar.figures import outer_of
from services.nlq.planner.grammar.meanings import Ask, Condition, Figure, Key, Limit, Rank, Rows, Value, field_of
from services.nlq.planner.linking.domains import home_of
from services.nlq.planner.linking.joins import joins_between
from services.nlq.planner.linking.schema import Column, Schema, Table
from services.nlq.planner.pieces import fields_of
from services.nlq.planner.plan.impossible import Impossible
from services.nlq.planner.plan.models import model_over, steps_of_study, tables_of_study
from services.nlq.planner.plan.placing import doubt, placed
from services.nlq.planner.plan.standing import standing_steps
from services.nlq.planner.wording import ordinal
from shared.columns import Family
from shared.plan import (
    AGGREGATES,
    All,
    Among,
    AmongRows,
    Arithmetic,
    Comparison,
    DayName,
    Derive,
    Distinct,
    Expression,
    Field,
    Group,
    Join,
    Keep,
    Literal,
    Measure,
    Missing,
    Named,
    Not,
    Part,
    Plan,
    Predicate,
    Query,
    Show,
    Sort,
    SortKey,
    Step,
    Take,
    Window,
    Within,
)

JOINED = 0.2
"""What each table that has to be joined adds to the cost: of equal readings the one within a table is meant."""


@dataclass(frozen=True)
class Assembled:
    query: Plan
    cost: float
    traits: frozenset[str] = frozenset()


def assemble(ask: Ask, schema: Schema) -> list[Assembled]:
    """The plans that an understood question may mean, each with what it costs beyond its words; none when its parts do not fit."""
    found: list[Assembled] = []
    for meant, cost in _interpretations(ask):
        try:
            assembly = _Assembly(meant, schema)
            query, joins = assembly.query()
        except Impossible:
            continue
        plan = model_over(query, meant.study) if meant.study else query
        found.append(Assembled(plan, cost + JOINED * joins + assembly.doubt))
    return found


def _interpretations(ask: Ask) -> Iterator[tuple[Ask, float]]:
    """A rank among things by a value may be of single rows or of each thing's total; a plain one needs something to rank by."""
    rank, rows = ask.rank, ask.rows
    if rank is None or rows is None:
        yield ask, 0.0
        return
    if rank.by is None:
        return
    if isinstance(rank.by, Figure):
        yield ask, 0.0
        return
    unique = rows.counted is None or is_unique(rows.counted)
    if unique:
        yield ask, 0.0
        return
    column = rank.by.column
    if column is not None and column.family is not Family.NUMBER:
        yield ask, 0.0
        return
    additive = column is None or is_additive(column)
    for function, cost in (("sum", 0.1), ("max", 0.6)) if additive else (("mean", 0.5), ("max", 0.5)):
        yield replace(ask, rank=replace(rank, by=Figure(function, rank.by))), cost


def is_unique(column: Column) -> bool:
    facts = column.home.facts
    return column.facts.name in facts.candidate_keys or (
        column.facts.distinct is not None and column.facts.distinct == facts.rows
    )


class _Assembly:
    """The making of one plan."""

    def __init__(self, ask: Ask, schema: Schema) -> None:
        self._ask = ask
        self._schema = schema
        self._steps: list[Step] = []
        self._by_partners = False
        self.doubt = 0.0
        """What the plan costs to believe beyond its words and its joins."""

    def query(self) -> tuple[Query, int]:
        ask = self._ask
        root = self._root()
        where, existence = self._conditions(root)
        self.doubt += doubt(ask, where, by_existence=self._by_partners)
        joins = self._joins(root, self._tables(root, where))
        for_names = self._joins(root, [t for t in self._tables_of_names() if t != root.name])
        self._steps += dict.fromkeys([*joins, *for_names])
        predicates = _flat_parts([c.where for c in where] + existence + self._without_totals(root, where))
        if predicates:
            self._steps.append(Keep(where=predicates[0] if len(predicates) == 1 else All(of=tuple(predicates))))
        if ask.stands is not None:
            self._standing(ask)
        elif ask.figures:
            self._figures(ask)
        elif ask.rows is not None:
            self._rows(ask, ask.rows)
        elif ask.shown:
            self._shown(ask)
        elif ask.study is not None:
            self._steps += steps_of_study(ask.study, root)
        else:
            raise Impossible
        return Query(table=root.name, steps=tuple(self._steps)), len(joins)

    # Tables

    def _root(self) -> Table:
        """The table whose rows are counted, measured or listed: others are joined to it, and must not multiply it."""
        ask = self._ask
        if ask.study is not None:
            return self._furthest(tables_of_study(ask.study))
        for rows in (*(f.rows for f in _flat(ask.figures)), ask.rows):
            if rows is not None and not (ask.rank and isinstance(ask.rank.by, Figure)):
                if ask.limits and not self._is_absence(ask.limits):
                    return self._root_of_limits(rows, ask.limits)
                return rows.table
        if ask.rank is not None and isinstance(ask.rank.by, Figure):
            by = ask.rank.by
            if by.rows is not None:
                return by.rows.table
            tables = by.of.tables if by.of else frozenset({ask.rows.table.name} if ask.rows else ())
            if len(tables) == 1:
                return self._schema.table(next(iter(tables)))
        for figure in _flat(ask.figures):
            if figure.of is not None and len(figure.of.tables) >= 1:
                return self._furthest(figure.of.tables)
        for value in ask.shown:
            return self._furthest(value.tables)
        if ask.rows is not None:
            return ask.rows.table
        raise Impossible

    def _is_absence(self, limits: tuple[Limit, ...]) -> bool:
        return all(limit.op == "==" and limit.value == 0 and limit.figure.rows is not None for limit in limits)

    def _root_of_limits(self, rows: Rows, limits: tuple[Limit, ...]) -> Table:
        """Where the limited figure is counted or measured: "customers with more than 15 orders" is about orders."""
        figure = limits[0].figure
        if figure.rows is not None:
            return figure.rows.table
        return self._furthest(figure.of.tables) if figure.of else rows.table

    def _furthest(self, tables: frozenset[str]) -> Table:
        """Of several tables the one from which the others can be reached without multiplying rows."""
        for name in sorted(tables):
            joins = joins_between(self._schema, name, tables - {name})
            if joins is not None and not any(j.multiplies for j in joins):
                return self._schema.table(name)
        raise Impossible

    def _tables_of_names(self) -> list[str]:
        """That have the names of the things which are ranked: to show a name beside a key is no other reading."""
        ask = self._ask
        ranked = bool(ask.limits) or (ask.rank is not None and isinstance(ask.rank.by, Figure))
        name = self._named_by(ask.rows) if ask.rows is not None and ranked and not ask.count_groups else None
        return [name.ref.table] if name is not None else []

    def _tables(self, root: Table, where: list[Condition]) -> list[str]:
        ask = self._ask
        needed: list[str] = []
        for tables in (
            *(c.tables for c in where),
            *(k.tables for k in ask.keys),
            *(v.tables for v in ask.shown),
            *([tables_of_study(ask.study)] if ask.study else []),
            *(f.of.tables for f in _flat(ask.figures) if f.of),
            *(frozenset({f.rows.table.name}) for f in _flat(ask.figures) if f.rows),
            *(c.tables for f in _flat(ask.figures) for c in (*f.where, *(f.rows.where if f.rows else ()))),
            *([ask.rank.by.tables] if ask.rank and isinstance(ask.rank.by, Value) else []),
            *([ask.rank.by.of.tables] if ask.rank and isinstance(ask.rank.by, Figure) and ask.rank.by.of else []),
            *([frozenset({ask.rows.table.name})] if ask.rows else []),
            *((k.tables for k in ask.rank.within) if ask.rank else ()),
        ):
            needed += [t for t in sorted(tables) if t != root.name and t not in needed]
        return needed

    def _joins(self, root: Table, needed: list[str]) -> list[Join]:
        joins = joins_between(self._schema, root.name, needed)
        if joins is None or any(j.multiplies for j in joins):
            raise Impossible
        return [
            Join(table=j.right.table, left=Field(name=j.left.column, table=j.left.table), right=j.right.column)
            for j in joins
        ]

    # Conditions

    def _without_totals(self, root: Table, where: list[Condition]) -> list[Predicate]:
        """Rows that sum up others are left out, unless the question names one."""
        totals = root.total_cells
        if not totals or any(c.column is column for c in where for column, _ in totals):
            return []
        by_column: dict[Column, list[str]] = {}
        for column, cell in totals:
            by_column.setdefault(column, []).append(cell)
        return [
            Not(of=Among(of=field_of(column), values=tuple(cells)), missing_too=True)
            for column, cells in by_column.items()
        ]

    def _conditions(self, root: Table) -> tuple[list[Condition], list[Predicate]]:
        """Conditions on the row and its partners; those on a table that has many rows for each one ask whether there is such a row."""
        kept: list[Condition] = []
        existing: list[Predicate] = []
        for condition in (placed(c, root) for c in self._ask.where):
            if condition.apart:
                existing += [self._of_some_row(root, placed(part, root)) for part in condition.apart]
            elif condition.never and (apart := self._never(root, condition)) is not None:
                existing.append(apart)
            elif any(t != root.name and self._multiplies(root, t) for t in condition.tables):
                existing.append(self._among(root, condition))
            else:
                kept.append(condition)
        for limit in self._ask.limits:
            if limit.figure.rows is not None and limit.op == "==" and limit.value == 0:
                if limit.figure.rows.table is root:
                    raise Impossible  # nothing of itself: of each row there is one
                if self._by_partners and not limit.figure.rows.where:
                    raise Impossible  # who never bought anything has bought no desk to speak of
                existing.append(Not(of=self._partners(root, limit.figure.rows)))
        return kept, existing

    def _multiplies(self, root: Table, table: str) -> bool:
        joins = joins_between(self._schema, root.name, [table])
        return joins is None or any(j.multiplies for j in joins)

    def _never(self, root: Table, condition: Condition) -> Predicate | None:
        """Of the things of a column that have several rows: those of which no row is so."""
        ask = self._ask
        rows = next((r for r in (ask.rows, *(f.rows for f in _flat(ask.figures))) if r is not None), None)
        thing = rows.counted if rows is not None else next((v.column for v in ask.shown), None)
        if thing is None or is_unique(thing) or (thing.is_numeric and not thing.is_key_like):
            return None
        if not isinstance(condition.where, Not):
            return None
        query = self._rows_of_which(thing, condition.tables, condition.where.of)
        return Not(of=AmongRows(of=field_of(thing), query=query, column=thing.ref.column))

    def _of_some_row(self, root: Table, part: Condition) -> Predicate:
        """Of a thing that has several rows: there is one for which the condition holds, or there is none."""
        denied = replace(part, where=part.where if isinstance(part.where, Not) else Not(of=part.where))
        none = self._never(root, denied)
        if none is None and any(t != root.name and self._multiplies(root, t) for t in part.tables):
            return self._among(root, part)
        if not isinstance(none, Not):
            raise Impossible
        return none if isinstance(part.where, Not) else none.of

    def _rows_of_which(self, thing: Column, tables: Iterable[str], where: Predicate | None) -> Query:
        home = thing.ref.table
        joins = self._joins(self._schema.table(home), [t for t in sorted(tables) if t != home])
        steps: list[Step] = [*joins]
        if where is not None:
            steps.append(Keep(where=where))
        steps.append(Show(columns=(Named(name=thing.ref.column, of=field_of(thing)),)))
        return Query(table=home, steps=tuple(steps))

    def _among(self, root: Table, condition: Condition) -> Predicate:
        self._by_partners = True
        where: Predicate = condition.where
        if isinstance(where, Not):  # "never bought a laptop": no such row, rather than some other row
            return Not(of=self._link(root, condition.tables, where.of))
        return self._link(root, condition.tables, where)

    def _partners(self, root: Table, rows: Rows) -> Predicate:
        where = [c.where for c in rows.where]
        tables = frozenset({rows.table.name}).union(*(c.tables for c in rows.where))
        return self._link(root, tables, All(of=tuple(where)) if where else None)

    def _link(self, root: Table, tables: frozenset[str], where: Predicate | None) -> Predicate:
        """Rows of the root that are named by some row of another table, from which the condition's tables can be reached."""
        for table in self._schema.tables:
            if table is root:
                continue
            try:
                joins = self._joins(
                    table, [root.name, *(t for t in sorted(tables) if t not in (root.name, table.name))]
                )
            except Impossible:
                continue
            to_root = next((j for j in joins if j.table == root.name), None)
            if to_root is None or to_root.left.table != table.name:
                continue
            thing = self._schema.table(table.name).column(to_root.left.name)
            if where is not None and set(fields_of(where)) == {field_of(thing)}:
                raise Impossible  # of the very column that names the root's rows: said of them, it is no condition on others
            query = self._rows_of_which(thing, tables - {root.name}, where)
            return AmongRows(of=Field(name=to_root.right, table=root.name), query=query, column=thing.ref.column)
        raise Impossible

    # Figures

    def _figures(self, ask: Ask) -> None:
        if len(ask.figures) == 1 and ask.figures[0].function == "nested":
            self._nested(ask, ask.figures[0])
            return
        measures, derived = self._measures(ask.figures)
        by = tuple(Named(name=self._key_name(key), of=key.of) for key in ask.keys)
        places = tuple(place for named in by if (place := _place_of_weekday(named)) is not None)
        if places and ask.spread is None:
            by = (*places, *(_called(named) for named in by))
        limits = list(ask.limits)
        extra, _ = self._measures([limit.figure for limit in limits if limit.figure not in ask.figures])
        measures += [m for m in extra if m not in measures]
        self._steps.append(Group(by=by, measures=tuple(measures)))
        self._steps += derived
        for limit in limits:
            self._limit(limit)
        names = [self._name(f) for f in ask.figures]
        if derived or extra or places:
            shown = [*(b.name for b in by if b not in places), *names]
            self._steps.append(Show(columns=tuple(Named(name=n, of=Field(name=n)) for n in shown)))
        if ask.rank is not None and by:
            rank = ask.rank
            first = Field(name=names[0])
            self._steps.append(Take(count=rank.count, skip=rank.skip, by=first, descending=rank.descending))
        if ask.order is not None and by:
            of = names[0] if not isinstance(ask.order.by, Key) else self._key_name(ask.order.by)
            self._steps.append(Sort(by=(SortKey(of=Field(name=of), descending=ask.order.descending),)))
        if ask.spread is not None:
            self._spread(ask, by, names[0])

    def _spread(self, ask: Ask, by: tuple[Named, ...], name: str) -> None:
        if ask.spread is None or not by:
            raise Impossible
        order = tuple(SortKey(of=Field(name=b.name)) for b in by)
        heading = f"{ask.spread.function} {name}"
        self._steps.append(
            Window(name=heading, function=ask.spread.function, of=Field(name=name), order=order, size=ask.spread.size)  # type: ignore[arg-type]
        )

    def _limit(self, limit: Limit) -> None:
        name = self._name(limit.figure)
        right = Literal(value=limit.value, type="number")
        self._steps.append(Keep(where=Comparison(left=Field(name=name), op=limit.op, right=right)))  # type: ignore[arg-type]

    def _measures(self, figures: Iterable[Figure]) -> tuple[list[Measure], list[Derive]]:
        measures: list[Measure] = []
        derived: list[Derive] = []
        for figure in figures:
            if figure.left is None:
                measures.append(self._measure(figure))
                continue
            if figure.right is None or figure.function == "nested":
                raise Impossible
            left, right = (self._measure(side) for side in (figure.left, figure.right))
            if left.name == right.name:
                left = left.model_copy(update={"name": f"{left.name} (1)"})
                right = right.model_copy(update={"name": f"{right.name} (2)"})
            measures += [left, right]
            op = "-" if figure.function == "difference" else "/"
            quotient: Expression = Arithmetic(op=op, left=Field(name=left.name), right=Field(name=right.name))  # type: ignore[arg-type]
            if figure.scale != 1:
                quotient = Arithmetic(op="*", left=quotient, right=Literal(value=figure.scale, type="number"))
            derived.append(Derive(name=self._name(figure), of=quotient))
        return measures, derived

    def _measure(self, figure: Figure) -> Measure:
        rows = figure.rows
        conditions = [c.where for c in (*figure.where, *(rows.where if rows else ()))]
        where = None if not conditions else conditions[0] if len(conditions) == 1 else All(of=tuple(conditions))
        if figure.named is not None:
            narrowed = tuple(p for p in (where, figure.named.where) if p is not None)
            both = None if not narrowed else narrowed[0] if len(narrowed) == 1 else All(of=narrowed)
            return figure.named.model_copy(update={"where": both, "name": self._name(figure)})
        if figure.function == "count" and rows is None and figure.of is None:
            return Measure(name=self._name(figure), function="count", where=where)
        if figure.function != "count" or rows is None:
            if figure.of is None or figure.function not in AGGREGATES:
                raise Impossible
            return Measure(
                name=self._name(figure),
                function=figure.function,  # type: ignore[arg-type]
                of=figure.of.of,
                where=where,
                percentile=figure.percentile,
            )
        counted = rows.counted
        if counted is None or (is_unique(counted) and counted.ref.table == self._root().name):
            return Measure(name=self._name(figure), function="count", where=where)
        return Measure(name=self._name(figure), function="distinct", of=field_of(counted), where=where)

    def _name(self, figure: Figure) -> str:
        name = self._plain_name(figure)
        if figure.where and figure.left is None:
            return f"{name} ({', '.join(self._words_of(c) for c in figure.where)})"
        return name

    def _words_of(self, condition: Condition) -> str:
        where = condition.where
        if isinstance(where, Among):
            return ", ".join(map(str, where.values[:3]))
        if isinstance(where, Within):
            return f"{where.start} to {where.end}"
        return str(abs(hash(where)) % 1000)

    def _plain_name(self, figure: Figure) -> str:
        if figure.left is not None and figure.right is not None:
            if figure.function == "share":
                return "share in percent"
            return f"{figure.function} of {self._name(figure.left)}"
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

    def _key_name(self, key: Key) -> str:
        return key.label

    def _nested(self, ask: Ask, figure: Figure) -> None:
        if figure.left is None or figure.of is None or ask.keys:
            raise Impossible
        inner = self._measure(figure.left)
        self._steps.append(Group(by=(Named(name=figure.of.label, of=figure.of.of),), measures=(inner,)))
        outer = outer_of(figure)
        label = f"{AGGREGATES[outer].label} {inner.name} per {figure.of.label}"
        self._steps.append(Group(measures=(Measure(name=label, function=outer, of=Field(name=inner.name)),)))  # type: ignore[arg-type]

    # Rows

    def _rows(self, ask: Ask, rows: Rows) -> None:
        limits = [
            limit
            for limit in ask.limits
            if not (
                limit.op == "=="
                and limit.value == 0
                and limit.figure.rows
                and limit.figure.rows.table is not rows.table
            )
        ]
        if limits or (ask.rank is not None and isinstance(ask.rank.by, Figure)):
            self._ranked_groups(ask, rows, limits)
            self._count(ask, rows)
            return
        if ask.count_groups:
            self._count(ask, rows)
            return
        if ask.rank is not None:
            self._ranked_rows(ask, rows, ask.rank)
            return
        if rows.counted is not None and not is_unique(rows.counted):
            if _is_said(rows.counted, ask.where):
                raise Impossible
            field = field_of(rows.counted)
            self._steps.append(Keep(where=Not(of=Missing(of=field))))
            self._steps.append(Show(columns=(Named(name=rows.counted.facts.name, of=field),)))
            self._steps.append(Distinct())
            self._steps.append(Sort(by=(SortKey(of=Field(name=rows.counted.facts.name)),)))
            return
        if ask.keys:
            raise Impossible
        self._steps.append(Show(columns=self._columns_of(rows)))

    def _count(self, ask: Ask, rows: Rows) -> None:
        if not ask.count_groups:
            return
        noun = rows.counted.facts.name if rows.counted else rows.table.name
        counted = (
            rows.counted
            if rows.counted is not None and not is_unique(rows.counted) and not self._is_grouped()
            else None
        )
        function = "count" if counted is None else "distinct"
        of = None if counted is None else field_of(counted)
        self._steps.append(Group(measures=(Measure(name=f"number of {noun}", function=function, of=of),)))  # type: ignore[arg-type]

    def _is_grouped(self) -> bool:
        return any(isinstance(s, Group) for s in self._steps)

    def _columns_of(self, rows: Rows, first: Iterable[Column] = ()) -> tuple[Named, ...]:
        shown = list(dict.fromkeys([*first, *rows.table.columns]))
        names: list[Named] = []
        for column in shown:
            name = column.facts.name
            if any(n.name == name for n in names):
                name = f"{name} ({column.ref.table})"
            names.append(Named(name=name, of=field_of(column)))
        return tuple(names)

    def _ranked_rows(self, ask: Ask, rows: Rows, rank: Rank) -> None:
        if not isinstance(rank.by, Value):
            raise Impossible
        by = rank.by.of
        if not isinstance(by, Field):
            self._steps.append(Derive(name=rank.by.label, of=by))
            by = Field(name=rank.by.label)
        within = []
        for key in rank.within:
            if not isinstance(key.of, Field):
                self._steps.append(Derive(name=key.label, of=key.of))
                within.append(Field(name=key.label))
            else:
                within.append(key.of)
        self._steps.append(
            Take(count=rank.count, skip=rank.skip, by=by, descending=rank.descending, within=tuple(within))
        )
        first = [c for c in (rows.counted, rows.table.naming_column, rank.by.column) if c is not None]
        firsts = [k.column for k in rank.within if k.column is not None]
        self._steps.append(Show(columns=self._columns_of(rows, [*firsts, *first])))

    def _ranked_groups(self, ask: Ask, rows: Rows, limits: list[Limit]) -> None:
        keys = self._identity(rows)
        figures = [limit.figure for limit in limits]
        rank = ask.rank
        if rank is not None and isinstance(rank.by, Figure) and rank.by not in figures:
            figures.append(rank.by)
        measures, derived = self._measures(figures)
        within = tuple(Named(name=k.label, of=k.of) for k in (rank.within if rank else ()))
        self._steps.append(Group(by=(*within, *keys), measures=tuple(measures)))
        self._steps += derived
        for limit in limits:
            self._limit(limit)
        if rank is not None and isinstance(rank.by, Figure):
            self._steps.append(
                Take(
                    count=rank.count,
                    skip=rank.skip,
                    by=Field(name=self._name(rank.by)),
                    descending=rank.descending,
                    within=tuple(Field(name=w.name) for w in within),
                )
            )

    def _named_by(self, rows: Rows) -> Column | None:
        """The name of things that are known by a key of another table."""
        key = home_of(rows.counted) if rows.counted is not None else None
        name = (
            key.home.naming_column
            if key is not None and rows.counted is not None and rows.counted.is_key_like
            else None
        )
        return name if name is not key else None

    def _identity(self, rows: Rows) -> tuple[Named, ...]:
        """What makes the things that are ranked different: their key, with the name that a person knows them by."""
        if rows.counted is not None:
            named = self._named_by(rows)
            columns = [c for c in (rows.counted, named) if c is not None]
        else:
            keys = [c for c in rows.table.columns if c.facts.name in rows.table.facts.candidate_keys]
            naming = rows.table.naming_column
            columns = [c for c in (*keys[:1], naming) if c is not None]
        if not columns:
            raise Impossible
        return tuple(Named(name=c.facts.name, of=field_of(c)) for c in dict.fromkeys(columns))

    # Looked-up values

    def _standing(self, ask: Ask) -> None:
        if ask.figures or ask.limits or ask.keys or ask.rank or (ask.where and ask.stands and ask.stands.column):
            raise Impossible
        rows = ask.rows
        columns = self._columns_of(rows, [c for c in (rows.counted,) if c is not None]) if rows else ()
        self._steps += standing_steps(ask, columns)

    def _shown(self, ask: Ask) -> None:
        if ask.limits or ask.keys or all(_is_said(v.column, ask.where) for v in ask.shown):
            raise Impossible
        columns = tuple(Named(name=v.label, of=v.of) for v in ask.shown)
        if ask.rank is not None:
            if not isinstance(ask.rank.by, Value) or not isinstance(ask.rank.by.of, Field):
                raise Impossible
            self._steps.append(
                Take(count=ask.rank.count, skip=ask.rank.skip, by=ask.rank.by.of, descending=ask.rank.descending)
            )
        self._steps.append(Show(columns=columns))
        self._steps.append(Distinct())


def _is_said(column: Column | None, where: Iterable[Condition]) -> bool:
    """Whether the question itself says the only value that the column can have: nobody asks for that."""
    for predicate in _flat_parts([c.where for c in where]):
        of = predicate.of if isinstance(predicate, Among) else None
        if isinstance(predicate, Comparison) and predicate.op == "==":
            of = predicate.left
        single = not isinstance(predicate, Among) or len(predicate.values) == 1
        if column is not None and of == field_of(column) and single:
            return True
    return False


def _flat_parts(predicates: Iterable[Predicate]) -> list[Predicate]:
    """Conditions side by side, however they were nested, each once: so one query is made of them."""
    parts = (p.of if isinstance(p, All) else (p,) for p in predicates)
    return list(dict.fromkeys(each for part in parts for each in part))


def _place_of_weekday(named: Named) -> Named | None:
    """A weekday's number, by which days come in their order; people are shown the name."""
    of = named.of
    return Named(name="place in the week", of=of) if isinstance(of, Part) and of.part == "weekday" else None


def _called(named: Named) -> Named:
    of = named.of
    return Named(name=named.name, of=DayName(of=of.of)) if isinstance(of, Part) and of.part == "weekday" else named


def _flat(figures: Iterable[Figure]) -> Iterator[Figure]:
    for figure in figures:
        if figure.function == "nested" and figure.left is not None:
            yield replace(figure.left)
            yield Figure("count", of=figure.of)
        elif figure.left is not None and figure.right is not None:
            yield from _flat((figure.left, figure.right))
        else:
            yield figure
