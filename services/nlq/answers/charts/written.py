"""The chart that a model wrote over one of its results, checked and with that result's rows. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.nlq.answers.charts.cells import Frame
from services.nlq.answers.charts.checking import ChartRefused, checked_spec, result_meant
from services.nlq.answers.charts.drawn import with_rows


def chart_written(
    spec: Mapping[str, Any], results: Mapping[str, Frame | None], *, is_grounded: Callable[[str], bool]
) -> dict[str, Any] | ChartRefused:
    """`results` by their names, the latest last, each with all of its rows as JSON, or None where that is no table or too long to be drawn.
    A specification that names none of them is drawn of the latest."""
    if not results:
        return ChartRefused(("There is no result to draw yet: compute one first.",))
    name = result_meant(spec) or next(reversed(list(results)))
    if name not in results:
        return ChartRefused((f"data.name: {name!r} is no result of this question. Its results: {', '.join(results)}.",))
    frame = results[name]
    if frame is None:
        return ChartRefused(
            (f"{name} cannot be drawn: it is no table, or too long; aggregate in the code, and draw that.",)
        )
    checked = checked_spec(spec, frame.columns, frame.rows, name=name, is_grounded=is_grounded)
    return checked if isinstance(checked, ChartRefused) else with_rows(checked, frame.columns, frame.rows)
