"""Large JSON: streamed through DuckDB's reader, nested objects flattened in the query."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from services.dataproc.reading.errors import ReadError
from services.dataproc.reading.json_strict import check_strict, invalid_json_at, with_quoted_numbers
from services.dataproc.reading.model import Limits
from services.dataproc.reading.profile import literal, quoted
from services.dataproc.reading.query_engine import connected
from services.dataproc.reading.sources import DirectTypes, RawTable

LARGEST_OBJECT = 16 << 20
SAMPLE_ROWS = -1  # all of them: a key that only a late object has is a column too, and no cell may be lost in silence
COUNTED_ROWS = 8_000
BATCH_ROWS = 32_768
SCALAR = re.compile(
    r"(?:(?<= )|^)(?:BOOLEAN|U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DOUBLE|FLOAT|DECIMAL\(\d+,\d+\)|DATE|TIMESTAMP(?:_S|_MS|_NS)?"
    r"(?: WITH TIME ZONE)?|TIME(?: WITH TIME ZONE)?|UUID)(?=[,)\[]|$)"
)
PLACE = re.compile(r"(?:at byte (?P<byte>\d+) )?in (?:line|record/value) (?P<number>\d+): (?P<reason>.*)")
IN_FILE = re.compile(r" in file \"[^\"]*\"")


@dataclass(frozen=True)
class Field:
    """One flattened column: its dotted name, and the expression that reaches it."""

    name: str
    expression: str


class QueryBatches:
    """The result of a query, run again for every pass."""

    def __init__(self, sql: str, scratch: Path, limits: Limits) -> None:
        self._sql = sql
        self._scratch = scratch
        self._limits = limits
        with self._connect() as db:
            self.schema = plain_strings(db.sql(f"SELECT * FROM ({sql}) LIMIT 0").to_arrow_table().schema)  # noqa: S608 - names and literals are quoted

    def _connect(self) -> duckdb.DuckDBPyConnection:
        return connected(self._limits.threads, max(256, self._limits.memory_bytes >> 21), self._scratch)

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        return self._run(self._sql)

    def sample(self) -> Iterator[pa.RecordBatch]:
        """The first rows; what the others hold is verified when they are written."""
        return self._run(f"{self._sql} LIMIT {COUNTED_ROWS}")

    def typed(self, direct: DirectTypes) -> QueryBatches:
        """The same batches: the query types nothing."""
        return self

    def _run(self, sql: str) -> Iterator[pa.RecordBatch]:
        with self._connect() as db:
            try:
                for batch in db.sql(sql).to_arrow_reader(BATCH_ROWS):
                    yield batch.cast(self.schema) if batch.schema != self.schema else batch
            except (duckdb.Error, OSError) as error:
                raise json_error(error) from error


def plain_strings(schema: pa.Schema) -> pa.Schema:
    """Views and large strings as ordinary strings, which the typing works on."""
    wordy = (pa.types.is_string_view, pa.types.is_large_string)
    return pa.schema([(f.name, pa.string() if any(check(f.type) for check in wordy) else f.type) for f in schema])


def json_error(error: Exception) -> ReadError:
    """The reader's own words without its file name; of malformed content it names the element after the faulty one."""
    text = str(error).splitlines()[0]
    if found := PLACE.search(text):
        number = int(found["number"]) - ("Malformed" in text)
        return invalid_json_at(f"in element {number:,}" + (f", byte {int(found['byte']):,} of it" if found["byte"] else ""), found["reason"])
    return invalid_json_at("somewhere", IN_FILE.sub("", text))


def read_streamed(path: Path, kind: str, name: str, scratch: Path, limits: Limits, why: str) -> RawTable:
    """The one table of a file of that shape, each of whose objects is looked at for its keys first."""
    check_strict(path, kind)
    path = with_quoted_numbers(path, scratch)
    source = f"read_json({literal(str(path))}, format={literal('newline_delimited' if kind == 'jsonl' else 'array')}, maximum_object_size={LARGEST_OBJECT}"
    with connected(limits.threads, max(256, limits.memory_bytes >> 21), scratch) as db:
        try:
            described = db.execute(f"DESCRIBE SELECT * FROM {source}, sample_size={SAMPLE_ROWS})").fetchall()  # noqa: S608 - names and literals are quoted
        except duckdb.Error as error:
            raise json_error(error) from error
    types = {str(row[0]): as_text(str(row[1])) for row in described}
    fields = [field for column, stored in types.items() for field in expand(column, quoted(column), stored)]
    spec = ", ".join(f"{literal(column)}: {literal(stored)}" for column, stored in types.items())
    chosen = ", ".join(f"{f.expression} AS {quoted(f'c{i}')}" for i, f in enumerate(fields))
    batches = QueryBatches(f"SELECT {chosen} FROM {source}, columns={{{spec}}})", scratch, limits)  # noqa: S608 - names and literals are quoted
    return streamed_table(name, kind, fields, batches, why)


def streamed_table(name: str, kind: str, fields: list[Field], batches: QueryBatches, why: str) -> RawTable:
    reading: dict[str, Any] = {
        "records": "",
        "kind": kind,
        "path": "careful",
        "reader": "streamed",
        "why": why,
        "rule": "each object is a row",
        "nested": "objects become dotted columns, lists are kept as JSON text",
    }
    return RawTable(name, tuple(field.name for field in fields), batches, reading)


def shape_of(path: Path) -> str | None:
    """json for one list, jsonl for one object per line, None for what cannot be streamed."""
    with path.open("rb") as file:
        head = file.read(1 << 16).lstrip(b"\xef\xbb\xbf \t\r\n")
        if head.startswith(b"["):
            return "json"
        first_line, end, rest = (head if b"\n" in head else head + file.readline(LARGEST_OBJECT)).partition(b"\n")
        return "jsonl" if end and (rest or file.read(1)) and first_line.rstrip().endswith(b"}") else None


def as_text(kind: str) -> str:
    """Every plain value as text, since the reader would cut 1.5 to 1 in a column that begins with whole numbers."""
    return SCALAR.sub("VARCHAR", kind)


def expand(name: str, expression: str, kind: str) -> list[Field]:
    """Struct members as dotted columns; lists and maps as JSON text."""
    if kind.startswith("STRUCT(") and not kind.endswith("[]"):
        return [
            f
            for member, inner in struct_members(kind)
            for f in expand(f"{name}.{member}", f"{expression}[{literal(member)}]", inner)
        ]
    if kind.endswith("[]") or kind.startswith(("MAP(", "STRUCT")):
        return [Field(name, f"to_json({expression})::VARCHAR")]
    if kind == "JSON":
        return [Field(name, f"({expression} ->> '$')")]
    return [Field(name, expression)]


def struct_members(kind: str) -> list[tuple[str, str]]:
    """(name, type) of the members of a STRUCT type as DuckDB prints it."""
    inner, members, depth, start, quoted_name = kind[len("STRUCT(") : -1], [], 0, 0, False
    for index, sign in enumerate(inner + ","):
        if sign == '"':
            quoted_name = not quoted_name
        elif not quoted_name:
            depth += (sign == "(") - (sign == ")")
            if sign == "," and depth == 0:
                members.append(member_of(inner[start:index].strip()))
                start = index + 1
    return members


def member_of(text: str) -> tuple[str, str]:
    if text.startswith('"'):
        end = re.match(r'"((?:[^"]|"")*)"', text)
        if end:
            return end[1].replace('""', '"'), text[end.end() :].strip()
    name, _, kind = text.partition(" ")
    return name, kind
