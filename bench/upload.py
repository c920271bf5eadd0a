"""500 MB through the gateway beside a bare presigned PUT to the same store; what it costs beside the `minio` client; how much memory.

Every round runs everything once, in an order that moves on by one each time, so that nobody always comes first. Ratios are made
within a round, and the median of the rounds counts: a slow minute of the machine or of the store weighs on both sides.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import threading
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import psutil

from bench.peers.askframe import session
from bench.peers.processes import MinioServer, TusOnDisk, floor, minio_client, minio_server, processor_time, tus_on_disk
from bench.peers.transport import make, pieces, send, timed
from bench.report import Result, printed
from deploy.local.servers import REGION, Endpoints
from deploy.local.services import SERVICES
from deploy.local.stack import Stack
from services.upload.storage.signing import Signer

MB = 1_000_000
SIZE = 500 * MB
ROUNDS = int(os.environ.get("ROUNDS", "5"))
AT_ONCE, SMALLER = 20, 25 * MB
MEMORY_GOAL = 120.0
CLIENTS = {
    "known": "minio client, file of known length",
    "unknown": "minio client, length unknown",
    "pieces": "minio client, 64 KiB pieces",
}
Figures = defaultdict[str, list[float]]


def bare_put(endpoints: Endpoints, path: Path) -> float:
    """Seconds, without the signing and without the deleting afterwards."""
    signer = Signer(
        endpoints.s3_endpoint, endpoints.s3_bucket, REGION, endpoints.s3_access_key, endpoints.s3_secret_key
    )
    url = signer.presign("PUT", "bench/bare", {}, datetime.now(UTC), 3600)
    seconds = timed(lambda: send(url, "PUT", {"Content-Length": str(path.stat().st_size)}, pieces(path)))
    send(signer.presign("DELETE", "bench/bare", {}, datetime.now(UTC), 3600), "DELETE", {})
    return seconds


class Memory:
    """The largest resident set of a process while the block runs, in MB."""

    def __init__(self, process: psutil.Process) -> None:
        self._process = process
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


def ours(base: str, service: psutil.Process, way: str, path: Path, figures: Figures) -> float:
    """Seconds of one upload; its processor time is noted as `cpu <way>`."""
    with session(base) as opened:
        before = processor_time(service)
        seconds = timed(lambda: getattr(opened, way)(path))
        figures[f"cpu {way}"].append(processor_time(service) - before)
    return seconds


def runs(
    stack: Stack, service: psutil.Process, server: MinioServer, disk: TusOnDisk | None, large: Path, figures: Figures
) -> list[tuple[str, Callable[[], float]]]:
    """What a round consists of."""
    endpoints, base = stack.endpoints, stack.base_url
    listed: list[tuple[str, Callable[[], float]]] = [
        ("bare", lambda: bare_put(endpoints, large)),
        ("tus", lambda: ours(base, service, "tus", large, figures)),
        ("form", lambda: ours(base, service, "form", large, figures)),
        ("server", lambda: server.put(large)),
        ("floor", lambda: floor(endpoints, large)),
        *((kind, lambda kind=kind: minio_client(endpoints, kind, large)) for kind in CLIENTS),  # type: ignore[misc]
    ]
    return [*listed, ("disk", lambda: disk.put(large))] if disk else listed


def measure(folder: Path) -> list[Result]:
    large, medium, small = (
        make(folder / "large.csv", SIZE),
        make(folder / "medium.csv", SIZE // 10),
        make(folder / "small.csv", SMALLER),
    )
    disk = folder / "disk"
    disk.mkdir()
    chosen = [service for service in SERVICES if service.name in ("session", "upload")]
    figures: Figures = defaultdict(list)
    memory: dict[str, float] = {}
    with (
        Stack(folder / "stack", env=dict(os.environ), services=chosen) as stack,
        tus_on_disk(disk) as peer,
        minio_server(stack.endpoints) as server,
    ):
        service = psutil.Process(stack.pid("upload"))
        with Memory(service) as seen:
            ours(stack.base_url, service, "tus", medium, defaultdict(list))
        memory["one upload of 50 MB"] = seen.peak
        listed = runs(stack, service, server, peer, large, figures)
        with Memory(service) as seen:
            for number in range(ROUNDS):
                for name, run in [*listed[number % len(listed) :], *listed[: number % len(listed)]]:
                    figures[name].append(run())
        memory["uploads of 500 MB, one by one"] = seen.peak
        for way in ("tus", "form"):
            with Memory(service) as seen, session(stack.base_url) as opened, ThreadPoolExecutor(AT_ONCE) as clients:
                list(clients.map(getattr(opened, way), [small] * AT_ONCE))
            memory[f"{AT_ONCE} uploads at once, {way}"] = seen.peak
    return [
        *speed(figures),
        *cost(figures),
        *(Result(f"memory, {what}", peak, MEMORY_GOAL, "MB", "limit", goal=1.0) for what, peak in memory.items()),
    ]


def compared(
    name: str, mine: list[float], theirs: list[float], unit: str, peer: str, goal: float | None = None
) -> Result:
    """`ours` such that the ratio is the median of the rounds' own ratios, beside the peer's median."""
    middle = statistics.median(theirs)
    return Result(
        name, middle * statistics.median(a / b for a, b in zip(mine, theirs, strict=True)), middle, unit, peer, goal
    )


def speed(figures: Figures) -> list[Result]:
    found = [
        compared(f"500 MB through the gateway, {way}", figures[way], figures["bare"], "s", "bare PUT", 1.15)
        for way in ("tus", "form")
    ]
    if figures["disk"]:
        rates = {name: [SIZE / MB / seconds for seconds in figures[name]] for name in ("tus", "disk")}
        found.append(compared("throughput, tus", rates["tus"], rates["disk"], "MB/s", "@tus/server on disk"))
    return found


def cost(figures: Figures) -> list[Result]:
    """Processor time for 500 MB. Only the server does what the service does: a client receives nothing from a socket."""
    found = [
        compared("processor time, tus", figures["cpu tus"], figures[kind], "s", peer) for kind, peer in CLIENTS.items()
    ]
    found += [
        compared(
            f"processor time, {way}", figures[f"cpu {way}"], figures["server"], "s", "server over minio client", 1.0
        )
        for way in ("tus", "form")
    ]
    found.append(compared("processor time, form", figures["cpu form"], figures["unknown"], "s", CLIENTS["unknown"]))
    found.append(
        compared("processor time, tus", figures["cpu tus"], figures["floor"], "s", "floor: receive, digest, send")
    )
    return found


def main() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        return printed(measure(Path(folder)))


if __name__ == "__main__":
    main()
