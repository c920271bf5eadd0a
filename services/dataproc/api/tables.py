"""`/v1/tables`: what became of the files."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse

from services.dataproc import preview
from services.dataproc.errors import ExportTooLarge, FilterNotValid, TableNotFound, UnknownColumn
from services.dataproc.schemas import PreviewView, TableList, TableView
from services.dataproc.service import Tables
from services.dataproc.tables import export
from shared.auth import CurrentSession
from shared.errors import Unauthorized, Unavailable
from shared.errors.problems import responses

router = APIRouter(prefix="/v1/tables", tags=["tables"], responses=responses(Unauthorized, Unavailable))


def tables_of(request: Request) -> Tables:
    tables: Tables = request.app.state.tables
    return tables


UseTables = Annotated[Tables, Depends(tables_of)]


@router.get("", summary="This session's tables")
async def list_tables(
    session: CurrentSession,
    tables: UseTables,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> TableList:
    page, following = await tables.list(session.session_id, cursor, limit)
    return TableList(tables=[TableView.of(table) for table in page], next_cursor=following)


@router.get("/{table_id}", summary="A table, its columns and how it was read", responses=responses(TableNotFound))
async def get_table(session: CurrentSession, tables: UseTables, table_id: str) -> TableView:
    return TableView.of(await tables.get(session.session_id, table_id))


@router.get(
    "/{table_id}/preview", summary="Rows of a table", responses=responses(TableNotFound, UnknownColumn, FilterNotValid)
)
async def get_preview(
    session: CurrentSession,
    tables: UseTables,
    table_id: str,
    offset: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=0, le=1000)] = 50,
    columns: Annotated[list[str] | None, Query()] = None,
    sort: Annotated[list[str] | None, Query(max_length=10)] = None,
    conditions: Annotated[list[str] | None, Query(alias="filter", max_length=20)] = None,
) -> PreviewView:
    """`columns`, `sort` and `filter` may be repeated. `sort=-amount` sorts descending; the first column counts most.

    `filter=column:op:value` with op one of eq, ne, lt, le, gt, ge, contains, isnull, notnull; several all have to hold.
    """
    asked = preview.Request(offset, limit, tuple(columns or ()), tuple(sort or ()), tuple(conditions or ()))
    page = await tables.preview(session.session_id, table_id, asked)
    return PreviewView(**vars(page))


@router.get("/{table_id}/profile", summary="Statistics of every column", responses=responses(TableNotFound))
async def get_profile(session: CurrentSession, tables: UseTables, table_id: str) -> dict[str, Any]:
    return await tables.profile(session.session_id, table_id)


@router.get(
    "/{table_id}/export",
    summary="The whole table as a file",
    responses=responses(TableNotFound, ExportTooLarge),
    response_class=StreamingResponse,
)
async def get_export(
    session: CurrentSession,
    tables: UseTables,
    table_id: str,
    form: Annotated[export.Format, Query(alias="format")] = "csv",
    raw: bool = False,
    cleaned: bool = True,
) -> StreamingResponse:
    """`raw=true` (CSV only) gives the cells as they were read, before any typing or cleaning; `cleaned=false` the typed table before cleaning."""
    if raw:
        form = "csv"
        table, pieces = await tables.export_raw(session.session_id, table_id)
    else:
        table, pieces = await tables.export(session.session_id, table_id, form, cleaned=cleaned)
    name = quote(f"{table.name}.{form}", safe="")
    return StreamingResponse(
        pieces,
        media_type=export.MEDIA_TYPES[form],
        headers={"Content-Disposition": f"attachment; filename=\"table.{form}\"; filename*=UTF-8''{name}"},
    )
