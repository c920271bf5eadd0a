"""Reading tables back: list, preview, profile, export."""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from services.dataproc import preview
from services.dataproc.domain import Base, StoredTable
from services.dataproc.errors import TableNotFound
from services.dataproc.ports import Parser, TableCache, TableRegistry
from services.dataproc.tables import export
from services.dataproc.tables import workbook_export as workbooks
from shared.objects import ObjectStore

CHUNK = 1 << 20


class Tables:
    """The use cases behind `/v1/tables`."""

    def __init__(
        self,
        *,
        registry: TableRegistry,
        objects: ObjectStore,
        cache: TableCache,
        parser: Parser,
        previewer: preview.Previewer,
        scratch: Path,
    ) -> None:
        self._registry = registry
        self._objects = objects
        self._cache = cache
        self._parser = parser
        self._previewer = previewer
        self._scratch = scratch

    async def list(self, session_id: str, after: str | None, limit: int) -> tuple[list[StoredTable], str | None]:
        """One page in the order of readiness, and the cursor of the next one."""
        tables = await self._registry.of_session(session_id)
        start = next((i + 1 for i, table in enumerate(tables) if table.table_id == after), 0)
        page = tables[start : start + limit]
        return page, page[-1].table_id if start + limit < len(tables) else None

    async def get(self, session_id: str, table_id: str) -> StoredTable:
        table = await self._registry.get(session_id, table_id)
        if table is None:
            raise TableNotFound(table_id)
        return table

    async def preview(self, session_id: str, table_id: str, request: preview.Request) -> preview.Page:
        table = await self.get(session_id, table_id)
        path = await self._cache.path(table.data_key)
        return await asyncio.to_thread(self._previewer.read, path, table, request)

    async def profile(self, session_id: str, table_id: str) -> dict[str, Any]:
        table = await self.get(session_id, table_id)
        body: dict[str, Any] = json.loads(await self._objects.get(table.profile_key))
        return {"table_id": table.table_id, "name": table.name, **body}

    async def export(
        self, session_id: str, table_id: str, form: export.Format, *, cleaned: bool = True
    ) -> tuple[StoredTable, AsyncIterator[bytes]]:
        """The whole table, or the table before its cleaning, as a stream of bytes in the wanted form."""
        table = await self.get(session_id, table_id)
        source = Base(table.data_key, table.rows, table.columns) if cleaned else table.uncleaned
        if form == "parquet":
            return table, self._objects.stream(source.key)
        path = await self._cache.path(source.key)
        if form == "xlsx":
            await asyncio.to_thread(workbooks.check_room, path, source.columns, source.rows)
            return table, self._made(
                lambda folder: asyncio.to_thread(workbooks.write_xlsx, path, source.columns, folder / "export")
            )
        pieces = export.csv_pieces(path, source.columns) if form == "csv" else export.jsonl_pieces(path, source.columns)
        return table, _in_threads(pieces)

    async def export_raw(self, session_id: str, table_id: str) -> tuple[StoredTable, AsyncIterator[bytes]]:
        """The cells as they were read, as strings, before any typing."""
        table = await self.get(session_id, table_id)

        async def make(folder: Path) -> None:
            await self._objects.fetch_to(table.file_key, folder / "raw")
            await self._parser.write_raw(folder / "raw", table.filename, table.reading, folder / "export")

        return table, await self._ready(make)

    async def _ready(self, make: Any) -> AsyncIterator[bytes]:
        """Do the work before the first byte is answered, so that a failure is an error and not a short file."""
        self._scratch.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="export-", dir=self._scratch))
        try:
            await make(folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return _file(folder)

    async def _made(self, make: Any) -> AsyncIterator[bytes]:
        async for piece in await self._ready(make):
            yield piece


async def _file(folder: Path) -> AsyncIterator[bytes]:
    """The file `export` in a folder, which is removed after it."""
    try:
        with (folder / "export").open("rb") as source:
            while piece := await asyncio.to_thread(source.read, CHUNK):
                yield piece
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _in_threads(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
        yield piece
