"""The check of charts that a model wrote: nothing reaches out of them, nothing is computed in them, and nothing in them misleads."""

from services.nlq.answers.charts.checking.checker import ChartRefused, checked_spec, result_meant

__all__ = ["ChartRefused", "checked_spec", "result_meant"]
