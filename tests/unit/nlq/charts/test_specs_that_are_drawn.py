"""Charts as models write them: what is ordinary passes, and Vega-Lite makes a picture of what the check leaves."""

from __future__ import annotations

from typing import Any

import pytest
import vl_convert

from services.nlq.answers.charts import ChartRefused, result_meant
from tests.unit.nlq.charts.results import (
    BARS,
    COLUMNS,
    COST,
    MONTH,
    OF_SERIES,
    OF_WIDE,
    REGION,
    ROWS,
    SALES,
    SERIES,
    WIDE,
    Rows,
    check,
    with_data,
)

LINE = {"mark": "line", "encoding": {"x": MONTH, "y": SALES}}
LINES = {"mark": "line", "encoding": {"x": MONTH, "y": SALES, "color": REGION}}
FOLDED = {
    "transform": [{"fold": ["planned", "actual"], "as": ["kind", "amount"]}],
    "mark": {"type": "line", "point": True},
    "encoding": {"x": MONTH, "y": {"field": "amount"}, "color": {"field": "kind"}},
}
ORDINARY: dict[str, tuple[dict[str, Any], list[str], Rows]] = {
    "bars": (BARS, COLUMNS, ROWS),
    "lying bars, sorted by their length": (
        {"mark": "bar", "encoding": {"y": {**REGION, "sort": "-x"}, "x": SALES}}, COLUMNS, ROWS),
    "bars of two colours by a condition": (
        {"mark": "bar", "encoding": {"x": REGION, "y": SALES, "color": {
            "condition": {"test": {"field": "sales", "lt": 0}, "value": "#c0392b"}, "value": "steelblue"}}}, COLUMNS, ROWS),
    "bars beside one another": (
        {"mark": "bar", "encoding": {"x": {"field": "month", "type": "ordinal"}, "y": SALES, "xOffset": REGION, "color": REGION}}, SERIES, OF_SERIES),
    "stacked bars": ({"mark": "bar", "encoding": {"x": {"field": "month", "type": "ordinal"}, "y": {**SALES, "stack": "zero"}, "color": REGION}}, SERIES, OF_SERIES),
    "bars from one value to another": ({"mark": "bar", "encoding": {"y": REGION, "x": {**COST, "scale": {"zero": False}}, "x2": {"field": "sales"}}}, COLUMNS, ROWS),
    "line": (LINE, COLUMNS, ROWS),
    "line that leaves zero out": ({"mark": "line", "encoding": {"x": MONTH, "y": {**SALES, "scale": {"zero": False}}}}, COLUMNS, ROWS),
    "line by months": ({"mark": "line", "encoding": {"x": {**MONTH, "timeUnit": "yearmonth", "axis": {"format": "%b %Y"}}, "y": SALES}}, COLUMNS, ROWS),
    "line of years as ordinal": ({"mark": "line", "encoding": {"x": {"field": "year", "type": "ordinal"}, "y": SALES}}, COLUMNS, ROWS),
    "line of years as quantitative": ({"mark": "line", "encoding": {"x": {"field": "year", "type": "quantitative"}, "y": SALES}}, COLUMNS, ROWS),
    "lines of several colours": (LINES, SERIES, OF_SERIES),
    "lines apart by detail": ({"mark": "line", "encoding": {"x": MONTH, "y": SALES, "detail": REGION}}, SERIES, OF_SERIES),
    "area": ({"mark": {"type": "area", "opacity": 0.4, "line": True}, "encoding": {"x": MONTH, "y": SALES}}, COLUMNS, ROWS),
    "scatter": ({"mark": {"type": "point", "filled": True}, "encoding": {"x": COST, "y": SALES, "color": REGION, "tooltip": [REGION, SALES]}}, COLUMNS, ROWS),
    "bubbles": ({"mark": "circle", "encoding": {"x": COST, "y": SALES, "size": {"field": "cost", "type": "quantitative"}}}, COLUMNS, ROWS),
    "scatter on a scale of logarithms": ({"mark": "point", "encoding": {"x": {**COST, "scale": {"type": "log"}}, "y": SALES}}, COLUMNS, ROWS),
    "heat map": ({"mark": "rect", "encoding": {"x": {"field": "month", "type": "ordinal"}, "y": REGION, "color": {**SALES, "scale": {"scheme": "blues"}}}}, SERIES, OF_SERIES),
    "pie of a few parts": ({"mark": {"type": "arc", "innerRadius": 50}, "encoding": {"theta": COST, "color": REGION}}, COLUMNS, ROWS),
    "histogram": ({"mark": "bar", "encoding": {"x": {"field": "cost", "bin": {"maxbins": 20}}, "y": {"aggregate": "count"}}}, COLUMNS, ROWS),
    "count of rows for each name": ({"mark": "bar", "encoding": {"x": REGION, "y": {"aggregate": "count", "type": "quantitative"}}}, SERIES, OF_SERIES),
    "dots": ({"mark": "tick", "encoding": {"x": SALES, "y": REGION}}, SERIES, OF_SERIES),
    "names without types": ({"mark": "bar", "encoding": {"x": {"field": "region"}, "y": {"field": "sales"}}}, COLUMNS, ROWS),
    "a name with a dot": ({"mark": "bar", "encoding": {"x": REGION, "y": {"field": "net.amount", "type": "quantitative"}}}, COLUMNS, ROWS),
    "a name with an escaped dot": ({"mark": "bar", "encoding": {"x": REGION, "y": {"field": "net\\.amount", "type": "quantitative"}}}, COLUMNS, ROWS),
    "truth": ({"mark": "point", "encoding": {"x": {"field": "open", "type": "nominal"}, "y": SALES}}, COLUMNS, ROWS),
    "bars with their numbers": ({"layer": [{"mark": "bar"}, {"mark": {"type": "text", "dy": -8}, "encoding": {"text": {**SALES, "format": ",.0f"}}}], "encoding": {"x": REGION, "y": SALES}}, COLUMNS, ROWS),
    "a line at a number of the question": ({"layer": [BARS, {"mark": {"type": "rule", "strokeDash": [4, 4]}, "encoding": {"y": {"datum": 100}}}]}, COLUMNS, ROWS),
    "panels by channel": ({"mark": "bar", "encoding": {"x": {"field": "month", "type": "ordinal"}, "y": SALES, "column": REGION}}, SERIES, OF_SERIES),
    "panels around a view": ({"facet": {"field": "region", "type": "nominal"}, "columns": 2, "spec": LINE}, SERIES, OF_SERIES),
    "panels in rows": ({"facet": {"row": {"field": "region", "type": "nominal"}}, "spec": LINE, "resolve": {"scale": {"y": "independent"}}}, SERIES, OF_SERIES),
    "charts side by side": ({"hconcat": [BARS, LINE]}, COLUMNS, ROWS),
    "charts below one another": ({"vconcat": [BARS, LINE], "resolve": {"scale": {"color": "independent"}}}, COLUMNS, ROWS),
    "charts in a grid": ({"concat": [BARS, LINE], "columns": 1}, COLUMNS, ROWS),
    "a view for each measure": ({"repeat": ["planned", "actual"], "spec": {"mark": "bar", "encoding": {"x": {"field": "month", "type": "ordinal"}, "y": {"field": {"repeat": "repeat"}, "type": "quantitative"}}}}, WIDE, OF_WIDE),
    "a layer for each measure": ({"repeat": {"layer": ["planned", "actual"]}, "spec": {"mark": "line", "encoding": {"x": MONTH, "y": {"field": {"repeat": "layer"}, "type": "quantitative"}, "color": {"datum": {"repeat": "layer"}}}}}, WIDE, OF_WIDE),
    "every measure against every other": ({"repeat": {"row": ["planned", "actual"], "column": ["actual", "planned"]}, "spec": {"mark": "point", "encoding": {"x": {"field": {"repeat": "column"}, "type": "quantitative"}, "y": {"field": {"repeat": "row"}, "type": "quantitative"}}}}, WIDE, OF_WIDE),
    "measures folded into one": (FOLDED, WIDE, OF_WIDE),
    "rows filtered by an object": ({"transform": [{"filter": {"and": [{"field": "region", "equal": "North"}, {"field": "sales", "gte": 10}]}}], "mark": "line", "encoding": {"x": MONTH, "y": SALES}}, SERIES, OF_SERIES),
    "rows that are not some": ({"transform": [{"filter": {"not": {"field": "region", "oneOf": ["South"]}}}], "mark": "line", "encoding": {"x": MONTH, "y": SALES}}, SERIES, OF_SERIES),
    "titles, a scheme, and an axis of its own": (
        {"title": {"text": "Sales by region", "subtitle": ["in 2024"], "anchor": "start"}, "width": 500, "height": {"step": 24}, "mark": {"type": "bar", "cornerRadiusEnd": 3},
         "encoding": {"y": {**REGION, "title": None, "axis": {"labelLimit": 200}}, "x": {**SALES, "axis": {"format": "$,.0f", "grid": False, "tickCount": 5}}, "color": {**REGION, "scale": {"scheme": "tableau10"}, "legend": None}}}, COLUMNS, ROWS),
    "a domain of its own that holds zero and every value": ({"mark": "bar", "encoding": {"x": REGION, "y": {**SALES, "scale": {"domain": [-100, 200]}}}}, COLUMNS, ROWS),
    "shares as percentages": ({"mark": "bar", "encoding": {"x": {"field": "name"}, "y": {"field": "share", "type": "quantitative", "axis": {"format": ".0%"}}}}, ["name", "share"], [["a", 0.25], ["b", -1]]),
    "quarters on an axis": ({"mark": "line", "encoding": {"x": {**MONTH, "axis": {"format": "Q%q %Y"}}, "y": SALES}}, COLUMNS, ROWS),
    "points of colours and sizes of their own": ({"mark": "point", "encoding": {"x": COST, "y": SALES, "color": {**REGION, "scale": {"range": ["red", "#00f", "teal"]}}, "size": {**COST, "scale": {"range": [20, 400]}}}}, COLUMNS, ROWS),
    "a scale of points turned around": ({"mark": "point", "encoding": {"x": COST, "y": {**SALES, "scale": {"reverse": True}}}}, COLUMNS, ROWS),
    "a line at a name": ({"layer": [BARS, {"mark": "rule", "encoding": {"x": {"datum": "South", "type": "nominal"}}}]}, COLUMNS, ROWS),
    "data by name": ({**BARS, "data": {"name": "result"}}, COLUMNS, ROWS),
}  # fmt: skip


