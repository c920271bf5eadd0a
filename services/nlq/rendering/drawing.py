"""A chart as a picture: the specification of an answer is completed with sizes and colours, and drawn without a browser."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from services.nlq.rendering.model import Picture

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
WIDTH, HEIGHT = 640, 360  # pixels, of what is not measured in bars
PNG_SCALE = 2.0  # pixels of the picture for each of the chart: sharp on today's screens
BAR = 22  # pixels of one bar with its gap
UPRIGHT = 72  # pixels of a bar whose label stands below it
MOST_UPRIGHT = 12  # bars beside one another; more are read from top to bottom
LONGEST_UPRIGHT = 10  # characters of a label that stands below its bar
LONGEST_LABEL = 260  # pixels; what is longer ends in an ellipsis

_LIGHT = {"ink": "#1f2933", "quiet": "#52606d", "grid": "#e4e7eb", "ground": "#ffffff", "mark": "#2f6f9f"}
_DARK = {"ink": "#e6e9ee", "quiet": "#9aa5b1", "grid": "#323f4b", "ground": "#161b22", "mark": "#6cb2e0"}


def write_chart(form: Picture, source: Path, out: Path) -> None:
    """Draw the specification, data included, that `source` holds as `{spec, dark}`."""
    import vl_convert  # noqa: PLC0415 - with its engine of JavaScript it is loaded in the process that draws, and in no other

    asked = json.loads(source.read_bytes())
    spec = complete(asked["spec"], dark=asked["dark"])
    if form == "svg":
        out.write_text(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]), encoding="utf-8")
    else:
        out.write_bytes(vl_convert.vegalite_to_png(spec, scale=PNG_SCALE, allowed_base_urls=[]))


def complete(spec: Mapping[str, Any], *, dark: bool = False) -> dict[str, Any]:
    """Pure. Bars that are many or have long names lie; time and numbers get a wide field; nothing is named twice."""
    encoding = {channel: dict(told) for channel, told in spec["encoding"].items()}
    rows = spec["data"]["values"]
    size: dict[str, Any] = {"width": WIDTH, "height": HEIGHT}
    if spec["mark"] == "bar":
        names = _names(encoding["x"]["field"], rows)
        lying = len(names) > MOST_UPRIGHT or max(map(len, names), default=0) > LONGEST_UPRIGHT
        if lying:
            encoding["x"], encoding["y"] = encoding["y"], encoding["x"]
        size["height" if lying else "width"] = {"step": BAR if lying else UPRIGHT}
    mark: dict[str, Any] = {"type": spec["mark"]}
    if spec["mark"] == "line":
        mark["point"] = len(rows) <= WIDTH // BAR
    if spec["mark"] == "point":
        mark["filled"] = True
        for channel in ("x", "y"):
            encoding[channel]["scale"] = {"zero": False}
    return {
        "$schema": SCHEMA,
        "mark": mark,
        "encoding": encoding,
        "data": spec["data"],
        "config": _config(_DARK if dark else _LIGHT),
        **size,
    }


def _names(field: str, rows: Sequence[Mapping[str, Any]]) -> set[str]:
    """The field as Vega-Lite has it, with a backslash before what would be a path."""
    name = field.replace("\\", "")
    return {str(row.get(name)) for row in rows}


def _config(colours: Mapping[str, str]) -> dict[str, Any]:
    axis = {
        "labelColor": colours["quiet"],
        "titleColor": colours["ink"],
        "gridColor": colours["grid"],
        "domainColor": colours["quiet"],
        "tickColor": colours["grid"],
        "labelLimit": LONGEST_LABEL,
        "labelOverlap": True,
        "titleFontWeight": "normal",
    }
    at_zero = {"test": "datum.value === 0", "value": colours["quiet"]}
    zero_apart = {"condition": at_zero, "value": colours["grid"]}
    return {
        "font": "sans-serif",
        "background": colours["ground"],
        "padding": 12,
        "view": {"stroke": None},
        "axis": axis,
        "axisBand": {"grid": False, "labelAngle": 0},
        "axisQuantitative": {"gridColor": zero_apart},
        "axisTemporal": {"grid": False},
        "legend": {"labelColor": colours["quiet"], "titleColor": colours["ink"], "labelLimit": LONGEST_LABEL},
        "bar": {"color": colours["mark"]},
        "line": {"color": colours["mark"], "strokeWidth": 2},
        "point": {"color": colours["mark"], "opacity": 0.7},
        "numberFormat": ",.12~r",  # 16,000 and not 1.6e+4
    }
