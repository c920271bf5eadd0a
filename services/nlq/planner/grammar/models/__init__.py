"""Questions that a model step answers; each module has the rules of one kind of question."""

from services.nlq.planner.grammar.models import (
    asking,
    clusters,
    columns,
    correlations,
    differences,
    matrix,
    normality,
    outliers,
    spread,
    summaries,
    trends,
)

__all__ = [
    "asking",
    "clusters",
    "columns",
    "correlations",
    "differences",
    "matrix",
    "normality",
    "outliers",
    "spread",
    "summaries",
    "trends",
]
