"""JSON documents one behind the other, lone surrogates, and what tables within a document are called."""

from __future__ import annotations

import json

import pytest

from services.dataproc.reading.json.concatenated import parse_concatenated
from services.dataproc.reading.json.surrogates import without_lone_surrogates
from services.dataproc.reading.naming import name_within
from shared.formats.refusals import FileRefused
from tests.unit.dataproc.reading.readings import Read

ORDERS = [{"no": 4, "town": "Ulm"}, {"no": 5, "town": "Bonn {x}"}, {"no": 6, "town": 'a "}{" b'}]


@pytest.mark.parametrize(
    "text",
    [
        "".join(map(json.dumps, ORDERS)),
        "\n".join(json.dumps(order, indent=2) for order in ORDERS),
        json.dumps(ORDERS[0]) + "\n" + json.dumps(ORDERS[1]) + json.dumps(ORDERS[2]),
        json.dumps(ORDERS[:1], indent=1) + "\r\n" + json.dumps(ORDERS[1:], indent=1),
    ],
)
def test_documents_behind_one_another_are_rows(read: Read, text: str) -> None:
    found = read(text, "orders.json")
    assert found.cells() == {"no": [4, 5, 6], "town": [order["town"] for order in ORDERS]}


def test_every_digit_of_a_number_is_kept() -> None:
    found = parse_concatenated(b'{"n":1413617112501850121}{"n":0.10000000000000000001}')
    assert found is not None
    assert [str(value["n"]) for value in found.objects] == ["1413617112501850121", "0.10000000000000000001"]


@pytest.mark.parametrize(
    "text", [b'{"a":1}', b'{"a":1}{"a":', b'{"a":1}[2]', b'{"a":1},{"a":2}', b'{"a":NaN}{"a":1}', b""]
)
def test_what_is_no_row_of_documents_is_none(text: bytes) -> None:
    assert parse_concatenated(text) is None


def test_a_broken_line_is_still_named_by_its_place(read: Read) -> None:
    with pytest.raises(FileRefused, match="line 3"):
        read(b'{"a":1}\n{"a":2}\n{"a":}\n{"a":4}\n', "log.jsonl")


def test_lone_surrogates_are_replaced_and_counted(read: Read) -> None:
    found = read(rb'[{"t":"cut \ud83d"},{"t":"\ude00 \ud83d\ude00"},{"t":"\\ud83d"}]', "notes.json")
    assert found.cells() == {"t": ["cut \ufffd", "\ufffd \U0001f600", "\\ud83d"]}
    assert [warning for warning in found.table.warnings if warning.startswith("2 letter(s)")]


def test_whole_pairs_are_left_alone_without_a_word(read: Read) -> None:
    found = read(json.dumps([{"t": "\U0001f600"}, {"t": "b"}]), "notes.json")
    assert (found.cells(), found.table.warnings) == ({"t": ["\U0001f600", "b"]}, ())


def test_lone_surrogates_in_lines(read: Read) -> None:
    found = read(b'{"t":"a"}\n{"t":"\\uDC00"}\n', "notes.jsonl")
    assert found.cells() == {"t": ["a", "\ufffd"]}


@pytest.mark.parametrize(
    ("text", "replaced"),
    [
        (rb'"\\\ud800"', rb'"\\\ufffd"'),
        (rb'"\ud800\ud800\udc00"', rb'"\ufffd\ud800\udc00"'),
        (rb'"\\ud800"', rb'"\\ud800"'),
    ],
)
def test_backslashes_are_read_in_pairs(text: bytes, replaced: bytes) -> None:
    assert without_lone_surrogates(text)[0] == replaced


def test_a_list_called_like_its_file_is_named_once(read: Read) -> None:
    document = {"orders": [{"id": 1, "items": [{"n": 1}]}], "customers": [{"id": 1}]}
    found = read(json.dumps(document), "orders.json")
    assert [table.name for table in found.result.tables] == ["orders", "orders.items", "orders customers"]


def test_names_that_only_begin_alike_are_told_apart() -> None:
    assert name_within("order", "orders") == "order orders"
