"""Cells that no other text has, found in what was sent, in whatever form they are in it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from datetime import date
from urllib.parse import quote, quote_plus

SHORTEST = 4  # letters or digits; shorter pieces occur by chance


def leaks(bodies: Iterable[bytes], cells: Iterable[object]) -> dict[object, str]:
    """By cell, the form in which it stands in one of the bodies."""
    sent = [text for body in bodies for text in _readings(body)]
    return {cell: form for cell in cells for form in _forms(cell) if any(form in text for text in sent)}


def _readings(body: bytes) -> Iterator[str]:
    """As it was sent; as its reader has it; and its digits without what stands between them."""
    raw = body.decode()
    read = json.dumps(json.loads(raw), ensure_ascii=False)
    for text in (raw, read, *_texts(json.loads(raw))):
        yield text
        yield text.casefold()
        yield re.sub(r"\\+", r"\\", text)  # JSON in JSON escapes the escapes
        yield re.sub(r"(?<=\d)[^\w\"]{1,2}(?=\d)", "", text)


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for key, item in value.items():
                yield from (key, *_texts(item))
        case list():
            for item in value:
                yield from _texts(item)


def _forms(cell: object) -> Iterator[str]:
    match cell:
        case float() | int():
            yield from _digits(cell)
        case date():
            yield from _days(cell)
        case str():
            yield from _writings(cell)
            for word in re.findall(r"\w+", cell):
                yield from _writings(word) if len(word) >= SHORTEST else ()


def _writings(text: str) -> Iterator[str]:
    for case in (text, text.casefold(), text.upper()):
        yield case
        yield quote(case)
        yield quote_plus(case)
        yield json.dumps(case)[1:-1]
        yield case.encode("unicode_escape").decode()
        yield case.encode().hex()
        yield case[::-1]
        for shift in range(3):
            coded = base64.b64encode(b" " * shift + case.encode()).decode()
            inside = coded[4 if shift else 0 : -4]
            yield from (inside,) if len(inside) >= 2 * SHORTEST else ()


def _digits(number: float) -> Iterator[str]:
    """Written out, with or without its decimals; the marks between them are taken away on the other side."""
    whole = str(int(number))
    yield from (form for form in (whole, re.sub(r"\W", "", str(number))) if len(form) >= SHORTEST)


def _days(day: date) -> Iterator[str]:
    yield from (
        day.strftime(form) for form in ("%Y%m%d", "%d%m%Y", "%m%d%Y", "%d%m%y", "%B %-d", "%-d %B", "%b %-d, %Y")
    )
