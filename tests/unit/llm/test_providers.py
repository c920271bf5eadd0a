"""Each provider is asked in its own form: where, with which credentials, with what body. Through the real SDK, against a local server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from structlog.testing import capture_logs

from services.llm.app import create_app, models_of
from services.llm.context import read_context
from services.llm.errors import ModelBusy, ProviderUnusable, RequestNotAccepted
from services.llm.limits.patience import Patience
from services.llm.limits.tokens import PRICES, TokenUsage, price_of
from services.llm.models import providers
from services.llm.models.providers import PROVIDERS, model_client, model_id
from services.llm.prompt import build_prompt
from services.llm.reply import ModelReply
from services.llm.settings import Settings
from tests.fakes.llm import context_document
from tests.fakes.messages_api import MessagesApi, wrote
from tests.fakes.model_clouds import GOOGLE_TOKEN, Asked, Broken, ModelClouds

PROMPT = build_prompt(read_context(context_document()))
USAGE = TokenUsage(input=1200, output=87, cache_read=500, cache_write=300)
CLOUD_VARIABLES = (
    "AWS_PROFILE",
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "AWS_BEARER_TOKEN_BEDROCK",
    "AWS_SESSION_TOKEN",
    "ANTHROPIC_AWS_API_KEY",
    "ANTHROPIC_BEDROCK_BASE_URL",
    "ANTHROPIC_VERTEX_BASE_URL",
    "ANTHROPIC_VERTEX_PROJECT_ID",
    "CLOUD_ML_REGION",
    "GOOGLE_CLOUD_PROJECT",
)


@pytest.fixture(autouse=True)
def no_cloud_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in CLOUD_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))


@pytest.fixture
def aws_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("boto3")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made-up")


def google_account(folder: Path, token_uri: str) -> Path:
    """A service account's file; its key signs, and `token_uri` takes whatever was signed."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    account = {
        "type": "service_account",
        "project_id": "project-of-the-account",
        "private_key_id": "1",
        "private_key": pem,
        "client_email": "askframe@project-of-the-account.iam.gserviceaccount.com",
        "token_uri": token_uri,
    }
    path = folder / "account.json"
    path.write_text(json.dumps(account))
    return path


class Deaf:
    """A `Hearing` of nothing."""

    async def tokens(self, count: int) -> None:
        return None

    async def text(self, so_far: str) -> None:
        return None


async def exchange(settings: Settings) -> ModelReply:
    model = models_of(settings).code
    assert model is not None
    try:
        return await model.complete(PROMPT, 2000, Deaf(), Patience(10, 10, 1))
    finally:
        await model.close()


def bedrock(cloud: ModelClouds, path: str = "", **others: str) -> Settings:
    given = {"model_provider": "bedrock", "aws_region": "eu-central-1", "bedrock_base_url": cloud.base_url + path}
    return Settings.model_validate({**given, **others})


def only(cloud: ModelClouds) -> Asked:
    (asked,) = cloud.asked
    return asked


async def test_bedrock_is_asked_at_its_messages_endpoint_with_a_signature_of_its_region(aws_keys: None) -> None:
    async with ModelClouds(wrote("result = 1")).running() as cloud:
        assert isinstance(cloud, ModelClouds)
        reply = await exchange(bedrock(cloud, "/anthropic"))
    asked = only(cloud)
    assert (asked.path, asked.body["model"]) == ("/anthropic/v1/messages", "anthropic.claude-sonnet-5-5")
    assert asked.headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
    assert "/eu-central-1/bedrock-mantle/aws4_request" in asked.headers["authorization"]
    assert (reply.model, reply.usage) == ("anthropic.claude-sonnet-5-5", USAGE)
    assert reply.content[0]["input"]["code"] == "result = 1"


async def test_older_endpoint_of_bedrock_streams_frames_and_takes_the_model_from_the_path(aws_keys: None) -> None:
    async with ModelClouds(wrote("result = 1")).running() as cloud:
        assert isinstance(cloud, ModelClouds)
        profile = "eu.anthropic.claude-sonnet-5-5"
        reply = await exchange(bedrock(cloud, model_provider="bedrock-runtime", model=profile))
    asked = only(cloud)
    assert asked.path == f"/model/{profile}/invoke-with-response-stream"
    assert {"model", "stream"}.isdisjoint(asked.body) and asked.body["anthropic_version"]
    assert asked.body["max_tokens"] == 2000
    assert "/eu-central-1/bedrock/aws4_request" in asked.headers["authorization"]
    assert (reply.model, reply.usage) == (profile, USAGE)
    assert reply.content[0]["input"]["code"] == "result = 1"


