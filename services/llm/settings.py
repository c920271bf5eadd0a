"""Settings of the llm service: `ASKFRAME_*`, and the two variables that every Anthropic client knows."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from services.llm.tokens import PRICES, ModelPrice
from shared.settings import QuestionSettings


class Settings(QuestionSettings):
    """Without an API key the service is whole but for Claude: conversations work with the offline engine."""

    model_config = SettingsConfigDict(populate_by_name=True)

    anthropic_api_key: SecretStr | None = Field(
        default=None, validation_alias="ANTHROPIC_API_KEY", description="empty: no Claude"
    )
    anthropic_base_url: str = Field(default="https://api.anthropic.com", validation_alias="ANTHROPIC_BASE_URL")
    model: str = Field(
        default="claude-sonnet-5-5", description="the model that writes code; structured output is needed"
    )
    effort: Literal["", "low", "medium", "high", "xhigh", "max"] = Field(
        default="medium", description="how hard the model thinks; empty for models that do not know it (4.5 and older)"
    )
    prices: dict[str, ModelPrice] = Field(
        default_factory=lambda: dict(PRICES),
        min_length=1,
        description="US dollars per million tokens by the beginning of the model's name",
    )

    reply_tokens: int = Field(default=16_000, ge=1, description="largest reply, thinking included")
    question_tokens: int = Field(default=150_000, ge=1, description="budget of one question with all its repairs")
    question_usd: float = Field(default=0.50, ge=0, description="budget of one question with all its repairs")
    session_usd: float = Field(default=10.0, ge=0, description="budget of one session")

    model_tries: int = Field(default=4, ge=1, description="requests per generation while the model is busy")
    model_turns: int = Field(default=8, ge=1, description="exchanges at once, over all copies of this service")
    requests_per_minute: int = Field(default=50, ge=1, description="over all copies of this service")
    queue_length: int = Field(default=100, ge=1, description="workers that may wait for a turn, over all copies")

    conversation_messages: int = Field(default=1000, ge=2, description="most messages of a conversation")
    session_conversations: int = Field(default=1000, ge=1, description="most conversations of a session")
    keep_seconds: int = Field(
        default=32 * 86400, ge=1, description="Redis keys outlive any session by this bound at the latest"
    )

    @field_validator("anthropic_api_key")
    @classmethod
    def empty_is_none(cls, key: SecretStr | None) -> SecretStr | None:
        return key if key and key.get_secret_value().strip() else None

    @field_validator("anthropic_base_url")
    @classmethod
    def empty_is_default(cls, url: str) -> str:
        return url.strip() or "https://api.anthropic.com"
