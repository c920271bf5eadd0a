"""A chart by the shape of a result, as a Vega-Lite specification without its data: for code that no plan describes. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.nlq.answers.charts.cells import Frame, Kind
from services.nlq.answers.charts.fields import field_of

MOST_BARS = 60  # more are no picture of anything
FEWEST_POINTS = 4  # of a scatter: two numbers of three rows are read faster than seen
MOST_COLOURS = 12
_NAMES = frozenset({"text", "truth"})
_SCALES: Mapping[Kind, str] = {"time": "temporal", "year": "ordinal", "text": "nominal", "truth": "nominal"}


def chart_by_shape(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Mapping[str, Any] | None:
    """Time is a line, one number for each name a bar, two numbers a scatter; nothing for lists of rows, which have no key. `rows` are all of them."""
    if len(rows) < 2 or len(set(columns)) < len(columns):
        return None
    kinds = Frame(columns, rows).kinds
    keys = [name for name in columns if kinds[name] in _SCALES]
    numbers = [name for name in columns if kinds[name] == "number"]
    if not keys and len(numbers) == 2 == len(columns) and len(rows) >= FEWEST_POINTS:
        return _spec("point", _axis(numbers[0], "quantitative"), _axis(numbers[1], "quantitative"))
    if not numbers or len(keys) not in (1, 2) or len(rows) > MOST_BARS * (MOST_COLOURS if len(keys) == 2 else 1):
        return None
    cells = [tuple(row[columns.index(key)] for key in keys) for row in rows]
    if len(set(map(str, cells))) < len(cells):
        return None
    keys.sort(key=lambda key: kinds[key] in _NAMES)
    first, later = keys[0], keys[1:]
    if any(len({str(row[columns.index(key)]) for row in rows}) > MOST_COLOURS for key in later):
        return None
    runs_on = kinds[first] not in _NAMES
    x = _axis(first, _SCALES[kinds[first]], sort="ascending" if runs_on else None)
    colours = {"color": {"field": field_of(later[0]), "type": "nominal"}} if later else {}
    return _spec("line" if runs_on else "bar", x, _axis(numbers[0], "quantitative"), **colours)


def _axis(name: str, scale: str, **more: Any) -> dict[str, Any]:
    return {"field": field_of(name), "type": scale, **more}


def _spec(mark: str, x: Mapping[str, Any], y: Mapping[str, Any], **more: Any) -> Mapping[str, Any]:
    return {"mark": mark, "encoding": {"x": x, "y": y, **more}}
