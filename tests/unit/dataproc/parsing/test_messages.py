"""What a parsing process says is what the service hears, and nothing else is believed."""

from __future__ import annotations

import asyncio
import json
import math
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.dataproc.parsing import ParserPool
from services.dataproc.parsing.job import Job
from services.dataproc.parsing.messages import (
    Advanced,
    Finished,
    MalformedMessage,
    Message,
    Refused,
    Started,
    decode,
    encode,
)
from services.dataproc.parsing.turns import Turn
from shared.formats.refusals import FileRefused


@pytest.mark.parametrize(
    "message",
    [
        Started(4711),
        Advanced(1, 2, 3),
        Refused("too_large", "It is.", ""),
        Finished({"pid": 1, "error": {"é": [None, 1.5]}}),
        Finished(None),
    ],
)
def test_message_comes_back_as_it_was(message: Message) -> None:
    line = encode(message)
    assert line.endswith(b"\n") and line.count(b"\n") == 1
    assert decode(line) == message


def test_kind_is_stated_and_a_result_may_look_like_anything() -> None:
    assert json.loads(encode(Finished({"kind": "refused", "code": "x"}))) == {
        "kind": "finished",
        "result": {"kind": "refused", "code": "x"},
    }


def test_values_that_json_has_no_word_for_are_shown_as_python_shows_them() -> None:
    found = decode(encode(Finished([math.nan, datetime(2024, 5, 1, tzinfo=UTC), Path("a/b")])))
    assert isinstance(found, Finished)
    assert math.isnan(found.result[0]) and found.result[1:] == ["2024-05-01 00:00:00+00:00", "a/b"]


@pytest.mark.parametrize(
    "line",
    [
        b"no json",
        b"[]",
        b"{}",
        b'{"pid": 7}',
        b'{"kind": "stopped"}',
        b'{"kind": "started", "pid": 1}',
        b'{"kind": "started", "pid": "7"}',
        b'{"kind": "advanced", "done": 1, "total": 2}',
        b'{"kind": "refused", "code": 1, "detail": "", "hint": ""}',
        b'{"kind": "finished"}',
        b"[" * 100_000,
    ],
)
def test_what_no_honest_process_says_is_malformed(line: bytes) -> None:
    with pytest.raises(MalformedMessage):
        decode(line)


async def test_process_that_says_so_has_crashed() -> None:
    pool, said = ParserPool(jobs=1, memory_bytes=1 << 30, seconds=1), asyncio.StreamReader()
    said.feed_data(b'{"result": {}}\n')
    with pytest.raises(FileRefused) as refused:
        await pool._follow(said, Job("read", "", "", "", 1 << 30, 1), lambda *_: None, Turn(0, 0.0, heavy=False))
    assert refused.value.code == "parser_crashed"
