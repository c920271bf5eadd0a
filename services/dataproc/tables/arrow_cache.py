"""Tables on the worker's disk as Arrow files: memory-mapped, so that a query touches only the columns that its code names."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
from collections import defaultdict
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from services.dataproc.reading.columnar.parquet_batches import batches_of
from services.dataproc.tables.dictionary_index import WordWriter, files_of, repeated_texts
from shared.objects import ObjectStore

BATCH_ROWS = 131_072
BATCH_CELLS = 4_000_000
BATCH_BYTES = 64 << 20  # in the Parquet file, before compression


class ArrowTableCache:
    """A `TableCache` in a folder, at most `limit` bytes, least recently used first out. What is mapped stays readable."""

    def __init__(self, folder: Path, objects: ObjectStore, limit: int) -> None:
        self._folder = folder
        self._objects = objects
        self._limit = limit
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        shutil.rmtree(folder, ignore_errors=True)  # leftovers of another run may be half written
        folder.mkdir(parents=True, exist_ok=True)

    async def path(self, data_key: str) -> Path:
        path = self._place(data_key)
        async with self._locks[data_key]:
            if not path.exists():
                parquet = path.with_suffix(".parquet")
                await self._objects.fetch_to(data_key, parquet)
                await asyncio.to_thread(convert, parquet, path)
                parquet.unlink()
                self._make_room(keep=path)
            os.utime(path)
        return path

    async def adopt(self, data_key: str, parquet: Path) -> None:
        path = self._place(data_key)
        async with self._locks[data_key]:
            if not path.exists():
                await asyncio.to_thread(convert, parquet, path)
                self._make_room(keep=path)

    def drop(self, prefix: str) -> int:
        """Forget a session's tables, or one of them, by the beginning of its keys."""
        folder = self._folder / _folder_name(prefix)
        if not folder.is_dir():
            return 0
        found = list(folder.glob(f"{_table_name(prefix)}-*" if _table_name(prefix) else "*"))
        for file in found:
            file.unlink(missing_ok=True)
        if not _table_name(prefix):
            shutil.rmtree(folder, ignore_errors=True)
        return len(found)

    def _place(self, data_key: str) -> Path:
        """One folder a session; names are digests, so that no key can name a path outside."""
        folder = self._folder / _folder_name(data_key)
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{_table_name(data_key)}-{hashlib.sha256(data_key.encode()).hexdigest()[:32]}.arrow"

    def _make_room(self, keep: Path) -> None:
        held = sorted(((p.stat().st_mtime, size_of(p), p) for p in self._folder.glob("*/*.arrow")), key=lambda x: x[0])
        total = sum(size for _, size, _ in held)
        for _, size, path in held:
            if total <= self._limit:
                return
            if path != keep:
                for file in files_of(path):
                    file.unlink(missing_ok=True)
                total -= size


def _folder_name(key: str) -> str:
    """`sessions/<id>/…` → a digest of the session's id."""
    return hashlib.sha256(key.split("/")[1].encode()).hexdigest()[:24]


def _table_name(key: str) -> str:
    """`sessions/<id>/tables/<id>/…` → a digest of the table's id; nothing for a key of the session alone."""
    table_id = "/".join(key.split("/")[3:4])
    return hashlib.sha256(table_id.encode()).hexdigest()[:24] if table_id else ""


def convert(parquet: Path, arrow: Path) -> None:
    """Stream Parquet into an Arrow IPC file, batch by batch; the file appears whole or not at all.

    Strings become plain `large_string`: pandas takes these over from the mapped file without copying a byte. Beside it lie the numbers of repeated texts (`dictionary_index.py`).
    """
    source = pq.ParquetFile(parquet)
    repeated = repeated_texts(source)
    target = pa.schema([pa.field(f.name, _stored_type(f.type)) for f in source.schema_arrow])
    batches = batches_of(pq.ParquetFile(parquet, read_dictionary=repeated), batch_rows(source.metadata))
    part = arrow.with_suffix(".part")
    with (
        pa.OSFile(str(part), "wb") as sink,
        pa.ipc.new_file(sink, target) as writer,
        WordWriter(arrow, repeated) as words,
    ):
        for batch in batches:
            words.write(batch)
            writer.write_table(pa.Table.from_batches([batch]).cast(target))
        words.finish()
    part.replace(arrow)
    pa.default_memory_pool().release_unused()  # it would stay with this process, which has nothing of this size to do soon


def size_of(arrow: Path) -> int:
    return sum(file.stat().st_size for file in files_of(arrow) if file.exists())


def batch_rows(facts: pq.FileMetaData) -> int:
    """As many rows as one batch may have, so that wide tables and long texts are never held at large: a page, an export and a query take a batch at a time."""
    size = sum(facts.row_group(index).total_byte_size for index in range(facts.num_row_groups))
    by_bytes = BATCH_BYTES * max(1, facts.num_rows) // max(1, size)
    return int(max(1, min(BATCH_ROWS, BATCH_CELLS // max(1, facts.num_columns), by_bytes)))


def _stored_type(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(kind):
        return _stored_type(kind.value_type)
    return pa.large_string() if pa.types.is_string(kind) else kind
