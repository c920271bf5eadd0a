"""The registry's sample as a data frame, and calls of steps that are known only by name."""

from __future__ import annotations

from typing import Any

import pandas as pd

from shared import analysis
from shared.analysis.samples import SAMPLE


def sample() -> pd.DataFrame:
    return pd.DataFrame(SAMPLE).assign(day=pd.to_datetime(SAMPLE["day"]))


def fit(name: str, rows: pd.DataFrame, **given: Any) -> analysis.ModelResult:
    found: analysis.ModelResult = getattr(analysis, name)(rows, **given)
    return found


def statistics(result: analysis.ModelResult) -> dict[str, float]:
    return dict(zip(result.table["statistic"], result.table["value"], strict=True))


def doubts(result: analysis.ModelResult) -> str:
    return " ".join(note.sentence for note in result.notes if note.concern == "doubt")
