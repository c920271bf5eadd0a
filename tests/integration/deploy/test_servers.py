"""The embedded servers: private, durable, and with their data when they come back."""

from __future__ import annotations

import re
import stat
import subprocess
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import nats
import obstore
import pytest
import redis
from obstore.store import S3Store

from deploy.local.errors import AlreadyRunning
from deploy.local.free_ports import free_ports, is_free
from deploy.local.programs import program
from deploy.local.servers import Endpoints, embedded_servers
from tests.integration.deploy.http_call import call

pytestmark = pytest.mark.integration


def bucket(at: Endpoints, secret_key: str | None = None) -> S3Store:
    return S3Store(
        at.s3_bucket,
        endpoint=at.s3_endpoint,
        region="us-east-1",
        access_key_id=at.s3_access_key,
        secret_access_key=secret_key or at.s3_secret_key,
        virtual_hosted_style_request=False,
        retry_config={"max_retries": 0},
        client_options={"allow_http": True},
    )


async def publish(at: Endpoints, payload: bytes) -> None:
    client = await nats.connect(at.nats_url)
    await client.jetstream().add_stream(name="KEPT", subjects=["kept.>"])
    await client.jetstream().publish("kept.fact", payload)
    await client.close()


async def last_message(at: Endpoints) -> bytes:
    client = await nats.connect(at.nats_url)
    message = await client.jetstream().get_last_msg("KEPT", "kept.fact")
    await client.close()
    return bytes(message.data or b"")


async def test_what_was_stored_is_there_after_a_restart_on_other_ports(tmp_path: Path) -> None:
    value = uuid4().hex
    with embedded_servers(tmp_path) as first:
        obstore.put(bucket(first), "kept", value.encode())
        redis.Redis.from_url(first.redis_url).set("kept", value)
        await publish(first, value.encode())
    with embedded_servers(tmp_path) as second:
        assert second.nats_url != first.nats_url
        assert bytes(obstore.get(bucket(second), "kept").bytes()) == value.encode()
        assert redis.Redis.from_url(second.redis_url, decode_responses=True).get("kept") == value
        assert await last_message(second) == value.encode()
    assert all(is_free(int(url.rsplit(":", 1)[1].split("/")[0])) for url in (second.nats_url, second.redis_url))


def test_servers_keep_the_settings_that_durability_rests_on(
    fake_endpoints: Endpoints, fake_home: Path, tmp_path: Path
) -> None:
    cache = redis.Redis.from_url(fake_endpoints.redis_url, decode_responses=True)
    assert jetstream_config(fake_home / "nats" / "nats.conf", tmp_path)["sync_always"] is True
    assert cache.config_get("appendonly", "appendfsync", "maxmemory-policy") == {
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
    }


def jetstream_config(config: Path, folder: Path) -> Any:
    """What a server makes of that configuration, asked at a monitoring port that the stack's own has not."""
    port, monitor = free_ports(2)
    text = re.sub(r'listen: ".*"', f'listen: "127.0.0.1:{port}"\nhttp: "127.0.0.1:{monitor}"', config.read_text())
    copy = folder / "nats.conf"
    copy.write_text(re.sub(r'store_dir: ".*"', f'store_dir: "{folder}"', text))
    server = subprocess.Popen([program("nats-server"), "-c", str(copy)], stderr=subprocess.DEVNULL)
    try:
        while is_free(monitor):
            time.sleep(0.01)
        return call(f"http://127.0.0.1:{monitor}", "/jsz?config=1").json["config"]
    finally:
        server.terminate()
        server.wait()


def test_the_store_refuses_a_wrong_key_and_strangers(fake_endpoints: Endpoints) -> None:
    key = uuid4().hex
    obstore.put(bucket(fake_endpoints), key, b"secret")
    with pytest.raises(obstore.exceptions.BaseError):
        obstore.get(bucket(fake_endpoints, secret_key="wrong"), key)
    assert call(fake_endpoints.s3_endpoint, f"/{fake_endpoints.s3_bucket}/{key}").status == 403


def test_the_keys_are_readable_by_their_owner_only_and_not_shown(fake_endpoints: Endpoints, fake_home: Path) -> None:
    for name in (
        "credentials.json",
        "stack.json",
        "nats/nats.conf",
        "valkey/valkey.conf",
        "s3/security.toml",
        "s3/parts.key",
    ):
        assert stat.S_IMODE((fake_home / name).stat().st_mode) == 0o600
    for secret in (fake_endpoints.s3_secret_key, fake_endpoints.nats_url, fake_endpoints.redis_url):
        assert secret not in repr(fake_endpoints)


def test_two_sets_of_servers_cannot_share_a_folder(fake_home: Path) -> None:
    with pytest.raises(AlreadyRunning), embedded_servers(fake_home):
        pytest.fail("they started")
