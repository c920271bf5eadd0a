"""The peers that are processes of their own: started, asked for what they cost, ended."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from bench.peers.transport import pieces, send, timed
from deploy.local.free_ports import free_ports
from deploy.local.servers import Endpoints

NODE = Path(__file__).resolve().parents[2] / "tests" / "node"


def processor_time(process: psutil.Process) -> float:
    """Seconds, user and system."""
    return float(sum(process.cpu_times()[:2]))


def minio_client(endpoints: Endpoints, kind: str, path: Path) -> float:
    """Processor time of the `minio` client by itself (`bench.peers.minio_client`)."""
    command = [sys.executable, "-m", "bench.peers.minio_client", kind, str(path)]
    done = subprocess.run(
        command, env={**os.environ, **endpoints.environment()}, check=True, capture_output=True, text=True
    )
    return float(done.stdout)


def floor(endpoints: Endpoints, path: Path) -> float:
    """Processor time of receiving, digesting and sending, and nothing else (`bench.peers.floor`)."""
    command = [sys.executable, "-m", "bench.peers.floor", str(path.stat().st_size)]
    with subprocess.Popen(
        command, env={**os.environ, **endpoints.environment()}, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        with socket.create_connection(("127.0.0.1", int(process.stdout.readline()))) as connection:
            for piece in pieces(path):
                connection.sendall(piece)
        return float(process.stdout.readline())


class MinioServer:
    """A server that streams bodies into the `minio` client (`bench.peers.minio_server`)."""

    def __init__(self, port: int, pid: int) -> None:
        self._url, self._process = f"http://127.0.0.1:{port}/", psutil.Process(pid)

    def put(self, path: Path) -> float:
        """Processor time of one file."""
        before = processor_time(self._process)
        send(self._url, "PUT", {"Content-Length": str(path.stat().st_size)}, pieces(path))
        return processor_time(self._process) - before


@contextmanager
def minio_server(endpoints: Endpoints) -> Iterator[MinioServer]:
    port = free_ports(1)[0]
    process = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "bench.peers.minio_server:app", "--port", str(port), "--log-level", "error"],
        env={**os.environ, **endpoints.environment()},
    )
    try:
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.1)
        yield MinioServer(port, process.pid)
    finally:
        process.terminate()
        process.wait()


class TusOnDisk:
    """npm's reference server, storing in a folder."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url, self._folder = url, folder

    def put(self, path: Path) -> float:
        """Seconds for one file."""
        headers, size = {"Tus-Resumable": "1.0.0"}, str(path.stat().st_size)
        made, _ = send(self._url, "POST", {**headers, "Upload-Length": size, "Content-Length": "0"})
        octets = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream", "Content-Length": size}
        seconds = timed(lambda: send(made["Location"], "PATCH", {**headers, **octets}, pieces(path)))
        for stored in self._folder.iterdir():
            stored.unlink()
        return seconds


@contextmanager
def tus_on_disk(folder: Path) -> Iterator[TusOnDisk | None]:
    """None when it is not installed (`python -m tests.setup`)."""
    if not (NODE / "node_modules").is_dir():
        yield None
        return
    process = subprocess.Popen(["node", str(NODE / "server.mjs"), str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield TusOnDisk(f"http://127.0.0.1:{process.stdout.readline().strip()}/files", folder)
    finally:
        process.terminate()
        process.wait()
