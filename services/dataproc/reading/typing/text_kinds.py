"""Columns of text: truth values, links, addresses, identifiers, categories, JSON, running text."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from services.dataproc.reading.typing.column_plan import ValueCounts
from services.dataproc.reading.typing.evidence import (
    DIGIT_GROUPS,
    JSON_CELLS,
    codes_sentence,
    share_sentence,
    values_sentence,
)
from shared.columns import ColumnType

TRUTH = {"true": "false", "yes": "no", "y": "n", "t": "f", "on": "off", "oui": "non", "ja": "nein", "sí": "no", "si": "no", "wahr": "falsch", "vrai": "faux",
         "sim": "não", "ano": "ne", "tak": "nie", "j": "n", "sì": "no", "да": "нет", "evet": "hayır", "igen": "nem", "kyllä": "ei", "✓": "✗", "✔": "✘"}  # fmt: skip
EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+")
URL = re.compile(r"(?:(?:https?|ftp)://|www\.)\S+", re.IGNORECASE)
UUID = re.compile(r"\{?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\}?", re.IGNORECASE)
HEX = re.compile(r"[0-9a-f]{12,}", re.IGNORECASE)
IPV4 = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}")
PHONE = re.compile(r"\+?[\d\s().-]{7,20}(?:\s?(?:x|ext\.?)\s?\d+)?")
CODE = re.compile(r"(?=\S*\d)[^\s,;]{2,40}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}")
IDENTIFIER_NAME = re.compile(
    r"(?:^|[\W_])(?:id|key|uuid|guid|code|ref|reference|no|nr|number|sku|isbn|hash|token|slug)(?:[\W_]|$)",
    re.IGNORECASE,
)
RANGE = re.compile(r"\d{1,4}\s?[-–/]\s?\d{1,4}")
MOST_CATEGORIES = 1000  # different values; a longer list is not one that a person chooses from


@dataclass(frozen=True)
class TruthWords:
    """The words for true and false, and the cells that are neither."""

    yes: str
    no: str
    misfits: dict[str, int]


def find_truth_words(present: Mapping[str, int], tolerance: float) -> TruthWords | None:
    """None unless all cells but the tolerated share are one of two words, and both occur."""
    lowered: dict[str, int] = {}
    for text, count in present.items():
        key = text.strip().lower()
        lowered[key] = lowered.get(key, 0) + count
    total = sum(lowered.values())
    if not total:
        return None
    for yes, no in TRUTH.items():
        fitting = lowered.get(yes, 0) + lowered.get(no, 0)
        both = yes in lowered and no in lowered
        if fitting >= (1 - tolerance) * total and (both or (yes, no) == ("true", "false")):
            return truth_words(yes, no, present)
    return None


def truth_words(yes: str, no: str, present: Mapping[str, int]) -> TruthWords:
    return TruthWords(yes, no, {text: n for text, n in present.items() if text.strip().lower() not in (yes, no)})


def share_matching(pattern: re.Pattern[str], present: dict[str, int]) -> float:
    total = sum(present.values())
    return sum(n for t, n in present.items() if pattern.fullmatch(t.strip())) / total if total else 0.0


def is_json_container(text: str) -> bool:
    stripped = text.strip()
    if stripped[:1] + stripped[-1:] not in ("{}", "[]"):
        return False
    try:
        json.loads(stripped)
    except (ValueError, RecursionError):
        return False
    return True


def text_type(column: ValueCounts, present: dict[str, int]) -> tuple[ColumnType, str]:
    """(type, evidence) of a column that stays text."""
    total, distinct = sum(present.values()), len(present)
    for kind, pattern, words in ((ColumnType.EMAIL, EMAIL, "mail addresses"), (ColumnType.URL, URL, "web addresses"), (ColumnType.IDENTIFIER, UUID, "UUIDs"),
                                 (ColumnType.IDENTIFIER, IPV4, "network addresses"), (ColumnType.IDENTIFIER, HEX, "hexadecimal digests")):  # fmt: skip
        if (share := share_matching(pattern, present)) >= 0.95:
            return kind, share_sentence(share, words)
    sample = list(present)[:2000]
    if sample and all(is_json_container(text) for text in sample):
        return ColumnType.JSON, JSON_CELLS
    if is_category(total, distinct, column.complete):
        return ColumnType.CATEGORY, values_sentence(distinct, total)
    if (
        share_matching(PHONE, present) >= 0.95
        and share_matching(RANGE, present) < 0.5
        and all(sum(c.isdigit() for c in t) >= 7 for t in sample)
    ):
        return ColumnType.IDENTIFIER, DIGIT_GROUPS
    if (
        distinct > 0.9 * total
        and share_matching(RANGE, present) < 0.5
        and share_matching(CODE, present) >= 0.95
        and (same_shape(sample) or IDENTIFIER_NAME.search(column.name))
    ):
        return ColumnType.IDENTIFIER, codes_sentence(distinct, total)
    return ColumnType.TEXT, values_sentence(distinct, total)


def is_category(total: int, distinct: int, complete: bool) -> bool:
    """Few values that come back often."""
    if distinct <= 1:
        return total >= 2
    if distinct <= 12 and total >= 2 * distinct:
        return True
    return distinct <= MOST_CATEGORIES and total >= 4 * distinct


def same_shape(sample: list[str]) -> bool:
    """Do the codes share their punctuation and the kinds of their first characters?"""
    outlines = {re.sub(r"\d+", "9", re.sub(r"[A-Za-z]+", "a", text.strip())) for text in sample}
    return len(outlines) <= max(3, len(sample) // 20)
