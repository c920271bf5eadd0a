"""The same servers from containers, with `testcontainers`: NATS, Valkey and MinIO, as production runs them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from docker.errors import DockerException
from testcontainers.community.minio import MinioContainer
from testcontainers.community.nats import NatsContainer
from testcontainers.community.redis import RedisContainer
from testcontainers.core.container import DockerContainer
from testcontainers.core.docker_client import DockerClient

from deploy.local.servers import Endpoints

BUCKET = "askframe"
NATS_IMAGE = "nats:2.12-alpine"
REDIS_IMAGE = "valkey/valkey:9-alpine"
MINIO_IMAGE = "minio/minio:RELEASE.2025-09-07T16-13-09Z"


def engine_answers() -> bool:
    """Whether a container engine can be used here."""
    try:
        return bool(DockerClient().client.ping())
    except (DockerException, OSError):
        return False


@contextmanager
def container_servers() -> Iterator[Endpoints]:
    """Needs a container engine; raises what the engine's client raises when none answers."""
    nats = NatsContainer(NATS_IMAGE, jetstream=True)
    redis: DockerContainer = RedisContainer(REDIS_IMAGE).with_command(
        "valkey-server --appendonly yes --maxmemory-policy noeviction"
    )
    minio = MinioContainer(MINIO_IMAGE)
    with nats, redis, minio:
        client = minio.get_client()
        if not client.bucket_exists(BUCKET):
            client.make_bucket(BUCKET)
        access = minio.get_config()
        yield Endpoints(
            nats_url=nats.nats_uri(),
            redis_url=f"redis://{redis.get_container_host_ip()}:{redis.get_exposed_port(6379)}/0",
            s3_endpoint=f"http://{access['endpoint']}",
            s3_access_key=access["access_key"],
            s3_secret_key=access["secret_key"],
            s3_bucket=BUCKET,
        )
