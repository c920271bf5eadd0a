"""The model steps that exported code and notebooks call: `from askframe import analysis`, then `analysis.correlation(df, columns=[…])`.

They are the functions that the server runs, so that a notebook finds the same numbers; docs/analysis.md says what each presupposes. They need
the libraries of the extra `analysis`; `MODEL_STEPS`, which lists them, needs none.
"""

from __future__ import annotations

from typing import Any

from shared import analysis as _steps
from shared.analysis import MODEL_STEPS, AnalysisRefused, Reason

__all__ = ["MODEL_STEPS", "AnalysisRefused", "Reason"]


def __getattr__(name: str) -> Any:
    try:
        return getattr(_steps, name)
    except ModuleNotFoundError as missing:
        raise ImportError(
            f"analysis.{name} needs {missing.name}, which is not installed: pip install 'askframe[analysis]'"
        ) from missing


def __dir__() -> list[str]:
    return dir(_steps)
