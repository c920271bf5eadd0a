"""Settings that every service shares. A service's own `settings.py` subclasses this; nothing else reads the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.privacy import HousePrivacy, Privacy


class CommonSettings(BaseSettings):
    """Read from `ASKFRAME_*` variables. The defaults suit a developer's machine; deployments set all that differ."""

    model_config = SettingsConfigDict(env_prefix="ASKFRAME_", extra="ignore", frozen=True)

    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=0, ge=0, le=65535, description="port to listen on")
    nats_url: str = Field(default="nats://127.0.0.1:4222", description="NATS server(s), comma-separated")
    redis_url: SecretStr = Field(
        default=SecretStr("redis://127.0.0.1:6379/0"), description="Redis or Valkey, may carry a password"
    )
    s3_endpoint: str = Field(default="http://127.0.0.1:9000", description="object store")
    s3_access_key: SecretStr = Field(default=SecretStr("askframe"))
    s3_secret_key: SecretStr = Field(default=SecretStr("askframe"))
    s3_bucket: str = "askframe"
    s3_region: str = "us-east-1"
    data_dir: Path = Field(default=Path(".askframe/data"), description="this service's local scratch and cache")
    public_url: str = Field(default="http://127.0.0.1:8000", description="the gateway's origin, as people see it")
    trusted_proxies: int = Field(
        default=1, ge=0, description="proxies in front that append to X-Forwarded-For; 0: none"
    )
    log_level: str = "INFO"
    otel_endpoint: str = Field(
        default="", validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT", description="empty: tracing is off"
    )


ModelProvider = Literal["anthropic", "bedrock", "bedrock-runtime", "vertex"]


class QuestionSettings(CommonSettings):
    """Of those that take part in answering a question. Its deadline is the one bound in seconds from which all others derive."""

    model_provider: ModelProvider = Field(
        default="anthropic",
        description="whose server the model is asked at: Anthropic's or one that speaks its API, Amazon Bedrock's, Google Vertex AI",
    )
    question_seconds: float = Field(
        default=300,
        gt=0,
        description="a question without an end after this long fails; waiting for a model and repairs divide it",
    )


class PrivacySettings(CommonSettings):
    """Of those that show what a model may be told (session) and see to it (nlq): give both the same."""

    privacy: Privacy = Field(
        default="profile",
        description="what Claude may be told in sessions that chose nothing: `profile` (values of cells, too) or `schema_only` (none)",
    )
    privacy_floor: Privacy = Field(
        default="profile", description="`schema_only`: it holds for every session, and none may choose `profile`"
    )

    @property
    def house_privacy(self) -> HousePrivacy:
        return HousePrivacy(self.privacy, self.privacy_floor)
