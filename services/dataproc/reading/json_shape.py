"""What a sample of JSON objects looks like: the separator between them, and the Arrow type that each of their fields can be read as."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from services.dataproc.reading.sources import Irregular

HEAD_BYTES = 2 << 20
TAIL_BYTES = 4 << 10
FIRST_BYTES = 256 << 10
PROBES = 16
PROBE_BYTES = 48 << 10
DEEPEST = 12
SEPARATOR = re.compile(r"\s*,\s*(?=\{)")
NUMBERS = frozenset({"int", "float"})


@dataclass(frozen=True)
class Framing:
    """Where the objects of a file begin, the bytes that stand between two of them (a newline, or a comma with blanks), and is there a blank after a colon?"""

    start: int
    separator: bytes
    spaced: bool

    @property
    def listed(self) -> bool:
        return self.separator != b"\n"

    @property
    def seam(self) -> bytes:
        """The end of an object, the separator and the beginning of the next; inside a string or a nested list it may stand by chance."""
        return b"}" + self.separator + b"{" if self.listed else b"\n"


def find_framing(path: Path, kind: str) -> Framing:
    """How the objects are separated. Raises Irregular when the file's beginning does not show it."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        file.seek(max(0, path.stat().st_size - TAIL_BYTES))
        tail = file.read().rstrip(b" \t\r\n")
    if not tail.endswith(b"}" if kind == "jsonl" else b"]"):
        raise Irregular("its end is not that of an object or a list")
    start = len(head) - len(head.lstrip(b"\xef\xbb\xbf \t\r\n"))
    spaced = b'": ' in head[: head.find(b'":') + 3]
    if kind == "jsonl":
        return Framing(start, b"\n", spaced)
    text = head[start + 1 :].decode("utf-8", "ignore")
    first = len(text) - len(text.lstrip())
    try:
        _, end = json.JSONDecoder().raw_decode(text, first)
    except json.JSONDecodeError as error:
        raise Irregular("its first element is no short object") from error
    found = SEPARATOR.match(text, end)
    if text[first] != "{" or found is None:
        raise Irregular("its elements are not all objects")
    return Framing(start + 1 + len(text[:first].encode()), found[0].encode(), spaced)


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
    seam, edge = framing.seam, int(framing.listed)
    start = 0 if first else block.find(seam) + len(seam) - edge
    end = block.rfind(seam) + edge
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


@dataclass
class Shape:
    """The kinds of values that one field was seen with; `members` are the fields of nested objects."""

    kinds: set[str] = field(default_factory=set)
    members: dict[str, Shape] = field(default_factory=dict)

    def see(self, value: Any, depth: int = 0) -> None:
        if isinstance(value, dict) and value and depth < DEEPEST:
            self.kinds.add("object")
            for key, inner in value.items():
                self.members.setdefault(key, Shape()).see(inner, depth + 1)
        elif value is not None:
            self.kinds.add(kind_of(value))

    def storage(self, name: str) -> pa.DataType:
        """The type that holds every kind seen. Raises Irregular when none does exactly."""
        if not self.kinds:
            return pa.null()
        if self.kinds == {"object"}:
            return pa.struct([(key, inner.storage(f"{name}.{key}")) for key, inner in self.members.items()])
        if len(self.kinds) == 1 and (simple := SIMPLE.get(next(iter(self.kinds)))) is not None:
            return simple
        if self.kinds == NUMBERS:
            return pa.float64()
        raise Irregular(f"field {name!r} holds {' and '.join(sorted(self.kinds))} values")


SIMPLE: Mapping[str, pa.DataType] = {"int": pa.int64(), "float": pa.float64(), "bool": pa.bool_(), "text": pa.string()}
KINDS = ((bool, "bool"), (int, "int"), (float, "float"), (str, "text"), (list, "list"))


def kind_of(value: Any) -> str:
    return next((kind for cls, kind in KINDS if isinstance(value, cls)), "empty object")


def find_schema(samples: Iterable[list[dict[str, Any]]]) -> pa.Schema:
    """The schema of objects like these. Raises Irregular when a field has no single exact type."""
    whole = Shape()
    for objects in samples:
        for item in objects:
            whole.see(item)
    if not whole.members:
        raise Irregular("its objects have no fields")
    return pa.schema([(key, inner.storage(key)) for key, inner in whole.members.items()])
