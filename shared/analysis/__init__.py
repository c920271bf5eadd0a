"""Vetted statistical models, one function each: `analysis.correlation(df, columns=["price", "quantity"])`.

Each takes a data frame and, by keyword, columns for its roles and values for its settings (`MODEL_STEPS` has them all). It gives a
`ModelResult`: a small table, or with `statistic=` a single number, and notes on what was checked. It raises `AnalysisRefused` where the
rows cannot carry the model. The same rows always give the same numbers.

The registry needs no library of tables; what computes is imported when a step is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shared.analysis.refusals import AnalysisRefused, Reason
from shared.analysis.registry import MODEL_STEPS

if TYPE_CHECKING:
    from shared.analysis.results import Concern, ModelResult, Note

__all__ = ["MODEL_STEPS", "AnalysisRefused", "Concern", "ModelResult", "Note", "Reason"]


def __getattr__(name: str) -> Any:
    """A step's function by its name; results and notes, which need pandas."""
    if name in MODEL_STEPS:
        from shared.analysis.calling import function_of  # noqa: PLC0415 - the registry is read where no pandas is

        return function_of(MODEL_STEPS[name])
    if name in ("Concern", "ModelResult", "Note"):
        from shared.analysis import results  # noqa: PLC0415 - see above

        return getattr(results, name)
    raise AttributeError(f"there is no model step {name!r}; there are: {', '.join(MODEL_STEPS)}")


def __dir__() -> list[str]:
    return sorted({*__all__, *MODEL_STEPS})
