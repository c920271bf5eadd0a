"""Every port that a stack's servers listen on, tried by a stranger on the same machine and by a page of another origin."""

from __future__ import annotations

import http.client
import socket
import ssl
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from deploy.local.stack import Stack
from tests.integration.deploy.http_call import Answer, call

pytestmark = pytest.mark.integration

ORIGIN = "http://other.example"
TEMPTING = [
    ("GET", "/"),
    ("GET", "/buckets/askframe/ready"),
    ("GET", "/askframe/ready"),
    ("GET", "/dir/status"),
    ("GET", "/dir/assign"),
    ("GET", "/vol/grow?count=1"),
    ("GET", "/cluster/status"),
    ("GET", "/ui/index.html"),
    ("GET", "/metrics"),
    ("GET", "/varz"),
    ("GET", "/config/"),
    ("GET", "/debug/pprof/"),
    ("PUT", "/x"),
    ("POST", "/buckets/askframe/x"),
    ("POST", "/submit"),
    ("POST", "/load"),
    ("DELETE", "/buckets/askframe/ready"),
]
# How much room the disk of the volume server has, and that a server lives, is told to anybody; nothing else is.
HARMLESS = {"/status", "/healthz"}
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"


@dataclass(frozen=True)
class Port:
    server: str
    address: str
    number: int

    @property
    def url(self) -> str:
        return f"http://{self.address}:{self.number}"


def listening(stack: Stack, servers: tuple[str, ...] = ("nats", "valkey", "s3", "gateway")) -> Iterator[Port]:
    for name in servers:
        process = psutil.Process(stack.pid(name))
        for one in (process, *process.children(recursive=True)):
            for connection in one.net_connections("tcp"):
                if connection.status == psutil.CONN_LISTEN:
                    yield Port(name, *connection.laddr)


def answer_of(port: Port, method: str, path: str, origin: str | None) -> Answer | None:
    """None where nothing is there that speaks HTTP."""
    body = b"x" if method in ("PUT", "POST") else None
    try:
        return call(port.url, path, method, body, {"Origin": origin} if origin else {})
    except (OSError, http.client.HTTPException):
        return None


def test_only_loopback_is_listened_on_and_nats_has_one_port(fake_stack: Stack) -> None:
    ports = list(listening(fake_stack))
    assert {port.address for port in ports} == {"127.0.0.1"}
    assert len([port for port in ports if port.server == "nats"]) == 1
    assert len([port for port in ports if port.server == "gateway"]) == 1
    assert len([port for port in ports if port.server == "s3"]) >= 8


@pytest.mark.parametrize("origin", [None, ORIGIN])
def test_no_port_lets_a_stranger_in(fake_stack: Stack, origin: str | None) -> None:
    answered = [
        (port, method, path, answer)
        for port in listening(fake_stack, ("nats", "valkey", "s3"))
        for method, path in TEMPTING
        if (answer := answer_of(port, method, path, origin))
    ]
    assert answered, "the S3 port at least answers"
    assert [(port, method, path) for port, method, path, answer in answered if answer.status < 400] == []


def test_what_anybody_may_see_is_no_secret(fake_stack: Stack) -> None:
    for port in listening(fake_stack, ("s3",)):
        for path in HARMLESS:
            answer = answer_of(port, "GET", path, None)
            if answer and answer.status < 400 and answer.body:
                assert set(answer.json) <= {"DiskStatuses", "Version", "Volumes", "version"}


def test_the_filer_lets_no_page_of_another_origin_ask(fake_stack: Stack) -> None:
    """It is the one that would hand out every object: whoever answers a preflight here is another part."""
    asking = {"Origin": ORIGIN, "Access-Control-Request-Method": "PUT"}
    refusing = 0
    for port in listening(fake_stack, ("s3",)):
        try:
            answer = call(port.url, "/buckets/askframe/ready", "OPTIONS", headers=asking)
        except (OSError, http.client.HTTPException):
            continue
        refusing += answer.status == 403
    assert refusing >= 1


def test_parts_of_the_store_speak_with_nobody_else(fake_stack: Stack) -> None:
    """Their gRPC ports: in the clear, and over TLS without the certificate of the parts."""
    silent = [port for port in listening(fake_stack, ("s3",)) if answer_of(port, "GET", "/", None) is None]
    assert len(silent) >= 4
    for port in silent:
        assert b"\0\0" not in spoken(port)[:12], "an HTTP/2 settings frame: it listens to strangers"
        with pytest.raises((ssl.SSLError, ConnectionError)):
            spoken_over_tls(port)


def spoken(port: Port) -> bytes:
    with socket.create_connection((port.address, port.number), timeout=5) as connection:
        connection.sendall(PREFACE)
        try:
            return connection.recv(4096)
        except ConnectionError:
            return b""


def spoken_over_tls(port: Port) -> bytes:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    with (
        socket.create_connection((port.address, port.number), timeout=5) as plain,
        context.wrap_socket(plain) as connection,
    ):
        connection.sendall(PREFACE)
        while answer := connection.recv(4096):
            return answer
    raise ConnectionError("closed")


@pytest.mark.parametrize(
    ("server", "said", "answered"),
    [
        ("nats", b'CONNECT {"verbose":true}\r\nSUB > 1\r\n', b"Authorization Violation"),
        ("valkey", b"KEYS *\r\n", b"NOAUTH"),
    ],
)
def test_bus_and_state_ask_for_their_password(fake_stack: Stack, server: str, said: bytes, answered: bytes) -> None:
    (port,) = listening(fake_stack, (server,))
    with socket.create_connection((port.address, port.number), timeout=5) as connection:
        connection.sendall(said)
        heard = b""
        while answered not in heard and (piece := connection.recv(4096)):
            heard += piece
    assert answered in heard


def test_sockets_of_the_store_are_their_owners(fake_stack: Stack) -> None:
    numbers = {port.number for port in listening(fake_stack, ("s3",))}
    sockets = [path for number in numbers for path in Path("/tmp").glob(f"seaweedfs-*-{number}.sock")]
    assert sockets
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in sockets} == {0}


def test_no_password_is_shown_by_status_or_logs(fake_stack: Stack) -> None:
    secrets = {
        url.split("@")[0].rsplit(":", 1)[1] for url in (fake_stack.endpoints.nats_url, fake_stack.endpoints.redis_url)
    }
    shown = [fake_stack.service_url(name) for name in ("nats", "valkey", "s3")]
    shown += [path.read_text() for path in (fake_stack.home / "logs").iterdir()]
    assert not [secret for secret in secrets for text in shown if secret in text]
