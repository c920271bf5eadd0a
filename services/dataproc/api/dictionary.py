"""`/v1/tables/{id}/dictionary`: what people say of a table, as JSON or YAML."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response

from services.dataproc.api.dictionary_forms import JSON_TYPE, YAML_TYPE, prefers_yaml, read_document, write_document
from services.dataproc.api.ownership import OwnTable
from services.dataproc.errors import DictionaryChanged, DictionaryNotValid, TableNotFound, UnknownMediaType
from services.dataproc.schemas.dictionary import DictionaryView
from services.dataproc.service import Described, DescribeTable
from shared.errors import PayloadTooLarge, Unauthorized, Unavailable
from shared.errors.problems import responses

YAML_TEXT = {
    YAML_TYPE: {"schema": {"type": "string", "description": "the same document, without version and warnings"}}
}
ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "content": YAML_TEXT,
        "headers": {"ETag": {"description": "the version in quotes, for `If-Match`", "schema": {"type": "string"}}},
    }
}
SENT = {
    "requestBody": {
        "required": True,
        "content": {JSON_TYPE: {"schema": {"$ref": "#/components/schemas/DictionaryView"}}, **YAML_TEXT},
    }
}
router = APIRouter(
    prefix="/v1/tables/{table_id}", tags=["dictionary"], responses=responses(Unauthorized, Unavailable, TableNotFound)
)


def describing_of(request: Request) -> DescribeTable:
    describe: DescribeTable = request.app.state.describe
    return describe


Describe = Annotated[DescribeTable, Depends(describing_of)]
Accept = Annotated[str, Header()]


@router.get("/dictionary", summary="What people say of a table", response_model=DictionaryView, responses=ANSWER)
async def get_dictionary(table: OwnTable, describe: Describe, accept: Accept = JSON_TYPE) -> Response:
    """The empty one, version 0, as long as nobody has written another. `Accept: application/yaml` answers in YAML."""
    return _answer(await describe.read(table), accept)


@router.put("/dictionary", summary="Say what a table holds", response_model=DictionaryView, openapi_extra=SENT,
            responses=ANSWER | responses(DictionaryChanged, UnknownMediaType, DictionaryNotValid, PayloadTooLarge))  # fmt: skip
async def put_dictionary(
    table: OwnTable,
    describe: Describe,
    request: Request,
    if_match: Annotated[str | None, Header()] = None,
    accept: Accept = JSON_TYPE,
) -> Response:
    """Replaces all of it. With `If-Match`, or the document's `version`, only the dictionary that you have seen."""
    document = await read_document(request)
    expected = [version for version in (document.version, _version_in(if_match)) if version is not None]
    return _answer(await describe.write(table, document, expected), accept)


def _version_in(if_match: str | None) -> int | None:
    """The version that a caller has seen; one that there never is when the tag is none of ours, as weak ones are not."""
    if if_match is None or if_match.strip() == "*":
        return None
    found = re.fullmatch(r'"(\d{1,15})"', if_match.strip())
    return int(found[1]) if found else -1


def _answer(described: Described, accept: str) -> Response:
    view = DictionaryView.of(described.dictionary, described.warnings)
    content, media_type = write_document(view, as_yaml=prefers_yaml(accept))
    headers = {"ETag": f'"{described.dictionary.version}"', "Vary": "Accept"}
    return Response(content, media_type=media_type, headers=headers)
