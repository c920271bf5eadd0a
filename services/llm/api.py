"""The HTTP side of the llm service: conversations and usage."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from sse_starlette import EventSourceResponse, ServerSentEvent

from services.llm.conversation import Message
from services.llm.errors import (
    AnswerPending,
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
from shared.auth import CurrentSession
from shared.errors import AppError, Unauthorized, Unavailable, problems

EVENT_STREAM = "text/event-stream"
router = APIRouter(prefix="/v1", tags=["llm"], responses=problems.responses(Unauthorized, Unavailable))


def llm_service(request: Request) -> LlmService:
    service: LlmService = request.app.state.service
    return service


Service = Annotated[LlmService, Depends(llm_service)]


@router.post("/conversations", status_code=201, summary="Begin a conversation", responses=problems.responses(TooManyConversations))
async def create_conversation(session: CurrentSession, service: Service, _: NewConversation | None = None) -> ConversationMade:
    conversation = await service.conversations.create(session.session_id)
    return ConversationMade(conversation_id=conversation.conversation_id)


@router.get("/conversations", summary="List the conversations, the newest first", responses=problems.responses(InvalidCursor))
async def list_conversations(session: CurrentSession, service: Service, cursor: str | None = None,
                             limit: Annotated[int, Query(ge=1, le=100)] = 50) -> ConversationList:
    return ConversationList.of(await service.conversations.page(session.session_id, position(cursor), limit))


@router.get("/conversations/{conversation_id}", summary="Read a conversation", responses=problems.responses(ConversationNotFound))
async def read_conversation(conversation_id: str, session: CurrentSession, service: Service) -> ConversationRead:
    return ConversationRead.with_messages(*await service.conversations.read(session.session_id, conversation_id))


@router.delete("/conversations/{conversation_id}", status_code=204, summary="Delete a conversation",
               responses=problems.responses(ConversationNotFound))
async def delete_conversation(conversation_id: str, session: CurrentSession, service: Service) -> Response:
    await service.conversations.delete(session.session_id, conversation_id)
    return Response(status_code=204)


@router.post("/conversations/{conversation_id}/messages", summary="Ask in a conversation", response_model=MessageShown,
             responses={200: {"description": "The assistant's message. As a stream: `step {…}`, `delta {text}`, `usage {…}`, "
                                             "`done {message}`, or `error {problem}`.", "content": {EVENT_STREAM: {}}},
                        **problems.responses(ConversationNotFound, ConversationFull, AnswerPending)})
async def send_message(conversation_id: str, message: NewMessage, session: CurrentSession, service: Service,
                       accept: Annotated[str, Header()] = "") -> Any:
    turn = await service.turns.begin(session.session_id, conversation_id, message.text, message.table_ids)
    if EVENT_STREAM in accept:
        return EventSourceResponse(stream(service, turn), ping=15)
    return MessageShown.of(await last_message(service, turn))


@router.get("/usage", summary="What this session has used of the model")
async def read_usage(session: CurrentSession, service: Service) -> UsageShown:
    return UsageShown.of(await service.ledger.report(session.session_id))


def position(cursor: str | None) -> int | None:
    """A cursor is a position in the session's own list."""
    if cursor is None:
        return None
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 15:
        raise InvalidCursor("The cursor is not one of this list.", hint="Use `next_cursor` of the page before, or none.")
    return int(cursor)


async def last_message(service: LlmService, turn: Turn) -> Message:
    async for step in service.turns.follow(turn):
        if isinstance(step, Message):
            return step
    raise AssertionError("a turn ends with a message or an error")


async def stream(service: LlmService, turn: Turn) -> AsyncIterator[ServerSentEvent]:
    """A turn as server-sent events; an error ends the stream as a problem document."""
    try:
        async for step in service.turns.follow(turn):
            if isinstance(step, Message):
                shown = MessageShown.of(step)
                yield sse("delta", {"text": shown.text})
                yield sse("usage", shown.usage.model_dump(mode="json"))
                yield sse("done", {"message": shown.model_dump(mode="json")})
            else:
                yield sse("step", step.facts)
    except AppError as error:
        yield sse("error", {"problem": json.loads(bytes(problems.of_error(error).body))})


def sse(event: str, data: dict[str, Any]) -> ServerSentEvent:
    return ServerSentEvent(json.dumps(data, ensure_ascii=False), event=event)
