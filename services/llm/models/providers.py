"""Whose server the model is asked at, and the SDK's client for it.

Credentials of the clouds are looked up where the clouds' own tools look: environment, profile, instance. That happens when the service starts,
so that the operator hears of what is missing, and not the first person who asks; what becomes invalid later is an error of that exchange.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import anthropic
import structlog

from services.llm.errors import ModelBusy, ProviderUnusable, RequestNotAccepted
from services.llm.limits.tokens import BEDROCK_PREFIX

if TYPE_CHECKING:
    from anthropic import APIRequest, AsyncAPIResponse, AsyncCallNext
    from pydantic import SecretStr

    from services.llm.settings import Settings
    from shared.settings import ModelProvider

MessagesClient = (
    anthropic.AsyncAnthropic
    | anthropic.AsyncAnthropicBedrock
    | anthropic.AsyncAnthropicBedrockMantle
    | anthropic.AsyncAnthropicVertex
)
GOOGLE_SCOPE = "https://www.googleapis.com/auth/cloud-platform"
LONGEST_MESSAGE = 300  # characters of another's explanation in the log
NO_RETRIES = 0  # all workers share one queue, which is where waiting happens
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Provider:
    """`client` raises `ProviderUnusable`; a model's bare name gets the `prefix`."""

    client: Callable[[Settings], MessagesClient]
    prefix: str = ""


def model_client(settings: Settings) -> MessagesClient:
    """The client of the chosen provider. Raises `ProviderUnusable` with a sentence for the operator."""
    try:
        return PROVIDERS[settings.model_provider].client(settings)
    except (anthropic.AnthropicError, ValueError) as error:  # how the SDK says that a region is missing
        raise ProviderUnusable(f"{settings.model_provider} cannot be used: {error}") from error


def model_id(name: str, provider: ModelProvider) -> str:
    """The model's name as its provider spells it: Bedrock's begin with the maker's name, inference profiles and ARNs contain it."""
    return f"{PROVIDERS[provider].prefix}{name}" if name.startswith("claude") else name


def anthropic_client(api_key: SecretStr, base_url: str) -> anthropic.AsyncAnthropic:
    """Also for every server that speaks the Messages API. Everything is given: the SDK looks up nothing itself."""
    return anthropic.AsyncAnthropic(api_key=api_key.get_secret_value(), base_url=base_url, max_retries=NO_RETRIES)


def bedrock_client(settings: Settings) -> anthropic.AsyncAnthropicBedrockMantle:
    """Bedrock's endpoint that speaks the Messages API."""
    return anthropic.AsyncAnthropicBedrockMantle(
        api_key=_bedrock_key(settings),
        aws_region=settings.aws_region or None,
        base_url=settings.bedrock_base_url or None,
        max_retries=NO_RETRIES,
        middleware=(with_credentials,),
    )


def bedrock_runtime_client(settings: Settings) -> anthropic.AsyncAnthropicBedrock:
    """Bedrock's older endpoint (InvokeModel), for inference profiles. Its frames are read by botocore, whatever the credentials."""
    _require("boto3", extra="bedrock")
    return anthropic.AsyncAnthropicBedrock(
        api_key=_bedrock_key(settings),
        aws_region=settings.aws_region or None,
        base_url=settings.bedrock_base_url or None,
        max_retries=NO_RETRIES,
        middleware=(with_credentials,),
    )


def vertex_client(settings: Settings) -> anthropic.AsyncAnthropicVertex:
    """The project comes with the credentials where it is not set: the SDK would look for it after it has made the address."""
    _require("google.auth", extra="vertex")
    import google.auth  # noqa: PLC0415  # an optional dependency

    try:
        credentials, project = google.auth.default(scopes=[GOOGLE_SCOPE])
    except google.auth.exceptions.GoogleAuthError as error:
        raise ProviderUnusable(f"There are no usable Google credentials: {error}") from error
    if not settings.vertex_region:
        raise ProviderUnusable("Vertex AI needs a region: set CLOUD_ML_REGION.")
    project = settings.vertex_project or project
    if not project:
        raise ProviderUnusable("Vertex AI needs a project: set ANTHROPIC_VERTEX_PROJECT_ID.")
    return anthropic.AsyncAnthropicVertex(
        region=settings.vertex_region,
        project_id=project,
        credentials=credentials,
        base_url=settings.vertex_base_url or None,
        max_retries=NO_RETRIES,
        middleware=(with_credentials,),
    )


async def with_credentials(request: APIRequest, call_next: AsyncCallNext) -> AsyncAPIResponse[Any]:
    """Credentials expire and are withdrawn, and the servers that renew them are sometimes away: Google's errors say which it is.

    The SDK wraps what goes wrong while it sends; what comes here as another's error went wrong while the request was being signed.
    """
    try:
        return await call_next(request)
    except anthropic.AnthropicError:
        raise
    except Exception as error:
        log.error("model_credentials_unusable", error=type(error).__name__, said=str(error)[:LONGEST_MESSAGE])
        if getattr(error, "retryable", False):
            raise ModelBusy("The server that gives access to Claude cannot be reached.") from error
        raise RequestNotAccepted(
            "Claude could not be asked because of how this server is set up; the operator's log says why."
        ) from error


def _with_key(settings: Settings) -> anthropic.AsyncAnthropic:
    if settings.anthropic_api_key is None:
        raise ProviderUnusable("Anthropic's API needs a key: set ANTHROPIC_API_KEY.")
    return anthropic_client(settings.anthropic_api_key, settings.anthropic_base_url)


def _bedrock_key(settings: Settings) -> str | None:
    """Without a key there have to be AWS credentials, which sign; None then."""
    if settings.bedrock_api_key:
        return settings.bedrock_api_key.get_secret_value()
    _require("boto3", extra="bedrock")
    import boto3  # noqa: PLC0415  # an optional dependency

    if boto3.Session().get_credentials() is None:
        raise ProviderUnusable(
            "There are no AWS credentials: set AWS_BEARER_TOKEN_BEDROCK, or give the process a key, a profile or a role."
        )
    return None


def _require(module: str, extra: str) -> None:
    if not _is_installed(module):
        raise ProviderUnusable(
            f"This provider and these credentials need an optional dependency: pip install 'askframe[{extra}]'."
        )


def _is_installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # not even its parent is
        return False


PROVIDERS: dict[ModelProvider, Provider] = {
    "anthropic": Provider(_with_key),
    "bedrock": Provider(bedrock_client, prefix=BEDROCK_PREFIX),
    "bedrock-runtime": Provider(bedrock_runtime_client, prefix=BEDROCK_PREFIX),
    "vertex": Provider(vertex_client),
}
