"""Create or update the streams, the durable consumers and the bucket: `python -m shared.bus.provision`, once per deployment.

Safe to run again and in several copies at once: what is already so stays so.
"""

from __future__ import annotations

import asyncio
import sys

import nats
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import BadRequestError, NotFoundError
from pydantic import Field

from shared.bus.connection import connection_options
from shared.bus.topology import ADVISORIES, BURIAL, DUPLICATE_WINDOW, DURABLES, STREAMS, Durable
from shared.settings import CommonSettings

COPIES = 16  # copies of a service that one consumer can feed at once


class ProvisionSettings(CommonSettings):
    """How much the bus keeps."""

    stream_max_age: float = Field(default=7 * 86400, gt=0, description="seconds that events are kept")
    stream_max_bytes: int = Field(default=1 << 30, gt=0, description="bytes per stream; a full stream refuses")
    stream_replicas: int = Field(default=1, ge=1, le=5, description="3 on a NATS cluster")


def stream_config(name: str, settings: ProvisionSettings) -> StreamConfig:
    """Refusing beats forgetting (`discard: new`), but for advisories, which only ever repeat."""
    return StreamConfig(
        name=name,
        subjects=list(STREAMS[name]),
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        discard=DiscardPolicy.OLD if name == ADVISORIES else DiscardPolicy.NEW,
        max_age=settings.stream_max_age,
        max_bytes=settings.stream_max_bytes,
        num_replicas=settings.stream_replicas,
        duplicate_window=DUPLICATE_WINDOW,
    )


def consumer_config(durable: Durable) -> ConsumerConfig:
    return ConsumerConfig(
        name=durable.name,
        durable_name=durable.name,
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=durable.ack_wait,
        max_deliver=durable.max_deliver,
        filter_subject=durable.subject,
        max_ack_pending=2 * durable.workers * COPIES,
    )


def burial_config() -> ConsumerConfig:
    return ConsumerConfig(
        name=BURIAL, durable_name=BURIAL, ack_policy=AckPolicy.EXPLICIT, ack_wait=30.0, max_deliver=20
    )


async def provision(js: JetStreamContext, settings: ProvisionSettings) -> None:
    """Streams first, then the consumers on them."""
    for name in STREAMS:
        await _ensure_stream(js, stream_config(name, settings))
    await js.add_consumer(ADVISORIES, burial_config())
    for durable in DURABLES.values():
        await js.add_consumer(durable.stream, consumer_config(durable))


async def _ensure_stream(js: JetStreamContext, config: StreamConfig) -> None:
    try:
        await js.stream_info(str(config.name))
    except NotFoundError:
        try:
            await js.add_stream(config)
        except BadRequestError:  # another copy of this program was faster
            await js.update_stream(config)
        return
    await js.update_stream(config)


async def main() -> int:
    settings = ProvisionSettings()
    client = await nats.connect(settings.nats_url.split(","), **connection_options("provision"))
    try:
        await provision(client.jetstream(), settings)
    finally:
        await client.close()
    print(f"provisioned {len(STREAMS)} streams and {len(DURABLES)} consumers")
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
