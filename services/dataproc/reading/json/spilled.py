"""Blocks of columns in files of Arrow, as one table: what its columns are is known when all blocks are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from services.dataproc.reading.json.columns import Path as Keys
from services.dataproc.reading.sources import BATCH_ROWS, DirectTypes

SAMPLED_ROWS, SAMPLED_BLOCKS = 6_000, 16


@dataclass(frozen=True)
class Column:
    """The keys that lead to it, its name, the type that takes in what all blocks hold, and whether these held several."""

    keys: Keys
    name: str
    type: pa.DataType
    is_mixed: bool


class SpilledBlocks:
    """Batches of one schema, from the files of blocks whose columns may differ."""

    def __init__(self, files: Sequence[Path]) -> None:
        self._files = files
        self.columns = self._find_columns()
        self.schema = pa.schema([(f"c{number}", column.type) for number, column in enumerate(self.columns)])

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for file in self._files:
            batch = self._batch(file)
            for start in range(0, batch.num_rows, BATCH_ROWS):
                yield batch.slice(start, BATCH_ROWS)

    def sample(self) -> Iterator[pa.RecordBatch]:
        """Some rows from all over the file; what the others hold is verified when they are written."""
        files = self._files[:: -(-len(self._files) // SAMPLED_BLOCKS)]
        for file in files:
            yield self._batch(file).slice(0, SAMPLED_ROWS // len(files))

    def typed(self, direct: DirectTypes) -> SpilledBlocks:
        """The same: no column is typed here."""
        return self

    def _batch(self, file: Path) -> pa.RecordBatch:
        block = read_block(file)
        places = {keys_of(name): number for number, name in enumerate(block.schema.names)}
        found = [
            converted(block.column(places[column.keys]), column.type)
            if column.keys in places
            else pa.nulls(block.num_rows, column.type)
            for column in self.columns
        ]
        return pa.record_batch(found, schema=self.schema)

    def _find_columns(self) -> list[Column]:
        types: dict[Keys, set[pa.DataType]] = {}
        for file in self._files:
            with pa.OSFile(str(file)) as source:
                for found in pa.ipc.open_file(source).schema:
                    types.setdefault(keys_of(found.name), set()).add(found.type)
        types.pop((), None)
        outer = {keys[:length] for keys in types for length in range(len(keys))}
        # What holds nothing beside objects is no column beside those of their fields.
        shown = [keys for keys in in_order(types) if types[keys] != {pa.null()} or keys not in outer]
        return [
            Column(keys, name, self._common_type(keys, found := types[keys] - {pa.null()}), len(found) > 1)
            for keys, name in zip(shown, dotted_names(shown), strict=True)
        ]

    def _common_type(self, keys: Keys, types: set[pa.DataType]) -> pa.DataType:
        if len(types) == 1:
            return next(iter(types))
        if types == {pa.int64(), pa.float64()} and all(map(are_doubles, self._columns_at(keys))):
            return pa.float64()
        return pa.string()

    def _columns_at(self, keys: Keys) -> Iterator[pa.Array]:
        name = orjson.dumps(keys).decode()
        for file in self._files:
            block = read_block(file)
            if name in block.schema.names:
                yield block.column(name)


def read_block(file: Path) -> pa.RecordBatch:
    with pa.memory_map(str(file)) as source:
        return pa.ipc.open_file(source).get_batch(0)


def keys_of(name: str) -> Keys:
    return tuple(orjson.loads(name))


def in_order(paths: dict[Keys, set[pa.DataType]]) -> list[Keys]:
    """As a person reads an object: the fields of an object stand together, each where it was first seen."""
    seen: dict[Keys, int] = {}
    for keys in paths:
        for length in range(1, len(keys) + 1):
            seen.setdefault(keys[:length], len(seen))
    return sorted(paths, key=lambda keys: [seen[keys[:length]] for length in range(1, len(keys) + 1)])


def dotted_names(paths: Sequence[Keys]) -> list[str]:
    """Two paths of one dotted name are two columns."""
    names: list[str] = []
    for name in map(".".join, paths):
        names.append(f"{name} (nested)" if name in names else name)
    return names


def are_doubles(column: pa.Array) -> bool:
    """Does a double mean each of the whole numbers?"""
    if not pa.types.is_integer(column.type):
        return True
    back = column.cast(pa.float64(), safe=False).cast(pa.int64(), safe=False)
    return pc.all(pc.equal(back, column)).as_py() is not False


def converted(column: pa.Array, kind: pa.DataType) -> pa.Array:
    return column if column.type == kind else column.cast(kind)
