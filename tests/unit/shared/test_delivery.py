"""Delivery's decisions at their edges: which delivery is the last, how long until the next, what a dead letter keeps."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any, cast

import pytest
from nats.aio.msg import Msg

from shared.bus import DURABLES, Durable
from shared.bus.delivery import LARGEST_BODY, Delivery, body_of, handle
from shared.bus.provision import consumer_config
from shared.errors import InvalidRequest, Unavailable
from shared.events import DeadLetter

THREE_TIMES = Durable("upload-probe", "file.deleted.v1", ack_wait=9.0, retry_delays=(1.0, 5.0))


def delivery(number: int, durable: Durable = THREE_TIMES) -> Delivery:
    return Delivery(durable, "e", durable.subject, number, 7)


@pytest.mark.parametrize(("number", "last"), [(1, False), (2, False), (3, True), (4, True)])
def test_last_delivery_is_the_one_that_max_deliver_names(number: int, last: bool) -> None:
    assert THREE_TIMES.max_deliver == 3
    assert delivery(number).is_last is last


@pytest.mark.parametrize(("number", "delay"), [(1, 1.0), (2, 5.0), (3, 5.0)])
def test_each_delivery_waits_for_its_own_delay(number: int, delay: float) -> None:
    assert delivery(number).delay == delay


@pytest.mark.parametrize("durable", DURABLES.values(), ids=lambda durable: durable.name)
def test_the_server_and_the_service_agree_on_the_last_delivery(durable: Durable) -> None:
    """One more at the server, and a message is retried without a word; one less, and it ends without its dead letter."""
    config = consumer_config(durable)
    assert config.max_deliver == len(durable.retry_delays) + 1
    assert delivery(int(config.max_deliver), durable).is_last
    assert not delivery(int(config.max_deliver) - 1, durable).is_last


@pytest.mark.parametrize("durable", DURABLES.values(), ids=lambda durable: durable.name)
def test_two_heartbeats_may_be_lost_before_a_live_worker_counts_as_dead(durable: Durable) -> None:
    assert 2 * durable.heartbeat < consumer_config(durable).ack_wait <= 3 * durable.heartbeat


class Letterbox:
    """A message, and what became of it."""

    def __init__(self, number: int, data: bytes = b'{"session_id": "s"}') -> None:
        self.settled: list[str] = []
        self.buried: list[DeadLetter] = []
        sequence = SimpleNamespace(stream=7)
        self.metadata = SimpleNamespace(consumer=THREE_TIMES.name, num_delivered=number, sequence=sequence)
        self.subject, self.headers, self.data = THREE_TIMES.subject, {"ce-id": "e"}, data

    async def ack(self) -> None:
        self.settled.append("acknowledged")

    async def nak(self, delay: float) -> None:
        self.settled.append(f"again in {delay}")

    async def bury(self, letter: DeadLetter) -> None:
        self.buried.append(DeadLetter.model_validate_json(letter.model_dump_json()))

    async def meet(self, error: Exception | None) -> None:
        async def handler() -> None:
            if error:
                raise error

        await handle(cast(Msg, self), handler, self.bury)


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DURABLES, THREE_TIMES.name, THREE_TIMES)


@pytest.mark.parametrize(
    ("number", "settled", "letters"), [(1, "again in 1.0", 0), (2, "again in 5.0", 0), (3, "acknowledged", 1)]
)
async def test_a_passing_error_is_retried_up_to_the_last_delivery_and_then_buried(
    number: int, settled: str, letters: int
) -> None:
    box = Letterbox(number)
    await box.meet(Unavailable("not now"))
    assert (box.settled, len(box.buried)) == ([settled], letters)


async def test_a_lasting_error_is_buried_at_the_first_delivery() -> None:
    box = Letterbox(1)
    await box.meet(InvalidRequest("never"))
    assert (box.settled, len(box.buried)) == (["acknowledged"], 1)


async def test_an_error_whose_sentence_is_no_unicode_can_be_stored() -> None:
    box = Letterbox(1)
    await box.meet(ValueError("what came was \ud800"))
    assert box.buried[0].reason == "ValueError: what came was ?"


async def test_a_burial_that_fails_leaves_the_message_to_the_server() -> None:
    box = Letterbox(3)

    async def away(letter: DeadLetter) -> None:
        raise Unavailable("the bus is away")

    box.bury = away  # type: ignore[method-assign]
    await box.meet(InvalidRequest("never"))
    assert box.settled == []


async def test_a_message_of_an_unknown_consumer_raises_nothing() -> None:
    box = Letterbox(1)
    box.metadata.consumer = "somebody-else"
    await box.meet(None)
    assert box.settled == []


def nested(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


@pytest.mark.parametrize(
    "data",
    [nested(150), nested(199), nested(201), nested(300), nested(100_000), b"\xff", b'"\\ud800"', b'{"a": "\\udfff"}', b"", b"[1]", b"1" * 5000],
    ids=lambda data: data[:12].decode("latin-1"),
)  # fmt: skip
def test_whatever_a_message_holds_its_letter_can_be_written_and_read_again(data: bytes) -> None:
    letter = DeadLetter(
        durable="d", subject="s", reason="r", error="e", deliveries=1, stream="S", stream_sequence=1, body=body_of(data)
    )
    assert DeadLetter.model_validate(json.loads(letter.model_dump_json())) == letter


def test_a_large_body_keeps_its_ids_and_stays_small() -> None:
    body: dict[str, Any] = {"query_id": "q_1", "attempt": 2, "code": "x" * LARGEST_BODY, "tables": [{"table_id": "t"}]}
    assert body_of(json.dumps(body).encode()) == {"query_id": "q_1", "attempt": 2}


def test_a_body_that_fits_is_kept_whole() -> None:
    body = {"query_id": "q_1", "code": "x" * (LARGEST_BODY - 50)}
    assert body_of(json.dumps(body).encode()) == body
