"""The objects of one block as columns, one for each path of keys that leads to a value."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, repeat
from operator import is_
from typing import Any

import orjson
import pyarrow as pa
from msgspec import UNSET
from msgspec.structs import astuple

from services.dataproc.reading.json.numbers import Misfit, number_column, parse
from services.dataproc.reading.json.repeated_keys import count_keys
from services.dataproc.reading.json.schema import ABSENT, Field, Kind, Member, ObjectType
from services.dataproc.reading.json.values import DEEPEST, to_array

Path = tuple[str, ...]

ARROW = {Kind.WHOLE: pa.int64(), Kind.TRUTH: pa.bool_(), Kind.TEXT: pa.string(), None: pa.null()}


class Columns:
    """Columns by path, in the order of the keys, and how many `keys` the objects had.

    What a column holds alone decides its type, not what was seen in other blocks, so that it does not matter which process has read which of them.
    """

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.arrays: dict[Path, pa.Array] = {}
        self.keys = 0

    def batch(self) -> pa.RecordBatch:
        names = [orjson.dumps(path).decode() for path in self.arrays]
        if not names:  # Arrow counts no rows without a column
            return pa.record_batch([pa.nulls(self.rows)], ["[]"])
        return pa.record_batch(list(self.arrays.values()), names)

    def add_structs(self, rows: list[Any], kind: ObjectType, path: Path = ()) -> None:
        """The fields of structs. Raises Misfit for what the struct takes and its columns do not."""
        absent: list[int] = []
        by_member = zip(*map(astuple, rows), strict=True) if rows else repeat(())
        for member, values in zip(kind.members, by_member, strict=False):
            absent.append(self._add_member(values, member, (*path, member.key)))
        self.keys += len(rows) * len(absent) - sum(absent)
        if path and 0 not in absent and any(row == kind.blank for row in rows if row is not kind.blank):
            raise Misfit  # an object without fields is a value

    def _add_member(self, values: Sequence[Any], member: Member, path: Path) -> int:
        """How many of the objects do not have the key."""
        if member.inner:
            kind, blank = member.inner.struct, member.inner.blank
            self.add_structs([v if type(v) is kind else blank for v in values], member.inner, path)
            return values.count(UNSET)
        if member.is_raw:
            self._add_raw(values, member.seen, path)
            return sum(map(is_, values, repeat(ABSENT)))
        return self._add_scalars(values, ARROW[member.seen.kind], path)

    def _add_scalars(self, values: Sequence[Any], kind: pa.DataType, path: Path) -> int:
        absent = 0
        try:
            column = pa.array(values, kind)
        except (pa.ArrowException, OverflowError, TypeError):
            present = [None if value is UNSET else value for value in values]
            absent = values.count(UNSET)
            try:
                column = pa.array(present, kind)
            except (pa.ArrowException, OverflowError, TypeError) as error:
                raise Misfit from error
        self._keep(path, column)
        return absent

    def _add_raw(self, values: Sequence[Any], seen: Field, path: Path) -> None:
        if seen.kind == Kind.NUMBER and not seen.members:
            self._keep(path, number_column(b"\n".join(values).split(b"\n")))
            return
        text = b"[" + b",".join(values) + b"]"
        parsed = parse(text)
        if b":" in text:
            self.keys += count_keys(parsed)
        self._add_values(parsed, seen, path)

    def add_objects(self, objects: list[dict[str, Any]], seen: Field) -> None:
        """The fields of objects of any kind; `seen` learns them."""
        self._add_members(objects, seen, ())

    def _add_members(self, objects: list[dict[str, Any]], seen: Field, path: Path) -> None:
        for key in dict.fromkeys(chain.from_iterable(objects)):
            self._add_values([item.get(key) for item in objects], seen.member(key), (*path, key))

    def _add_values(self, values: list[Any], seen: Field, path: Path) -> None:
        """What is no object, or an empty one, is a column; those that are have columns of their own."""
        if dict in set(map(type, values)) and len(path) <= DEEPEST:
            objects = [value if type(value) is dict else {} for value in values]
            values = [None if type(value) is dict and value else value for value in values]
            if any(value is not None for value in values):
                self._add_values_alone(values, seen, path)
            self._add_members(objects, seen, path)
        else:
            self._add_values_alone(values, seen, path)

    def _add_values_alone(self, values: list[Any], seen: Field, path: Path) -> None:
        column = to_array(values)
        seen.see(column, values)
        self._keep(path, column)

    def _keep(self, path: Path, column: pa.Array) -> None:
        self.arrays[path] = pa.nulls(len(column)) if column.null_count == len(column) else column