@pytest.mark.parametrize("provider", ["bedrock", "bedrock-runtime"])
async def test_bedrock_takes_a_key_of_its_own_instead_of_a_signature(
    provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its Messages endpoint needs no package then."""
    if provider == "bedrock":
        monkeypatch.setattr(providers, "_is_installed", lambda module: False)
    else:
        pytest.importorskip("boto3")
    async with ModelClouds(wrote("result = 1")).running() as cloud:
        assert isinstance(cloud, ModelClouds)
        path = "/anthropic" if provider == "bedrock" else ""
        await exchange(bedrock(cloud, path, model_provider=provider, bedrock_api_key="bedrock-key"))
    assert only(cloud).headers["authorization"] == "Bearer bedrock-key"


@pytest.mark.parametrize(
    ("exception", "raised"), [("throttlingException", ModelBusy), ("validationException", RequestNotAccepted)]
)
async def test_exception_within_bedrocks_stream_passes_or_does_not(
    aws_keys: None, exception: str, raised: type[Exception]
) -> None:
    async with ModelClouds(Broken(exception)).running() as cloud:
        assert isinstance(cloud, ModelClouds)
        with pytest.raises(raised):
            await exchange(bedrock(cloud, model_provider="bedrock-runtime"))


async def test_vertex_is_asked_with_a_token_of_the_account_and_its_project(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("google.auth")
    async with ModelClouds(wrote("result = 1")).running() as cloud:
        assert isinstance(cloud, ModelClouds)
        account = google_account(tmp_path, f"{cloud.base_url}/token")
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(account))
        reply = await exchange(vertex(cloud))
    asked = only(cloud)
    where = "/v1/projects/project-of-the-account/locations/europe-west1/publishers/anthropic/models"
    assert asked.path == f"{where}/claude-sonnet-5-5:streamRawPredict"
    assert asked.headers["authorization"] == f"Bearer {GOOGLE_TOKEN}"
    assert "model" not in asked.body and asked.body["anthropic_version"] and asked.body["stream"] is True
    assert (reply.model, reply.usage) == ("claude-sonnet-5-5", USAGE)


async def test_credentials_that_were_withdrawn_are_the_operators_matter(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("google.auth")
    async with ModelClouds(wrote("result = 1"), token_status=400).running() as cloud:
        assert isinstance(cloud, ModelClouds)
        account = google_account(tmp_path, f"{cloud.base_url}/token")
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(account))
        with capture_logs() as logged, pytest.raises(RequestNotAccepted, match="the operator's log says why"):
            await exchange(vertex(cloud))
    assert cloud.asked == []
    (entry,) = [entry for entry in logged if entry["event"] == "model_credentials_unusable"]
    assert "withdrawn" in entry["said"]


def vertex(cloud: ModelClouds) -> Settings:
    given = {"model_provider": "vertex", "vertex_region": "europe-west1", "vertex_base_url": f"{cloud.base_url}/v1"}
    return Settings.model_validate(given)


async def test_server_of_ones_own_that_speaks_the_messages_api_is_asked_with_any_key() -> None:
    async with MessagesApi(wrote("result = 1")).running() as api:
        local = {"anthropic_base_url": api.base_url, "anthropic_api_key": "any", "model": "qwen3-coder", "effort": ""}
        reply = await exchange(Settings.model_validate(local))
    assert (api.requests[0]["model"], reply.model) == ("qwen3-coder", "qwen3-coder")
    assert api.headers[0]["authorization"] == "Bearer any"


@pytest.mark.parametrize("provider", [name for name in PROVIDERS if name != "anthropic"])
def test_missing_package_is_named_with_what_installs_it(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(providers, "_is_installed", lambda module: False)
    with pytest.raises(ProviderUnusable, match=r"pip install 'askframe\[(bedrock|vertex)\]'"):
        model_client(Settings.model_validate({"model_provider": provider}))


def test_bedrock_without_credentials_is_told_before_anybody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("boto3")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    with pytest.raises(ProviderUnusable, match="AWS_BEARER_TOKEN_BEDROCK"):
        model_client(Settings.model_validate({"model_provider": "bedrock", "aws_region": "eu-central-1"}))


@pytest.mark.parametrize("provider", ["bedrock", "bedrock-runtime"])
def test_bedrock_without_a_region_says_so(provider: str, aws_keys: None) -> None:
    with pytest.raises(ProviderUnusable, match="region"):
        model_client(Settings.model_validate({"model_provider": provider}))


@pytest.mark.parametrize(
    ("provider", "name", "asked"),
    [
        ("anthropic", "claude-sonnet-5-5", "claude-sonnet-5-5"),
        ("vertex", "claude-sonnet-4-5@20250929", "claude-sonnet-4-5@20250929"),
        ("bedrock", "claude-haiku-5-5", "anthropic.claude-haiku-5-5"),
        ("bedrock-runtime", "eu.anthropic.claude-opus-5-5", "eu.anthropic.claude-opus-5-5"),
    ],
)
def test_models_are_called_as_their_provider_calls_them(provider: str, name: str, asked: str) -> None:
    assert model_id(name, provider) == asked  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name",
    [
        "anthropic.claude-haiku-5-5",
        "eu.anthropic.claude-haiku-5-5",
        "arn:aws:bedrock:eu-central-1:1:inference-profile/eu.anthropic.claude-haiku-5-5",
    ],
)
def test_price_is_found_under_a_providers_name(name: str) -> None:
    assert price_of(name, PRICES) == PRICES["claude-haiku-5-5"]


@pytest.mark.parametrize(
    ("given", "expected"), [({}, False), ({"anthropic_api_key": "k"}, True), ({"model_provider": "vertex"}, True)]
)
def test_there_is_a_model_with_a_key_or_with_a_cloud(given: dict[str, str], expected: bool) -> None:
    assert Settings.model_validate(given).has_model is expected
    assert create_app(Settings.model_validate(given))


@pytest.mark.parametrize(
    ("given", "small"),
    [
        ({}, "claude-haiku-5-5"),
        ({"model_provider": "bedrock"}, "claude-haiku-5-5"),
        ({"model_provider": "bedrock-runtime", "model": "eu.anthropic.claude-sonnet-5-5"}, ""),
        ({"model": "qwen3-coder"}, ""),
        ({"model": "qwen3-coder", "small_model": "qwen3-small"}, "qwen3-small"),
        ({"small_model": ""}, ""),
    ],
)
def test_small_jobs_go_to_a_model_that_is_there(given: dict[str, str], small: str) -> None:
    assert Settings.model_validate(given).model_of_small_jobs == small
