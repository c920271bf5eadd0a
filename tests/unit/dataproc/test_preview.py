"""Pages of a table: any order, any filter, any depth, the same rows whichever way they are found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.dataproc import preview, selecting
from services.dataproc.domain import StoredColumn, StoredTable
from services.dataproc.errors import FilterNotValid, TooManyRowsToSort, UnknownColumn
from services.dataproc.filtering import containing
from services.dataproc.ordering import Remembered, order_of
from services.dataproc.searching import holding

PEOPLE = pa.table({
    "name": pa.array(["Ann", "bob", None, "Cid", "Bob", "ann"], pa.large_string()),
    "age": pa.array([31, 25, 40, None, 25, 31], pa.int64()),
    "a:b": pa.array([1.5, 2.5, None, 2.5, 0.5, 1.5], pa.float64()),
    "born": pa.array([date(1993, 1, 1), None, date(1984, 5, 5), date(2000, 2, 29), date(1999, 1, 1), date(1993, 1, 1)]),
    "paid": pa.array([True, False, None, True, False, True]),
    "price": pa.array([Decimal("1.10"), None, Decimal("3.30"), Decimal("2.20"), Decimal("3.30"), Decimal("0.10")], pa.decimal128(20, 2)),
})


def stored(table: pa.Table) -> StoredTable:
    columns = tuple(StoredColumn(name=n, source_name=n, type="text", nullable=True, unit=None, evidence="") for n in table.column_names)
    return StoredTable(table_id="t", session_id="s", file_id="f", version=1, name="people", rows=table.num_rows, columns=columns, filename="f.csv", file_key="k",
                       source_sha256="", created_at="2026-01-01")


def written(folder: Path, table: pa.Table, batch: int = 2) -> Path:
    path = folder / "t.arrow"
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=batch)
    return path


class Pages:
    """Pages of one table, in as many batches as can be."""

    def __init__(self, folder: Path, table: pa.Table, limit: int = 1 << 20) -> None:
        self.path, self.table = written(folder, table), stored(table)
        self.previewer = preview.Previewer(limit)

    def read(self, **asked: Any) -> preview.Page:
        return self.previewer.read(self.path, self.table, preview.Request(**asked))

    def column(self, name: str, **asked: Any) -> list[Any]:
        return [row[0] for row in self.read(columns=(name,), **asked).rows]


@pytest.fixture
def people(tmp_path: Path) -> Iterator[Pages]:
    pages = Pages(tmp_path, PEOPLE)
    yield pages
    pages.previewer.close()


@pytest.mark.parametrize(("condition", "ages"), [
    ("age:eq:25", [25, 25]), ("age:ne:25", [31, 40, None, 31]), ("age:lt:31", [25, 25]), ("age:le:31", [31, 25, 25, 31]), ("age:gt:31", [40]), ("age:ge:31", [31, 40, 31]),
    ("name:eq:Bob", [25]), ("name:contains:B", [25, 25]), ("name:isnull", [40]), ("name:notnull", [31, 25, None, 25, 31]), ("a:b:gt:1.5", [25, None]), ("a:b:isnull", [40]),
    ("born:ge:1999-01-01", [None, 25]), ("paid:eq:true", [31, None, 31]), ("price:lt:2.2", [31, 31]), ("name:eq:a:eq:b", []),
])  # fmt: skip
def test_filter_keeps_the_rows_that_fulfil_it(people: Pages, condition: str, ages: list[int | None]) -> None:
    assert people.column("age", filters=(condition,)) == ages
    page = people.read(filters=(condition,), limit=1)
    assert (page.total_rows, page.matching_rows) == (6, len(ages))


def test_several_filters_all_have_to_hold(people: Pages) -> None:
    assert people.column("name", filters=("age:eq:25", "a:b:lt:2")) == ["Bob"]


@pytest.mark.parametrize("condition", ["age", "age:like:2", "age:eq", "age:eq:old", "born:lt:soon", "age:contains:2", "paid:eq:maybe"])
def test_filter_that_makes_no_sense_is_refused_with_what_would(people: Pages, condition: str) -> None:
    with pytest.raises(FilterNotValid) as refused:
        people.read(filters=(condition,))
    assert refused.value.hint


def test_filter_on_an_unknown_column_is_refused_with_the_real_ones(people: Pages) -> None:
    with pytest.raises(UnknownColumn) as refused:
        people.read(filters=("height:gt:3",))
    assert "name, age, a:b" in refused.value.hint


def test_rows_are_sorted_by_several_columns_with_nulls_last(people: Pages) -> None:
    page = people.read(columns=("age", "name"), sort=("-age", "name"))
    assert page.rows == [[40, None], [31, "Ann"], [31, "ann"], [25, "Bob"], [25, "bob"], [None, "Cid"]]


def test_equal_rows_keep_the_files_order_also_when_descending(people: Pages) -> None:
    assert people.column("name", sort=("-paid",)) == ["Ann", "Cid", "ann", "bob", "Bob", None]


def test_filtered_rows_are_sorted_and_paged(people: Pages) -> None:
    assert people.column("name", filters=("age:notnull",), sort=("price",), offset=1, limit=3) == ["Ann", None, "Bob"]
    assert people.column("name", offset=99) == []


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pages]:
    """Pages that are found by enclosing them, as in tables of millions of rows."""
    monkeypatch.setattr(selecting, "WORTH_IT", 100)
    monkeypatch.setattr(selecting, "SAMPLED", 400)
    monkeypatch.setattr(selecting, "MANY_ENCLOSED", 500)
    rng = np.random.default_rng(7)
    n = 6_000
    words = pa.array([None if i % 11 == 0 else f"w{i % 997:03}" for i in rng.permutation(n)], pa.large_string())
    table = pa.table({"n": pa.array(rng.normal(size=n), mask=rng.random(n) < 0.1), "word": words, "few": rng.integers(0, 5, n), "i": np.arange(n), "turn": np.arange(n) % 60,
                      "flag": pa.array(rng.random(n) < 0.5, mask=rng.random(n) < 0.05),
                      "d": pa.array(rng.integers(0, 9_000, n).astype("int32")).cast(pa.date32())})  # fmt: skip
    pages = Pages(tmp_path, table)
    pages.whole = table  # type: ignore[attr-defined]
    yield pages
    pages.previewer.close()


@pytest.mark.parametrize("sort", [("n",), ("-n",), ("word",), ("-word", "n"), ("d", "-i"), ("-few", "word"), ("flag", "-n"), ("-flag", "few", "i"), ("turn", "n"), ("flag",), ("i",)])
@pytest.mark.parametrize("offset", [0, 10, 3_000, 5_300, 5_990])
def test_first_page_is_that_of_the_whole_order(large: Pages, sort: tuple[str, ...], offset: int) -> None:
    expected = order_of(large.whole, sort)[offset : offset + 30]  # type: ignore[attr-defined]
    assert large.column("i", sort=sort, offset=offset, limit=30) == expected.tolist()


def test_first_page_is_found_without_sorting_everything(large: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    sorted_rows: list[int] = []
    real = selecting.order_of
    monkeypatch.setattr(selecting, "order_of", lambda table, sort: (sorted_rows.append(table.num_rows), real(table, sort))[1])
    large.column("i", sort=("n",), offset=2_000)
    assert 0 < sorted_rows[0] < 3_000


@pytest.mark.parametrize(("sort", "offset"), [(("turn",), 3_000), (("flag", "n"), 900), (("-flag", "few", "i"), 1_000), (("flag",), 4_000)])
def test_values_that_come_back_evenly_or_often_are_no_reason_to_sort_everything(large: Pages, sort: tuple[str, ...], offset: int) -> None:
    found = selecting.page_rows(large.whole, sort, offset, 30)  # type: ignore[attr-defined]
    assert found is not None
    assert found.tolist() == order_of(large.whole, sort)[offset : offset + 30].tolist()  # type: ignore[attr-defined]


@pytest.mark.parametrize(("texts", "part", "expected"), [
    (["Paris", None, "LYON", "Nice"] * 50, "y", [2]), ([f"Order {n}" for n in range(200)], "ORDER 77", [77]), ([f"a{n}" for n in range(200)], "150", [150]), ([], "a", []),
])  # fmt: skip
def test_text_is_found_in_any_case_whether_it_repeats_or_not(texts: list[str | None], part: str, expected: list[int]) -> None:
    column = pa.chunked_array([pa.array(texts[:3], pa.large_string()), pa.array(texts[3:], pa.large_string())])
    found = containing(column, part).to_pylist()
    assert [index for index, hit in enumerate(found) if hit][: len(expected)] == expected
    assert found.count(None) == texts.count(None)


@settings(max_examples=200, deadline=None)
@given(texts=st.lists(st.none() | st.text("abAB1k ßſK\u212a", max_size=8), max_size=12), part=st.text("abAB1kKſ", min_size=1, max_size=3), start=st.integers(0, 3))
def test_what_is_found_in_the_bytes_is_what_is_found_text_by_text(texts: list[str | None], part: str, start: int) -> None:
    column = pa.array(texts, pa.large_string()).slice(start)
    assert holding(column, part).equals(pc.match_substring(column, part, ignore_case=part.lower() != part.upper()))


@settings(max_examples=60, deadline=None)
@given(values=st.lists(st.one_of(st.none(), st.integers(-3, 3)), min_size=1, max_size=60), offset=st.integers(0, 50), descending=st.booleans(), data=st.data())
def test_enclosed_page_is_the_sorted_one_or_none(values: list[int | None], offset: int, descending: bool, data: st.DataObject) -> None:
    table = pa.table({"v": pa.chunked_array([pa.array(values, pa.int64())]), "w": pa.chunked_array([pa.array([len(values) - n // 2 for n in range(len(values))])])})
    wanted = np.array(data.draw(st.lists(st.booleans(), min_size=len(values), max_size=len(values))))
    sort = ("-v" if descending else "v", *data.draw(st.sampled_from([(), ("w",)])))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(selecting, "WORTH_IT", 0)
        patch.setattr(selecting, "MOST_ENCLOSED", 1.0)
        patch.setattr(selecting, "SURE", 0.5)
        patch.setattr(selecting, "MANY_ENCLOSED", data.draw(st.sampled_from([0, 100])))
        found = selecting.page_rows(table, sort, offset, 5, wanted)
    order = order_of(table, sort)
    if found is not None:
        assert found.tolist() == order[wanted[order]][offset : offset + 5].tolist()


def test_orders_are_made_once_and_kept_within_their_bytes() -> None:
    orders: Remembered[np.ndarray] = Remembered(limit=100)
    made: list[str] = []

    def make(name: str) -> Any:
        return lambda: (made.append(name), np.zeros(10, np.uint32))[1]

    for name in ("a", "b", "a", "c", "b"):
        orders.get(name, make(name))
    assert made == ["a", "b", "c", "b"]


def test_table_too_long_to_sort_is_refused_and_still_pages(people: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "MOST_SORTED", 3)
    with pytest.raises(TooManyRowsToSort):
        people.read(sort=("age",))
    assert len(people.read().rows) == 6


def test_order_that_is_awaited_by_nobody_is_not_made_once_the_service_stops(large: Pages) -> None:
    large.column("i", sort=("n",))
    large.previewer.close()
    large.previewer._background.shutdown(wait=True)
    assert not large.previewer._coming
    assert large.previewer._orders.peek((str(large.path), (), ("n",))) is None


def test_order_is_made_although_pages_keep_being_asked_for(large: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "PATIENCE", 0.0)
    monkeypatch.setattr(preview, "QUIET", 60.0)
    large.column("i", sort=("n",))
    large.previewer._background.shutdown(wait=True)
    assert large.previewer._orders.peek((str(large.path), (), ("n",))) is not None
