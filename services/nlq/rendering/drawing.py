"""A chart as a picture: the specification of an answer gets sizes and colours, and is drawn without a browser."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from services.nlq.rendering.model import CannotBeDrawn, Picture

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
WIDTH, HEIGHT = 640, 360  # pixels, of what is not measured in bars
PANEL_WIDTH, PANEL_HEIGHT = 300, 200  # of a view beside others
PNG_SCALE = 2.0  # pixels of the picture for each of the chart: sharp on today's screens
BAR = 22  # pixels of one bar with its gap
UPRIGHT = 44  # pixels of a bar whose label stands below it
LONGEST_LABEL = 260  # pixels; what is longer ends in an ellipsis

_LIGHT = {"ink": "#1f2933", "quiet": "#52606d", "grid": "#e4e7eb", "ground": "#ffffff", "mark": "#2f6f9f"}
_DARK = {"ink": "#e6e9ee", "quiet": "#9aa5b1", "grid": "#323f4b", "ground": "#161b22", "mark": "#6cb2e0"}


def write_chart(form: Picture, source: Path, out: Path) -> None:
    """Draw the specification, data included, that `source` holds as `{spec, dark}`. Raises `CannotBeDrawn`."""
    import vl_convert  # noqa: PLC0415 - with its engine of JavaScript it is loaded in the process that draws, and in no other

    asked = json.loads(source.read_bytes())
    # As JSON: of a dictionary vl-convert refuses whole numbers of more than 64 bits, which a column may hold.
    spec = json.dumps(complete(asked["spec"], dark=asked["dark"]))
    try:
        if form == "svg":
            picture = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]).encode()
        else:
            picture = vl_convert.vegalite_to_png(spec, scale=PNG_SCALE, allowed_base_urls=[])
    except ValueError as error:
        raise CannotBeDrawn(str(error)) from error
    out.write_bytes(picture)


def complete(spec: Mapping[str, Any], *, dark: bool = False) -> dict[str, Any]:
    """Pure. In the house's colours, and with a size for what has none of its own."""
    return {**spec, "$schema": SCHEMA, "config": _config(_DARK if dark else _LIGHT) | {"view": _sizes(spec)}}


def _sizes(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Of a view where nothing else is said; one of several is smaller."""
    is_alone = "mark" in spec or "layer" in spec
    has_panels = bool({"row", "column", "facet"} & spec.get("encoding", {}).keys())
    width, height = (WIDTH, HEIGHT) if is_alone and not has_panels else (PANEL_WIDTH, PANEL_HEIGHT)
    steps = {"discreteWidth": {"step": UPRIGHT}, "discreteHeight": {"step": BAR}}
    return {"stroke": None, "continuousWidth": width, "continuousHeight": height, **steps}


def _config(colours: Mapping[str, str]) -> dict[str, Any]:
    axis = {
        "labelColor": colours["quiet"],
        "titleColor": colours["ink"],
        "gridColor": colours["grid"],
        "domainColor": colours["quiet"],
        "tickColor": colours["grid"],
        "labelLimit": LONGEST_LABEL,
        "labelOverlap": True,
        "maxExtent": LONGEST_LABEL + 40,  # by itself the title would stand on labels of more than 200 pixels
        "titleFontWeight": "normal",
    }
    at_zero = {"test": "datum.value === 0", "value": colours["quiet"]}
    zero_apart = {"condition": at_zero, "value": colours["grid"]}
    return {
        "font": "sans-serif",
        "background": colours["ground"],
        "padding": 12,
        "axis": axis,
        "axisBand": {"grid": False, "labelAngle": 0},
        "axisPoint": {"grid": False, "labelAngle": 0},
        "axisQuantitative": {"gridColor": zero_apart},
        "axisTemporal": {"grid": False},
        "legend": {
            "labelColor": colours["quiet"],
            "titleColor": colours["ink"],
            "labelLimit": LONGEST_LABEL,
            "titleFontWeight": "normal",
        },
        "bar": {"color": colours["mark"]},
        "line": {"color": colours["mark"], "strokeWidth": 2},
        **{mark: {"color": colours["mark"], "opacity": 0.7} for mark in ("point", "circle", "square")},
        **{mark: {"color": colours["mark"]} for mark in ("area", "rect", "arc", "tick", "trail")},
        **{mark: {"color": colours["ink"]} for mark in ("rule", "text")},
        "title": {"color": colours["ink"], "subtitleColor": colours["quiet"], "fontWeight": "normal", "fontSize": 13},
        "header": {"labelColor": colours["ink"], "titleColor": colours["ink"], "titleFontWeight": "normal"},
        "facet": {"columns": 3},
        "concat": {"columns": 3},
        "numberFormat": ",.12~r",  # 16,000 and not 1.6e+4
    }
