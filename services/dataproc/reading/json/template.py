"""What objects that are alike may hold, as compiled code takes it: their keys, columns and nested objects by number."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import Any

import numpy as np

from services.dataproc.reading.compiled.json_objects import KEPT, NONE
from services.dataproc.reading.compiled.words import PADDING
from services.dataproc.reading.json.framing import Framing
from services.dataproc.reading.json.shape import DEEPEST, Shape

PLAIN = "value"  # the column of the elements of a list that are no objects

Numbers = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class Leaf:
    """A column: its name, and what was seen in it."""

    name: str
    shape: Shape


@dataclass(frozen=True)
class Template:
    """The arguments of `find_spans`; whose member each entry is, and whose members each object has; and the columns by number."""

    keys: np.ndarray[Any, np.dtype[np.uint8]]
    entries: Numbers
    objects: Numbers
    plain: int
    separator: np.uint8
    newline: np.uint8
    members: tuple[Shape, ...]
    owners: tuple[Shape, ...]
    leaves: tuple[Leaf, ...]


def template_of(whole: Shape, framing: Framing) -> Template:
    """Of objects that hold what `whole` was seen to hold."""
    numbering = Numbering(framing.escaped)
    numbering.add(whole, "", 0)
    members = [member for own in numbering.objects for member in own]
    before, behind = framing.glue
    ends = list(accumulate(len(before) + len(member.key) + len(behind) for member in members))
    entries = [(end - len(behind) - len(m.key), len(m.key), m.column, m.inner, m.number, end - len(before) - len(m.key) - len(behind), len(before) + len(m.key) + len(behind))
               for end, m in zip(ends, members, strict=True)]  # fmt: skip
    bounds = pairwise([0, *accumulate(len(own) for own in numbering.objects)])
    plain = next(
        (m.column for m in numbering.objects[0] if framing.listed and m.shape is whole.members.get(PLAIN)), NONE
    )
    return Template(
        np.frombuffer(b"".join(before + m.key + behind for m in members) + bytes(PADDING), np.uint8).copy(), np.array(entries, np.int64).reshape(-1, 7), np.array(list(bounds), np.int64),
        plain, np.uint8(ord("," if framing.listed else "\n")), np.uint8(ord("\n" if framing.listed else " ")),
        tuple(m.shape for m in members), tuple(numbering.owners), tuple(named(numbering.leaves)))  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One spelling of one key."""

    key: bytes
    shape: Shape
    column: int
    inner: int
    number: int


@dataclass
class Numbering:
    """Members of objects, of those in them, and so on, with the columns in the order of a person who reads one object."""

    escaped: bool
    objects: list[list[Entry]] = field(default_factory=list)
    owners: list[Shape] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)
    count: int = 0

    def add(self, owner: Shape, path: str, depth: int) -> None:
        own: list[Entry] = []
        self.objects.append(own)
        self.owners.append(owner)
        for key, shape in owner.members.items():
            name, column, inner, number = f"{path}{key}", NONE, KEPT if depth == DEEPEST else NONE, self.count
            self.count += 1
            if shape.plain:
                column = len(self.leaves)
                self.leaves.append(Leaf(name, shape))
            if shape.members:
                inner = len(self.objects)
                self.add(shape, f"{name}.", depth + 1)
            own.extend(
                Entry(spelled, shape, column, inner, number)
                for spelled in dict.fromkeys([json.dumps(key, ensure_ascii=self.escaped).encode(), *shape.spellings])
            )


def named(leaves: Iterable[Leaf]) -> Iterator[Leaf]:
    """Two paths of one dotted name are two columns."""
    names = set[str]()
    for leaf in leaves:
        name = f"{leaf.name} (nested)" if leaf.name in names else leaf.name
        names.add(name)
        yield Leaf(name, leaf.shape)
