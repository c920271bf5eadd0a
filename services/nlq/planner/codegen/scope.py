"""Where the writing of a query stands: the frame in hand, its columns, and the lines that are written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as changed

from services.nlq.planner.codegen.text import RESERVED, Kind, Value, listed, quoted, unique, variable
from services.nlq.planner.facts import ColumnFacts, TableFacts
from shared.columns import ColumnType
from shared.plan import Field, Query

Identity = tuple[str | None, str]
Order = tuple[tuple[Identity, bool], ...]
_ZONE = re.compile(r"(Z|[+-]\d\d:?\d\d)$")


class IllTyped(ValueError):
    """The plan names a table or column that is not there, or asks of it what its kind does not have."""


@dataclass(frozen=True)
class Column:
    """`label` is its name in the frame; of a single row, the variable that holds it."""

    label: str
    kind: Kind


@dataclass
class Program:
    """Lines of code, and the variable names in them. `write_nested` adds the lines of a query that another one holds;
    `single_values` are those of which the one value is there already."""

    schema: Mapping[str, TableFacts]
    first_table: str | None
    write_nested: Callable[[Query, Program], Scope]
    lines: list[str] = field(default_factory=list)
    single_values: dict[Query, Value] = field(default_factory=dict)
    _variables: set[str] = field(default_factory=set)

    def table(self, name: str) -> TableFacts:
        if name not in self.schema:
            raise IllTyped(f"there is no table {name!r}")
        return self.schema[name]

    def table_text(self, name: str) -> str:
        return "df" if name == self.first_table else f"tables[{quoted(name)}]"

    def fresh(self, base: str) -> str:
        """A variable that is not in use: `rows`, `rows_2`."""
        base = f"{base}_value" if base in RESERVED else base
        name, number = base, 2
        while name in self._variables:
            name, number = f"{base}_{number}", number + 1
        self._variables.add(name)
        return name

    def assign(self, target: str, text: str) -> None:
        self.lines.append(f"{target} = {text}")


@dataclass
class Scope:
    """One query on its way. In a `single` row each column is a variable, and there is no frame.

    `order` is how the frame's rows are known to be sorted: each column and whether it descends. `open`: a pivot made columns
    whose names only the data know. `called`: the variable of a query inside another, which has none of the usual names.
    """

    program: Program
    frame: str
    columns: dict[Identity, Column]
    order: Order = ()
    single: bool = False
    open: bool = False
    called: str | None = None
    _owned: bool = False
    _reserved: list[str] = field(default_factory=list)
    _variables: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of_table(cls, program: Program, name: str, *, nested: bool) -> Scope:
        columns: dict[Identity, Column] = {
            (name, c.name): Column(c.name, kind_of(c)) for c in program.table(name).columns
        }
        return cls(program, program.table_text(name), columns, called=variable(name, "found") if nested else None)

    @property
    def labels(self) -> list[str]:
        return [*(column.label for column in self.columns.values()), *self._reserved]

    def reserve(self, label: str) -> None:
        """A column of the frame that serves the code alone: no step of the plan knows it."""
        self._reserved.append(label)

    def column(self, of: Field) -> Column:
        known = self.columns.get((of.table, of.name))
        if known is not None:
            return known
        if self.open and of.table is None:
            return Column(of.name, Kind(ColumnType.DECIMAL, nullable=True))
        raise IllTyped(f"there is no column {of.name!r}" + (f" of {of.table!r}" if of.table else "") + " at this step")

    def value(self, of: Field) -> Value:
        column = self.column(of)
        if self.single:
            return Value(column.label, column.kind, scalar=True)
        return Value(f"{self.frame}[{quoted(column.label)}]", column.kind)

    def move(self, name: str, text: str) -> None:
        """The frame in hand becomes that of `text`. A variable keeps its name through a query: `rows = rows[…]`."""
        name = self.called or name
        if name not in self._variables:
            self._variables[name] = self.program.fresh(name)
        self.frame = self._variables[name]
        self.program.assign(self.frame, text)
        self._owned = True

    def own(self) -> None:
        """From here on columns may be set: the table that was given is copied first, and never written to."""
        if not self._owned:
            self.move("rows", f"{self.frame}.copy()")

    def write(self, label: str, text: str) -> None:
        """Set a column of the frame in hand, which must be our own before `text` is made of it."""
        assert self._owned
        self.program.assign(f"{self.frame}[{quoted(label)}]", text)

    def add(self, name: str, value: Value) -> None:
        """A further column of the frame in hand, or a further variable of a single row."""
        if self.single:
            label = self.program.fresh(variable(name, "value"))
            self.program.assign(label, value.text)
        else:
            label = unique(name, self.labels)
            self.write(label, value.text)
        self.columns[(None, name)] = Column(label, value.kind)

    def become(self, columns: Mapping[Identity, Column], order: Order = ()) -> None:
        self.columns, self.order = dict(columns), order
        self._reserved.clear()

    def tabulate(self) -> None:
        """A single row becomes a frame again, for steps that work on rows."""
        if not self.single:
            return
        names = [name for _, name in self.columns]
        self.single = False
        self.move("summary", row_text(names, [column.label for column in self.columns.values()]))
        self.columns = {
            key: changed(column, label=name) for (key, column), name in zip(self.columns.items(), names, strict=True)
        }

    def drop_missing(self, of: Sequence[Column]) -> str:
        """The frame without rows in which one of these is missing."""
        gaps = list(dict.fromkeys(column.label for column in of if column.kind.nullable))
        return f"{self.frame}.dropna(subset={listed(gaps)})" if gaps else self.frame


def row_text(names: Sequence[str], variables: Sequence[str]) -> str:
    """A frame of one row."""
    cells = ", ".join(f"{quoted(name)}: [{variable}]" for name, variable in zip(names, variables, strict=True))
    return f"pd.DataFrame({{{cells}}})"


def kind_of(facts: ColumnFacts) -> Kind:
    kind = ColumnType(facts.type)
    zoned = kind is ColumnType.DATETIME and bool(_ZONE.search(str(facts.minimum or "")))
    return Kind(kind, facts.nullable, zoned)
