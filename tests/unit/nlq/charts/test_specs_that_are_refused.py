"""Charts that are not drawn: what reaches out of them, what computes, what misleads, and what nobody could read. Each refusal says why."""

from __future__ import annotations

from typing import Any

import pytest

from services.nlq.answers.charts import ChartRefused
from services.nlq.answers.charts.checking.tables import INSTEAD
from services.nlq.answers.charts.limits import MOST_ROWS
from tests.unit.nlq.charts.results import (
    BARS,
    COST,
    MONTH,
    OF_SERIES,
    OF_WIDE,
    REGION,
    SALES,
    SERIES,
    WIDE,
    Rows,
    check,
)

LINE = {"mark": "line", "encoding": {"x": MONTH, "y": SALES}}


def encoded(mark: Any = "bar", **channels: Any) -> dict[str, Any]:
    return {"mark": mark, "encoding": {"x": REGION, "y": SALES, **channels}}


REACHING_OUT: dict[str, tuple[dict[str, Any], str]] = {
    "data from an address": ({**BARS, "data": {"url": "https://elsewhere.example/rows.json"}}, "no addresses"),
    "data from a file": ({**BARS, "data": {"url": "file:///etc/passwd"}}, "no addresses"),
    "data of its own": ({**BARS, "data": {"values": [{"region": "North", "sales": 1e6}]}}, "the data are the result"),
    "data made up": ({**BARS, "data": {"sequence": {"start": 0, "stop": 1e9}}}, "the data are the result"),
    "a sphere": ({**BARS, "data": {"sphere": True}}, "the data are the result"),
    "data sets": ({**BARS, "datasets": {"result": []}}, "the data are the result"),
    "data as a list": ({**BARS, "data": [1]}, "has to be"),
    "another result": ({**BARS, "data": {"name": "answer_9"}}, "one result for all"),
    "data of its own in a layer": ({"layer": [BARS, {**BARS, "data": {"values": []}}]}, "layer[1].data.values"),
    "an address of an inner view": ({"hconcat": [{**BARS, "data": {"url": "//x"}}]}, "no addresses"),
    "look-up in other data": ({**BARS, "transform": [{"lookup": "region", "from": {"data": {"url": "x"}, "key": "k"}}]}, "compute it in the code"),
    "a link": (encoded(href={"value": "javascript:alert(1)"}), "no addresses"),
    "a link by field": (encoded(href={"field": "region"}), "no addresses"),
    "a link of the mark": (encoded({"type": "bar", "href": "https://x.example"}), "no addresses"),
    "pictures": (encoded("image"), "image is refused"),
    "pictures by channel": (encoded("point", url={"value": "https://x.example/a.png"}), "no addresses"),
    "a colour that is an address": (encoded({"type": "bar", "color": "url(https://x.example)"}), "a colour"),
    "a pattern": (encoded({"type": "bar", "fill": {"gradient": "linear", "stops": []}}), "a colour"),
    "parameters bound to the page": ({**BARS, "params": [{"name": "p", "bind": {"input": "text"}}]}, "takes no parameters"),
    "parameters with an address": ({**BARS, "params": [{"name": "p", "bind": "legend"}]}, "takes no parameters"),
    "a selection": ({**BARS, "selection": {"p": {"type": "interval"}}}, "takes no parameters"),
    "an expression computes a column": ({**BARS, "transform": [{"calculate": "datum.sales * 2", "as": "d"}]}, "compute it in the code"),
    "an expression filters": ({**BARS, "transform": [{"filter": "datum.sales > 10"}]}, "expressions are not run"),
    "an expression deep inside": ({**BARS, "transform": [{"filter": {"and": [{"not": "true"}]}}]}, "expressions are not run"),
    "an expression tests": (encoded(color={"condition": {"test": "datum.sales < 0", "value": "red"}}), "expressions are not run"),
    "an expression of a parameter": (encoded(color={"condition": {"param": "p", "value": "red"}}), "takes no parameters"),
    "an expression in a label": (encoded(x={**REGION, "axis": {"labelExpr": "upper(datum.label)"}}), "expressions are not run"),
    "an expression for a number": (encoded({"type": "bar", "opacity": {"expr": "1"}}), "expressions are not run"),
    "a signal for a number": (encoded({"type": "bar", "size": {"signal": "width"}}), "expressions are not run"),
    "an expression in a title": ({**BARS, "title": {"expr": "now()"}}, "title.expr"),
    "an expression in a domain": (encoded(y={**SALES, "scale": {"domain": {"expr": "[0,1]"}}}), "expressions are not run"),
    "an encoding of marks of Vega": (encoded(x={**REGION, "axis": {"encode": {"labels": {}}}}), "expressions are not run"),
    "a condition among an axis's looks": (encoded(x={**REGION, "axis": {"labelColor": {"condition": {"test": "true", "value": "red"}, "value": "blue"}}}), "a colour"),
    "a type of format of its own": (encoded(x={**REGION, "axis": {"formatType": "evil"}}), "one of number, time"),
    "a format that is none": (encoded(y={**SALES, "axis": {"format": "{x}"}}), "a format of numbers"),
    "a tool tip of an expression": (encoded({"type": "bar", "tooltip": {"expr": "datum"}}), "expressions are not run"),
    "a font in a mark's object": (encoded({"type": "bar", "fontUrl": "https://x"}), "may not stand here"),
    "a key that nobody knows": ({**BARS, "onload": "x"}, "may not stand here"),
    "a map": ({**BARS, "projection": {"type": "mercator"}}, "maps are not drawn"),
    "shapes of lands": (encoded("geoshape"), "maps are not drawn"),
    "places on earth": (encoded("point", longitude=SALES, latitude=COST), "maps are not drawn"),
    "a path for a shape": (encoded({"type": "point", "shape": "M0,0L99999,99999"}), "one of"),
}  # fmt: skip

