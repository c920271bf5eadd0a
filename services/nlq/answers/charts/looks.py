"""From the kind of a chart to one that reads well: which way bars lie, in which order, how many, and what the axes say. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from services.nlq.answers.charts.cells import Frame
from services.nlq.answers.charts.fields import field_of, name_of
from services.nlq.answers.charts.limits import MOST_COLOURS
from services.nlq.answers.charts.order import in_order, is_sorted, largest
from services.nlq.answers.charts.shape import NAMES

MOST_BARS = 40  # a screen's height of them; the rest is in the table
MOST_UPRIGHT = 12  # bars with names beside one another; more are read from top to bottom
LONGEST_UPRIGHT = 10  # characters of a label that stands below its bar
MOST_BESIDE = 48  # bars in groups; of more the eye finds no pair, and colours in a grid say it better
MOST_POINTS = 30  # of a line on which each is marked
LONGEST_LABEL = 260  # pixels; what is longer ends in an ellipsis
WIDE = 640  # pixels of a chart that is not measured in bars
BAR, GROUPED_BAR, UPRIGHT = 22, 12, 72  # pixels of one bar with its gap: lying, in a group, and at most where it stands
CHARACTER = 7  # pixels of a label
_LONG_NAMES = {"labelLimit": LONGEST_LABEL, "maxExtent": LONGEST_LABEL + 40}  # or the axis's title would stand on them
_SAID = {None: "no value", True: "yes", False: "no"}


def finished(draft: Mapping[str, Any], frame: Frame) -> tuple[dict[str, Any], Frame]:
    """The specification, without its data, and the rows that it is drawn of."""
    encoding = {channel: dict(told) for channel, told in draft["encoding"].items()}
    if "transform" in draft:
        return {**draft, "mark": _line_over(frame)}, frame
    make = {"bar": _bars, "line": _lines, "point": _points}[draft["mark"]]
    return make(encoding, frame)


def _points(encoding: dict[str, Any], frame: Frame) -> tuple[dict[str, Any], Frame]:
    for channel in ("x", "y"):
        encoding[channel]["scale"] = {"zero": False}
    return {"mark": {"type": "point", "filled": True}, "encoding": encoding}, frame


def _lines(encoding: dict[str, Any], frame: Frame) -> tuple[dict[str, Any], Frame]:
    x, value = name_of(encoding["x"]["field"]), name_of(encoding["y"]["field"])
    said = None
    if "color" in encoding:
        frame, said = _named_largest(frame, name_of(encoding["color"]["field"]), value, MOST_COLOURS)
    if frame.kinds[x] == "year" and _has_gaps(frame.values(x)):
        # As ordinal, 2020 and 2024 would stand beside one another, and the line between them be too steep.
        axis = {"format": "d", "tickMinStep": 1}
        encoding["x"] = {"field": field_of(x), "type": "quantitative", "scale": {"zero": False}, "axis": axis}
    # Of steps by themselves, three years would be a line as steep as a wall.
    width = {} if encoding["x"]["type"] != "ordinal" else {"width": WIDE}
    return {**_titled(said), "mark": _line_over(frame), "encoding": encoding, **width}, frame


def _line_over(frame: Frame) -> dict[str, Any]:
    thin = {"strokeWidth": 1} if len(frame.rows) > WIDE // 2 else {}
    return {"type": "line", "point": len(frame.rows) <= MOST_POINTS, **thin}


def _has_gaps(years: list[float]) -> bool:
    return any(after - before > 1 for before, after in pairwise(sorted(set(years))))


def _bars(encoding: dict[str, Any], frame: Frame) -> tuple[dict[str, Any], Frame]:
    key, value = name_of(encoding["x"]["field"]), name_of(encoding["y"]["field"])
    frame, said = _named_largest(frame, key, value, MOST_BARS)
    if frame.kinds[key] in NAMES:
        encoding["x"] |= {
            "type": "nominal",
            "sort": None,
        }  # names of weekdays have an order that their letters do not tell
        frame = in_order(frame, key, value, MOST_UPRIGHT)
    frame = _with_names(frame, key)
    if "color" in encoding:
        part = name_of(encoding["color"]["field"])
        frame, parts_said = _named_largest(_with_names(frame, part), part, value, MOST_COLOURS)
        return _parted(encoding, frame, key, part, value, said or parts_said)
    labels = {str(cell) for cell in frame.cells(key)}
    if _stands(labels, encoding["x"]["type"]):
        encoding["x"]["axis"] = {"labelAngle": 0}
        return {**_titled(said), "mark": "bar", "encoding": encoding, "width": {"step": _step(labels)}}, frame
    encoding["x"], encoding["y"] = encoding["y"], encoding["x"] | {"axis": _LONG_NAMES}
    return {**_titled(said), "mark": "bar", "encoding": encoding, "height": {"step": BAR}}, frame


def _parted(
    encoding: dict[str, Any], frame: Frame, key: str, part: str, value: str, said: str | None
) -> tuple[dict[str, Any], Frame]:
    """Bars beside one another, and not on top: the height of a pile is a sum, which only some numbers have. Many are colours in a grid."""
    names, parts = (len({str(cell) for cell in frame.cells(name)}) for name in (key, part))
    rows = {**encoding["x"], "axis": _LONG_NAMES}
    if names * parts > MOST_BESIDE:
        columns = {
            "field": encoding["color"]["field"],
            "type": "nominal",
            "sort": None,
            "axis": {"labelAngle": -40, "labelOverlap": False},
        }
        below_zero = any(number < 0 for number in frame.values(value))
        scale = {"scheme": "blueorange", "domainMid": 0} if below_zero else {"scheme": "blues"}
        grid = {"x": columns, "y": rows, "color": {**encoding["y"], "scale": scale}}
        return {**_titled(said), "mark": "rect", "encoding": grid, "width": {"step": UPRIGHT // 2}}, frame
    beside = {"field": encoding["color"]["field"], "sort": None}
    colour = {**encoding["color"], "sort": None}
    grouped = {"y": rows, "x": encoding["y"], "yOffset": beside, "color": colour}
    return {
        **_titled(said),
        "mark": "bar",
        "encoding": grouped,
        "height": {"step": GROUPED_BAR, "for": "offset"},
    }, frame


def _stands(labels: set[str], of_type: str) -> bool:
    """Names below their bars while they are few and short; numbers in a row, such as hours, while they fit the width."""
    longest = max(map(len, labels), default=0)
    if of_type == "nominal":
        return len(labels) <= MOST_UPRIGHT and longest <= LONGEST_UPRIGHT
    return len(labels) * (longest * CHARACTER + 6) <= WIDE


def _step(labels: set[str]) -> int:
    least = max(map(len, labels), default=0) * CHARACTER + 6
    return min(UPRIGHT, max(least, WIDE // max(len(labels), 1)))


def _with_names(frame: Frame, key: str) -> Frame:
    """Missing names and truth as a sentence says them; null would stand there in JavaScript's words."""
    if frame.kinds[key] not in NAMES:
        return frame
    at = frame.columns.index(key)
    named = [(*row[:at], _SAID.get(row[at], row[at]), *row[at + 1 :]) for row in frame.rows]
    return Frame(frame.columns, named)


def _named_largest(frame: Frame, key: str, value: str, most: int) -> tuple[Frame, str | None]:
    """With what has to be said where not all are drawn."""
    count = len(set(frame.combinations([key])))
    if count <= most:
        return frame, None
    numbers = frame.values(value)
    which = "first" if is_sorted(numbers) else "largest" if min(numbers, default=0) >= 0 else "furthest from zero"
    drawn = f"{most} of {count:,} are drawn, the {which}; {count - most:,} more are in the table"
    return largest(frame, key, value, most), drawn


def _titled(said: str | None) -> dict[str, Any]:
    return {"title": {"text": said, "anchor": "start"}} if said else {}
