"""`/v1/queries` and `/v1/code`: questions in, answers out."""

from __future__ import annotations

from collections.abc import AsyncIterable
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from services.nlq.errors import (
    AlreadyEnded,
    ChartNotDrawn,
    ConversationUnknown,
    NoChart,
    NoResult,
    NoTable,
    NotWaiting,
    QueryNotFound,
    ResultTooLarge,
    TableUnknown,
    TooManyDownloads,
    TooManyQuestions,
    UnknownChoice,
)
from services.nlq.rendering.model import MEDIA_TYPES, PICTURES, Format, Picture
from services.nlq.schemas import (
    Accepted,
    ClarificationBody,
    EditBody,
    OutcomeView,
    QueryList,
    QueryView,
    QuestionBody,
    SnippetBody,
)
from services.nlq.service import Ask, Download, Read, RunSnippet, StopQuestion
from services.nlq.views import followed, view
from shared.auth import CurrentSession, Principal
from shared.errors import InvalidRequest, Unauthorized, Unavailable
from shared.errors.problems import responses

router = APIRouter(prefix="/v1", tags=["queries"], responses=responses(Unauthorized, Unavailable))
MAX_WAIT = 60.0


def ask_of(request: Request) -> Ask:
    ask: Ask = request.app.state.ask
    return ask


def read_of(request: Request) -> Read:
    read: Read = request.app.state.read
    return read


def download_of(request: Request) -> Download:
    download: Download = request.app.state.download
    return download


def snippets_of(request: Request) -> RunSnippet:
    snippets: RunSnippet = request.app.state.snippets
    return snippets


def stop_of(request: Request) -> StopQuestion:
    stop: StopQuestion = request.app.state.stop
    return stop


UseAsk = Annotated[Ask, Depends(ask_of)]
UseRead = Annotated[Read, Depends(read_of)]
UseDownload = Annotated[Download, Depends(download_of)]
UseStop = Annotated[StopQuestion, Depends(stop_of)]
UseSnippets = Annotated[RunSnippet, Depends(snippets_of)]


@router.post(
    "/queries",
    status_code=202,
    summary="Ask a question",
    responses=responses(InvalidRequest, NoTable, TableUnknown, ConversationUnknown, TooManyQuestions),
)
async def ask_question(session: CurrentSession, ask: UseAsk, body: QuestionBody) -> Accepted:
    """Accepted means stored: the question ends answered, failed, or asking back, even if this process dies now."""
    query = await ask.question(
        session.session_id,
        body.question.strip(),
        body.table_ids,
        body.conversation_id,
        body.max_wrong,
        include_totals=body.include_totals,
        verify=body.verify,
        privacy=session.privacy,
    )
    return Accepted(query_id=query.query_id)