COMPUTING: dict[str, tuple[dict[str, Any], str]] = {
    "a sum": (encoded(y={**SALES, "aggregate": "sum"}), "one of count"),
    "a mean": (encoded("line", x=MONTH, y={"aggregate": "mean", "field": "sales"}), "one of count"),
    "the row of the greatest": (encoded(y={"aggregate": {"argmax": "sales"}, "field": "cost"}), "one of count"),
    "shares by stacking": (encoded(y={**SALES, "stack": "normalize"}), "true or false"),
    "streams": (encoded("area", y={**SALES, "stack": "center"}), "true or false"),
    "missing values made up": (encoded(y={**SALES, "impute": {"value": 0}}), "compute it in the code"),
    "a box plot": (encoded("boxplot"), "compute them in the code"),
    "bars of errors": (encoded({"type": "errorbar", "extent": "ci"}), "compute them in the code"),
    "bins of a sum": (encoded(x={"field": "cost", "bin": True}), "count"),
    "units of time of text": (encoded(x={"field": "region", "timeUnit": "year"}), "holds no dates"),
    "units of time in UTC": (encoded("line", x={**MONTH, "timeUnit": "utcyear"}), "one of"),
    **{
        f"transform {name}": ({**BARS, "transform": [told]}, "compute it in the code")
        for name, told in {
            "aggregate": {"aggregate": [{"op": "sum", "field": "sales", "as": "s"}], "groupby": ["region"]},
            "joinaggregate": {"joinaggregate": [{"op": "mean", "field": "sales", "as": "s"}]},
            "window": {"window": [{"op": "sum", "field": "sales", "as": "s"}]},
            "bin": {"bin": True, "field": "sales", "as": "b"},
            "timeUnit": {"timeUnit": "year", "field": "month", "as": "y"},
            "regression": {"regression": "sales", "on": "cost"},
            "loess": {"loess": "sales", "on": "cost"},
            "density": {"density": "sales"},
            "quantile": {"quantile": "sales"},
            "impute": {"impute": "sales", "key": "region", "value": 0},
            "pivot": {"pivot": "region", "value": "sales"},
            "stack": {"stack": "sales", "groupby": [], "as": "s"},
            "sample": {"sample": 10},
            "flatten": {"flatten": ["region"]},
            "extent": {"extent": "sales", "param": "p"},
        }.items()
    },
}  # fmt: skip

