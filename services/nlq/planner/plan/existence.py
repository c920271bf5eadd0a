"""What a question's conditions say of a row: of the row itself and its partners, or whether some other row is there (semi-joins) or none
is (anti-joins)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from services.nlq.planner.grammar.meanings import Ask, Condition, Rows, field_of
from services.nlq.planner.linking.schema import Column, Schema, Table
from services.nlq.planner.pieces import fields_of
from services.nlq.planner.plan.impossible import Impossible
from services.nlq.planner.plan.placing import placed
from services.nlq.planner.plan.roots import joins_to, multiplies, says_none, thing_of
from services.nlq.planner.plan.things import all_of, flat_parts
from shared.plan import AmongRows, Field, Keep, Named, Not, Predicate, Query, Show, Step


class Existence:
    """The conditions of one question on the rows of its root."""

    def __init__(self, ask: Ask, schema: Schema, root: Table) -> None:
        self._ask = ask
        self._schema = schema
        self._root = root
        self.by_partners = False
        """Whether a row of another table decides which rows of the root are looked at."""
        self.of_rows: list[Condition] = []
        self.of_others: list[Predicate] = []
        for condition in (placed(c, root) for c in ask.where):
            self._take_in(condition)
        self._take_in_absences()

    def _take_in(self, condition: Condition) -> None:
        if condition.apart:
            self.of_others += [self._of_some_row(self._with_the_rest(part, condition)) for part in condition.apart]
        elif condition.never and (apart := self._never(condition)) is not None:
            self.of_others.append(apart)
        elif any(self._is_many(t) for t in condition.tables):
            self.of_others.append(self._among(condition))
        else:
            self.of_rows.append(condition)

    def _take_in_absences(self) -> None:
        for limit in self._ask.limits:
            rows = limit.figure.rows
            if rows is None or not says_none(limit):
                continue
            if rows.table is self._root:
                raise Impossible  # nothing of itself: of each row there is one
            if self.by_partners and not rows.where:
                raise Impossible  # who never bought anything has bought no desk to speak of
            self.of_others.append(Not(of=self._of_whole_thing(self._partners(rows))))

    def _is_many(self, table: str) -> bool:
        return table != self._root.name and multiplies(self._schema, self._root, table)

    def _never(self, condition: Condition) -> Predicate | None:
        """Of the things of a column that have several rows: those of which no row is so."""
        thing = thing_of(self._ask)
        if thing is None or not isinstance(condition.where, Not):
            return None
        query = self._rows_of_which(thing, condition.tables, condition.where.of)
        return Not(of=AmongRows(of=field_of(thing), query=query, column=thing.ref.column))

    def _of_whole_thing(self, partners: Predicate) -> Predicate:
        """A supplier has no sales where none of its products has: what rows have partners is said of the thing that they are of."""
        thing = thing_of(self._ask)
        if thing is None or thing.home is not self._root:
            return partners
        return AmongRows(of=field_of(thing), query=self._rows_of_which(thing, [], partners), column=thing.ref.column)

    def _of_some_row(self, part: Condition) -> Predicate:
        """Of a thing that has several rows: there is one for which the condition holds, or there is none."""
        denied = replace(part, where=part.where if isinstance(part.where, Not) else Not(of=part.where))
        none = self._never(denied)
        if none is None and any(self._is_many(t) for t in part.tables):
            return self._among(part)
        if not isinstance(none, Not):
            raise Impossible
        return none if isinstance(part.where, Not) else none.of

    def _with_the_rest(self, part: Condition, whole: Condition) -> Condition:
        """The row that fulfils a part is one for which all else holds: "passed both math and art" is not both, and some pass."""
        rest = [placed(c, self._root) for c in self._ask.where if c is not whole and not c.apart and not c.never]
        if thing_of(self._ask) is None:
            rest = [c for c in rest if any(self._is_many(t) for t in c.tables)]
        part = placed(part, self._root)
        inner = part.where.of if isinstance(part.where, Not) else part.where
        both = all_of(flat_parts([inner, *(c.where for c in rest)])) or inner
        tables = part.tables.union(*(c.tables for c in rest))
        return replace(part, where=Not(of=both) if isinstance(part.where, Not) else both, tables=tables)

    def _rows_of_which(self, thing: Column, tables: Iterable[str], where: Predicate | None) -> Query:
        home = thing.ref.table
        joins = joins_to(self._schema, self._schema.table(home), [t for t in sorted(tables) if t != home])
        steps: list[Step] = [*joins]
        if where is not None:
            steps.append(Keep(where=where))
        steps.append(Show(columns=(Named(name=thing.ref.column, of=field_of(thing)),)))
        return Query(table=home, steps=tuple(steps))

    def _among(self, condition: Condition) -> Predicate:
        self.by_partners = True
        where: Predicate = condition.where
        if isinstance(where, Not):  # "never bought a laptop": no such row, rather than some other row
            return Not(of=self._of_whole_thing(self._link(condition.tables, where.of)))
        return self._link(condition.tables, where)

    def _partners(self, rows: Rows) -> Predicate:
        tables = frozenset({rows.table.name}).union(*(c.tables for c in rows.where))
        return self._link(tables, all_of([c.where for c in rows.where]))

    def _link(self, tables: frozenset[str], where: Predicate | None) -> Predicate:
        """Rows of the root that are named by some row of another table, from which the condition's tables can be reached."""
        root = self._root
        for table in self._schema.tables:
            if table is root:
                continue
            needed = [root.name, *(t for t in sorted(tables) if t not in (root.name, table.name))]
            try:
                joins = joins_to(self._schema, table, needed)
            except Impossible:
                continue
            to_root = next((j for j in joins if j.table == root.name), None)
            if to_root is None or to_root.left.table != table.name:
                continue
            thing = table.column(to_root.left.name)
            if where is not None and set(fields_of(where)) == {field_of(thing)}:
                raise Impossible  # of the very column that names the root's rows: said of them, it is no condition on others
            query = self._rows_of_which(thing, tables - {root.name}, where)
            return AmongRows(of=Field(name=to_root.right, table=root.name), query=query, column=thing.ref.column)
        raise Impossible
