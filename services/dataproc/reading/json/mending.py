"""What is no JSON and means one thing all the same, as programs write it: halves of letters, NaN and Infinity, marks at the seams of files put together."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Mapping
from enum import Enum

from services.dataproc.reading.json.surrogates import without_lone_surrogates


class Mending(Enum):
    """What is taken for something else, with what is said of it."""

    HALVES = "letter(s) were cut in halves when the file was written (lone surrogates); each half is read as \ufffd"
    NOT_NUMBERS = "value(s) written as NaN or Infinity, which JSON does not have, are missing"
    MARKS = "byte-order mark(s) between documents left out, as files have that were put together"


NOT_NUMBER = re.compile(rb"(?:\A|[\s:,\[])-?(?:NaN|Infinity)\b")
STRING_OR_ODD = re.compile(
    rb'"(?:[^"\\]++|\\.)*+"|(?P<mark>\xef\xbb\xbf)|(?P<number>(?<![-+.\w])-?(?:NaN|Infinity)(?![-+.\w]))', re.DOTALL
)


def mend(data: bytes) -> tuple[bytes, Counter[Mending]]:
    """(the text as strict JSON has it, how often it was mended). What stands behind in a line moves by one byte at most for each NaN."""
    data, halves = without_lone_surrogates(data)
    mended = Counter({Mending.HALVES: halves} if halves else {})
    if BOM_UTF8 not in data and not NOT_NUMBER.search(data):
        return data, mended

    def replaced(found: re.Match[bytes]) -> bytes:
        if found["mark"]:
            mended[Mending.MARKS] += 1
            return b" " * len(found[0])
        if found["number"]:
            mended[Mending.NOT_NUMBERS] += 1
            return b"null".ljust(len(found[0]))
        return found[0]

    return STRING_OR_ODD.sub(replaced, data), mended


def said_of_mending(mended: Mapping[Mending, int]) -> tuple[str, ...]:
    return tuple(f"{mended[mending]:,} {mending.value}" for mending in Mending if mended.get(mending))
