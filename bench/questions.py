"""From question to answer over the gateway, offline, on small tables: one after the other and two at once, and where the time goes.

python -m bench questions        # beside it, plain pandas in this process
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from askframe import Askframe
from bench.report import Result, printed
from bench.stored import Stored, stored_at
from deploy.local.stack import Stack

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
ROUNDS = 15
PEOPLE = 2  # who ask at once
THINKING = 0.3  # seconds between an answer and the next question of one who asks alone
MIDDLE, MOST = 100.0, 250.0  # milliseconds: the budget of p50 and p95
QUESTIONS: tuple[tuple[str, Callable[[pd.DataFrame], object]], ...] = (
    ("How many rows are there?", len),
    ("What is the average dep_delay per carrier?", lambda df: df.groupby("carrier")["dep_delay"].mean()),
    ("How many rows have origin JFK?", lambda df: (df["origin"] == "JFK").sum()),
    ("What is the maximum distance?", lambda df: df["distance"].max()),
)
# A step ends when its event is on the bus' disk; the last one, when the answer is in the hands of who asked.
STEPS = (
    ("accepted", "query.asked.v1"),
    ("read and evaluated", "query.classified.v1"),
    ("written and checked", "query.validated.v1"),
    ("run in the jail", "query.executed.v1"),
)
SEEN = "compared and seen"


@dataclass(frozen=True)
class Asked:
    """One question; seconds since the epoch."""

    query_id: str
    begun: float
    ended: float

    @property
    def milliseconds(self) -> float:
        return (self.ended - self.begun) * 1000


def ask(client: Askframe, question: str, tables: Sequence[str]) -> Asked:
    begun = time.time()
    query = client.ask(question, tables)
    assert query.state == "answered", f"{question}: {query.state}"
    return Asked(query.query_id, begun, time.time())


def alone(client: Askframe, tables: Sequence[str]) -> Iterator[Asked]:
    for question, _ in QUESTIONS * ROUNDS:
        yield ask(client, question, tables)
        time.sleep(THINKING)


def together(stack: Stack) -> list[Asked]:
    """Each in a session of their own, without a pause."""

    def person(_: int) -> list[Asked]:
        with Askframe(stack.base_url) as client:
            tables = loaded(client)
            return [ask(client, question, tables) for question, _ in QUESTIONS * ROUNDS]

    with ThreadPoolExecutor(PEOPLE) as people:
        return [asked for found in people.map(person, range(PEOPLE)) for asked in found]


def loaded(client: Askframe) -> list[str]:
    """A session with the table, which has been asked about once."""
    client.create_session()
    tables = [table.table_id for table in client.load(EXAMPLES / "flights.parquet").tables]
    for question, _ in QUESTIONS:
        client.ask(question, tables)
    return tables


def shares(asked: Sequence[Asked], stored: Stored) -> dict[str, float]:
    """The median milliseconds of each step."""
    spent: dict[str, list[float]] = {}
    for one in asked:
        before = one.begun
        for name, subject in STEPS:
            spent.setdefault(name, []).append((stored[one.query_id][subject, 1] - before) * 1000)
            before = stored[one.query_id][subject, 1]
        spent.setdefault(SEEN, []).append((one.ended - before) * 1000)
    return {name: statistics.median(times) for name, times in spent.items()}


def plain(table: pd.DataFrame) -> float:
    seen = []
    for _, compute in QUESTIONS * ROUNDS:
        started = time.perf_counter()
        compute(table)
        seen.append((time.perf_counter() - started) * 1000)
    return statistics.median(seen)


def results_of(how: str, asked: Sequence[Asked]) -> list[Result]:
    seen = [one.milliseconds for one in asked]
    return [
        Result(f"{how}, p50", statistics.median(seen), MIDDLE, "ms", "budget", goal=1.0),
        Result(f"{how}, p95", statistics.quantiles(seen, n=20)[18], MOST, "ms", "budget", goal=1.0),
    ]


def measure() -> list[Result]:
    with (
        tempfile.TemporaryDirectory() as home,
        Stack(Path(home), env={"PATH": os.environ["PATH"]}) as stack,
        Askframe(stack.base_url) as client,
    ):
        single = list(alone(client, loaded(client)))
        double = together(stack)
        stored = asyncio.run(stored_at(stack.endpoints.nats_url))
    pandas = plain(pd.read_parquet(EXAMPLES / "flights.parquet"))
    middle = statistics.median(one.milliseconds for one in single)
    return [
        *results_of("one question after the other", single),
        *results_of("two at once", double),
        Result("one question after the other, p50", middle, pandas, "ms", "plain pandas"),
        *(Result(f"of it: {name}", spent, middle, "ms", "all") for name, spent in shares(single, stored).items()),
    ]


def main() -> list[Result]:
    return printed(measure())


if __name__ == "__main__":
    main()
