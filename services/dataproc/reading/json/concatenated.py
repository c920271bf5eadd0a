"""JSON documents one behind the other, with blanks, line ends or nothing between them: what `jq` prints, and files that were put together."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from services.dataproc.reading.json.numbers import parse

BLANKS = " \t\r\n"
FEWEST = 2  # one is a document


class Documents(NamedTuple):
    """The `objects` that are rows, and the `texts` of the documents that held them."""

    objects: list[Any]
    texts: list[bytes]


def parse_concatenated(data: bytes) -> Documents | None:
    """Two objects and more, or two lists of objects and more; None when the text is something else."""
    try:
        texts = list(_texts(data))
        values = list(map(parse, texts))
    except ValueError:  # of JSON, and of UTF-8
        return None
    if len(values) < FEWEST:
        return None
    objects = [element for value in values for element in (value if isinstance(value, list) else [value])]
    alike = len(set(map(type, values))) == 1 and all(isinstance(element, dict) for element in objects)
    return Documents(objects, texts) if alike and any(objects) else None


def _texts(data: bytes) -> Iterator[bytes]:
    """Raises ValueError where one is no JSON."""
    text, decoder = data.decode(), json.JSONDecoder()
    at = _behind_blanks(text, 0)
    while at < len(text):
        _, end = decoder.raw_decode(text, at)
        yield text[at:end].encode()
        at = _behind_blanks(text, end)


def _behind_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at] in BLANKS:
        at += 1
    return at
