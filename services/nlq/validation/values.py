"""What the walk over the data flow knows about an expression's value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Source = tuple[str, str]  # table, column
NOTHING: frozenset[Source] = frozenset()


class Opaque:
    """Anything else: nothing is known, and no columns of a table hang on it."""


OPAQUE = Opaque()


class Vector(Opaque):
    """One column's worth of values, or a condition made of them."""


VECTOR = Vector()


@dataclass(frozen=True)
class TextValues(Opaque):
    """The cells of a stored text column, whole or by groups."""

    name: str


@dataclass(frozen=True)
class TextColumn(TextValues, Vector):
    """A stored text column, as it is in its table."""


@dataclass(frozen=True)
class Texts(Opaque):
    """One literal text, or several; `many` tells a list from a single one."""

    values: tuple[str, ...]
    many: bool


@dataclass(eq=False)
class Frame(Opaque):
    """A frame whose columns come from tables; assignments change it in place, for every name that it has.

    `columns` maps a name to the stored columns its values come from, none for one that the code made. `complete` says that
    it has no other columns, so that a name that is not there is a mistake. `texts` are the columns that still hold
    the text that their table stores.
    """

    columns: dict[str, frozenset[Source]]
    complete: bool = True
    texts: set[str] = field(default_factory=set)

    def copied(self, names: Iterable[str] | None = None) -> Frame:
        """A new frame with all columns, or the given ones."""
        wanted = self.columns if names is None else {name: self.columns.get(name, NOTHING) for name in names}
        return Frame(dict(wanted), self.complete, self.texts & wanted.keys())

    def sources(self) -> frozenset[Source]:
        return NOTHING.union(*self.columns.values())

    def add(self, names: Iterable[str]) -> None:
        """Columns that the code makes; one that exists may still be read from its table."""
        for name in names:
            self.columns.setdefault(name, NOTHING)
            self.texts.discard(name)

    def renamed(self, names: Mapping[str, str]) -> Frame:
        columns = {names.get(name, name): sources for name, sources in self.columns.items()}
        return Frame(columns, self.complete, {names.get(name, name) for name in self.texts})


@dataclass(frozen=True)
class Grouped(Opaque):
    """A frame split by keys, before any column is chosen."""

    frame: Frame
    keys: Sequence[str] | None


@dataclass(frozen=True)
class Indexer(Opaque):
    """`frame.loc`, `.iloc`, `.at`."""

    frame: Frame
    by_label: bool


@dataclass(frozen=True)
class TableSet(Opaque):
    """The name `tables`."""

    tables: Mapping[str, Frame] = field(default_factory=dict)


Value = Opaque


def frames_in(value: Value) -> list[Frame]:
    """The frames whose columns are all in reach of whoever has the value."""
    if isinstance(value, Frame):
        return [value]
    if isinstance(value, (Grouped, Indexer)):
        return [value.frame]
    return list(value.tables.values()) if isinstance(value, TableSet) else []


def either(one: Value, other: Value) -> Value | None:
    """A value that stands for both, after a branch; None when there is none."""
    if one is other:
        return one
    if isinstance(one, Frame) and isinstance(other, Frame):
        names = [*one.columns, *other.columns]
        joined = {name: one.columns.get(name, NOTHING) | other.columns.get(name, NOTHING) for name in names}
        return Frame(joined, one.complete and other.complete, one.texts & other.texts)
    if isinstance(one, Texts) and isinstance(other, Texts) and one == other:
        return one
    if isinstance(one, Vector) and isinstance(other, Vector):
        return VECTOR
    return None
