"""Settings of the llm service: `ASKFRAME_*`, and the variables that every client of Anthropic, Bedrock and Vertex knows."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from services.llm.limits.tokens import PRICES, Effort, ModelPrice
from shared.settings import QuestionSettings

HAIKU = "claude-haiku-5-5"


class Settings(QuestionSettings):
    """Without a model the service is whole but for Claude: conversations work with the offline engine."""

    model_config = SettingsConfigDict(populate_by_name=True)

    anthropic_api_key: SecretStr | None = Field(
        default=None, validation_alias="ANTHROPIC_API_KEY", description="empty: no Claude"
    )
    anthropic_base_url: str = Field(default="https://api.anthropic.com", validation_alias="ANTHROPIC_BASE_URL")
    aws_region: str = Field(
        default="", validation_alias="AWS_REGION", description="Bedrock's; empty: that of the AWS profile"
    )
    bedrock_api_key: SecretStr | None = Field(
        default=None,
        validation_alias="AWS_BEARER_TOKEN_BEDROCK",
        description="empty: the AWS credentials of the environment, the profile or the instance",
    )
    bedrock_base_url: str = Field(
        default="", validation_alias="ANTHROPIC_BEDROCK_BASE_URL", description="empty: that of the region"
    )
    vertex_region: str = Field(
        default="", validation_alias="CLOUD_ML_REGION", description="Vertex AI's, also `global`, `us` or `eu`"
    )
    vertex_project: str = Field(
        default="", validation_alias="ANTHROPIC_VERTEX_PROJECT_ID", description="empty: that of the Google credentials"
    )
    vertex_base_url: str = Field(
        default="", validation_alias="ANTHROPIC_VERTEX_BASE_URL", description="empty: that of the region"
    )
    model: str = Field(
        default="claude-sonnet-5-5", description="the model that answers questions; it has to know tools"
    )
    small_model: str | None = Field(
        default=None,
        description=f"for small jobs: titles of conversations; unset: `{HAIKU}` beside a Claude model, none beside others; empty: none",
    )
    effort: Effort | Literal[""] = Field(
        default="medium", description="how hard the model thinks; empty for models that do not know it (4.5 and older)"
    )
    prices: dict[str, ModelPrice] = Field(
        default_factory=lambda: dict(PRICES),
        min_length=1,
        description="US dollars per million tokens by the beginning of the model's name",
    )

    reply_tokens: int = Field(default=16_000, ge=1, description="largest reply, thinking included")
    question_tokens: int = Field(
        default=400_000,
        ge=1,
        description="budget of one question with all its steps, each of which reads what was said before",
    )
    question_usd: float = Field(default=0.50, ge=0, description="budget of one question with all its steps")
    session_usd: float = Field(default=10.0, ge=0, description="budget of one session")
    day_usd: float = Field(default=0.0, ge=0, description="budget of a day (UTC) over all sessions and copies; 0: none")

    model_tries: int = Field(default=4, ge=1, description="requests per generation while the model is busy")
    model_turns: int = Field(
        default=8,
        ge=1,
        description="exchanges at once with each model, over all copies of this service; a session has at most half of them",
    )
    requests_per_minute: int = Field(default=50, ge=1, description="of each model, over all copies of this service")
    input_tokens_per_minute: int = Field(
        default=0,
        ge=0,
        description="of each model, over all copies, without those that the server has cached; 0: what its headers say, or none",
    )
    output_tokens_per_minute: int = Field(
        default=0, ge=0, description="of each model, over all copies; 0: what the server's headers say, or none"
    )
    queue_length: int = Field(default=100, ge=1, description="workers that may wait for a turn, over all copies")

    conversation_messages: int = Field(default=1000, ge=2, description="most messages of a conversation")
    session_conversations: int = Field(default=1000, ge=1, description="most conversations of a session")
    keep_seconds: int = Field(
        default=32 * 86400, ge=1, description="Redis keys outlive any session by this bound at the latest"
    )

    @property
    def has_model(self) -> bool:
        """Of the clouds it is known from their choice; their credentials are looked up when the service starts."""
        return self.model_provider != "anthropic" or self.anthropic_api_key is not None

    @property
    def model_of_small_jobs(self) -> str:
        """Empty: none. A server of one's own need not have Claude's small model, and an inference profile of Bedrock has one model."""
        if self.small_model is not None:
            return self.small_model.strip()
        return HAIKU if "claude" in self.model and self.model_provider != "bedrock-runtime" else ""

    @field_validator("anthropic_api_key", "bedrock_api_key")
    @classmethod
    def empty_is_none(cls, key: SecretStr | None) -> SecretStr | None:
        return key if key and key.get_secret_value().strip() else None

    @field_validator("anthropic_base_url")
    @classmethod
    def empty_is_default(cls, url: str) -> str:
        return url.strip() or "https://api.anthropic.com"
