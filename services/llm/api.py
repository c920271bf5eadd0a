"""The HTTP side of the llm service: conversations and usage."""

from __future__ import annotations

from contextlib import aclosing
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import StreamingResponse

from services.llm.conversation import Message
from services.llm.errors import (
    AnswerPending,
    ConversationBusy,
    ConversationFull,
    ConversationNotFound,
    InvalidCursor,
    TooManyConversations,
)
from services.llm.schemas import (
    ConversationList,
    ConversationMade,
    ConversationRead,
    MessageShown,
    NewConversation,
    NewMessage,
    UsageShown,
)
from services.llm.service import LlmService
from services.llm.service.turns import Turn
from services.llm.streaming import turn_events
from shared.auth import CurrentSession
from shared.errors import Unauthorized, Unavailable, problems

EVENT_STREAM = "text/event-stream"
STREAM_DESCRIPTION = (
    "The assistant's message. With `Accept: text/event-stream` a stream: `step {…}` for what happens to the question, "
    "`delta {text}` for more of the text as it is written, `restart {}` where what was told does not hold and it begins anew, "
    "and at the end `usage {…}` and `done {message}`, or `error {problem}`. The deltas since the last `restart` are the whole text."
)
STREAM_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
router = APIRouter(prefix="/v1", tags=["llm"], responses=problems.responses(Unauthorized, Unavailable))


def llm_service(request: Request) -> LlmService:
    service: LlmService = request.app.state.service
    return service


Service = Annotated[LlmService, Depends(llm_service)]


@router.post(
    "/conversations",
    status_code=201,
    summary="Begin a conversation",
    responses=problems.responses(TooManyConversations),
)
async def create_conversation(
    session: CurrentSession, service: Service, _: NewConversation | None = None
) -> ConversationMade:
    conversation = await service.conversations.create(session.session_id)
    return ConversationMade(conversation_id=conversation.conversation_id)


@router.get(
    "/conversations", summary="List the conversations, the newest first", responses=problems.responses(InvalidCursor)
)
async def list_conversations(
    session: CurrentSession,
    service: Service,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> ConversationList:
    return ConversationList.of(await service.conversations.page(session.session_id, position(cursor), limit))


@router.get(
    "/conversations/{conversation_id}",
    summary="Read a conversation",
    responses=problems.responses(ConversationNotFound),
)
async def read_conversation(conversation_id: str, session: CurrentSession, service: Service) -> ConversationRead:
    return ConversationRead.with_messages(*await service.conversations.read(session.session_id, conversation_id))


@router.delete(
    "/conversations/{conversation_id}",
    status_code=204,
    summary="Delete a conversation",
    responses=problems.responses(ConversationNotFound),
)
async def delete_conversation(conversation_id: str, session: CurrentSession, service: Service) -> Response:
    await service.conversations.delete(session.session_id, conversation_id)
    return Response(status_code=204)


@router.post(
    "/conversations/{conversation_id}/messages",
    summary="Ask in a conversation",
    response_model=MessageShown,
    responses={
        200: {"description": STREAM_DESCRIPTION, "content": {EVENT_STREAM: {}}},
        **problems.responses(ConversationNotFound, ConversationFull, ConversationBusy, AnswerPending),
    },
)
async def send_message(
    conversation_id: str,
    message: NewMessage,
    session: CurrentSession,
    service: Service,
    accept: Annotated[str, Header()] = "",
) -> Any:
    turn = await service.turns.begin(
        session.session_id,
        conversation_id,
        message.text,
        message.table_ids,
        session.privacy,
        verify=message.verify,
    )
    if EVENT_STREAM in accept:
        return StreamingResponse(
            turn_events(service.turns.follow(turn)), media_type=EVENT_STREAM, headers=STREAM_HEADERS
        )
    return MessageShown.of(await last_message(service, turn))


@router.get("/usage", summary="What this session has used of the model")
async def read_usage(session: CurrentSession, service: Service) -> UsageShown:
    return UsageShown.of(await service.ledger.report(session.session_id))


def position(cursor: str | None) -> int | None:
    """A cursor is a position in the session's own list."""
    if cursor is None:
        return None
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 15:
        raise InvalidCursor(
            "The cursor is not one of this list.", hint="Use `next_cursor` of the page before, or none."
        )
    return int(cursor)


async def last_message(service: LlmService, turn: Turn) -> Message:
    async with aclosing(service.turns.follow(turn)) as steps:
        async for step in steps:
            if isinstance(step, Message):
                return step
    raise AssertionError("a turn ends with a message or an error")
