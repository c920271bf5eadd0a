"""Where in a document the lists stand that are too large to be held together with the rest of it."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from services.dataproc.reading.json.framing import BEFORE, HEAD_BYTES, Place
from services.dataproc.reading.json.invalid import check_document, invalid_json_at
from services.dataproc.reading.json.numbers import parse
from services.dataproc.reading.json.repeated_keys import count_keys, repeated_keys
from services.dataproc.reading.json.scanning import Unclosed, end_of_list
from shared.formats.refusals import too_large

SCANNED = 4 << 20  # bytes of a list at a time
BLANKS = re.compile(r"[ \t\r\n]*")
LIST_OF = re.compile(r"\[[ \t\r\n]*([\[{])")
MOST_BESIDE = 24 << 20
HELD_WHOLE = (
    "what does not stand in its lists of objects or of rows has to be held as a whole, and is too much for that"
)


@dataclass(frozen=True)
class LargeList:
    """A list of objects, or else of rows: the keys that lead to it, and where what is in its brackets stands."""

    path: tuple[str, ...]
    place: Place
    of_objects: bool

    @property
    def name(self) -> str:
        return ".".join(self.path)


class Window:
    """A part of a file as text, a sign for every byte; the member that is looked at begins at `at`."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.move(0)
        self.at = len(self.text) - len(self.text.lstrip(BEFORE.decode("latin-1")))

    def move(self, offset: int) -> None:
        self._file.seek(offset)
        self.begin, self.text = offset, self._file.read(HEAD_BYTES).decode("latin-1")
        self.at = self.blanks(0)

    def blanks(self, at: int) -> int:
        """The place behind blanks."""
        found = BLANKS.match(self.text, at)
        return found.end() if found else at


def large_lists(path: Path, most: int) -> list[LargeList]:
    """The lists of objects or of rows in a document that do not stand within the beginning of a window, at most so many. Raises FileRefused when something else is as large."""
    try:
        with path.open("rb") as file:
            window = Window(file)
            if LIST_OF.match(window.text, window.at):
                return [list_at(path, (), window, window.at)]
            return members(path, window, most)
    except Unclosed:
        raise invalid_json_at(path, path.stat().st_size, "a list in it does not end") from None
    except ValueError:  # no JSON in its grammar or its UTF-8, or something that is none of these lists
        check_document(path)
        raise too_large(HELD_WHOLE) from None


def members(path: Path, window: Window, most: int) -> list[LargeList]:
    """What stands in a window whole is passed over; the window moves on to what does not, and into it."""
    found: list[LargeList] = []
    outer: list[str] = []
    while True:
        sign = window.text[window.at : window.at + 1]
        if sign == "}":
            if not outer:
                return found
            outer.pop()
            window.at = window.blanks(window.at + 1)
        elif sign in ("{", ","):
            if (behind := whole_member(window, sign)) is not None:
                window.at = behind
            elif window.at:
                window.move(window.begin + window.at)
            else:
                key, value = member_begun(window)
                if LIST_OF.match(window.text, value):
                    found.append(list_at(path, (*outer, key), window, value))
                    if len(found) > most:
                        raise too_large(f"it holds more than {most} large lists")
                    window.move(found[-1].place.end + 1)
                elif window.text[value : value + 1] == "{":
                    outer.append(key)
                    window.move(window.begin + value)
                else:
                    raise ValueError
        elif not sign and window.at and window.text:
            window.move(window.begin + window.at)
        else:
            raise ValueError


def whole_member(window: Window, sign: str) -> int | None:
    """The place behind a key and its value, and behind the blanks that follow; None when they do not end in the window."""
    decode, key = json.JSONDecoder(strict=False).raw_decode, window.blanks(window.at + 1)
    if sign == "{" and window.text[key : key + 1] == "}":
        return key
    try:
        _, after = decode(window.text, key)
        _, end = decode(window.text, window.blanks(window.blanks(after) + 1))
    except json.JSONDecodeError:
        return None
    return window.blanks(end) if end < len(window.text) else None


def member_begun(window: Window) -> tuple[str, int]:
    """(key, place of its value)"""
    key = window.blanks(window.at + 1)
    _, after = json.JSONDecoder(strict=False).raw_decode(window.text, key)
    return str(orjson.loads(window.text[key:after].encode("latin-1"))), window.blanks(window.blanks(after) + 1)


def list_at(path: Path, keys: tuple[str, ...], window: Window, value: int) -> LargeList:
    begin, element = window.begin + value + 1, LIST_OF.match(window.text, value)
    place = Place(begin, end_of_list(path, begin, SCANNED))
    return LargeList(keys, place, element is not None and element[1] == "{")


def without_lists(path: Path, lists: list[LargeList]) -> tuple[Any, Counter[str]]:
    """The document with empty lists in place of these, and its keys that stand twice. Raises FileRefused when it is not valid, or large itself."""
    pieces, left = [], MOST_BESIDE
    begins = [0, *(found.place.end for found in lists)]
    ends = [*(found.place.begin for found in lists), path.stat().st_size]
    with path.open("rb") as file:
        for begin, end in zip(begins, ends, strict=True):
            file.seek(begin)
            pieces.append(file.read(min(end - begin, left + 1)))
            left -= len(pieces[-1])
            if left < 0:
                raise too_large(HELD_WHOLE)
    try:
        text = b"".join(pieces).lstrip(BEFORE)
        rest = parse(text)
    except orjson.JSONDecodeError as error:
        check_document(path)
        raise invalid_json_at(path, begins[-1], error.msg) from error
    return rest, repeated_keys(text, count_keys(rest), [text])
