"""The search for cells in what was sent finds them: a test of the wire that finds nothing must be able to."""

from __future__ import annotations

import base64
import json
from datetime import date
from urllib.parse import quote

import pytest

from tests.fakes.markers import leaks

NAME, AMOUNT, DAY = "Ilväne Drusk", 731904.25, date(2031, 11, 23)


@pytest.mark.parametrize(
    ("cell", "sent"),
    [
        (NAME, "of Ilväne Drusk, they"), (NAME, "ILVÄNE"), (NAME, "drusk's"), (NAME, quote("Ilväne Drusk")), (NAME, "'Ilv\\xe4ne'"),
        (NAME, base64.b64encode(b"a cell: Ilv\xc3\xa4ne Drusk!").decode()), (NAME, "Ilväne Drusk".encode().hex()), (NAME, "ksurD"),
        (AMOUNT, "731904.25"), (AMOUNT, "731,904.25"), (AMOUNT, "731 904"), (AMOUNT, "it is 731904, about"), (AMOUNT, "731.904,25"),
        (DAY, "2031-11-23"), (DAY, "23.11.2031"), (DAY, "11/23/2031"), (DAY, "on November 23"), (DAY, "Timestamp('20311123')"),
    ],
)  # fmt: skip
def test_a_cell_is_found_in_every_form(cell: object, sent: str) -> None:
    body = {"messages": [{"role": "user", "content": [{"type": "text", "text": json.dumps({"x": f"<{sent}>"})}]}]}
    for ascii_only in (True, False):
        assert set(leaks([json.dumps(body, ensure_ascii=ascii_only).encode()], [cell])) == {cell}


@pytest.mark.parametrize("sent", ["Ilse and Dru", "7319.5", "2031", "November", "731 rows, 904 columns"])
def test_what_is_no_cell_is_not_found(sent: str) -> None:
    assert leaks([json.dumps({"text": sent}).encode()], [NAME, AMOUNT, DAY]) == {}
