"""Pieces of Python: names, texts, and expressions with what binds how tightly."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from shared.columns import ColumnType, Family

RESERVED = frozenset(
    {*dir(builtins), *keyword.kwlist, *keyword.softkwlist, "pd", "np", "df", "tables", "result", "analysis"}
)
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")
_LONGEST_NAME = 40


class Binding(IntEnum):
    """How tightly the outermost operator of an expression binds; what binds less than its neighbour needs brackets."""

    COMPARISON = 0
    SUM = 1
    PRODUCT = 2
    ATOM = 3


@dataclass(frozen=True)
class Kind:
    """What is known of a column's cells. `zoned`: points in time with a time zone. `joined`: the column came by a left join, where truth
    values and gaps together are Python objects."""

    type: ColumnType
    nullable: bool = False
    zoned: bool = False
    joined: bool = False

    @property
    def family(self) -> Family:
        return self.type.family

    @property
    def is_whole(self) -> bool:
        return self.type is ColumnType.INTEGER

    def with_gaps(self, nullable: bool = True) -> Kind:
        return replace(self, nullable=nullable)


@dataclass(frozen=True)
class Value:
    """An expression in code: a column's worth of values, or with `scalar` a single one."""

    text: str
    kind: Kind
    scalar: bool = False
    binding: Binding = Binding.ATOM

    def bound(self, tightly: Binding = Binding.ATOM) -> str:
        """The text, in brackets where it binds less than that."""
        return self.text if self.binding >= tightly else f"({self.text})"


def quoted(text: str) -> str:
    """A string literal; in double quotes where nothing in it needs escaping."""
    plain = text.isprintable() and '"' not in text and "\\" not in text
    return f'"{text}"' if plain else repr(text)


def listed(texts: Sequence[str]) -> str:
    return f"[{', '.join(map(quoted, texts))}]"


def one_or_list(texts: Sequence[str]) -> str:
    """pandas takes the name of one column, or a list of several."""
    return quoted(texts[0]) if len(texts) == 1 else listed(texts)


def scalar_text(value: bool | int | float | str) -> str:
    """A literal; infinities have no literal of their own."""
    if isinstance(value, str):
        return quoted(value)
    text = repr(value)
    return f'float("{text}")' if text.lstrip("-") in ("inf", "nan") else text


def variable(words: str, otherwise: str) -> str:
    """A variable name made of words, such as `total_amount`."""
    name = _NOT_IN_NAMES.sub("_", words.lower()).strip("_")[:_LONGEST_NAME].strip("_")
    return name if name.isidentifier() else otherwise


def heading(name: str, other: str, taken: Collection[str]) -> str:
    """What a column is called when another one may have its name: `name`, `name (other table)`, `name (other table 2)`."""
    candidates = (name, f"{name} ({other})", *(f"{name} ({other} {number})" for number in range(2, len(taken) + 2)))
    return next(candidate for candidate in candidates if candidate not in taken)


def renaming(names: Mapping[str, str]) -> str:
    """The call that gives columns other names; nothing where each keeps its own."""
    pairs = ", ".join(f"{quoted(old)}: {quoted(new)}" for old, new in names.items() if old != new)
    return f".rename(columns={{{pairs}}})" if pairs else ""


def unique(name: str, taken: Collection[str]) -> str:
    """`name`, or with a number behind it where that is taken."""
    candidate, number = name, 2
    while candidate in taken:
        candidate, number = f"{name} ({number})", number + 1
    return candidate
