"""Points in time of Parquet's old type INT96, which the library takes for nanoseconds since 1970 whatever year they lie in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from services.dataproc.reading.columnar.parquet_batches import batches_of

EARLIEST, LATEST = (pa.scalar(limit, pa.int64()) for limit in (-(2**63) // 1000 + 1, (2**63 - 1) // 1000))
"""Microseconds within which nanoseconds since 1970 can be told, from 1677 to 2262."""

ROWS = 65_536


@dataclass(frozen=True)
class Int96Reading:
    """The unit in which all of a file's INT96 are right, and how many are rounded down to it."""

    unit: str = "ns"
    rounded: int = 0

    @property
    def warnings(self) -> tuple[str, ...]:
        if not self.rounded:
            return ()
        return (
            f"{self.rounded:,} points in time with digits below a microsecond are rounded down to it: others in the file "
            "lie outside 1677 to 2262, where nanoseconds cannot be told",
        )


def choose_unit(path: Path) -> Int96Reading:
    """Nanoseconds where all lie between 1677 and 2262; microseconds, in which every year fits, where one does not."""
    with pq.ParquetFile(path) as file:
        leaves = [file.schema.column(index) for index in range(len(file.schema.names))]
        names = [leaf.path for leaf in leaves if leaf.physical_type == "INT96"]
    if not names or not any(pc.any(out_of_range(moments)).as_py() for moments in moments_of(path, names, "us")):
        return Int96Reading()
    pairs = zip(moments_of(path, names, "us"), moments_of(path, names, "ns"), strict=True)
    return Int96Reading("us", sum(count_rounded(coarse, fine) for coarse, fine in pairs))


def moments_of(path: Path, names: list[str], unit: str) -> Iterator[pa.Array]:
    """All points in time as numbers of the unit, wherever in lists and structs they are."""
    with pq.ParquetFile(path, coerce_int96_timestamp_unit=unit) as file:
        for batch in batches_of(file, ROWS, names):
            for column in batch.columns:
                yield from leaves_in(column)


def leaves_in(array: pa.Array) -> Iterator[pa.Array]:
    if pa.types.is_timestamp(array.type):
        yield array.cast(pa.int64())
    elif pa.types.is_map(array.type):
        yield from leaves_in(array.keys)
        yield from leaves_in(array.items)
    elif pa.types.is_struct(array.type):
        for field in array.flatten():
            yield from leaves_in(field)
    elif pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
        yield from leaves_in(array.flatten())


def out_of_range(microseconds: pa.Array) -> pa.Array:
    return pc.or_(pc.less(microseconds, EARLIEST), pc.greater(microseconds, LATEST))


def count_rounded(microseconds: pa.Array, nanoseconds: pa.Array) -> int:
    """Of those that nanoseconds can tell; what these hold for the others is of no meaning."""
    whole = pc.equal(pc.multiply(pc.if_else(out_of_range(microseconds), 0, microseconds), 1000), nanoseconds)
    lost = pc.and_(pc.invert(out_of_range(microseconds)), pc.invert(whole))
    return pc.sum(lost).as_py() or 0
