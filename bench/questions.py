"""From question to answer over the gateway, offline, on the demo's tables; beside it, plain pandas in this process."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from askframe import Askframe
from bench.report import Result, ratio_line
from deploy.local.stack import Stack

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
ROUNDS = 15
HOPS = 5  # asked → classified → generated → validated → executed
QUESTIONS: tuple[tuple[str, Callable[[pd.DataFrame], object]], ...] = (
    ("How many rows are there?", len),
    ("What is the average dep_delay per carrier?", lambda df: df.groupby("carrier")["dep_delay"].mean()),
    ("How many rows have origin JFK?", lambda df: (df["origin"] == "JFK").sum()),
    ("What is the maximum distance?", lambda df: df["distance"].max()),
)


def measure() -> list[Result]:
    flights = pd.read_parquet(EXAMPLES / "flights.parquet")
    ours: list[float] = []
    theirs: list[float] = []
    with (
        tempfile.TemporaryDirectory() as home,
        Stack(Path(home), env={"PATH": os.environ["PATH"]}) as stack,
        Askframe(stack.base_url) as client,
    ):
        client.create_session()
        file = client.load(EXAMPLES / "flights.parquet")
        tables = [file.tables[0].table_id]
        for question, _ in QUESTIONS:
            client.ask(question, tables)
        for _ in range(ROUNDS):
            for question, plain in QUESTIONS:
                ours.append(_timed(lambda question=question: client.ask(question, tables)))
                theirs.append(_timed(lambda plain=plain: plain(flights)))
    return [
        Result(
            "question to answer, p50 (goal 250 ms)",
            statistics.median(ours),
            statistics.median(theirs),
            "ms",
            "plain pandas",
        ),
        Result(
            "question to answer, p95",
            sorted(ours)[int(len(ours) * 0.95)],
            sorted(theirs)[int(len(theirs) * 0.95)],
            "ms",
            "plain pandas",
        ),
    ]


def _timed(action: Callable[[], object]) -> float:
    """Milliseconds."""
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1000


def main() -> list[Result]:
    results = measure()
    for result in results:
        print(ratio_line(result))
    return results


if __name__ == "__main__":
    main()
