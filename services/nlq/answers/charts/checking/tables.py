"""What a chart may say, as tables: which keys stand where, and what may stand under each. What stands in none of them is refused.

Vega-Lite can do far more. Of that, whatever computes is left to the code, whose result is checked and kept; whatever reaches out of the
chart (addresses, expressions, signals, bindings) has no place in it; and what is only looks belongs to the house, which draws in its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from services.nlq.answers.charts.checking.leaves import (
    ANY_COLOUR,
    COLOUR,
    FLAG,
    FORMAT,
    NOTHING,
    NUMBER,
    PROSE,
    PROSE_LINE,
    SCALAR,
    Leaf,
    list_of,
    number,
    one_of,
)
from services.nlq.answers.charts.limits import LEAST_OPACITY, MOST_BINS, MOST_NAMES, MOST_PIXELS


@dataclass(frozen=True)
class Object:
    """An object with these keys; or what `otherwise` accepts in its place."""

    keys: Mapping[str, Leaf | Object]
    otherwise: Leaf | None = None


Rule: TypeAlias = Leaf | Object

PIXELS = number(-MOST_PIXELS, MOST_PIXELS)
SHARE = number(0, 1)
OPACITY = number(LEAST_OPACITY, 1)
ANGLE = number(-360, 360)
FONT_SIZE = number(5, 40)
ALIGN = one_of({"left", "center", "right"})
BASELINE = one_of({"top", "middle", "bottom", "alphabetic", "line-top", "line-bottom"})
ANCHOR = one_of({"start", "middle", "end"}) | NOTHING
ORIENT = one_of({"top", "bottom", "left", "right", "none", "top-left", "top-right", "bottom-left", "bottom-right"})
DASH = list_of(number(0, 50), 8)
WEIGHT = one_of({"normal", "bold", "lighter", "bolder"}) | number(100, 900)
SHAPES = frozenset(
    "circle square cross diamond triangle triangle-up triangle-down triangle-left triangle-right stroke arrow wedge".split()
)

MARKS = frozenset("arc area bar circle line point rect rule square text tick trail".split())
LENGTHS = frozenset({"bar", "area"})
"""Marks whose length or height is read as the number: only from zero on is it one."""
JOINED = frozenset({"bar", "area", "line", "trail", "arc"})
"""Marks that add up or join the rows of one name: each has to have one row."""

STYLE: dict[str, Leaf] = {
    "color": COLOUR, "fill": COLOUR, "stroke": COLOUR, "opacity": OPACITY, "fillOpacity": OPACITY, "strokeOpacity": OPACITY,
    "strokeWidth": number(0, 20), "strokeDash": DASH, "size": number(0, 5_000),
    "shape": one_of(SHAPES), "angle": ANGLE,
}  # fmt: skip
"""What a mark, a value of a channel and a condition may look like."""

_TITLES: Mapping[str, Rule] = {
    "title": PROSE, "titleAlign": ALIGN, "titleAnchor": ANCHOR, "titleAngle": ANGLE, "titleBaseline": BASELINE, "titleColor": COLOUR,
    "titleFontSize": FONT_SIZE, "titleFontWeight": WEIGHT, "titleLimit": PIXELS, "titleOrient": ORIENT, "titlePadding": PIXELS, "titleX": PIXELS, "titleY": PIXELS,
}  # fmt: skip
_LABELS: Mapping[str, Rule] = {
    "format": FORMAT, "formatType": one_of({"number", "time"}), "labels": FLAG, "labelAlign": ALIGN, "labelAnchor": ANCHOR, "labelAngle": ANGLE,
    "labelBaseline": BASELINE, "labelColor": COLOUR, "labelFontSize": FONT_SIZE, "labelFontWeight": WEIGHT, "labelLimit": PIXELS,
    "labelOffset": PIXELS, "labelOrient": ORIENT, "labelPadding": PIXELS, "orient": ORIENT, "offset": PIXELS,
    "labelOverlap": FLAG | one_of({"parity", "greedy"}), "values": list_of(SCALAR, MOST_NAMES), "zindex": number(0, 1),
}  # fmt: skip
AXIS: Mapping[str, Rule] = {
    **_TITLES, **_LABELS,
    "bandPosition": SHARE, "domain": FLAG, "domainColor": COLOUR, "domainOpacity": SHARE, "domainWidth": number(0, 10), "grid": FLAG, "gridColor": COLOUR,
    "gridDash": DASH, "gridOpacity": SHARE, "gridWidth": number(0, 10), "labelBound": FLAG | PIXELS, "labelFlush": FLAG | PIXELS, "labelSeparation": PIXELS,
    "minExtent": PIXELS, "maxExtent": PIXELS, "position": PIXELS, "tickBand": one_of({"center", "extent"}), "tickColor": COLOUR,
    "tickCount": number(0, 100) | one_of({"millisecond", "second", "minute", "hour", "day", "week", "month", "year"}),
    "tickMinStep": NUMBER, "tickOffset": PIXELS, "tickRound": FLAG, "tickSize": PIXELS, "tickWidth": number(0, 10), "ticks": FLAG, "translate": PIXELS,
}  # fmt: skip
LEGEND: Mapping[str, Rule] = {
    **_TITLES, **_LABELS,
    "columns": number(0, 20), "columnPadding": PIXELS, "rowPadding": PIXELS, "cornerRadius": PIXELS, "direction": one_of({"horizontal", "vertical"}),
    "fillColor": COLOUR, "strokeColor": COLOUR, "gradientLength": PIXELS, "gradientThickness": PIXELS, "legendX": PIXELS, "legendY": PIXELS,
    "padding": PIXELS, "symbolLimit": number(0, 60), "symbolOpacity": SHARE, "symbolSize": number(0, 5_000), "symbolStrokeWidth": number(0, 20),
    "symbolType": one_of(SHAPES), "tickCount": number(0, 100), "type": one_of({"symbol", "gradient"}),
}  # fmt: skip
HEADER: Mapping[str, Rule] = {**_TITLES, **_LABELS}

SCALE_TYPES = frozenset({"linear", "log", "pow", "sqrt", "symlog", "time", "ordinal", "band", "point"})
SCHEMES = frozenset(
    "accent category10 category20 category20b category20c dark2 observable10 paired pastel1 pastel2 set1 set2 set3 tableau10 tableau20 blues greens greys "
    "oranges purples reds teals warmgreys browns turbo viridis magma inferno plasma cividis bluegreen bluepurple goldgreen goldorange goldred "
    "greenblue orangered purplebluegreen purpleblue purplered redpurple yellowgreenblue yellowgreen yelloworangebrown yelloworangered blueorange "
    "brownbluegreen purplegreen pinkyellowgreen purpleorange redblue redgrey redyellowblue redyellowgreen spectral rainbow sinebow".split()
)
SCALE: Mapping[str, Rule] = {
    "type": one_of(SCALE_TYPES), "domain": list_of(SCALAR, MOST_NAMES), "domainMin": NUMBER, "domainMax": NUMBER, "domainMid": NUMBER,
    "range": list_of(COLOUR | NUMBER | one_of(SHAPES) | DASH, MOST_NAMES) | one_of({"category", "ordinal", "ramp", "heatmap", "diverging"}),
    "scheme": one_of(SCHEMES), "zero": FLAG, "nice": FLAG | number(0, 100) | one_of({"minute", "hour", "day", "week", "month", "year"}),
    "reverse": FLAG, "round": FLAG, "padding": PIXELS, "paddingInner": SHARE, "paddingOuter": PIXELS, "align": SHARE, "base": number(1.1, 1_000),
    "exponent": number(0.01, 10), "constant": number(1e-6, 1e6),
}  # fmt: skip

RANGES: Mapping[str, Leaf] = {
    **dict.fromkeys(
        ("color", "fill", "stroke"),
        list_of(ANY_COLOUR, MOST_NAMES) | one_of({"category", "ordinal", "ramp", "heatmap", "diverging"}),
    ),
    **dict.fromkeys(("opacity", "fillOpacity", "strokeOpacity"), list_of(OPACITY, MOST_NAMES)),
    "shape": list_of(one_of(SHAPES), MOST_NAMES),
    "strokeDash": list_of(DASH, MOST_NAMES),
    "strokeWidth": list_of(number(0.5, 20), MOST_NAMES),
    "size": list_of(number(1, 5_000), MOST_NAMES),
}
"""What the range of a channel's scale may be. Of any other, positions before all, it is the house's: a range of [0, 0] draws every row in one place."""

STACK = FLAG | NOTHING | one_of({"zero"})
BIN: Mapping[str, Rule] = {
    "maxbins": number(2, MOST_BINS),
    "step": number(1e-9, 1e15),
    "nice": FLAG,
    "base": number(2, 100),
    "anchor": NUMBER,
}

MARK: Mapping[str, Rule] = {
    **STYLE,
    "type": one_of(MARKS), "align": ALIGN, "baseline": BASELINE, "dx": PIXELS, "dy": PIXELS, "filled": FLAG, "fontSize": FONT_SIZE,
    "fontStyle": one_of({"normal", "italic"}), "fontWeight": WEIGHT, "limit": PIXELS, "lineHeight": PIXELS, "orient": one_of({"horizontal", "vertical"}),
    "interpolate": one_of({"linear", "monotone", "step", "step-before", "step-after", "linear-closed"}),
    "cornerRadius": PIXELS, "cornerRadiusEnd": PIXELS, "cornerRadiusTopLeft": PIXELS, "cornerRadiusTopRight": PIXELS, "cornerRadiusBottomLeft": PIXELS,
    "cornerRadiusBottomRight": PIXELS, "innerRadius": PIXELS, "outerRadius": PIXELS, "radius": PIXELS, "radiusOffset": PIXELS, "theta": ANGLE,
    "padAngle": SHARE, "binSpacing": PIXELS, "bandSize": PIXELS, "thickness": PIXELS, "invalid": one_of({"filter", "break-paths-show-domains"}) | NOTHING,
    "point": Object({**STYLE, "filled": FLAG}, FLAG | one_of({"transparent"})), "line": Object(STYLE, FLAG), "order": FLAG | NOTHING,
    "tooltip": Object({"content": one_of({"data", "encoding"})}, FLAG | NOTHING), "strokeCap": one_of({"butt", "round", "square"}),
    "strokeJoin": one_of({"miter", "round", "bevel"}), "height": Object({"band": SHARE}, PIXELS), "width": Object({"band": SHARE}, PIXELS),
}  # fmt: skip

TITLE: Mapping[str, Rule] = {
    "text": PROSE, "subtitle": PROSE, "anchor": ANCHOR, "align": ALIGN, "angle": ANGLE, "baseline": BASELINE, "color": COLOUR, "subtitleColor": COLOUR,
    "fontSize": FONT_SIZE, "fontWeight": WEIGHT, "subtitleFontSize": FONT_SIZE, "dx": PIXELS, "dy": PIXELS, "offset": PIXELS, "orient": ORIENT,
    "frame": one_of({"bounds", "group"}), "limit": PIXELS, "subtitlePadding": PIXELS,
}  # fmt: skip
SIZE = Object({"step": number(4, 100), "for": one_of({"position", "offset"})}, number(20, MOST_PIXELS))

ABOUT_VIEWS: Mapping[str, Rule] = {
    "title": Object(TITLE, PROSE), "description": PROSE_LINE, "width": SIZE, "height": SIZE, "columns": number(1, 12), "spacing": number(0, 100),
    "align": one_of({"all", "each", "none"}), "bounds": one_of({"full", "flush"}), "center": FLAG,
}  # fmt: skip
"""What stands beside a mark, layers or views, whichever of them it is."""

POSITIONS = frozenset({"x", "y"})
COLOURS = frozenset({"color", "fill", "stroke"})
PANELS = frozenset({"row", "column", "facet"})
WORDS = frozenset({"text", "tooltip", "description"})
CHANNELS = frozenset(
    {"x2", "y2", "xOffset", "yOffset", "theta", "theta2", "radius", "radius2", "opacity", "fillOpacity", "strokeOpacity", "strokeWidth", "strokeDash",
     "size", "shape", "angle", "detail", "order"} | POSITIONS | COLOURS | PANELS | WORDS
)  # fmt: skip
TYPES = frozenset({"quantitative", "temporal", "ordinal", "nominal"})
AGGREGATES = frozenset({"count"})
"""The only one that a reader of the result can check by eye: it counts the rows that are there. Sums and means are numbers that
stand in no result, so that no sentence could quote them and no second computation would have looked at them."""

LEFT_OUT = frozenset(
    {"$schema", "config", "usermeta", "name", "background", "padding", "autosize", "view", "font", "labelFont", "titleFont", "subtitleFont", "clip",
     "clamp", "cursor", "aria", "ariaRole", "ariaRoleDescription", "style", "fontFamily"}
)  # fmt: skip
"""Looks, names and settings that are the house's: left out without a word, since another round for them would cost more than it gives."""

