"""Whether a server answers. A probe takes a few seconds at most and does not raise for a server that is not there yet."""

from __future__ import annotations

import http.client
import socket
from datetime import timedelta
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from deploy.local.component import Probe
from deploy.local.free_ports import LOOPBACK

if TYPE_CHECKING:
    from obstore.store import ClientConfig

CONNECT = 1.0
ANSWER = 4.0  # a service's /readyz gives its dependencies three seconds


def answers_http(port: int, path: str) -> Probe:
    """A GET is answered with 200."""

    def probe() -> bool:
        connection = http.client.HTTPConnection(LOOPBACK, port, timeout=ANSWER)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return probe


def nats_has_jetstream(port: int) -> Probe:
    """The server greets, and JetStream has recovered its streams (it says so in the greeting)."""
    return _exchange(port, b"", b'"jetstream":true')


def valkey_has_loaded(port: int, password: str) -> Probe:
    """PING is answered with PONG, not with LOADING."""
    return _exchange(port, f"AUTH {password}\r\nPING\r\n".encode(), b"+PONG")


def s3_stores(endpoint: str, access_key: str, secret_key: str, bucket: str) -> Probe:
    """An object can be put into the bucket and read back: the port alone opens before the store can be used."""
    brief = timedelta(seconds=2)
    options: ClientConfig = {"allow_http": True, "timeout": brief, "connect_timeout": brief}
    store = S3Store(
        bucket,
        endpoint=endpoint,
        region="us-east-1",
        access_key_id=access_key,
        secret_access_key=secret_key,
        virtual_hosted_style_request=False,
        retry_config={"max_retries": 0},
        client_options=options,
    )

    def probe() -> bool:
        try:
            obstore.put(store, "ready", b"ready")
            return bytes(obstore.get(store, "ready").bytes()) == b"ready"
        except (BaseError, OSError):
            return False

    return probe


def _exchange(port: int, request: bytes, expected: bytes) -> Probe:
    def probe() -> bool:
        try:
            with socket.create_connection((LOOPBACK, port), timeout=CONNECT) as connection:
                connection.sendall(request)
                return expected in connection.recv(4096)
        except OSError:
            return False

    return probe
