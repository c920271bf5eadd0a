"""Large JSON: streamed through DuckDB's reader, nested objects flattened in the query."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from services.dataproc.reading.errors import ReadError
from services.dataproc.reading.model import Limits
from services.dataproc.reading.profile import literal, quoted
from services.dataproc.reading.sources import DirectTypes, Irregular, RawTable

LARGEST_OBJECT = 16 << 20
SAMPLE_ROWS = 50_000
COUNTED_ROWS = 15_000
BATCH_ROWS = 32_768
TEMPORAL = ("DATE", "TIMESTAMP", "TIME", "UUID")
PLACE = re.compile(r"line (\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Field:
    """One flattened column: its dotted name, the expression that reaches it, its SQL type."""

    name: str
    expression: str
    type: str


class QueryBatches:
    """The result of a query, run again for every pass. `narrow` is the same query with whole numbers in 64 bits."""

    def __init__(self, wide: str, narrow: str, scratch: Path, limits: Limits) -> None:
        self._sql = wide
        self._narrow = narrow
        self._scratch = scratch
        self._limits = limits
        with self._connect() as db:
            self.schema = plain_strings(db.sql(f"SELECT * FROM ({wide}) LIMIT 0").to_arrow_table().schema)  # noqa: S608 - names and literals are quoted

    def _connect(self) -> duckdb.DuckDBPyConnection:
        memory = max(256, self._limits.memory_bytes >> 21)
        return duckdb.connect(
            config={
                "threads": self._limits.threads,
                "memory_limit": f"{memory}MB",
                "temp_directory": str(self._scratch),
            }
        )

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        return self._run(self._sql)

    def sample(self) -> Iterator[pa.RecordBatch]:
        """The first rows; what the others hold is verified when they are written."""
        return self._run(f"{self._narrow} LIMIT {COUNTED_ROWS}")

    def typed(self, direct: DirectTypes) -> QueryBatches:
        """Whole numbers in 64 bits."""
        return QueryBatches(self._narrow, self._narrow, self._scratch, self._limits)

    def _run(self, sql: str) -> Iterator[pa.RecordBatch]:
        with self._connect() as db:
            try:
                for batch in db.sql(sql).to_arrow_reader(BATCH_ROWS):
                    yield batch.cast(self.schema) if batch.schema != self.schema else batch
            except duckdb.Error as error:
                if "cast" in str(error).lower() or "convert" in str(error).lower():
                    raise Irregular("a value does not suit the type of the first ones") from error
                raise json_error(error) from error


def plain_strings(schema: pa.Schema) -> pa.Schema:
    """Views and large strings as ordinary strings, which the typing works on."""
    wordy = (pa.types.is_string_view, pa.types.is_large_string)
    return pa.schema([(f.name, pa.string() if any(check(f.type) for check in wordy) else f.type) for f in schema])


def json_error(error: duckdb.Error) -> ReadError:
    text = str(error).splitlines()[0]
    place = PLACE.search(text)
    where = f" at line {int(place[1]):,}" if place else ""
    return ReadError(
        "invalid_json",
        f"The JSON is not valid{where}: {text[:200]}.",
        "Correct it at that place, or export the file again.",
    )


def read_streamed(path: Path, kind: str, name: str, scratch: Path, limits: Limits) -> tuple[str, Iterator[RawTable]]:
    """(json or jsonl, one table) of a file of that shape."""
    source = f"read_json({literal(str(path))}, format={literal('newline_delimited' if kind == 'jsonl' else 'array')}, maximum_object_size={LARGEST_OBJECT}"
    with duckdb.connect(config={"threads": limits.threads}) as db:
        try:
            described = db.execute(f"DESCRIBE SELECT * FROM {source}, sample_size={SAMPLE_ROWS})").fetchall()  # noqa: S608 - names and literals are quoted
        except duckdb.Error as error:
            raise json_error(error) from error
    types = {str(row[0]): without_dates(str(row[1])) for row in described}
    fields = fields_of(types)
    batches = QueryBatches(
        query(source, types), query(source, {c: narrowed(t) for c, t in types.items()}), scratch, limits
    )
    return kind, iter([streamed_table(name, kind, fields, batches)])


def fields_of(types: Mapping[str, str]) -> list[Field]:
    return [field for column, kind in types.items() for field in expand(column, quoted(column), kind)]


def query(source: str, types: Mapping[str, str]) -> str:
    """The flattened columns, c0, c1, …, of a source whose columns have these types."""
    spec = ", ".join(f"{literal(column)}: {literal(kind)}" for column, kind in types.items())
    chosen = ", ".join(f"{f.expression} AS {quoted(f'c{i}')}" for i, f in enumerate(fields_of(types)))
    return f"SELECT {chosen} FROM {source}, columns={{{spec}}})"  # noqa: S608 - names and literals are quoted


def narrowed(kind: str) -> str:
    return re.sub(r"\b(?:HUGEINT|UBIGINT|UHUGEINT)\b", "BIGINT", kind)


def streamed_table(name: str, kind: str, fields: list[Field], batches: QueryBatches) -> RawTable:
    evidence = {i: "JSON numbers" if f.type not in ("VARCHAR", "BOOLEAN") else "JSON true and false"
                for i, f in enumerate(fields) if f.type != "VARCHAR"}  # fmt: skip
    reading: dict[str, Any] = {"records": "", "kind": kind, "path": "fast", "why": "large, so streamed", "rule": "each object is a row",
                               "nested": "objects become dotted columns, lists are kept as JSON text"}  # fmt: skip
    return RawTable(name, tuple(f.name for f in fields), batches, reading, (), evidence)


def shape_of(path: Path) -> str | None:
    """json for one list, jsonl for one object per line, None for what cannot be streamed."""
    with path.open("rb") as file:
        head = file.read(1 << 16).lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"["):
        return "json"
    first_line, _, rest = head.partition(b"\n")
    return "jsonl" if rest and first_line.rstrip().endswith(b"}") else None


def without_dates(kind: str) -> str:
    """Types guessed from strings go back to text, so that the same rules type them as everywhere else."""
    for word in (
        "TIMESTAMP WITH TIME ZONE",
        "TIMESTAMP_S",
        "TIMESTAMP_MS",
        "TIMESTAMP_NS",
        "TIMESTAMP",
        "DATE",
        "TIME",
        "UUID",
        "JSON",
    ):
        kind = re.sub(rf"\b{word}\b(?!\")", "VARCHAR" if word != "JSON" else "JSON", kind)
    return kind


def expand(name: str, expression: str, kind: str) -> list[Field]:
    """Struct members as dotted columns; lists and maps as JSON text."""
    if kind.startswith("STRUCT(") and not kind.endswith("[]"):
        return [
            f
            for member, inner in struct_members(kind)
            for f in expand(f"{name}.{member}", f"{expression}[{literal(member)}]", inner)
        ]
    if kind.endswith("[]") or kind.startswith(("MAP(", "STRUCT")):
        return [Field(name, f"to_json({expression})::VARCHAR", "VARCHAR")]
    if kind == "JSON":
        return [Field(name, f"({expression} ->> '$')", "VARCHAR")]
    if kind in ("HUGEINT", "UBIGINT", "UHUGEINT"):
        return [Field(name, f"{expression}::DECIMAL(38,0)", kind)]
    return [Field(name, expression, kind)]


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