_COMPUTE = "the chart shows numbers of the result and computes none: compute it in the code, and draw that result"
INSTEAD: Mapping[str, str] = {
    **dict.fromkeys("calculate aggregate joinaggregate window bin timeUnit stack pivot impute density regression loess quantile sample flatten lookup extent".split(), _COMPUTE),
    **dict.fromkeys(("boxplot", "errorbar", "errorband"), "it computes quartiles or deviations: compute them in the code and draw them with rule, bar and tick"),
    **dict.fromkeys(("geoshape", "projection", "longitude", "latitude", "longitude2", "latitude2"), "maps are not drawn: use bars, sorted"),
    **dict.fromkeys(("image", "url", "href"), "a chart holds no addresses and no pictures"),
    **dict.fromkeys(("params", "selection", "param"), "a chart is a picture here, and takes no parameters: leave it out"),
    **dict.fromkeys(("expr", "signal", "labelExpr", "encode"), "expressions are not run: use format for labels, and compute values in the code"),
    **dict.fromkeys(("values", "sequence", "graticule", "sphere", "datasets", "format"), 'the data are the result: write {"name": …} or nothing'),
    "key": "leave it out: nothing moves in the chart",
}  # fmt: skip
"""What to do instead of what is refused, by the key, mark or transform."""
