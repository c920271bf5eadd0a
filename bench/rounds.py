"""What a round with a model costs beyond the model's own time, and how soon its words are seen: a model that answers at once, all else real.

python -m bench rounds
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from askframe import Askframe
from askframe.errors import AskframeError
from bench.report import Result, printed
from bench.stored import Stored, stored_at
from deploy.local.stack import Stack
from tests.fakes.api_thread import ApiThread
from tests.fakes.messages_api import MessagesApi, Reply, Streamed, called, came_back, looked, wrote

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
QUESTIONS = 40
THINKING = 0.3  # seconds between an answer and the next question
ROUND, ROUND_MOST = 60.0, 150.0  # milliseconds: the budget of p50 and p95
WORDS = 30.0  # milliseconds from a piece of text to who waits for it
BETWEEN = 0.05  # seconds between two pieces of text
SENTENCES = tuple(f"{name} was looked at." for name in ("Alpha", "Beta", "Gamma", "Delta", "Epsilon"))
LOOK = looked(table="flights", column="origin")
COMPUTE = wrote("result = df.groupby('origin')['dep_delay'].mean().reset_index()", "Takes the mean.", "by_origin")
# A step ends when its event is on the bus' disk; the last one, when the model has the next request.
STEPS = (
    ("reply read and kept", "query.generated.v1"),
    ("validated", "query.validated.v1"),
    ("run in the jail", "query.executed.v1"),
    ("result read, steps written", "query.classified.v1"),
)
ASKED = "asked again"


def answer() -> Streamed:
    """The last reply: a sentence in each piece, with the first letter of the next one, which is what says that it has ended."""
    whole = " ".join(SENTENCES)
    cuts = [whole.index(sentence) + 1 for sentence in SENTENCES[1:]]
    pieces = ['{"text": "', *(whole[a:b] for a, b in zip([0, *cuts], [*cuts, None], strict=True)), '"}']
    deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in pieces]
    events = called("reply", {}, pieces=1).events
    at = next(n for n, (name, _) in enumerate(events) if name == "content_block_delta")
    told = [("content_block_delta", {"type": "content_block_delta", "index": 0, "delta": delta}) for delta in deltas]
    return Streamed((*events[:at], *told, *events[at + 1 :]), delay=BETWEEN)


ANSWER = answer()


def reply_to(request: dict[str, Any]) -> Reply:
    """First it looks, then it computes, then it writes."""
    match came_back(request):
        case None:
            return LOOK
        case {"columns": [_, {"name": "rows"}]}:
            return COMPUTE
        case _:
            return ANSWER


class Listener:
    """Hears the session's live events, as its page does: the pieces of each answer, and when."""

    def __init__(self, client: Askframe) -> None:
        self.heard: dict[str, list[tuple[str, float]]] = {}
        self._client = client
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with suppress(AskframeError):  # the stack ends before it
            for event in self._client.events():
                if delta := event.data.get("delta"):
                    self.heard.setdefault(event.data["id"], []).append((str(delta), time.time()))


@dataclass(frozen=True)
class Asked:
    """One question, and which of the model's requests were for it."""

    query_id: str
    requests: range


def ask(client: Askframe, api: MessagesApi, number: int, tables: Sequence[str]) -> Asked:
    """Nobody's plan answers it, so that nothing of the planner's work is saved."""
    first = len(api.arrived)
    query = client.ask(f"How do the airports compare, in other words than those of {number}?", tables)
    assert query.state == "answered", query.error
    return Asked(query.query_id, range(first, len(api.arrived)))


def rounds(asked: Asked, api: MessagesApi) -> Iterator[float]:
    """Milliseconds from the end of each reply to the request of the next step."""
    for number in asked.requests[1:]:
        yield (api.arrived[number] - api.sent[number - 1][-1]) * 1000


def words(asked: Asked, api: MessagesApi, heard: Sequence[tuple[str, float]]) -> Iterator[float]:
    """Milliseconds from the piece that ends a sentence to who waits for it."""
    sent = api.sent[asked.requests[-1]]
    first = next(n for n, (_, data) in enumerate(ANSWER.events) if "delta" in data) + 1
    for number, (delta, at) in enumerate(heard[: len(SENTENCES) - 1]):
        assert delta.strip() == SENTENCES[number], delta
        yield (at - sent[first + number]) * 1000


def shares(asked: Sequence[Asked], api: MessagesApi, stored: Stored) -> Mapping[str, float]:
    """The median milliseconds of each step of a round."""
    spent: dict[str, list[float]] = {}
    for one in asked:
        for step, number in enumerate(one.requests[:-1], 1):
            before = api.sent[number][-1]
            for name, subject in STEPS:
                at = stored[one.query_id][subject, step + (subject == STEPS[-1][1])]
                spent.setdefault(name, []).append((at - before) * 1000)
                before = at
            spent.setdefault(ASKED, []).append((api.arrived[number + 1] - before) * 1000)
    return {name: statistics.median(times) for name, times in spent.items()}


def measured(asked: Sequence[Asked], api: MessagesApi, listener: Listener, stored: Stored) -> list[Result]:
    spent = [milliseconds for one in asked for milliseconds in rounds(one, api)]
    seen = [milliseconds for one in asked for milliseconds in words(one, api, listener.heard[one.query_id])]
    middle = statistics.median(spent)
    return [
        Result("a round, p50", middle, ROUND, "ms", "budget", goal=1.0),
        Result("a round, p95", statistics.quantiles(spent, n=20)[18], ROUND_MOST, "ms", "budget", goal=1.0),
        Result("a sentence seen, p50", statistics.median(seen), WORDS, "ms", "budget", goal=1.0),
        Result("a sentence seen, p95", statistics.quantiles(seen, n=20)[18], WORDS, "ms", "budget"),
        *(Result(f"of it: {name}", share, middle, "ms", "all") for name, share in shares(asked, api, stored).items()),
    ]


def measure() -> list[Result]:
    thread = ApiThread(reply_to)
    env = {
        "PATH": os.environ["PATH"],
        "ANTHROPIC_API_KEY": "made-up",
        "ANTHROPIC_BASE_URL": thread.start(),
        "ASKFRAME_REQUESTS_PER_MINUTE": "100000",
    }
    try:
        with (
            tempfile.TemporaryDirectory() as home,
            Stack(Path(home), env=env) as stack,
            Askframe(stack.base_url) as client,
        ):
            client.create_session()
            tables = [table.table_id for table in client.load(EXAMPLES / "flights.parquet").tables]
            listener = Listener(Askframe(stack.base_url, token=client.token))
            ask(client, thread.api, 0, tables)  # the first question finds everything cold
            asked = []
            for number in range(1, QUESTIONS + 1):
                asked.append(ask(client, thread.api, number, tables))
                time.sleep(THINKING)
            stored = asyncio.run(stored_at(stack.endpoints.nats_url))
            return measured(asked, thread.api, listener, stored)
    finally:
        thread.stop()


def main() -> list[Result]:
    return printed(measure())


if __name__ == "__main__":
    main()