@router.get("/queries", summary="This session's questions, newest first")
async def list_queries(
    session: CurrentSession, read: UseRead, cursor: float | None = None, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> QueryList:
    queries, following = await read.list(session.session_id, cursor, limit)
    return QueryList(
        queries=[QueryView.model_validate(view(q)) for q in queries],
        next_cursor=None if following is None else repr(following),
    )


@router.get("/queries/{query_id}", summary="A question and its answer", responses=responses(QueryNotFound))
async def get_query(
    session: CurrentSession,
    read: UseRead,
    query_id: str,
    wait: Annotated[float, Query(ge=0, description="seconds to wait for an end, at most 60")] = 0,
) -> QueryView:
    query = await read.wait(session.session_id, query_id, min(wait, MAX_WAIT))
    return QueryView.model_validate(view(query))


@router.delete(
    "/queries/{query_id}",
    status_code=204,
    summary="Stop a question",
    responses=responses(QueryNotFound, AlreadyEnded),
)
async def stop_query(session: CurrentSession, stop: UseStop, query_id: str) -> None:
    """It ends `failed` with the code `stopped`; the model and the code that work on it end within a second. Stopping it again changes nothing."""
    await stop(session.session_id, query_id)


async def existing(session: CurrentSession, read: UseRead, query_id: str) -> Principal:
    """Answer 404 before a stream begins."""
    await read.get(session.session_id, query_id)
    return session


@router.get(
    "/queries/{query_id}/events",
    summary="A question's steps as they happen (SSE)",
    response_class=EventSourceResponse,
    responses=responses(QueryNotFound),
)
async def follow_query(
    session: Annotated[Principal, Depends(existing)], read: UseRead, query_id: str
) -> AsyncIterable[ServerSentEvent]:
    """`state` events carry the question as `GET /v1/queries/{id}` shows it; the stream closes after the last one. While a model writes the
    answer, `delta {text}` events carry more of it, and `restart {}` says that it begins anew; the last state has all of it."""
    async for news in read.follow(session.session_id, query_id):
        yield followed(news)


@router.post(
    "/queries/{query_id}/clarification",
    status_code=202,
    summary="Choose a reading",
    responses=responses(QueryNotFound, NotWaiting, UnknownChoice),
)
async def clarify(session: CurrentSession, ask: UseAsk, query_id: str, body: ClarificationBody) -> Accepted:
    query = await ask.clarified(session.session_id, query_id, body.choice, session.privacy)
    return Accepted(query_id=query.query_id)


@router.post(
    "/queries/{query_id}/code",
    status_code=202,
    summary="Edit the code and run it again",
    responses=responses(QueryNotFound, NoTable, TooManyQuestions),
)
async def edit_code(session: CurrentSession, snippets: UseSnippets, query_id: str, body: EditBody) -> Accepted:
    """A new question with the same text: the first one's answer stays what it was."""
    query = await snippets.edit(session.session_id, query_id, body.code)
    return Accepted(query_id=query.query_id)


@router.get(
    "/queries/{query_id}/result",
    summary="The whole result as a file",
    responses=responses(QueryNotFound, NoResult, ResultTooLarge, TooManyDownloads),
    response_class=StreamingResponse,
)
async def get_result(
    session: CurrentSession,
    download: UseDownload,
    query_id: str,
    form: Annotated[Format, Query(alias="format")] = "json",
    name: Annotated[
        str | None, Query(max_length=60, description="of one of `answer.results`; without, the answer's own")
    ] = None,
) -> StreamingResponse:
    """A scalar is a table of one cell named `value`. Excel holds 1,048,575 rows; for more, ask for CSV or Parquet."""
    return StreamingResponse(
        await download(session.session_id, query_id, form, name),
        media_type=MEDIA_TYPES[form],
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''result.{form}"},
    )


@router.get(
    "/queries/{query_id}/chart.{form}",
    summary="The answer's chart as a picture",
    responses={
        200: {"description": "The picture", "content": {media: {} for media in PICTURES.values()}},
        **responses(QueryNotFound, NoResult, NoChart, ChartNotDrawn, TooManyDownloads),
    },
    response_class=StreamingResponse,
)
async def get_chart(
    session: CurrentSession,
    download: UseDownload,
    query_id: str,
    form: Picture,
    theme: Annotated[Literal["light", "dark"], Query(description="colours for a light or a dark page")] = "light",
) -> StreamingResponse:
    """Drawn of `answer.chart`. The PNG has two pixels for each of the SVG's."""
    return StreamingResponse(
        await download.chart(session.session_id, query_id, form, dark=theme == "dark"),
        media_type=PICTURES[form],
        headers={"Content-Disposition": f"inline; filename*=UTF-8''chart.{form}"},
    )


@router.post(
    "/code",
    summary="Run a snippet over tables",
    responses=responses(InvalidRequest, NoTable, TableUnknown, TooManyQuestions),
)
async def run_code(session: CurrentSession, snippets: UseSnippets, body: SnippetBody) -> OutcomeView:
    """The same validator and the same jail as generated code."""
    return OutcomeView.of(await snippets.run(session.session_id, body.code, body.table_ids))
