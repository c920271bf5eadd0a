"""Single values as typed JSON: numbers, booleans, text, null; dates and times as ISO 8601 text."""

from __future__ import annotations

import datetime as dt
import decimal
import fractions
import itertools
import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

Json = Any
_INT64 = 2**63
_MOST_ITEMS = 1_000
_DEEPEST = 6
_LONGEST_TEXT = 10_000
_MOST_CHARACTERS = 4_000_000


class NoAnswer(Exception):
    """The value cannot be shown; the message is a sentence for the person who wrote the code."""


def not_data(value: Any) -> NoAnswer:
    """For an object of the program: a function, a grouping …"""
    return NoAnswer(
        f"The result is a {type(value).__name__}, which is not data: end with a number, a text, a Series or a DataFrame."
    )


def cell(value: Any, depth: int = 0) -> Json:
    """The JSON of one value; lists and mappings inside a cell are cut to a showable size. Raises NoAnswer."""
    if value is None or isinstance(value, (bool, np.bool_)):
        return None if value is None else bool(value)
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, (int, np.integer)):
        whole = int(value)
        return whole if -_INT64 <= whole < _INT64 else _digits(whole)
    if isinstance(value, (float, np.floating)):
        return _number(float(value))
    if isinstance(value, (decimal.Decimal, fractions.Fraction)):
        return _number(float(value))
    if (text := _as_text(value)) is not None:
        return text or None
    return _nested(value, depth)


def _clean(text: str) -> str:
    """Without lone surrogates, which no UTF-8 document can carry."""
    if len(text) > _MOST_CHARACTERS:
        raise NoAnswer(f"The result holds a text of {len(text):,} characters, which is too long to show.")
    return text.encode("utf-8", "replace").decode("utf-8")


def cut_long_text(value: Json) -> Json:
    """As `cell`, with a long text cut for a preview."""
    return value[: _LONGEST_TEXT - 1] + "…" if isinstance(value, str) and len(value) > _LONGEST_TEXT else value


def is_scalar(value: Any) -> bool:
    """Whether a result is one value rather than many."""
    if value is None or isinstance(value, (str, bytes, np.generic)):
        return True
    return not isinstance(value, (Iterable, Mapping)) or (isinstance(value, np.ndarray) and value.ndim == 0)


def _number(value: float) -> Json:
    """JSON has no infinity: it is shown as text; what is not a number is null."""
    if math.isfinite(value):
        return value
    return None if math.isnan(value) else str(value)


def _digits(value: int) -> str:
    try:
        return str(value)
    except ValueError:  # more digits than the interpreter converts
        raise NoAnswer("The result is a whole number of more than 4,300 digits, which is too long to show.") from None


def _as_text(value: Any) -> str | None:
    """The text of the kinds that JSON lacks; empty for a missing time; None when it is none of them."""
    if value is pd.NaT or value is pd.NA:
        return ""
    if isinstance(value, np.datetime64):
        return _as_text(pd.Timestamp(value))
    if isinstance(value, np.timedelta64):
        return _as_text(pd.Timedelta(value))
    if isinstance(value, dt.datetime):
        midnight = value.tzinfo is None and value.time() == dt.time.min and not getattr(value, "nanosecond", 0)
        return value.date().isoformat() if midnight else value.isoformat()
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, (dt.timedelta, pd.Period, pd.Interval, pd.DateOffset, complex, np.complexfloating, dt.tzinfo)):
        return str(value)
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("utf-8", "replace")
    if isinstance(value, (np.dtype, pd.api.extensions.ExtensionDtype)):
        return str(value)
    return value.__name__ if isinstance(value, type) else None


def _nested(value: Any, depth: int) -> Json:
    if depth >= _DEEPEST:
        return "…"
    if isinstance(value, np.ndarray) and value.ndim == 0:
        return cell(value.item(), depth)
    if isinstance(value, pd.DataFrame):
        return [_nested(row, depth + 1) for row in value.head(_MOST_ITEMS).itertuples(index=False, name=None)]
    if isinstance(value, (Mapping, pd.Series)):
        return {
            str(cell(key, depth + 1)): cell(item, depth + 1)
            for key, item in itertools.islice(value.items(), _MOST_ITEMS)
        }
    if isinstance(value, Iterable) and not is_machinery(value):
        return [cell(item, depth + 1) for item in itertools.islice(value, _MOST_ITEMS)]
    raise not_data(value)


def is_machinery(value: Any) -> bool:
    """Things of pandas that can be iterated over, and yet are a step on the way rather than data: groupings, windows."""
    data = (pd.DataFrame, pd.Series, pd.Index, pd.api.extensions.ExtensionArray, list, Mapping)
    return type(value).__module__.startswith("pandas") and not isinstance(value, data)
