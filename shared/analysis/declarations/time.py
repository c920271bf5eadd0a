"""Steps about what comes next."""

from __future__ import annotations

from shared.analysis.model import NUMBERS, ORDER, Example, ModelStep, Role, Setting, Statistic

STEPS = (
    ModelStep(
        name="forecast",
        label="forecast",
        phrases=("forecast", "predict", "projection", "project", "expected next", "extrapolate"),
        sentence="forecast of {value} by {when}, {periods} ahead",
        roles=(
            Role("value", "the column that is forecast", NUMBERS),
            Role("when", "the column of periods, one row for each", ORDER),
        ),
        settings=(
            Setting("periods", "how many periods ahead", 3, low=1, high=36),
            Setting(
                "method",
                "a straight line, exponential smoothing, or what the history is long enough for",
                "auto",
                {
                    "auto": (),
                    "linear": ("linear", "straight line"),
                    "smoothing": ("exponential smoothing", "holt", "holt-winters", "ets"),
                },
            ),
        ),
        statistics=(Statistic("next", "next period", ("next period", "next month", "next quarter", "next year")),),
        shows="table",
        headline="next",
        module="forecasting",
        examples=(
            Example("forecast sales for the next 3 months", {"value": ("sales",), "when": ("day",)}),
            Example(
                "forecast price for 2 months by a straight line",
                {"value": ("price",), "when": ("day",)},
                {"periods": 2, "method": "linear"},
            ),
        ),
    ),
)
