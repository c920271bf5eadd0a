"""A table that questions are made about: its cells, and how people speak of its rows and columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd


class Role(StrEnum):
    """What a column can be asked for. KEY: unique codes; LABEL: unique names; DATE: whole days; MOMENT: with time of day."""

    KEY = "key"
    LABEL = "label"
    MEASURE = "measure"
    CATEGORY = "category"
    FLAG = "flag"
    DATE = "date"
    MOMENT = "moment"


@dataclass(frozen=True)
class Column:
    """`phrase` is what the column is called in a question; `plural` is for categories ("carriers").

    A flag's phrase goes before the rows ("express parcels"), a date's after them ("parcels sent in May"). Two measures with the same `stem`
    ("weight") are both meant by it, so that asking for it alone has to be asked back.
    """

    name: str
    phrase: str
    role: Role
    plural: str = ""
    stem: str = ""


@dataclass(frozen=True)
class Subject:
    """`one` and `many` are what a row and rows are called. `products` and `quotients` are pairs of measures that make sense so."""

    name: str
    one: str
    many: str
    frame: pd.DataFrame
    columns: tuple[Column, ...]
    products: tuple[tuple[str, str], ...] = ()
    quotients: tuple[tuple[str, str], ...] = ()

    def of(self, *roles: Role) -> list[Column]:
        return [column for column in self.columns if column.role in roles]

    @property
    def measures(self) -> list[Column]:
        return self.of(Role.MEASURE)

    @property
    def categories(self) -> list[Column]:
        return self.of(Role.CATEGORY)

    def whole(self, *roles: Role) -> list[Column]:
        """Those without missing cells: whether a row without a value counts would be a question of its own."""
        return [column for column in self.of(*roles) if not self.frame[column.name].isna().any()]

    def gapped(self) -> list[Column]:
        return [column for column in self.columns if self.frame[column.name].isna().any()]

    def twins(self) -> list[tuple[Column, Column]]:
        """Pairs of measures with a common stem."""
        stems = dict.fromkeys(column.stem for column in self.measures if column.stem)
        pairs = ([column for column in self.measures if column.stem == stem] for stem in stems)
        return [(first, second) for first, second in pairs]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def values(self, column: Column) -> list[str]:
        return sorted(self.frame[column.name].dropna().unique())


@dataclass(frozen=True)
class Link:
    """Rows of `child` belong to one of `parent` by `key`; `verb` is how the child's rows are had ("has appointments")."""

    parent: str
    child: str
    key: str


@dataclass(frozen=True)
class World:
    """Tables of one business."""

    name: str
    subjects: tuple[Subject, ...]
    links: tuple[Link, ...] = ()

    def subject(self, name: str) -> Subject:
        return next(subject for subject in self.subjects if subject.name == name)


def key(name: str, phrase: str) -> Column:
    return Column(name, phrase, Role.KEY)


def label(name: str, phrase: str, plural: str) -> Column:
    return Column(name, phrase, Role.LABEL, plural)


def measure(name: str, phrase: str, stem: str = "") -> Column:
    return Column(name, phrase, Role.MEASURE, stem=stem)


def category(name: str, phrase: str, plural: str) -> Column:
    return Column(name, phrase, Role.CATEGORY, plural)


def flag(name: str, phrase: str) -> Column:
    return Column(name, phrase, Role.FLAG)


def date(name: str, phrase: str) -> Column:
    return Column(name, phrase, Role.DATE)


def moment(name: str, phrase: str) -> Column:
    return Column(name, phrase, Role.MOMENT)


def with_gaps(values: Sequence[object], every: int, start: int = 1) -> list[object]:
    """Every so many-th value is missing."""
    return [None if position % every == start else value for position, value in enumerate(values)]
