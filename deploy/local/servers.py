"""The three servers that services need: NATS with JetStream, Valkey, and an S3 store; each bound to loopback only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local import readiness
from deploy.local.component import Component
from deploy.local.credentials import Credentials, kept_credentials, write_private
from deploy.local.environment import base_environment
from deploy.local.free_ports import LOOPBACK, free_ports, is_free
from deploy.local.programs import program
from deploy.local.state import HomeLock
from deploy.local.store_security import write_security
from deploy.local.supervisor import Supervisor

BUCKET = "askframe"
REGION = "us-east-1"
SERVERS = ("nats", "valkey", "s3")
USER = "askframe"
S3_PARTS = ("master", "volume", "filer", "s3", "admin")

# No monitoring port: it answers anybody, and any page of a browser. `make status` and each service's `/readyz` say what it would.
# `sync_interval: always`: what was acknowledged is on disk and survives a power cut (the default syncs every 2 min).
NATS_CONFIG = """\
server_name: askframe-local
listen: "{host}:{port}"
authorization {{
  user: {user}
  password: "{password}"
}}
jetstream {{
  store_dir: "{store}"
  sync_interval: always
}}
"""
VALKEY_CONFIG = """\
bind {host}
port {port}
requirepass {password}
dir "{folder}"
appendonly yes
appendfsync everysec
maxmemory-policy noeviction
save ""
daemonize no
"""


@dataclass(frozen=True)
class Endpoints:
    """Where the servers of one stack answer."""

    nats_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    s3_endpoint: str
    s3_access_key: str = field(repr=False)
    s3_secret_key: str = field(repr=False)
    s3_bucket: str = BUCKET

    def environment(self) -> dict[str, str]:
        """The same as every service reads it."""
        return {
            "ASKFRAME_NATS_URL": self.nats_url,
            "ASKFRAME_REDIS_URL": self.redis_url,
            "ASKFRAME_S3_ENDPOINT": self.s3_endpoint,
            "ASKFRAME_S3_ACCESS_KEY": self.s3_access_key,
            "ASKFRAME_S3_SECRET_KEY": self.s3_secret_key,
            "ASKFRAME_S3_BUCKET": self.s3_bucket,
            "ASKFRAME_S3_REGION": REGION,
        }


def servers(home: Path) -> tuple[Endpoints, list[Component]]:
    """The servers of a stack with their data under `home`, on ports that are free now."""
    nats_port, valkey_port, *s3_ports = free_ports(2 + 2 * len(S3_PARTS))
    keys = kept_credentials(home / "credentials.json")
    ports = dict(zip([f"{part}.port{kind}" for part in S3_PARTS for kind in ("", ".grpc")], s3_ports, strict=True))
    endpoints = Endpoints(
        nats_url=f"nats://{USER}:{keys.nats_password}@{LOOPBACK}:{nats_port}",
        redis_url=f"redis://:{keys.valkey_password}@{LOOPBACK}:{valkey_port}/0",
        s3_endpoint=f"http://{LOOPBACK}:{ports['s3.port']}",
        s3_access_key=keys.access_key,
        s3_secret_key=keys.secret_key,
    )
    return endpoints, [
        _nats(home / "nats", nats_port, keys.nats_password),
        _valkey(home / "valkey", valkey_port, keys.valkey_password),
        _s3(home / "s3", ports, keys, endpoints),
    ]


@contextmanager
def embedded_servers(home: Path, announce: Callable[[str], None] = lambda _: None) -> Iterator[Endpoints]:
    """The servers alone, for tests and benchmarks: ready inside the block (bucket created), ended after it.

    Streams and consumers are not provisioned. The same `home` used again finds its data.
    """
    home = home.resolve()
    lock = HomeLock(home)
    lock.acquire()
    try:
        endpoints, components = servers(home)
        supervisor = Supervisor(components, home / "logs", announce)
        supervisor.start()
        try:
            yield endpoints
        finally:
            supervisor.stop()
    finally:
        lock.release()


def _nats(folder: Path, port: int, password: str) -> Component:
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "nats.conf"
    store = folder / "data"
    write_private(config, NATS_CONFIG.format(host=LOOPBACK, port=port, user=USER, password=password, store=store))
    return Component(
        name="nats",
        argv=(program("nats-server"), "-c", str(config)),
        env=_environment(folder),
        cwd=folder,
        probe=readiness.nats_has_jetstream(port),
        url=f"nats://{LOOPBACK}:{port}",
    )


def _valkey(folder: Path, port: int, password: str) -> Component:
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "valkey.conf"
    write_private(config, VALKEY_CONFIG.format(host=LOOPBACK, port=port, password=password, folder=folder))
    return Component(
        name="valkey",
        argv=(program("valkey-server"), str(config)),
        env=_environment(folder),
        cwd=folder,
        probe=readiness.valkey_has_loaded(port, password),
        url=f"redis://{LOOPBACK}:{port}/0",
    )


def _s3(folder: Path, ports: dict[str, int], keys: Credentials, endpoints: Endpoints) -> Component:
    """SeaweedFS in its single-machine mode: ready in 0.4 s, where `weed server` needs 3 s, and 12 s on old data.

    Telemetry and the admin page are off. SIGTERM takes it 2.5 s; a kill loses nothing that it acknowledged.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_security(folder)
    options = {
        "dir": folder,
        "ip": LOOPBACK,
        "ip.bind": LOOPBACK,
        "bucket": endpoints.s3_bucket,
        **ports,
        "s3.port.iceberg": 0,
        "s3.port.lance": 0,
        "webdav": "false",
        "admin.ui": "false",
        "master.telemetry": "false",
        "master.volumeSizeLimitMB": 4096,
        "volume.max": 64,
        "volume.preStopSeconds": 0,
        "filer.exposeDirectoryData": "false",
        "s3.cacheCapacityMB": 64,
        "s3.readerCacheSizeMB": 128,
    }
    argv = (program("weed"), "-logtostderr=true", "mini", *(f"-{name}={value}" for name, value in options.items()))
    env = {
        **_environment(folder),
        "AWS_ACCESS_KEY_ID": keys.access_key,
        "AWS_SECRET_ACCESS_KEY": keys.secret_key,
        "GOMEMLIMIT": "512MiB",
    }
    return Component(
        name="s3",
        argv=argv,
        env=env,
        cwd=folder,
        grace=4.0,
        url=endpoints.s3_endpoint,
        probe=readiness.s3_stores(endpoints.s3_endpoint, keys.access_key, keys.secret_key, endpoints.s3_bucket),
        leftovers=_sockets(folder / "ports", list(ports.values())),
    )


def _sockets(record: Path, ports: list[int]) -> tuple[Path, ...]:
    """The sockets that SeaweedFS will leave in /tmp, where it insists on putting them; those of an earlier start that was
    killed, as `record` has its ports, are removed here."""
    earlier = record.read_text().split() if record.exists() else []
    for path in _sockets_of([int(port) for port in earlier if is_free(int(port))]):
        path.unlink(missing_ok=True)
    record.write_text("\n".join(map(str, ports)))
    return _sockets_of(ports)


def _sockets_of(ports: list[int]) -> tuple[Path, ...]:
    return tuple(
        Path(f"/tmp/seaweedfs-{part}{kind}-{port}.sock")  # noqa: S108 - not our choice
        for part in S3_PARTS
        for kind in ("", "-grpc")
        for port in ports
    )


def _environment(folder: Path) -> dict[str, str]:
    """HOME is the server's folder, so that no configuration of the person who runs it is picked up."""
    return {**base_environment(), "HOME": str(folder)}