MISLEADING: dict[str, tuple[dict[str, Any], str]] = {
    "bars that begin above zero": (encoded(y={**COST, "scale": {"zero": False}}), "begin at zero"),
    "bars from a domain above zero": (encoded(y={**COST, "scale": {"domain": [15, 100]}}), "begin at zero"),
    "bars from a least value above zero": (encoded(y={**COST, "scale": {"domainMin": 10}}), "begin at zero"),
    "areas that begin above zero": (encoded("area", x=MONTH, y={**COST, "scale": {"zero": False}}), "begin at zero"),
    "bars on logarithms": (encoded(y={**COST, "scale": {"type": "log"}}), "begin at zero"),
    "lying bars that begin above zero": (encoded({"type": "bar", "orient": "horizontal"}, x={**COST, "scale": {"zero": False}}, y={"field": "year", "type": "quantitative"}), "begin at zero"),
    "bars under a line that leaves zero out": ({"layer": [encoded(), encoded("line", y={**SALES, "scale": {"zero": False}})]}, "the layers share y"),
    "two axes over one another": ({"layer": [BARS, encoded("line", y=COST)], "resolve": {"scale": {"y": "independent"}}}, "one of shared"),
    "one scale for different measures": ({"hconcat": [BARS, encoded(y=COST)], "resolve": {"scale": {"y": "shared"}}}, "one of independent"),
    "a domain that hides values": (encoded("point", y={**SALES, "scale": {"domain": [0, 100]}}), "leaves out values of sales"),
    "a greatest value that hides some": (encoded("line", x=MONTH, y={**COST, "scale": {"domainMax": 50}}), "leaves out values of cost"),
    "a domain that hides names": (encoded(x={**REGION, "scale": {"domain": ["North", "South"]}}), "leaves out West"),
    "a domain of time": (encoded("line", x={**MONTH, "scale": {"domain": ["2024-02-01", "2024-03-01"]}}), "takes no domain"),
    "logarithms of what is below zero": (encoded("point", y={**SALES, "scale": {"type": "log"}}), "shows no zero"),
    "text as a quantity": (encoded(y={"field": "region", "type": "quantitative"}), "holds text"),
    "text as time": (encoded("line", x={"field": "region", "type": "temporal"}), "holds text"),
    "years as moments since 1970": (encoded("line", x={"field": "year", "type": "temporal"}), "years as numbers"),
    "dates as a quantity": (encoded(y={"field": "month", "type": "quantitative"}), "holds dates"),
    "truth as a quantity": (encoded(y={"field": "open", "type": "quantitative"}), "true and false"),
    "a column without values": (encoded(y={"field": "none", "type": "quantitative"}), "has no values"),
    "a column of several kinds": (encoded(x={"field": "mixed", "type": "nominal"}), "several kinds"),
    "parts below zero": ({"mark": "arc", "encoding": {"theta": SALES, "color": REGION}}, "parts of a whole"),
    "an arc without a size": ({"mark": "arc", "encoding": {"color": REGION}}, "needs a column on theta"),
    "a number that nobody computed, in the title": ({**BARS, "title": "Sales rose by 37 %"}, "stands in no result"),
    "and in a subtitle": ({**BARS, "title": {"text": "Sales", "subtitle": "4711 in all"}}, "stands in no result"),
    "and of an axis": (encoded(y={**SALES, "title": "sales, up 913"}), "stands in no result"),
    "and as a label": (encoded("text", text={"value": "913"}), "stands in no result"),
    "a line at a number that nobody computed": ({"layer": [BARS, {"mark": "rule", "encoding": {"y": {"datum": 913}}}]}, "stands in no result"),
    "a format of dates for numbers": (encoded(y={**SALES, "axis": {"format": "%b %Y"}}), "a format of numbers"),
    "a format of numbers for dates": (encoded("line", x={**MONTH, "axis": {"format": ",.0f"}}), "a format of dates"),
    "a type of format that is not the column's": (encoded(y={**SALES, "axis": {"formatType": "time", "format": "%Y"}}), "a format of numbers"),
    "a format for text": (encoded(x={**REGION, "axis": {"format": ".0f"}}), "leave the format out"),
    "every bar in one place": (encoded(x={**REGION, "scale": {"range": [0, 0]}}), "x takes no range"),
    "heights of a range of its own": (encoded("point", y={**SALES, "scale": {"range": [0, 5]}}), "y takes no range"),
    "a range of numbers for colours": (encoded(color={**REGION, "scale": {"range": [0, 5]}}), "a colour"),
    "points of no size": (encoded("point", size={**COST, "scale": {"range": [0, 0]}}), "from 1 to 5000"),
    "bars that hang from the top": (encoded(y={**SALES, "scale": {"reverse": True}}), "has to grow"),
    "bars over a domain turned around": (encoded(y={**SALES, "scale": {"domain": [200, -100]}}), "has to grow"),
    "bars sorted from the top": (encoded(y={**SALES, "sort": "descending"}), "has to grow"),
    "bars under a line that is turned around": ({"layer": [encoded(), encoded("line", y={**SALES, "scale": {"reverse": True}})]}, "the layers share y"),
    "bars that cannot be seen": (encoded({"type": "bar", "opacity": 0}), "from 0.1 to 1"),
    "rows that cannot be seen": (encoded(opacity={"condition": {"test": {"field": "sales", "lt": 0}, "value": 0}, "value": 1}), "from 0.1 to 1"),
    "numbers as percentages": (encoded(y={**SALES, "axis": {"format": ".0%"}}), "no shares of 1"),
    "numbers as percentages in labels": (encoded("text", text={**SALES, "format": ".1%"}), "no shares of 1"),
    "a count as percentages": (encoded(y={"aggregate": "count", "axis": {"format": ".0%"}}), "counts rows"),
    "a format that fills with digits": (encoded(y={**SALES, "axis": {"format": "9<20d"}}), "a format of numbers"),
    "a format in another base": (encoded(y={**SALES, "axis": {"format": "x"}}), "a format of numbers"),
    "a format of characters": (encoded(y={**SALES, "axis": {"format": "c"}}), "a format of numbers"),
    "a format of dates with a number of its own": (encoded("line", x={**MONTH, "axis": {"format": "99999 sold in %Y"}}), "a format of"),
    "a format of dates with a year of its own": (encoded("line", x={**MONTH, "axis": {"format": "%b 2019"}}), "a format of"),
    "a format of dates with words": (encoded("line", x={**MONTH, "axis": {"format": "March %Y"}}), "a format of"),
    "a title that runs backwards": ({**BARS, "title": "Sales \u202e001"}, "that can be seen"),
    "dates filtered as texts": ({**LINE, "transform": [{"filter": {"field": "month", "equal": "2024-01-01"}}]}, "filter them in the code"),
}  # fmt: skip