@pytest.mark.parametrize(("spec", "columns", "rows"), ORDINARY.values(), ids=ORDINARY.keys())
def test_ordinary_charts_pass_and_vega_lite_makes_a_picture_of_them(
    spec: dict[str, Any], columns: list[str], rows: Rows
) -> None:
    done = check(spec, columns, rows)
    assert not isinstance(done, ChartRefused), done.reasons
    picture = vl_convert.vegalite_to_svg(with_data(done, columns, rows), allowed_base_urls=[])
    assert 'class="mark-' in picture
    assert "NaN" not in picture
    assert "data" not in done
    assert check(done, columns, rows) == done  # what was checked once is as it should be


def test_types_are_told_by_the_cells_and_names_become_fields() -> None:
    fields = {
        "x": {"field": "month"},
        "y": {"field": "net.amount"},
        "color": {"field": "year"},
        "shape": {"field": "open"},
    }
    done = check({"mark": "point", "encoding": fields})
    assert not isinstance(done, ChartRefused), done.reasons
    told = {channel: (one["field"], one["type"]) for channel, one in done["encoding"].items()}
    assert told == {
        "x": ("month", "temporal"),
        "y": (r"net\.amount", "quantitative"),
        "color": ("year", "ordinal"),
        "shape": ("open", "nominal"),
    }


