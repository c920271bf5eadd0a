"""500 MB through the gateway beside a bare presigned PUT to the same store, a plain server over the `minio` client, and npm's
tus server on disk.

Each round runs them one after the other; the median of the rounds counts. Memory is the service's largest resident set.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from bench.report import Result, ratio_line
from deploy.local.free_ports import free_ports
from deploy.local.servers import REGION, Endpoints
from deploy.local.services import SERVICES
from deploy.local.stack import Stack
from services.upload.storage.signing import Signer

MB = 1_000_000
SIZE = 500 * MB
ROUNDS = 3
AT_ONCE, SMALLER = 20, 25 * MB
MEMORY_GOAL = 120.0
NODE = Path(__file__).resolve().parents[1] / "tests" / "node"
PIECE = 1 << 20
BOUNDARY = "------------------------d74496d66958873e"  # as curl makes them


def make(path: Path, size: int) -> Path:
    block = b"".join(b"%d,%s,%d.25\n" % (i, os.urandom(20).hex().encode(), i % 977) for i in range(200_000))
    with path.open("wb") as out:
        while (left := size - out.tell()) > 0:
            out.write(block[:left])
    return path


def pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def send(url: str, method: str, headers: dict[str, str], body: object = None) -> http.client.HTTPMessage:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=600)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    connection.request(method, target, body=body, headers=headers)  # type: ignore[arg-type]
    answer = connection.getresponse()
    content = answer.read()
    assert answer.status < 300, (answer.status, content[:300])
    connection.close()
    answer.headers["X-Body"] = content.decode("latin-1").replace("\n", " ")
    return answer.headers


def timed(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def bare_put(endpoints: Endpoints, path: Path) -> float:
    signer = Signer(endpoints.s3_endpoint, endpoints.s3_bucket, REGION, endpoints.s3_access_key, endpoints.s3_secret_key)
    url = signer.presign("PUT", "bench/bare", {}, datetime.now(UTC), 3600)
    seconds = timed(lambda: send(url, "PUT", {"Content-Length": str(path.stat().st_size)}, pieces(path)))
    send(signer.presign("DELETE", "bench/bare", {}, datetime.now(UTC), 3600), "DELETE", {})
    return seconds


class Session:
    """Ours: a session on the stack, deleted at the end so that the store does not fill up."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.token = json.loads(send(f"{base}/v1/sessions", "POST", {"Content-Length": "0"})["X-Body"])["token"]
        self.headers = {"Authorization": f"Bearer {self.token}"}

    def tus(self, path: Path) -> None:
        headers = {**self.headers, "Tus-Resumable": "1.0.0"}
        made = send(f"{self.base}/v1/uploads", "POST", {**headers, "Upload-Length": str(path.stat().st_size), "Content-Length": "0"})
        send(made["Location"], "PATCH", {**headers, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream",
                                         "Content-Length": str(path.stat().st_size)}, pieces(path))

    def form(self, path: Path) -> None:
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="t.csv"\r\n\r\n'.encode()
        tail = f"\r\n--{BOUNDARY}--\r\n".encode()

        def body() -> Iterator[bytes]:
            yield head
            yield from pieces(path)
            yield tail

        send(f"{self.base}/v1/files", "POST", {**self.headers, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
                                              "Content-Length": str(len(head) + path.stat().st_size + len(tail))}, body())

    def close(self) -> None:
        send(f"{self.base}/v1/sessions/current", "DELETE", self.headers)


@contextmanager
def session(base: str) -> Iterator[Session]:
    opened = Session(base)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def plain_server(endpoints: Endpoints) -> Iterator[tuple[str, psutil.Process]]:
    """The plain way: a server that streams bodies into the `minio` client (`bench.peers.minio_server`)."""
    port = free_ports(1)[0]
    process = subprocess.Popen([sys.executable, "-m", "uvicorn", "bench.peers.minio_server:app", "--port", str(port), "--log-level", "error"],
                               env={**os.environ, **endpoints.environment()})
    try:
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/", psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()


