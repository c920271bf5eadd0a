"""What a sample of JSON objects holds: their fields, and the kinds of values in each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson

from services.dataproc.reading.json.framing import Framing
from services.dataproc.reading.sources import Irregular

FIRST_BYTES = 256 << 10
PROBES = 16
PROBE_BYTES = 48 << 10
DEEPEST = 12


def sample_objects(path: Path, framing: Framing) -> Iterator[list[dict[str, Any]]]:
    """Objects from the beginning and from places spread over the file."""
    size = path.stat().st_size
    with path.open("rb") as file:
        for number in range(PROBES):
            file.seek(number * size // PROBES if number else framing.start)
            block = file.read(PROBE_BYTES if number else FIRST_BYTES)
            if objects := whole_objects(block, framing, first=number == 0):
                yield objects


def whole_objects(block: bytes, framing: Framing, *, first: bool) -> list[dict[str, Any]]:
    """The objects that lie in a block in full; none when a seam in it was one by chance."""
    seam = framing.seam
    start = 0 if first else block.find(seam) + len(seam) - len(framing.opening)
    end = block.rfind(seam) + int(framing.listed)
    if end <= start:
        return []
    try:
        objects: list[dict[str, Any]] = orjson.loads(b"[" + joined(block[start:end], framing) + b"]")
    except orjson.JSONDecodeError as error:
        if first:
            raise Irregular("its first objects are not separated alike") from error
        return []
    if not all(isinstance(item, dict) for item in objects):
        raise Irregular("not all of its elements are objects")
    return objects


def joined(block: bytes, framing: Framing) -> bytes:
    """The same objects with commas between them."""
    return block if framing.listed else b",".join(line for line in block.split(b"\n") if line.strip())


class Kind(StrEnum):
    """What a column can hold."""

    EMPTY = "empty"
    WHOLE = "whole"  # numbers without a fraction, of 64 bits
    DOUBLE = "double"  # numbers that a double means to the last digit
    TRUTH = "truth"
    TEXT = "text"
    ANY = "any"  # values of several kinds, lists, numbers of more digits: as text


KINDS = ((bool, "bool"), (int, "int"), (float, "float"), (str, "text"), (list, "list"))
NUMBERS = frozenset({"int", "float"})
ONE_KIND: Mapping[frozenset[str], Kind] = {
    frozenset(): Kind.EMPTY, frozenset({"int"}): Kind.WHOLE, frozenset({"float"}): Kind.DOUBLE, NUMBERS: Kind.DOUBLE, frozenset({"bool"}): Kind.TRUTH,
    frozenset({"text"}): Kind.TEXT}  # fmt: skip


@dataclass(eq=False)
class Shape:
    """The kinds of values that one field was seen with; `members` are the fields of nested objects, `spellings` unusual ways in which its key stands in the text."""

    kinds: set[str] = field(default_factory=set)
    members: dict[str, Shape] = field(default_factory=dict)
    spellings: set[bytes] = field(default_factory=set)

    def see(self, value: Any, depth: int = 0) -> None:
        if isinstance(value, dict) and value and depth <= DEEPEST:
            for key, inner in value.items():
                self.members.setdefault(key, Shape()).see(inner, depth + 1)
        elif value is not None:
            self.kinds.add(kind_of(value))

    def see_all(self, objects: Iterable[dict[str, Any]]) -> None:
        """See objects of which many have the same keys with values of the same types."""
        known = set[tuple[Any, ...]]()
        for item in objects:
            types = tuple(map(type, item.values()))
            if dict in types or (alike := (*item, *types)) not in known:
                self.see(item)
                if dict not in types:
                    known.add(alike)

    @property
    def plain(self) -> bool:
        """Is it a column? What only ever was an object is none."""
        return bool(self.kinds) or not self.members

    @property
    def kind(self) -> Kind:
        return ONE_KIND.get(frozenset(self.kinds), Kind.ANY)


def kind_of(value: Any) -> str:
    return next((kind for cls, kind in KINDS if isinstance(value, cls)), "empty object")


def find_shape(samples: Iterable[list[dict[str, Any]]]) -> Shape:
    """What objects like these may hold. Raises Irregular when it is nothing."""
    whole = Shape()
    for objects in samples:
        whole.see_all(objects)
    if not whole.members:
        raise Irregular("its objects have no fields")
    return whole