def test_years_have_no_thousands() -> None:
    done = check({"mark": "line", "encoding": {"x": {"field": "year", "type": "quantitative"}, "y": SALES}})
    assert not isinstance(done, ChartRefused), done.reasons
    assert done["encoding"]["x"]["axis"] == {"format": "d"}


def test_looks_that_are_the_houses_are_left_out_without_a_word() -> None:
    dressed = {
        **BARS,
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "config": {"font": "Comic Sans", "view": {"stroke": None}},
        "background": "black",
        "usermeta": {"embedOptions": {"loader": {"baseURL": "http://elsewhere.example"}}},
        "mark": {"type": "bar", "font": "x", "clip": True},
    }
    assert check(dressed) == check({**BARS, "mark": {"type": "bar"}})


def test_folding_and_filtering_are_followed_by_what_reads_them() -> None:
    """Two rows of a month are one after the filter; a column that folding makes has cells of its own kind."""
    assert isinstance(check(LINE, SERIES, OF_SERIES), ChartRefused)
    done = check(FOLDED, WIDE, OF_WIDE)
    assert not isinstance(done, ChartRefused)
    assert done["encoding"]["y"]["type"] == "quantitative"
    assert done["encoding"]["color"]["type"] == "nominal"


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        (BARS, None),
        ({**BARS, "data": {"name": "by_region"}}, "by_region"),
        ({"layer": [BARS, {**BARS, "data": {"name": "inner"}}]}, "inner"),
        ({"facet": REGION, "spec": {**BARS, "data": {"name": "deep"}}}, "deep"),
        ({"data": {"url": "x"}, "hconcat": 3}, None),
    ],
)
def test_result_that_is_meant_is_told_wherever_it_stands(spec: dict[str, Any], name: str | None) -> None:
    assert result_meant(spec) == name
