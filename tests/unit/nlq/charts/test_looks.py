"""How the charts of the house look: the way bars lie, their order and number, what axes say, and which rows they are drawn of."""

from __future__ import annotations

from typing import Any

import pytest
import vl_convert

from services.nlq.answers.charts import MOST_ROWS, chart_of
from services.nlq.rendering.drawing import complete
from tests.unit.nlq.charts.results import Rows


def chart(columns: list[str], rows: Rows, draft: dict[str, Any] | None = None) -> dict[str, Any]:
    done = chart_of(draft, columns, rows)
    assert done is not None
    return done


def drawn(done: dict[str, Any], column: str) -> list[Any]:
    return [row[column] for row in done["data"]["values"]]


def picture(done: dict[str, Any]) -> str:
    return str(vl_convert.vegalite_to_svg(complete(done), allowed_base_urls=[]))


def bars(count: int, name: str = "c{}") -> Rows:
    return [[name.format(n), (n * 37) % 101 - 20] for n in range(count)]


@pytest.mark.parametrize(
    ("rows", "lies"),
    [
        ([["Paris", 3], ["Lyon", -4]], False),
        ([["Saint-Pierre-et-Miquelon", 3], ["Lyon", 12_000]], True),
        (bars(12), False),
        (bars(13), True),
    ],
)
def test_bars_that_are_many_or_have_long_names_lie(rows: Rows, lies: bool) -> None:
    done = chart(["city", "sales"], rows)
    assert done["encoding"]["y" if lies else "x"]["field"] == "city"
    assert ("height" in done, "width" in done) == (lies, not lies)


def test_long_names_end_in_an_ellipsis_and_keep_the_axis_title_off() -> None:
    axis = chart(["ministry", "n"], [["x" * 80, 1], ["y", 2]])["encoding"]["y"]["axis"]
    assert axis["labelLimit"] < axis["maxExtent"]


def test_bars_below_zero_go_the_other_way_from_the_same_line() -> None:
    done = picture(chart(["city", "net"], [["Paris", 300], ["Lyon", -400], ["Rome", -20]]))
    assert done.count('aria-roledescription="bar"') == 3
    assert {"Paris", "Lyon", "Rome", "−400"} <= set(done.replace("<", ">").split(">"))


def test_few_names_stand_as_the_result_has_them_and_many_by_their_size() -> None:
    assert drawn(chart(["c", "n"], [["a", 1], ["b", 9], ["c", 4]]), "n") == [1, 9, 4]
    many = drawn(chart(["c", "n"], [*bars(13), ["none", None]]), "n")
    assert many == [*sorted((row[1] for row in bars(13)), reverse=True), None]
    ascending = sorted(bars(20), key=lambda row: row[1])
    assert drawn(chart(["c", "n"], ascending), "n") == [row[1] for row in ascending]


@pytest.mark.parametrize(
    ("names", "ordered"),
    [
        (["April", "January", "march"], ["January", "march", "April"]),
        (["Sunday", "Friday", "Monday"], ["Monday", "Friday", "Sunday"]),
        (["Dec", "Feb", None], ["Feb", "Dec", "no value"]),
        (["April", "Berlin"], ["April", "Berlin"]),
    ],
)
def test_months_and_weekdays_are_in_their_order(names: list[Any], ordered: list[str]) -> None:
    assert drawn(chart(["when", "n"], [[name, 5 - at % 2] for at, name in enumerate(names)]), "when") == ordered


@pytest.mark.parametrize(
    ("rows", "first", "said"),
    [
        ([[f"c{n}", n % 97] for n in range(214)], 96, "40 of 214 are drawn, the largest; 174 more are in the table"),
        ([[f"c{n}", (n * 7) % 50 - 90] for n in range(50)], -51, "40 of 50 are drawn, the furthest from zero; 10 more are in the table"),
        ([[f"c{n}", n] for n in range(1_200)], 0, "40 of 1,200 are drawn, the first; 1,160 more are in the table"),
    ],
)  # fmt: skip
def test_of_very_many_names_some_are_drawn_and_that_is_said(rows: Rows, first: int, said: str) -> None:
    done = chart(["c", "n"], rows)
    assert done["title"]["text"] == said
    assert len(done["data"]["values"]) == 40
    assert drawn(done, "n")[0] == first


def test_truth_and_missing_names_are_said_as_sentences_say_them() -> None:
    assert drawn(chart(["open", "n"], [[False, 1], [True, 2], [None, 3]]), "open") == ["no", "yes", "no value"]


def test_years_have_no_thousands_and_gaps_between_them_their_width() -> None:
    row = chart(["year", "n"], [[2020, 1], [2021, 2], [2022, 2]])["encoding"]["x"]
    assert row["type"] == "ordinal"
    assert chart(["year", "n"], [[2020, 1], [2021, 2], [2022, 2]])["width"] == 640
    with_gap = chart(["year", "n"], [[2010, 1], [2015, 2], [2024, 2]])
    assert with_gap["encoding"]["x"]["type"] == "quantitative"
    labels = set(picture(with_gap).replace("<", ">").split(">"))
    assert "2010" in labels
    assert "2,010" not in labels


def test_days_are_read_as_days_wherever_the_chart_is_drawn() -> None:
    """Without a form of its own, JavaScript takes a day for midnight in Greenwich: in New York it is the evening before."""
    days = chart(["day", "n"], [["2024-01-01", 1], ["2024-02-01", 2], [None, 3]])
    assert days["data"]["format"] == {"parse": {"day": "date:'%Y-%m-%d'"}}
    months = chart(["a.b", "n"], [["2024-01", 1], ["2024-02", 2]])
    assert months["data"]["format"] == {"parse": {r"a\.b": "date:'%Y-%m'"}}
    assert 'aria-roledescription="line mark"' in picture(months)
    assert "2024" in picture(months)
    moments = chart(["at", "n"], [["2024-01-01T10:00:00", 1], ["2024-02-01T11:00:00", 2]])
    assert "format" not in moments["data"]  # moments without a zone are local by themselves


