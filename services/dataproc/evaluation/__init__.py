"""Typed plans in, results out: DuckDB over the cached tables, through Ibis. No code of strangers runs here."""

from services.dataproc.evaluation.engine import Engine
from services.dataproc.evaluation.evaluator import Evaluator
from services.dataproc.evaluation.model import Limits, Outcome, Refusal, Rows
from services.dataproc.evaluation.pool import EvaluatorPool
from services.dataproc.evaluation.sources import Sources

__all__ = ["Engine", "Evaluator", "EvaluatorPool", "Limits", "Outcome", "Refusal", "Rows", "Sources"]
