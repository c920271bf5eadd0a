"""Columns of random cells."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

Random = np.random.Generator


def codes(prefix: str, count: int, first: int = 1001) -> list[str]:
    return [f"{prefix}{first + i}" for i in range(count)]


def choices(rng: Random, values: Sequence[str], count: int) -> list[str]:
    """Uneven on purpose: a tie between groups would leave "the most" open. Every value occurs."""
    weights = np.linspace(2.0, 1.0, len(values))
    drawn = [str(value) for value in rng.choice(values, count - len(values), p=weights / weights.sum())]
    return [*values, *drawn]


def amounts(rng: Random, low: float, high: float, count: int, places: int = 2) -> list[float]:
    return [round(float(value), places) for value in rng.uniform(low, high, count)]


def wholes(rng: Random, low: int, high: int, count: int) -> list[int]:
    return [int(value) for value in rng.integers(low, high, count)]


def flags(rng: Random, share: float, count: int) -> list[bool]:
    return [bool(value) for value in rng.random(count) < share]


def days(rng: Random, first: str, span: int, count: int) -> pd.Series:
    """Whole days, in order."""
    offsets = np.sort(rng.integers(0, span, count))
    return pd.Series(pd.Timestamp(first) + pd.to_timedelta(offsets, unit="D")).astype("datetime64[us]")


def moments(rng: Random, first: str, span: int, count: int) -> pd.Series:
    """Minutes within so many days, in order."""
    offsets = np.sort(rng.integers(0, span * 24 * 60, count))
    return pd.Series(pd.Timestamp(first) + pd.to_timedelta(offsets, unit="min")).astype("datetime64[us]")


def later(rng: Random, start: pd.Series, low: int, high: int) -> pd.Series:
    """Some days after each date."""
    return start + pd.to_timedelta(rng.integers(low, high, len(start)), unit="D")


def people(rng: Random, count: int) -> list[str]:
    """Names that occur once."""
    first = ("Ardo", "Belwin", "Cressa", "Dovi", "Elska", "Fenno", "Gritt", "Halva", "Ivo", "Junia", "Kelda", "Lorin")
    last = ("Ambervale", "Brightmoor", "Corrigal", "Dunfell", "Everdane", "Foxworth", "Greystane", "Hollin", "Inverlay")
    names = [f"{one} {other}" for one in first for other in last]
    return [str(name) for name in rng.permutation(names)[:count]]
