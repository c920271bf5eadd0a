"""The fact that a message could not be handled; the bus publishes it on `dlq.<durable>`."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class DeadLetter(BaseModel):
    """A message that was given up, with what is needed to understand it and to send it again."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    durable: str = Field(description="the consumer that gave up")
    subject: str = Field(description="the original subject")
    reason: str
    error: str = Field(description="the exception's class, or the server's advisory")
    deliveries: int = Field(ge=1)
    stream: str
    stream_sequence: int
    event_id: str = ""
    body: dict[str, Any] | str = Field(description="the original JSON, or its text when it was not JSON")
