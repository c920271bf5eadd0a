"""What a model step is: its columns, its settings, the statistics that it finds, and how people ask for it.

No library of tables is imported here: the validator and the planner read these declarations, the jail runs the methods.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from types import MappingProxyType
from typing import Any, Literal

from shared.columns import Family

Columns = Mapping[str, tuple[str, ...]]
Scalar = bool | int | float | str
Settings = Mapping[str, Scalar]
Relational = Callable[[Any, Columns, Settings], Any]
CELL = "cell"
"""What a check of a number in a table is called, which has no name of its own."""
Shows = Literal["statistics", "table", "rows"]

NUMBERS = frozenset({Family.NUMBER})
QUANTITIES = frozenset({Family.NUMBER, Family.BOOLEAN})
GROUPS = frozenset({Family.TEXT, Family.BOOLEAN, Family.NUMBER, Family.DATE})
ORDER = frozenset({Family.DATE, Family.NUMBER})


@dataclass(frozen=True)
class Role:
    """What a column is there for. `most` None: as many as there are. `clause` is added to the step's sentence when the role is
    filled, `{}` standing for its columns; of a role that may stay empty."""

    name: str
    meaning: str
    takes: frozenset[Family]
    least: int = 1
    most: int | None = 1
    clause: str = ""


@dataclass(frozen=True)
class Setting:
    """`choices` maps each value that it can have to the phrases that ask for it; without choices, numbers from `low` to `high`."""

    name: str
    meaning: str
    default: Scalar
    choices: Mapping[Scalar, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    low: float | None = None
    high: float | None = None

    def accepts(self, value: object) -> bool:
        if self.choices:
            return any(type(value) is type(choice) and value == choice for choice in self.choices)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return False
        whole = not isinstance(self.default, int) or value == int(value)
        return whole and (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    @property
    def allowed(self) -> str:
        """For a sentence: what it can be."""
        if self.choices:
            return ", ".join(repr(choice) for choice in self.choices)
        return f"a number from {self.low:g} to {self.high:g}"


@dataclass(frozen=True)
class Statistic:
    """A value that can be asked for alone (`statistic="slope"`). `label` heads its row in a result.

    `relational` is its closed form over the complete rows as an Ibis table, so that a database computes it once more; it gives None
    where the settings leave none, and is None itself for statistics that have none: those stand on their golden results.
    """

    name: str
    label: str
    phrases: tuple[str, ...] = ()
    relational: Relational | None = None


@dataclass(frozen=True)
class Example:
    """A question over `samples.SAMPLE` and the columns and settings that answer it."""

    question: str
    columns: Columns
    settings: Settings = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, eq=False)
class ModelStep:
    """`name` is the function's name and the key in plans; `phrases` are how people ask, in lower case. `module` has the function.

    `sentence` says what is computed, `{role}` and `{setting}` standing for columns and choices. `shows`: rows of statistic and value,
    a table of its own, or rows of the data, for which all their columns are read. `headline` is the statistic that answers when a
    single number is asked for. `open_columns` names a role that stands for all columns of numbers when it is empty. `cells` has the
    closed forms of the numbers in its table, by their places (`cell_place`), over all rows that went in, infinite values as missing ones.
    """

    name: str
    label: str
    phrases: tuple[str, ...]
    sentence: str
    roles: tuple[Role, ...]
    statistics: tuple[Statistic, ...]
    module: str
    examples: tuple[Example, ...]
    settings: tuple[Setting, ...] = ()
    shows: Shows = "statistics"
    headline: str | None = None
    open_columns: str | None = None
    cells: Statistic | None = None

    @property
    def function(self) -> Callable[..., Any]:
        """The method behind the step; the first use imports the libraries that it needs."""
        found: Callable[..., Any] = getattr(import_module(f"shared.analysis.methods.{self.module}"), self.name)
        return found

    @property
    def example(self) -> Example:
        """The one that is shown."""
        return self.examples[0]

    @property
    def is_closed_form(self) -> bool:
        """Can a database compute the headline as well?"""
        return any(statistic.relational for statistic in self.statistics if statistic.name == self.headline)

    def role(self, name: str) -> Role:
        return next(role for role in self.roles if role.name == name)

    def statistic(self, name: str) -> Statistic:
        return next(statistic for statistic in self.statistics if statistic.name == name)

    def settings_with(self, given: Settings) -> dict[str, Scalar]:
        return {setting.name: given.get(setting.name, setting.default) for setting in self.settings}

    def reads_all_columns(self, given: Columns) -> bool:
        """Does it touch columns that the call does not name?"""
        return self.shows == "rows" or (self.open_columns is not None and not given.get(self.open_columns))

    def sentence_with(self, columns: Columns, settings: Settings | None = None) -> str:
        """What is computed, in plain English, without a full stop."""
        chosen = {name: str(value).replace("_", " ") for name, value in self.settings_with(settings or {}).items()}
        named = {role.name: _listed(columns.get(role.name, ())) or "all numbers" for role in self.roles}
        clauses = [r.clause.format(_listed(columns[r.name])) for r in self.roles if r.clause and columns.get(r.name)]
        return self.sentence.format(**chosen, **named) + "".join(clauses)


def complete_rows(table: Any, names: Sequence[str]) -> Any:
    """Of an Ibis table the rows on which a step stands: a value in every one of these columns, and no infinite one."""
    conditions = []
    for name in names:
        conditions.append(table[name].notnull())
        if table[name].type().is_floating():
            conditions += [~table[name].isnan(), ~table[name].isinf()]
    return table.filter(conditions) if conditions else table


def cell_place(*parts: object) -> str:
    """The name of a cell of a step's table: the statistic, where there are several, and the positions of the columns that it is about."""
    return ":".join(map(str, parts))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else "".join(names)
