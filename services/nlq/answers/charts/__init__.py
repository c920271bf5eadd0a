"""The chart of an answer: the one that a model wrote, checked over the result that it names, or else one that suits the result. Pure."""

from services.nlq.answers.charts.cells import Frame
from services.nlq.answers.charts.checking import ChartRefused, checked_spec, result_meant
from services.nlq.answers.charts.drawn import chart_of, with_rows
from services.nlq.answers.charts.limits import MOST_ROWS
from services.nlq.answers.charts.plan import chart_by_plan
from services.nlq.answers.charts.shape import chart_by_shape
from services.nlq.answers.charts.written import chart_written

__all__ = [
    "MOST_ROWS",
    "ChartRefused",
    "Frame",
    "chart_by_plan",
    "chart_by_shape",
    "chart_of",
    "chart_written",
    "checked_spec",
    "result_meant",
    "with_rows",
]
