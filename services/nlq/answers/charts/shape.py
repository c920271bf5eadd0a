"""Which chart suits a result, told by nothing but its shape: for code that no plan describes. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.nlq.answers.charts.cells import Frame, Kind
from services.nlq.answers.charts.fields import field_of

MOST_LINES = 4  # of columns beside one another that somebody meant to be compared
LARGEST_RATIO = 10  # between them; of a line below a tenth of the other's height nothing can be seen on one axis
FEWEST_POINTS = 4  # of a scatter: two numbers of three rows are read faster than seen
_FOLDED = ("series", "value")
NAMES: frozenset[Kind] = frozenset({"text", "truth"})
TYPES: Mapping[Kind, str] = {
    "time": "temporal",
    "period": "ordinal",
    "year": "ordinal",
    "text": "nominal",
    "truth": "nominal",
}


def chart_by_shape(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Mapping[str, Any] | None:
    """Mark and encoding: time is a line, one number for each name a bar, two numbers a scatter. Nothing for lists of rows, which have no
    key. `rows` are all of them."""
    if len(rows) < 2 or len(set(columns)) < len(columns):
        return None
    frame = Frame(columns, rows)
    keys = [name for name in columns if frame.kinds[name] in TYPES]
    numbers = [name for name in columns if frame.kinds[name] == "number"]
    if not keys and len(numbers) == 2 == len(columns) and len(rows) >= FEWEST_POINTS:
        x, y = ({"field": field_of(name), "type": "quantitative"} for name in numbers)
        return {"mark": "point", "encoding": {"x": x, "y": y}}
    if not numbers or len(keys) not in (1, 2) or len(set(frame.combinations(keys))) < len(rows):
        return None
    keys.sort(key=lambda key: frame.kinds[key] in NAMES)
    first, *later = keys
    runs_on = frame.kinds[first] not in NAMES
    if runs_on and not later and _are_of_one_size(frame, numbers):
        return _lines_of(first, numbers, frame)
    encoding: dict[str, Any] = {
        "x": {"field": field_of(first), "type": TYPES[frame.kinds[first]], "sort": "ascending" if runs_on else None},
        "y": {"field": field_of(numbers[0]), "type": "quantitative"},
    }
    if later:
        encoding["color"] = {"field": field_of(later[0]), "type": "nominal"}
    return {"mark": "line" if runs_on else "bar", "encoding": encoding}


def _are_of_one_size(frame: Frame, numbers: Sequence[str]) -> bool:
    sizes = [max(map(abs, frame.values(name))) for name in numbers]
    return 1 < len(numbers) <= MOST_LINES and 0 < max(sizes) <= min(sizes) * LARGEST_RATIO


def _lines_of(key: str, numbers: Sequence[str], frame: Frame) -> Mapping[str, Any]:
    """A line for each column of numbers: planned and actual, say."""
    series, value = (next(n for n in (name, f"{name} of the chart") if n not in frame.columns) for name in _FOLDED)
    encoding = {
        "x": {"field": field_of(key), "type": TYPES[frame.kinds[key]], "sort": "ascending"},
        "y": {"field": value, "type": "quantitative"},
        "color": {"field": series, "type": "nominal", "sort": None},
    }
    fold = {"fold": [field_of(name) for name in numbers], "as": [series, value]}
    return {"mark": "line", "transform": [fold], "encoding": encoding}
