"""How tables and columns are written in code."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.nlq.planner.linking.schema import Schema
from services.nlq.planning.plan import ColumnRef, Join


@dataclass
class Scope:
    """Where columns live while code is written: the frame in hand, and what a join renamed."""

    schema: Schema
    frame: str
    renamed: dict[ColumnRef, str] = field(default_factory=dict)
    counter: list[int] = field(default_factory=lambda: [0])

    def label(self, ref: ColumnRef) -> str:
        """The column's name in the frame in hand."""
        return self.renamed.get(ref, ref.column)

    def series(self, ref: ColumnRef) -> str:
        return f"{self.frame}[{self.label(ref)!r}]"

    def fresh(self, base: str) -> str:
        """A variable name that is not in use."""
        self.counter[0] += 1
        return base if self.counter[0] == 1 else f"{base}_{self.counter[0]}"

    def nested(self, table: str) -> Scope:
        return Scope(self.schema, table_expression(self.schema, table), counter=self.counter)


def table_expression(schema: Schema, name: str) -> str:
    return "df" if schema.tables[0].name == name else f"tables[{name!r}]"


def join_labels(schema: Schema, root: str, joins: tuple[Join, ...]) -> dict[ColumnRef, str]:
    """Names for joined columns that would otherwise clash with a column already there."""
    taken = {c.ref.column for c in schema.table(root).columns}
    labels: dict[ColumnRef, str] = {}
    for join in joins:
        for column in schema.table(join.right.table).columns:
            if column.ref == join.right and join.right.column == labels.get(join.left, join.left.column):
                continue
            name = column.ref.column
            if name in taken:
                name = f"{column.ref.table} {name}"
                labels[column.ref] = name
            taken.add(name)
    return labels
