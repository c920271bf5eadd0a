"""The chart of an answer: the one that a model wrote, checked over the result that it names, or else one that suits the result. Pure."""

from services.nlq.answers.charts.checking import ChartRefused, checked_spec, result_meant
from services.nlq.answers.charts.drawn import chart_of, with_rows
from services.nlq.answers.charts.limits import MOST_ROWS
from services.nlq.answers.charts.plan import chart_by_plan
from services.nlq.answers.charts.shape import chart_by_shape

__all__ = [
    "MOST_ROWS",
    "ChartRefused",
    "chart_by_plan",
    "chart_by_shape",
    "chart_of",
    "checked_spec",
    "result_meant",
    "with_rows",
]
