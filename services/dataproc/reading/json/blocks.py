"""A block of a large JSON file as columns: structs where its objects are like those before, values of any kind where they are not.

The first block shows what the objects hold, and every block that does not fit shows more. Nothing has to be read again for it: what a column is in the table
is decided when all blocks are read (`spilled`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

import msgspec
import orjson
import pyarrow as pa

from services.dataproc.reading.json.columns import Columns
from services.dataproc.reading.json.mending import Mending, mend
from services.dataproc.reading.json.numbers import Misfit, parse
from services.dataproc.reading.json.repeated_keys import count_keys, repeated_keys
from services.dataproc.reading.json.rows import Row, widened
from services.dataproc.reading.json.schema import Field, ObjectType

ELEMENT = "value"  # the column of the elements of a list that are no objects
NOT_FITTING = (msgspec.MsgspecError, orjson.JSONDecodeError, Misfit, RecursionError, UnicodeDecodeError)


class Fault(StrEnum):
    """Why a block holds no rows."""

    BROKEN = "broken"  # it is no JSON
    NOT_AN_OBJECT = "a line that is no object among lines that are"
    NOT_A_ROW = "its rows are not all lists"
    TOO_MANY_FIELDS = "too many fields"
    TOO_DEEP = "its values are nested too deeply"
    OUT_OF_MEMORY = "out of memory"


OTHER_LINE: dict[type, Fault] = {dict: Fault.NOT_AN_OBJECT, list: Fault.NOT_A_ROW}


@dataclass
class BlockFault(Exception):
    """With the place in the block, both counted from 1."""

    fault: Fault
    reason: str = ""
    line: int = 1
    column: int = 1


@dataclass(frozen=True)
class ReadBlock:
    """Columns by the JSON of their path, keys that stood twice in an object, and what was mended."""

    batch: pa.RecordBatch
    repeated: Counter[str]
    mended: Counter[Mending] = field(default_factory=Counter)


class BlockReader(Protocol):
    def read(self, text: bytes, *, first: bool) -> ReadBlock:
        """`first` is the first of the file. Raises BlockFault."""
        ...


class ObjectReader:
    """Reads blocks of objects: the elements of a list, or lines."""

    def __init__(self, *, listed: bool, max_columns: int) -> None:
        self._listed, self._max_columns = listed, max_columns
        self._seen = Field()
        self._type: ObjectType | None = None
        self._decode: Any = None

    def read(self, text: bytes, *, first: bool) -> ReadBlock:
        texts, mended = texts_of(text, listed=self._listed), Counter[Mending]()
        columns = self._as_structs(texts)
        if columns is None:  # structs do not take what has to be mended either
            text, mended = mend(text)
            texts = texts_of(text, listed=self._listed) if mended else texts
            columns = self._as_values(text)
        return ReadBlock(columns.batch(), repeated_keys(text, columns.keys, texts), mended)

    def _as_structs(self, texts: list[bytes]) -> Columns | None:
        if self._type is None:
            return None
        try:
            rows: list[Any] = self._decode(texts[0]) if self._listed else list(map(self._decode, texts))
            columns = Columns(len(rows))
            columns.add_structs(rows, self._type)
        except NOT_FITTING:
            return None
        return columns

    def _as_values(self, text: bytes) -> Columns:
        """The objects of the block, whatever they hold; the next ones are expected to be like them or the earlier ones."""
        values = parse_list(text) if self._listed else parse_lines(text, dict)
        columns = Columns(len(values))
        columns.keys = count_keys(values)
        columns.add_objects([item if isinstance(item, dict) else {ELEMENT: item} for item in values], self._seen)
        if self._seen.width > self._max_columns:
            raise BlockFault(Fault.TOO_MANY_FIELDS, too_many_fields(self._max_columns))
        self._type = ObjectType(self._seen) if self._seen.is_struct else None
        if self._type:
            self._decode = msgspec.json.Decoder(list[self._type.struct] if self._listed else self._type.struct).decode  # type: ignore[name-defined]
        return columns


def too_many_fields(most: int) -> str:
    return f"its objects have more than {most:,} different fields"


class RowReader:
    """Reads blocks of rows that are lists of cells: the elements of a list, or lines. Without names the first row may hold them."""

    def __init__(self, names: Sequence[str], *, headed: bool, listed: bool) -> None:
        self._names, self._headed, self._listed = names, headed, listed

    def read(self, text: bytes, *, first: bool) -> ReadBlock:
        text, mended = mend(text)
        rows = parse_rows(text, listed=self._listed)
        keys = count_keys(rows)
        if first and self._headed:
            del rows[0]
        columns = Columns(len(rows))
        columns.add_objects([dict(zip(widened(self._names, len(row)), row, strict=False)) for row in rows], Field())
        return ReadBlock(columns.batch(), repeated_keys(text, keys, texts_of(text, listed=self._listed)), mended)


def texts_of(text: bytes, *, listed: bool) -> list[bytes]:
    """The JSON texts in a block: one on each line, or one list of the elements."""
    return [b"[" + text + b"]"] if listed else [line for line in text.split(b"\n") if line.strip()]


def parse_rows(text: bytes, *, listed: bool) -> list[Row]:
    """Raises BlockFault where one is no list."""
    rows = parse_list(text) if listed else parse_lines(text, list)
    if not all(isinstance(row, list) for row in rows):
        raise BlockFault(Fault.NOT_A_ROW)
    return rows


def parse_list(text: bytes) -> list[Any]:
    try:
        found: list[Any] = parse(b"[" + text + b"]")
    except orjson.JSONDecodeError as error:
        raise BlockFault(Fault.BROKEN, error.msg, error.lineno, max(1, error.colno - (error.lineno == 1))) from error
    return found


def parse_lines(text: bytes, kind: type) -> list[Any]:
    """One value of this kind on each line that is not blank."""
    found = []
    for number, line in enumerate(text.split(b"\n"), 1):
        if line.strip():
            try:
                found.append(parse(line))
            except orjson.JSONDecodeError as error:
                raise BlockFault(Fault.BROKEN, error.msg, number, error.colno) from error
            if not isinstance(found[-1], kind):
                raise BlockFault(OTHER_LINE[kind], line=number)
    return found