MALFORMED: dict[str, tuple[Any, str]] = {
    "a column that is not there": (encoded(y={"field": "profit", "type": "quantitative"}), "Its columns: month, year"),
    "a column that is not there, sorted by": (encoded(x={**REGION, "sort": {"field": "profit"}}), "is no column"),
    "a path into a cell": (encoded(y={"field": "net['amount']", "type": "quantitative"}), "is no column"),
    "a column of objects": (encoded(y={"field": {"repeat": "row"}, "type": "quantitative"}), "is no column"),
    "a filter over a column that is not there": ({**BARS, "transform": [{"filter": {"field": "profit", "gt": 1}}]}, "is no column"),
    "a fold of a column that is not there": ({**BARS, "transform": [{"fold": ["sales", "profit"]}]}, "columns of the result"),
    "a fold into a column that is there": ({**BARS, "transform": [{"fold": ["sales", "cost"], "as": ["region", "v"]}]}, "two names that no column"),
    "a filter that compares with nothing": ({**BARS, "transform": [{"filter": {"field": "sales"}}]}, "has to have one of"),
    "a filter over three ends": ({**BARS, "transform": [{"filter": {"field": "sales", "range": [1]}}]}, "two ends"),
    "a filter that leaves nothing": ({**BARS, "transform": [{"filter": {"field": "sales", "gt": 1e9}}]}, "No row"),
    "no mark": ({"encoding": {"x": REGION}}, "exactly one of"),
    "a mark and layers": ({**BARS, "layer": [BARS]}, "exactly one of"),
    "a mark that there is not": (encoded("donut"), "one of arc, area"),
    "a mark without a type": (encoded({"color": "red"}), "needs a type"),
    "a channel that there is not": (encoded(z=SALES), "may not stand here"),
    "no columns at all": ({"mark": "bar"}, "no column of the result"),
    "channels as a list": ({"mark": "bar", "encoding": [SALES]}, "an object of channels"),
    "a channel as a text": (encoded(y="sales"), "has to be an object"),
    "layers that are no list": ({"layer": {"mark": "bar"}}, "a list of at most"),
    "a view that is a text": ({"layer": ["bar"]}, "exactly one of"),
    "a type that there is not": (encoded(y={"field": "sales", "type": "number"}), "one of nominal"),
    "a scheme that there is not": (encoded(color={**REGION, "scale": {"scheme": "x"}}), "one of"),
    "transforms that are no list": ({**BARS, "transform": {"filter": {}}}, "a list of at most"),
    "a repeat that is no list": ({"repeat": "sales", "spec": BARS}, "a list of columns"),
    "a repeat that mixes its forms": ({"repeat": {"layer": ["a"], "row": ["b"]}, "spec": BARS}, "a list of columns"),
    "a text beside a column": (encoded(y={**SALES, "datum": "North"}), "one of field, datum and value"),
    "a value beside a column": (encoded(color={**REGION, "value": "red"}), "one of field, datum and value"),
    "a text among numbers": ({"layer": [BARS, {"mark": "rule", "encoding": {"y": {"datum": "much"}}}]}, "needs its type"),
    "truth among numbers": ({"layer": [BARS, {"mark": "rule", "encoding": {"y": {"datum": True}}}]}, "needs its type"),
    "a number beyond any scale": (encoded("point", y={**SALES, "scale": {"domain": [-1e308, 1e308]}}), "has to be"),
    "numbers that JSON has not": (encoded({"type": "bar", "size": float("nan")}), "no JSON"),
}  # fmt: skip

