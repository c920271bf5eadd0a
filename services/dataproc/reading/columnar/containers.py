"""The record batches of each columnar format as they come out of its file, in the memory of a batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.dataset as pads
import pyarrow.orc as orc
import pyarrow.parquet as pq

from services.dataproc.reading.columnar.int96 import choose_unit
from services.dataproc.reading.columnar.parquet_batches import batches_of
from shared.formats import Format
from shared.formats.refusals import Refusal

BATCH_ROWS = 65_536
SAMPLED_PLACES = 6
SAMPLED_ROWS = 4_096
ARROW_FILE = b"ARROW1"


class Container(Protocol):
    """One columnar file. Errors are those of the library."""

    @property
    def schema(self) -> pa.Schema: ...

    @property
    def warnings(self) -> tuple[str, ...]:
        """What of the file's values cannot be held in full."""
        ...

    def batches(self) -> Iterator[pa.RecordBatch]: ...

    def sampled(self) -> Iterator[pa.RecordBatch]:
        """The first rows of some places of the file, as far apart as the format allows."""
        ...


class ParquetContainer:
    def __init__(self, path: Path) -> None:
        self._path = path
        int96 = choose_unit(path)
        self._unit, self.warnings = int96.unit, int96.warnings
        with self._open() as file:
            self.schema = file.schema_arrow

    def _open(self) -> pq.ParquetFile:
        return pq.ParquetFile(self._path, coerce_int96_timestamp_unit=self._unit)

    def batches(self) -> Iterator[pa.RecordBatch]:
        with self._open() as file:
            yield from batches_of(file, BATCH_ROWS)

    def sampled(self) -> Iterator[pa.RecordBatch]:
        with self._open() as file:
            for group in range(0, file.num_row_groups, max(1, file.num_row_groups // SAMPLED_PLACES)):
                yield from islice(file.iter_batches(SAMPLED_ROWS, row_groups=[group]), 1)


class ArrowContainer:
    """A file, whose batches are listed at its end, or a stream (`.arrows`), in which they follow each other."""

    warnings = ()

    def __init__(self, path: Path) -> None:
        self._path = path
        with pa.OSFile(str(path)) as source:
            self._is_file = source.read(len(ARROW_FILE)) == ARROW_FILE
            source.seek(0)
            self.schema = (pa.ipc.open_file(source) if self._is_file else pa.ipc.open_stream(source)).schema

    def batches(self) -> Iterator[pa.RecordBatch]:
        with pa.OSFile(str(self._path)) as source:
            if not self._is_file:
                yield from pa.ipc.open_stream(source)
                return
            reader = pa.ipc.open_file(source)
            for index in range(reader.num_record_batches):
                yield reader.get_batch(index)

    def sampled(self) -> Iterator[pa.RecordBatch]:
        return first_rows(self.batches())


class OrcContainer:
    """By way of a dataset, which reads a stripe in pieces: the file's own reader takes stripes whole, and one may be all of the file."""

    warnings = ()

    def __init__(self, path: Path) -> None:
        self._path = path
        self.schema = orc.ORCFile(path).schema

    def batches(self) -> Iterator[pa.RecordBatch]:
        try:
            yield from self._of_columns(self.schema.names)
        except pa.ArrowInvalid as error:
            if moments := self._moments_at_fault():
                kind, reason = " and ".join(moments), "it lies outside 1677 to 2262, or is none"
                raise Refusal.VALUE_OUT_OF_RANGE.because(kind=kind, reason=reason) from error
            raise

    def sampled(self) -> Iterator[pa.RecordBatch]:
        """Stripes cannot be entered in the middle without reading them: the rows come from the first batches."""
        return first_rows(self.batches())

    def _of_columns(self, names: list[str]) -> Iterator[pa.RecordBatch]:
        dataset = pads.dataset(self._path, schema=self.schema, format="orc")
        yield from dataset.to_batches(
            columns=names, batch_size=BATCH_ROWS, batch_readahead=1, fragment_readahead=1, use_threads=False
        )

    def _moments_at_fault(self) -> list[str]:
        """The types of the columns with points in time, if all others can be read: the library holds these in nanoseconds, the format does not."""
        holding = [field for field in self.schema if holds_moments(field.type)]
        others = [field.name for field in self.schema if not holds_moments(field.type)]
        try:
            for _ in self._of_columns(others):
                pass
        except pa.ArrowInvalid:
            return []
        return sorted({str(field.type) for field in holding})


def holds_moments(kind: pa.DataType) -> bool:
    inside = [kind.field(index).type for index in range(kind.num_fields)]
    return bool(pa.types.is_timestamp(kind)) or any(map(holds_moments, inside))


def first_rows(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    return (batch.slice(0, SAMPLED_ROWS) for batch in islice(batches, SAMPLED_PLACES))


CONTAINERS: Mapping[Format, Callable[[Path], Container]] = {
    Format.PARQUET: ParquetContainer,
    Format.ARROW: ArrowContainer,
    Format.ORC: OrcContainer,
}
