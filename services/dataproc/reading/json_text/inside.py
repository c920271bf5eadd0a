"""A large JSON document whose records are one list in it, as programs that answer questions write them, or GeoJSON."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from services.dataproc.reading.errors import too_large
from services.dataproc.reading.json_text.blocks import BLOCK, LargeObject, closing_bracket
from services.dataproc.reading.json_text.framing import BEFORE, HEAD_BYTES, Inside
from services.dataproc.reading.json_text.numbers import exact, strictly
from services.dataproc.reading.json_text.records import beside_warning
from services.dataproc.reading.json_text.strict import check_strict, invalid_json_at
from services.dataproc.reading.json_text.survey import large_table
from services.dataproc.reading.model import Limits
from services.dataproc.reading.sources import Irregular, RawTable

BLANKS = re.compile(r"[ \t\r\n]*")
OBJECTS = re.compile(r"\[[ \t\r\n]*\{")
MOST_BESIDE = 24 << 20
HELD_WHOLE = "what does not stand in one list of objects has to be held as a whole, and is too much for that"


def inside_table(path: Path, name: str, limits: Limits, careful: str) -> RawTable:
    """The objects of the first large list; what stands beside it is said. Raises ReadError when there is none, or what is beside it is large too."""
    key, begin = large_list(path)
    try:
        inside = Inside(begin, closing_bracket(path, begin, BLOCK))
    except LargeObject as reason:
        raise too_large(str(reason)) from reason
    except Irregular as reason:
        check_strict(path, "json")
        raise invalid_json_at("somewhere", str(reason)) from reason
    document = without_list(path, inside)
    table = large_table(path, "json", name, limits, careful, inside)
    left = [other for other, value in document.items() if other != key and value not in (None, [], {}, "") and not (other == "type" and key == "features")]
    return replace(table, reading={**table.reading, "records": key, "rule": "each object of the list is a row"}, warnings=(beside_warning(left),) if left else ())


def large_list(path: Path) -> tuple[str, int]:
    """(key, place of the bracket) of the first list of objects among a document's members that is not small. Raises ReadError when there is none at its beginning."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    text, decoder = head.decode("latin-1"), json.JSONDecoder(strict=False)  # a sign for every byte
    place = len(head) - len(head.lstrip(BEFORE))
    try:
        while text[place : place + 1] in ("{", ","):
            key = blanks(text, place + 1)
            _, after = decoder.raw_decode(text, key)
            begin = place = blanks(text, blanks(text, after) + 1)
            try:
                _, place = decoder.raw_decode(text, place)
            except json.JSONDecodeError:
                if OBJECTS.match(text, begin):
                    return str(orjson.loads(head[key:after])), begin
                break
            place = blanks(text, place)
    except ValueError:  # no JSON, in its grammar or its UTF-8
        pass
    raise too_large(HELD_WHOLE)


def blanks(text: str, place: int) -> int:
    found = BLANKS.match(text, place)
    return found.end() if found else place


def without_list(path: Path, inside: Inside) -> dict[str, Any]:
    """The document with an empty list in place of that one. Raises ReadError when it is no valid object, or large itself."""
    with path.open("rb") as file:
        before = file.read(inside.begin)
        file.seek(inside.stop + 1)
        after = file.read(MOST_BESIDE)
        if file.read(1):
            raise too_large(HELD_WHOLE)
    data = (before + b"[]" + after).lstrip(BEFORE)
    try:
        strictly(data)
    except orjson.JSONDecodeError as error:
        check_strict(path, "json")
        raise invalid_json_at("beside its list of objects", error.msg) from error
    document: dict[str, Any] = exact(data)
    return document