TOO_MUCH: dict[str, tuple[Any, str]] = {
    "a picture of a kilometre": ({**BARS, "width": 1e6}, "from 20 to 2000"),
    "steps of nothing": ({**BARS, "height": {"step": 0.001}}, "from 4 to 100"),
    "marks of a kilometre": (encoded({"type": "point", "size": 1e9}), "from 0 to 5000"),
    "thousands of ticks": (encoded(y={**SALES, "axis": {"tickCount": 1e7}}), "from 0 to 100"),
    "thousands of bins": (encoded(x={"field": "cost", "bin": {"step": 1e-300}}, y={"aggregate": "count"}), "from 1e-09"),
    "views without end": ({"hconcat": [BARS] * 13}, "at most 12"),
    "views of views": ({"vconcat": [{"hconcat": [BARS] * 7}] * 2}, "more than 12 views"),
    "views as deep as a well": ({"hconcat": [{"hconcat": [{"hconcat": [{"hconcat": [{"hconcat": [{"hconcat": [BARS]}]}]}]}]}]}, "deep"),
    "conditions as deep as a well": ({**BARS, "transform": [{"filter": {"not": {"not": {"not": {"not": {"not": {"not": {"field": "cost", "gt": 1}}}}}}}}]}, "too deeply"),
    "a title as long as a book": ({**BARS, "title": "x" * 400}, "at most 300 characters"),
    "data hidden in a description": ({**BARS, "description": "x" * 50_000}, "40,000"),
    "transforms without end": ({**BARS, "transform": [{"filter": {"field": "sales", "valid": True}}] * 7}, "at most 6"),
}  # fmt: skip

REFUSED = REACHING_OUT | COMPUTING | MISLEADING | MALFORMED | TOO_MUCH


