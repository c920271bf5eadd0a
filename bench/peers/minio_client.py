"""The `minio` client by itself, streaming a file into the store: `python -m bench.peers.minio_client KIND PATH` prints its processor time.

`known`: a file whose length is told. `unknown`: `length=-1`, as for a stream, from the same file. `pieces`: the same from a source
that gives 64 KiB at a time, as a socket does.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

from bench.peers.minio_server import client

MIB = 1 << 20


class Pieces(io.RawIOBase):
    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self._file.read(min(size, 1 << 16) if size >= 0 else 1 << 16)


def put(kind: str, path: Path) -> None:
    source, length, part = {
        "known": (path.open("rb"), path.stat().st_size, 0),
        "unknown": (path.open("rb"), -1, 10 * MIB),
        "pieces": (Pieces(path), -1, 5 * MIB),
    }[kind]
    minio = client()
    minio.put_object(os.environ["ASKFRAME_S3_BUCKET"], "bench/client", source, length, part_size=part)  # type: ignore[arg-type]
    minio.remove_object(os.environ["ASKFRAME_S3_BUCKET"], "bench/client")


def main() -> None:
    before = sum(os.times()[:2])
    put(sys.argv[1], Path(sys.argv[2]))
    print(sum(os.times()[:2]) - before)


if __name__ == "__main__":
    main()
