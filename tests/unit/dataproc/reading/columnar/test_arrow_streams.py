"""Arrow streams are read as Arrow files are; what only begins like one is refused."""

from __future__ import annotations

import io

import pyarrow as pa
import pytest

from shared.formats.refusals import FileRefused
from tests.unit.dataproc.reading.readings import Read

TABLE = pa.table({"station": ["Jena", "Gera", None], "level": [1.5, 2.25, 3.0]})


def stream_of(table: pa.Table, rows: int) -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=rows)
    return sink.getvalue()


@pytest.mark.parametrize("rows", [1, 3])
def test_a_stream_is_read_batch_by_batch(read: Read, rows: int) -> None:
    found = read(stream_of(TABLE, rows), "levels.arrows")
    assert (found.result.format, found.cells()) == ("arrow", TABLE.to_pydict())


def test_a_stream_that_is_cut_off_is_refused(read: Read) -> None:
    with pytest.raises(FileRefused):
        read(stream_of(TABLE, 3)[:-100], "levels.arrows")


def test_bytes_that_only_begin_like_a_stream_are_refused(read: Read) -> None:
    with pytest.raises(FileRefused):
        read(b"\xff" * 400, "levels.arrows")