@pytest.mark.parametrize(("spec", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_it_is_refused_and_said_why(spec: Any, reason: str) -> None:
    done = check(spec)
    assert isinstance(done, ChartRefused), done
    assert any(reason in said for said in done.reasons), done.reasons
    assert all(said.endswith(".") for said in done.reasons), done.reasons


def many(count: int, *cells: Any) -> Rows:
    return [[f"name {n}", n + 1, *cells] for n in range(count)]


NAMES = ["name", "n"]
BY_NAME = {"field": "name", "type": "nominal"}
N = {"field": "n", "type": "quantitative"}


@pytest.mark.parametrize(
    ("spec", "most"),
    [
        ({"mark": "bar", "encoding": {"y": BY_NAME, "x": N}}, 60),
        ({"mark": "point", "encoding": {"x": N, "y": N, "color": BY_NAME}}, 10),
        ({"mark": "point", "encoding": {"x": N, "y": N, "shape": BY_NAME}}, 8),
        ({"mark": "arc", "encoding": {"theta": N, "color": BY_NAME}}, 8),
        ({"mark": "point", "encoding": {"x": N, "y": N, "facet": BY_NAME}}, 24),
        ({"facet": BY_NAME, "spec": {"mark": "point", "encoding": {"x": N, "y": N}}}, 24),
        ({"mark": "point", "encoding": {"x": N, "y": N}}, MOST_ROWS),
        ({"hconcat": [{"mark": "point", "encoding": {"x": N, "y": N}}] * 10}, 1_000),
    ],
)
def test_as_many_are_drawn_as_a_person_can_read(spec: dict[str, Any], most: int) -> None:
    assert not isinstance(check(spec, NAMES, many(most)), ChartRefused)
    assert isinstance(check(spec, NAMES, many(most + 1)), ChartRefused)


@pytest.mark.parametrize("mark", ["bar", "line", "area"])
def test_rows_of_one_name_are_neither_added_up_nor_joined(mark: str) -> None:
    done = check({"mark": mark, "encoding": {"x": MONTH, "y": SALES}}, SERIES, OF_SERIES)
    assert isinstance(done, ChartRefused)
    assert "several rows have 2024-01" in done.reasons[0]


def test_rows_of_one_month_are_found_behind_their_unit_of_time() -> None:
    rows: Rows = [["2024-01-01", 1], ["2024-01-15", 2]]
    spec = {"mark": "line", "encoding": {"x": {"field": "day", "type": "temporal"}, "y": N}}
    assert not isinstance(check(spec, ["day", "n"], rows), ChartRefused)
    spec["encoding"]["x"]["timeUnit"] = "yearmonth"  # type: ignore[index]
    assert isinstance(check(spec, ["day", "n"], rows), ChartRefused)


def test_rows_without_a_measure_are_nothing_to_be_added_up() -> None:
    rows: Rows = [["a", 1], ["a", None]]
    assert not isinstance(check({"mark": "bar", "encoding": {"x": BY_NAME, "y": N}}, NAMES, rows), ChartRefused)


@pytest.mark.parametrize(
    ("columns", "rows", "reason"),
    [
        (["a", "a"], [[1, 2]], "one name"),
        (["a", "b"], [], "no rows"),
        (["a", "b"], [[1, 2]] * 2_001, "2,001 rows"),
    ],
)
def test_results_that_no_chart_is_drawn_of(columns: list[str], rows: Rows, reason: str) -> None:
    done = check({"mark": "point", "encoding": {"x": {"field": "a"}}}, columns, rows)
    assert isinstance(done, ChartRefused)
    assert reason in done.reasons[0]


def test_reasons_are_told_together_and_each_once() -> None:
    done = check({**BARS, "mark": "image", "encoding": {"x": {"field": "p"}, "y": {"field": "p"}}, "params": []})
    assert isinstance(done, ChartRefused)
    assert [said.split(":")[0] for said in done.reasons] == ["params", "mark", "encoding.x.field", "encoding.y.field"]
    flood = check({"mark": "bar", "encoding": {f"k{n}": SALES for n in range(50)}})
    assert isinstance(flood, ChartRefused)
    assert len(flood.reasons) == 12


def test_what_is_refused_by_name_has_a_sentence_that_goes_on() -> None:
    assert all(told and told[0].islower() and not told.endswith(".") for told in INSTEAD.values())


def test_wide_results_are_folded_before_they_are_drawn_as_series() -> None:
    """A hint by example: the same columns without the fold are two views or none."""
    done = check({"mark": "line", "encoding": {"x": MONTH, "y": {"field": "amount"}}}, WIDE, OF_WIDE)
    assert isinstance(done, ChartRefused)
    assert "planned, actual" in done.reasons[0]
