"""The columns that matter for a question, of tables that are too wide to be told whole."""

from __future__ import annotations

from services.llm.retrieval.fitting import fit_tables, leaner, least_size

__all__ = ["fit_tables", "leaner", "least_size"]
