"""The chart of an answer: the one that a model wrote, checked over the result that it names, or else one by the result's shape. Pure."""

from services.nlq.answers.charts.checking import ChartRefused, checked_spec, result_meant
from services.nlq.answers.charts.plan import chart_by_plan
from services.nlq.answers.charts.shape import chart_by_shape

__all__ = ["ChartRefused", "chart_by_plan", "chart_by_shape", "checked_spec", "result_meant"]
