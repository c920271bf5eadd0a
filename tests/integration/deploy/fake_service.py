"""A service that answers its probe, tells what it was given, and can be made to fail. Run as a file."""

from __future__ import annotations

import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Answers(BaseHTTPRequestHandler):
    """`/readyz`; `/…/environment` and `/…/request` echo; `/…/stream` writes an event at a time."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        last = self.path.split("?")[0].rsplit("/", 1)[-1]
        if last == "environment":
            return self._json(dict(os.environ))
        if last == "stream":
            return self._stream()
        return self._json(
            {"path": self.path, "headers": dict(self.headers.items()), "pid": os.getpid(), "service": sys.argv[1]}
        )

    def do_POST(self) -> None:
        print(f"begins {self.path}", file=sys.stderr, flush=True)
        left = received = int(self.headers.get("Content-Length", 0))
        while left and (chunk := self.rfile.read(min(left, 1 << 20))):  # nothing more comes from who was cut off
            left -= len(chunk)
        self._json({"received": received - left, "service": sys.argv[1]})

    def _stream(self) -> None:
        """Three events; the second comes only after a file named in the query has appeared."""
        gate = self.path.split("gate=")[-1]
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"data: first\n\n")
        self.wfile.flush()
        deadline = time.monotonic() + 20
        while not os.path.exists(gate) and time.monotonic() < deadline:  # noqa: PTH110
            time.sleep(0.01)
        self.wfile.write(b"data: second\n\n")
        self.close_connection = True

    def _json(self, body: object) -> None:
        content = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        print(format % args, file=sys.stderr)


if __name__ == "__main__":
    if "--fail" in sys.argv:
        print("the fake cannot reach its database")
        sys.exit(3)
    ThreadingHTTPServer((os.environ["ASKFRAME_HOST"], int(os.environ["ASKFRAME_PORT"])), Answers).serve_forever()
