"""What the objects of a large file were seen to hold, and the structs that msgspec decodes others like them into."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import msgspec
import pyarrow as pa
from msgspec import UNSET, Raw, UnsetType

# msgspec looks a key up field by field, from the one behind the last that it found: objects of many fields in changing order would take it long.
MOST_FIELDS = 1_000
ABSENT = Raw(b"null")  # what a field of raw JSON holds in an object without its key; told from a null by its identity


class Kind(StrEnum):
    """What the values of a field are in a table."""

    WHOLE = "whole"  # numbers without a fraction, of 64 bits
    NUMBER = "number"  # numbers that a double means to the last digit
    TRUTH = "truth"
    TEXT = "text"
    MIXED = "mixed"  # values of several kinds, lists, numbers of more digits: as text


KIND_OF = {pa.int64(): Kind.WHOLE, pa.float64(): Kind.NUMBER, pa.bool_(): Kind.TRUTH}


@dataclass(eq=False)
class Field:
    """The kinds of values that one key was seen with, and the fields of the objects under it."""

    kinds: set[Kind] = field(default_factory=set)
    members: dict[str, Field] = field(default_factory=dict)

    def member(self, key: str) -> Field:
        return self.members.setdefault(key, Field())

    def see(self, column: pa.Array, values: list[Any]) -> None:
        """A column that was made of these values."""
        if pa.types.is_string(column.type):
            self.kinds.add(Kind.TEXT if all(v is None or type(v) is str for v in values) else Kind.MIXED)
        elif column.type in KIND_OF:
            self.kinds.add(KIND_OF[column.type])

    @property
    def kind(self) -> Kind | None:
        """The one that takes in all of them; None when nothing was seen."""
        if self.kinds == {Kind.WHOLE, Kind.NUMBER}:
            return Kind.NUMBER
        return next(iter(self.kinds), None) if len(self.kinds) < 2 else Kind.MIXED

    @property
    def width(self) -> int:
        """How many columns there are, those of the objects in it included."""
        return bool(self.kinds) + sum(member.width or 1 for member in self.members.values())

    @property
    def is_struct(self) -> bool:
        """Can a struct stand for the objects, and are there no other values? msgspec takes no keys that are escaped in JSON."""
        return not self.kinds and 0 < len(self.members) <= MOST_FIELDS and all(map(is_plain, self.members))


def is_plain(key: str) -> bool:
    return '"' not in key and "\\" not in key and min(key, default=" ") >= " "


@dataclass(frozen=True)
class Member:
    """A field of a struct: the key, the attribute that has its value, and how that is read: as a struct, or as a column of a kind."""

    key: str
    attribute: str
    seen: Field
    inner: ObjectType | None

    @property
    def is_raw(self) -> bool:
        """Is its JSON kept as it stands, to be read with every digit?"""
        if self.seen.members:
            return self.inner is None
        return self.seen.kind in (Kind.NUMBER, Kind.MIXED)


SCALARS: dict[Kind | None, Any] = {Kind.WHOLE: int, Kind.TRUTH: bool, Kind.TEXT: str}


class ObjectType:
    """A struct for objects of such fields, and only these. `blank` is one without any."""

    def __init__(self, seen: Field) -> None:
        self.members = [
            Member(key, f"f{number}", member, ObjectType(member) if member.is_struct else None)
            for number, (key, member) in enumerate(seen.members.items())
        ]
        self.struct: Any = msgspec.defstruct(
            "Row",
            [typed_attribute(member) for member in self.members],
            rename={member.attribute: member.key for member in self.members},
            forbid_unknown_fields=True,
            gc=False,
        )
        self.blank = self.struct()


def typed_attribute(member: Member) -> tuple[str, Any, Any]:
    if member.is_raw:
        return member.attribute, Raw, ABSENT
    kind = member.inner.struct if member.inner else SCALARS.get(member.seen.kind)
    return member.attribute, (kind | None | UnsetType) if kind else (None | UnsetType), UNSET