def test_long_series_are_thin_lines_and_short_ones_have_points() -> None:
    long = chart(
        ["day", "n"], [[f"20{y:02d}-{m:02d}-{d:02d}", d] for y in range(5) for m in range(1, 13) for d in range(1, 28)]
    )
    assert (long["mark"]["point"], long["mark"]["strokeWidth"]) == (False, 1)
    assert len(long["data"]["values"]) == 1_620
    assert chart(["day", "n"], [["2024-01-01", 1], ["2024-02-01", 2]])["mark"]["point"] is True


def test_a_line_breaks_where_a_number_is_missing() -> None:
    rows: Rows = [[f"2024-0{m}-01", None if m == 3 else m] for m in range(1, 6)]
    path = picture(chart(["day", "n"], rows)).split('aria-roledescription="line mark"')[1].split('d="')[1].split('"')[0]
    assert path.count("M") == 2


def test_columns_of_one_size_are_lines_together_and_others_are_not() -> None:
    done = chart(["month", "planned", "actual.now"], [["2024-01", 10, 12], ["2024-02", 11, 90]])
    assert done["transform"] == [{"fold": ["planned", r"actual\.now"], "as": ["series", "value"]}]
    assert picture(done).count('aria-roledescription="line mark"') == 2
    apart = chart(["month", "orders", "revenue"], [["2024-01", 10, 12_000], ["2024-02", 11, 90_000]])
    assert "transform" not in apart
    assert set(apart["data"]["values"][0]) == {"month", "orders"}
    taken = chart(["month", "series", "value"], [["2024-01", 1, 2], ["2024-02", 3, 4]])
    assert taken["transform"][0]["as"] == ["series of the chart", "value of the chart"]


def test_a_second_name_is_bars_beside_one_another_or_colours_in_a_grid() -> None:
    """Never piles: their height would be a sum, which averages do not have."""
    few = chart(["region", "product", "n"], [[r, p, 3] for r in "ab" for p in "xy"])
    assert few["encoding"]["yOffset"]["field"] == few["encoding"]["color"]["field"] == "product"
    grid = chart(["region", "product", "n"], [[f"r{r}", f"p{p}", r - p] for r in range(12) for p in range(8)])
    assert grid["mark"] == "rect"
    assert grid["encoding"]["color"]["scale"] == {"scheme": "blueorange", "domainMid": 0}
    assert picture(grid).count('aria-roledescription="rect mark"') == 96


def test_lines_are_no_more_than_there_are_colours() -> None:
    done = chart(["month", "store", "n"], [[f"2024-0{m}", f"s{s}", s] for m in range(1, 4) for s in range(30)])
    assert set(drawn(done, "store")) == {f"s{s}" for s in range(20, 30)}
    assert done["title"]["text"].startswith("10 of 30 are drawn, the largest")


def test_hours_stand_beside_one_another() -> None:
    draft = {
        "mark": "bar",
        "encoding": {
            "x": {"field": "hour", "type": "ordinal", "sort": "ascending"},
            "y": {"field": "n", "type": "quantitative"},
        },
    }
    assert chart(["hour", "n"], [[h, h] for h in range(24)], draft)["encoding"]["x"]["field"] == "hour"
    assert chart(["bin", "n"], [[h * 1_000_000, h] for h in range(24)], draft | {"encoding": {"x": {"field": "bin", "type": "ordinal", "sort": "ascending"}, "y": {"field": "n", "type": "quantitative"}}})["encoding"]["y"]["field"] == "bin"  # fmt: skip


def test_weekdays_of_a_plan_are_in_their_order_and_not_in_that_of_letters() -> None:
    draft = {
        "mark": "bar",
        "encoding": {
            "x": {"field": "day", "type": "ordinal", "sort": "ascending"},
            "y": {"field": "n", "type": "quantitative"},
        },
    }
    done = chart(["day", "n"], [["Friday", 1], ["Monday", 2], ["Wednesday", 3]], draft)
    assert drawn(done, "day") == ["Monday", "Wednesday", "Friday"]
    assert done["encoding"]["x"]["sort"] is None


def test_data_are_the_columns_that_are_shown() -> None:
    done = chart(["city", "note", "n", "m"], [["Paris", ["x"], 1, 2], ["Lyon", ["y"], 3, 4]])
    assert done["data"]["values"] == [{"city": "Paris", "n": 1}, {"city": "Lyon", "n": 3}]


@pytest.mark.parametrize(
    "rows", [[["Paris", 1]], [[f"c{n}", n] for n in range(MOST_ROWS + 1)], [["Paris", None], ["Lyon", None]]]
)
def test_nothing_is_drawn_of_one_row_of_too_many_or_of_no_numbers(rows: Rows) -> None:
    draft = {
        "mark": "bar",
        "encoding": {"x": {"field": "c", "type": "nominal"}, "y": {"field": "n", "type": "quantitative"}},
    }
    assert chart_of(draft, ["c", "n"], rows) is None
    assert chart_of(draft, ["other", "n"], rows) is None


def test_scatter_leaves_zero_out_where_no_value_is() -> None:
    done = chart(["height", "weight"], [[180 + n, 70 + n] for n in range(5)])
    assert done["encoding"]["x"]["scale"] == done["encoding"]["y"]["scale"] == {"zero": False}
    assert picture(done).count('aria-roledescription="point"') == 5
