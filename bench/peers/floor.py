"""What no service can do without: receive the bytes, digest them, send them on. `python -m bench.peers.floor SIZE` prints its port,
takes that many bytes from whoever connects, in one buffer of a part's size, and prints the processor time they cost.
"""

from __future__ import annotations

import hashlib
import os
import socket
import sys
from datetime import UTC, datetime

from services.upload.storage.signing import Signer
from services.upload.storage.wire import Body, Wire

PART = 8 << 20
KEY = "bench/floor"


def fill(connection: socket.socket, view: memoryview) -> int:
    used = 0
    while used < len(view) and (got := connection.recv_into(view[used:])):
        used += got
    return used


def relay(connection: socket.socket, size: int, wire: Wire) -> None:
    digest, view = hashlib.sha256(), memoryview(bytearray(PART))
    while size:
        used = fill(connection, view[: min(PART, size)])
        assert used, "the sender went away"
        digest.update(view[:used])
        wire.call("PUT", KEY, body=Body(view=view[:used], size=used))
        size -= used


def main() -> None:
    env = os.environ
    signer = Signer(
        env["ASKFRAME_S3_ENDPOINT"],
        env["ASKFRAME_S3_BUCKET"],
        env["ASKFRAME_S3_REGION"],
        env["ASKFRAME_S3_ACCESS_KEY"],
        env["ASKFRAME_S3_SECRET_KEY"],
    )
    wire = Wire(signer, lambda: datetime.now(UTC))
    with socket.create_server(("127.0.0.1", 0)) as server:
        print(server.getsockname()[1], flush=True)
        connection, _ = server.accept()
        before = sum(os.times()[:2])
        relay(connection, int(sys.argv[1]), wire)
        print(sum(os.times()[:2]) - before, flush=True)
    wire.call("DELETE", KEY)


if __name__ == "__main__":
    main()
