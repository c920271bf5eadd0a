"""The service believes nothing that a child sends."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pytest

from services.dataproc.jail.wire import (
    LENGTH,
    AnswerTooLarge,
    MalformedAnswer,
    blocks_of,
    pack,
    unpack_header,
    unpack_table,
)

TABLE = pa.table({"n": [1, 2, None], "t": pa.array(["a", None, "ccc"], pa.large_string()), "b": [True, False, None]})


def answer(table: pa.Table, **header: Any) -> tuple[bytes, bytes]:
    blocks, buffers = blocks_of(table)
    pieces = pack({"rows": table.num_rows, "blocks": blocks, **header}, buffers, 1 << 20)
    return bytes(pieces[0])[LENGTH.size :], b"".join(bytes(piece) for piece in pieces[1:])


def test_a_table_survives_the_way() -> None:
    body, payload = answer(TABLE)
    header, following = unpack_header(body, 1 << 20)
    assert following == len(payload)
    assert unpack_table(header, payload).equals(TABLE)


def test_a_slice_sends_its_own_rows_only() -> None:
    wide = pa.table({"t": pa.array(["x" * 1000] * 1000, pa.large_string())})
    _, payload = answer(wide.slice(10, 3))
    assert len(payload) < 5000


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"nonsense",
        b'"text"',
        b'{"value": NaN}',
        b'{"value": Infinity}',
        b'{"value": "\\ud800"}',
        b'{"value": ' + b"9" * 5000 + b"}",
        b'{"value": 99999999999999999999999}',
        b'{"value": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"value": ' + b"[" * 20 + b"]" * 20 + b"}",
        b'{"blocks": [{"name": "x", "kind": "pickle", "nulls": 0, "sizes": [null, 8]}]}',
        b'{"blocks": [{"name": "x", "kind": "integer", "nulls": 0, "sizes": [null, -8]}]}',
        b'{"blocks": [{"name": "x", "kind": "integer", "nulls": 0, "sizes": [null, 99999999]}]}',
        b'{"blocks": [{"name": "x", "kind": "integer", "nulls": 0, "sizes": [8]}]}',
        b'{"blocks": [{"name": 5, "kind": "integer", "nulls": 0, "sizes": [null, 8]}]}',
        b'{"blocks": {"a": 1}}',
    ],
)
def test_a_malformed_header_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedAnswer):
        unpack_header(body, 1 << 20)


@pytest.mark.parametrize(
    ("value", "accepted"),
    [
        (2**63 - 1, True),
        (2**63, False),
        (1 - 2**63, True),
        (-(2**63), False),  # one short of what 64 bits hold, so that its negation fits, too
        (nested := json.loads("[" * 11 + "]" * 11), True),  # the header around it is the twelfth
        ([nested], False),
        (json.loads('{"a":' * 11 + "1" + "}" * 11), True),
        (json.loads('{"a":' * 12 + "1" + "}" * 12), False),
    ],
)
def test_a_value_is_as_large_and_as_deep_as_was_agreed(value: Any, accepted: bool) -> None:
    body = json.dumps({"value": value}).encode()
    if accepted:
        assert unpack_header(body, 0) == ({"value": value}, 0)
        return
    with pytest.raises(MalformedAnswer, match="larger or deeper"):
        unpack_header(body, 0)


def test_buffers_may_take_what_was_agreed_and_not_a_byte_more() -> None:
    body, payload = answer(TABLE)
    assert unpack_header(body, len(payload))[1] == len(payload)
    with pytest.raises(MalformedAnswer, match="larger or deeper"):
        unpack_header(body, len(payload) - 1)


def test_a_table_without_rows_and_one_without_columns_survive_the_way() -> None:
    for table in (TABLE.slice(0, 0), pa.table({})):
        body, payload = answer(table)
        header, _ = unpack_header(body, 1 << 20)
        assert unpack_table(header, payload).equals(table)


def test_offsets_that_point_outside_are_refused() -> None:
    body, payload = answer(pa.table({"t": pa.array(["abc", "def"], pa.large_string())}))
    header, _ = unpack_header(body, 1 << 20)
    forged = payload.replace((6).to_bytes(8, "little"), (1 << 40).to_bytes(8, "little"), 1)
    assert forged != payload
    with pytest.raises(MalformedAnswer):
        unpack_table(header, forged)


def test_text_that_is_not_utf8_is_refused() -> None:
    body, payload = answer(pa.table({"t": pa.array(["abc"], pa.large_string())}))
    header, _ = unpack_header(body, 1 << 20)
    with pytest.raises(MalformedAnswer):
        unpack_table(header, payload.replace(b"abc", b"\xff\xfe\xfd"))


@pytest.mark.parametrize("rows", [-1, 10**12, "3", None, True])
def test_a_wrong_number_of_rows_is_refused(rows: Any) -> None:
    body, payload = answer(TABLE)
    header = {**json.loads(body), "rows": rows}
    with pytest.raises(MalformedAnswer):
        unpack_table(header, payload)


def test_a_header_over_the_limit_is_not_packed() -> None:
    with pytest.raises(AnswerTooLarge):
        pack({"value": "x" * 2000}, [], 1000)
