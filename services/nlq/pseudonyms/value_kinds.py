"""Whether a name looks like the value of a cell, and of which kind. Pure, and of the name alone."""

from __future__ import annotations

import re
from enum import Enum

from shared.columns import ColumnType


class ValueKind(Enum):
    """What a name looks like, and the types of columns whose cells look so."""

    NUMBER = frozenset({ColumnType.INTEGER, ColumnType.DECIMAL})
    DATE = frozenset({ColumnType.DATE, ColumnType.DATETIME})
    TIME = frozenset({ColumnType.TIME, ColumnType.DURATION})
    EMAIL = frozenset({ColumnType.EMAIL})
    URL = frozenset({ColumnType.URL})
    TRUTH = frozenset({ColumnType.BOOLEAN})
    IDENTIFIER = frozenset({ColumnType.IDENTIFIER, ColumnType.INTEGER})


_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
# What part of time a whole column is about is no cell of anybody's, and what people ask by: "2023 sales", "2019/20", "2024-03", "Mar 2024".
_PERIOD = re.compile(
    rf"(?:1[5-9]|20)\d\d(?:\s?[-/–]\s?(?:(?:1[5-9]|20)?\d\d))?|(?:1[5-9]|20)\d\d-?(?:0[1-9]|1[0-2])|{_MONTH}[-\s](?:1[5-9]|20)?\d\d",
    re.IGNORECASE,
)
_MONEY = r"(?:[$€£¥₹]|[A-Z]{3})"
_NUMBER = re.compile(
    rf"\(?[-+−]?\s?(?:{_MONEY}\s?)?[-+−]?(?:\d+(?:[.,'’\s\u00a0\u202f]\d+)*|[.,]\d+)(?:[eE][-+]?\d+)?\s?(?:%|{_MONEY}|kg|g|km|m|cm|mm|l|ml|h)?\)?"
)
_DATE = re.compile(
    rf"(?<!\d)(?:\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}[-/.]\d{{1,2}}[-/.](?:\d{{4}}|\d{{2}})"
    rf"|\d{{1,2}}\.?[-\s/]{_MONTH}[-\s/,]+\d{{2,4}}|{_MONTH}\s\d{{1,2}},?\s\d{{4}})(?!\d)",
    re.IGNORECASE,
)
_TIME = re.compile(r"\d{1,3}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s?[ap]m)?", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_URL = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?|(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{1,4}", re.IGNORECASE)
_PHONE = re.compile(r"(?:\+|00?)?\(?\d[\d\s()/.-]{6,}\d")
_UUID = re.compile(r"[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)
# Letters and digits in turns, as no word and no "iphone_15", "pm25", "h1n1" has them: keys, hashes, number plates of things.
_TOKEN = re.compile(r"(?=(?:[A-Za-z]*\d){4})(?=(?:\d*[A-Za-z]){4})[A-Za-z0-9]{12,}")
_LONG_NUMBER = re.compile(r"\d{5,}")  # "customer_10482"; shorter ones are years, models and standards
_TRUTH = re.compile(r"true|false", re.IGNORECASE)  # "yes" and "no" are names, too: "No" numbers things
_ROUND = re.compile(r"\d{1,2}0+")  # "income_over_50000"


def value_kind(name: str) -> ValueKind | None:
    """None for what is a name. A part that looks like a value makes all of it one: what stands beside a person's number may be their name."""
    text = name.strip()
    if _PERIOD.fullmatch(text):
        return None
    for kind, found in (
        (ValueKind.EMAIL, _EMAIL.search(text)),
        (ValueKind.URL, _URL.search(text)),
        (ValueKind.DATE, _DATE.search(text)),
        (ValueKind.TRUTH, _TRUTH.fullmatch(text)),
        (ValueKind.TIME, _TIME.fullmatch(text)),
        (ValueKind.IDENTIFIER, _ADDRESS.fullmatch(text) or _UUID.search(text) or _TOKEN.search(text)),
        (ValueKind.NUMBER, _NUMBER.fullmatch(text)),
        (ValueKind.IDENTIFIER, _PHONE.fullmatch(text)),
    ):
        if found:
            return kind
    numbers = _LONG_NUMBER.findall(text)
    return ValueKind.IDENTIFIER if any(map(_is_an_id, numbers)) else None


def _is_an_id(number: str) -> bool:
    return not (_ROUND.fullmatch(number) or _PERIOD.fullmatch(number))