@contextmanager
def tus_on_disk(folder: Path) -> Iterator[str | None]:
    """npm's reference server, or None when it is not installed (`python -m tests.setup`)."""
    if not (NODE / "node_modules").is_dir():
        yield None
        return
    process = subprocess.Popen(["node", str(NODE / "server.mjs"), str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}/files"
    finally:
        process.terminate()
        process.wait()


def put_on_disk(url: str, path: Path, folder: Path) -> float:
    headers = {"Tus-Resumable": "1.0.0"}
    size = str(path.stat().st_size)
    made = send(url, "POST", {**headers, "Upload-Length": size, "Content-Length": "0"})
    octets = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream", "Content-Length": size}
    seconds = timed(lambda: send(made["Location"], "PATCH", {**headers, **octets}, pieces(path)))
    for stored in folder.iterdir():
        stored.unlink()
    return seconds


class Memory:
    """The largest resident set of a process while the block runs, in MB."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self.peak = 0.0
        self._stop = threading.Event()

    def __enter__(self) -> Memory:
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.02):
            self.peak = max(self.peak, self._process.memory_info().rss / MB)

    def cpu(self) -> float:
        return processor_time(self._process)


def processor_time(process: psutil.Process) -> float:
    return float(sum(process.cpu_times()[:2]))


def measure(folder: Path) -> list[Result]:
    large, small = make(folder / "large.csv", SIZE), make(folder / "small.csv", SMALLER)
    disk = folder / "disk"
    disk.mkdir()
    chosen = [service for service in SERVICES if service.name in ("session", "upload")]
    with (Stack(folder / "stack", env=dict(os.environ), services=chosen) as stack, tus_on_disk(disk) as peer,
          plain_server(stack.endpoints) as plain):
        pid = stack.pid("upload")
        assert pid is not None
        figures: dict[str, list[float]] = {name: [] for name in ("bare", "tus", "form", "cpu", "minio", "disk")}
        with Memory(pid) as one:
            for _ in range(ROUNDS):
                one_round(stack, plain, large, one, figures)
                if peer:
                    figures["disk"].append(put_on_disk(peer, large, disk))
        with Memory(pid) as many, session(stack.base_url) as ours, ThreadPoolExecutor(AT_ONCE) as clients:
            list(clients.map(lambda _: ours.form(small), range(AT_ONCE)))
    return results(figures, one.peak, many.peak)


def one_round(stack: Stack, plain: tuple[str, psutil.Process], large: Path, memory: Memory, figures: dict[str, list[float]]) -> None:
    figures["bare"].append(bare_put(stack.endpoints, large))
    for way in ("tus", "form"):
        with session(stack.base_url) as ours:
            before = memory.cpu()
            figures[way].append(timed(lambda ours=ours, way=way: getattr(ours, way)(large)))  # type: ignore[misc]
            figures["cpu"].append(memory.cpu() - before)
    url, process = plain
    before = processor_time(process)
    send(url, "PUT", {"Content-Length": str(large.stat().st_size)}, pieces(large))
    figures["minio"].append(processor_time(process) - before)


def results(figures: dict[str, list[float]], one: float, many: float) -> list[Result]:
    middle = {name: statistics.median(values) for name, values in figures.items() if values}
    found = [Result(f"500 MB through the gateway, {way}", middle[way], middle["bare"], "s", "bare PUT", goal=1.15) for way in ("tus", "form")]
    found += [Result("processor time for 500 MB", middle["cpu"], middle["minio"], "s", "server over minio client", goal=1.0),
              Result("memory, one upload of 500 MB", one, MEMORY_GOAL, "MB", "limit", goal=1.0),
              Result(f"memory, {AT_ONCE} uploads at once", many, MEMORY_GOAL, "MB", "limit", goal=1.0)]
    if "disk" in middle:
        found.append(Result("throughput, tus", SIZE / MB / middle["tus"], SIZE / MB / middle["disk"], "MB/s", "@tus/server on disk"))
    return found


def main() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder))
    for result in found:
        print(ratio_line(result))
    return found


if __name__ == "__main__":
    main()
