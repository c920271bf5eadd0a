"""As much of a MinIO server as provisioning needs: buckets with their rules, and the encrypted admin API, over HTTP.

Written after the client's own reading and writing of payloads (`minio.crypto`): no MinIO was there to compare it with.
"""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from minio.crypto import decrypt, encrypt

ADMIN = "/minio/admin/v3/"


class Sealed(io.BytesIO):
    """A request's body as the client's decryption wants to read one."""

    def release_conn(self) -> None:
        """There is no connection to give back."""


@dataclass
class MinioServer:
    """`racing` makes another copy of the program attach the policy just before this one does."""

    access_key: str = "root"
    secret_key: str = "root-secret"
    url: str = ""
    racing: bool = False
    buckets: dict[str, str] = field(default_factory=dict)
    policies: dict[str, Any] = field(default_factory=dict)
    users: dict[str, str] = field(default_factory=dict)
    attached: dict[str, list[str]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def admin(self, command: str, query: dict[str, str], body: bytes) -> tuple[int, bytes]:
        self.calls.append(command)
        match command:
            case "add-canned-policy":
                self.policies[query["name"]] = json.loads(body)
                return 200, b""
            case "add-user":
                said = self._opened(body)
                assert said["status"] == "enabled"
                self.users[query["accessKey"]] = said["secretKey"]
                return 200, b""
            case "user-info":
                user = query["accessKey"]
                if user not in self.users:
                    return 404, b'{"Code":"XMinioAdminNoSuchUser"}'
                known = {"status": "enabled", "policyName": ",".join(self.attached.get(user, []))}
                return 200, json.dumps(known).encode()
            case "idp/builtin/policy/attach":
                return self._attach(self._opened(body))
        return 404, b'{"Code":"XMinioUnknownAPIRequest"}'

    def _attach(self, said: dict[str, Any]) -> tuple[int, bytes]:
        held = self.attached.setdefault(said["user"], [])
        if self.racing:
            held.extend(said["policies"])
        fresh = [name for name in said["policies"] if name not in held]
        if not fresh:
            return 400, b'{"Code":"XMinioAdminPolicyChangeAlreadyApplied"}'
        if not set(fresh) <= set(self.policies):
            return 404, b'{"Code":"XMinioAdminNoSuchPolicy"}'
        held.extend(fresh)
        return 200, encrypt(json.dumps({"policiesAttached": fresh}).encode(), self.secret_key)

    def _opened(self, body: bytes) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(decrypt(Sealed(body), self.secret_key))  # type: ignore[arg-type]
        return found

    def s3(self, method: str, bucket: str, query: dict[str, str], body: bytes) -> tuple[int, bytes]:
        self.calls.append(f"{method} {bucket} {','.join(query)}".strip())
        if method == "PUT" and "lifecycle" in query:
            self.buckets[bucket] = body.decode()
            return 200, b""
        if method == "PUT":
            if bucket in self.buckets:
                return 409, b"<Error><Code>BucketAlreadyOwnedByYou</Code></Error>"
            self.buckets[bucket] = ""
            return 200, b""
        return (200, b"") if bucket in self.buckets else (404, b"")


def handler_of(server: MinioServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            address = urlsplit(self.path)
            query = dict(parse_qsl(address.query, keep_blank_values=True))
            if f"Credential={server.access_key}/" not in self.headers.get("Authorization", ""):
                status, content = 403, b"<Error><Code>InvalidAccessKeyId</Code></Error>"
            elif address.path.startswith(ADMIN):
                status, content = server.admin(address.path.removeprefix(ADMIN), query, body)
            else:
                status, content = server.s3(self.command, address.path.strip("/"), query, body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Content-Type", "application/xml" if content.startswith(b"<") else "application/json")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        do_GET = do_PUT = do_POST = do_HEAD = _answer

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Nobody reads it."""

    return Handler


@contextmanager
def minio_server() -> Iterator[MinioServer]:
    server = MinioServer()
    listening = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(server))
    server.url = f"http://127.0.0.1:{listening.server_address[1]}"
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()
