"""Pages of a table: any order, any filter, any depth, the same rows whichever way they are found."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.dataproc import preview
from services.dataproc.errors import FilterNotValid, UnknownColumn
from services.dataproc.preview import page_selection, previewer, quantile_bracket
from services.dataproc.preview.filtering import match_part
from services.dataproc.preview.lru_cache import LruCache
from services.dataproc.preview.ordering import rank_values, sort_rows
from services.dataproc.preview.text_search import find_containing
from services.dataproc.tables import dictionary_index as words
from services.dataproc.tables.arrow_cache import convert
from tests.fakes.dataproc import stored_table as stored

PEOPLE = pa.table(
    {
        "name": pa.array(["Ann", "bob", None, "Cid", "Bob", "ann"], pa.large_string()),
        "age": pa.array([31, 25, 40, None, 25, 31], pa.int64()),
        "a:b": pa.array([1.5, 2.5, None, 2.5, 0.5, 1.5], pa.float64()),
        "born": pa.array(
            [date(1993, 1, 1), None, date(1984, 5, 5), date(2000, 2, 29), date(1999, 1, 1), date(1993, 1, 1)]
        ),
        "paid": pa.array([True, False, None, True, False, True]),
        "price": pa.array(
            [Decimal("1.10"), None, Decimal("3.30"), Decimal("2.20"), Decimal("3.30"), Decimal("0.10")],
            pa.decimal128(20, 2),
        ),
    }
)


def written(folder: Path, table: pa.Table, batch: int, name: str = "t.arrow") -> Path:
    path = folder / name
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=batch)
    return path


class Pages:
    """Pages of one table, in as many batches as can be."""

    def __init__(self, folder: Path, table: pa.Table, limit: int = 1 << 20, *, batch: int = 2) -> None:
        self.path, self.table = written(folder, table, batch), stored(table)
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


@pytest.mark.parametrize(
    "condition", ["age", "age:like:2", "age:eq", "age:eq:old", "born:lt:soon", "age:contains:2", "paid:eq:maybe"]
)
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
    for module in (page_selection, previewer):
        monkeypatch.setattr(module, "WORTH_IT", 100)
    monkeypatch.setattr(quantile_bracket, "SAMPLED", 400)
    rng = np.random.default_rng(7)
    n = 6_000
    words = pa.array([None if i % 11 == 0 else f"w{i % 997:03}" for i in rng.permutation(n)], pa.large_string())
    table = pa.table({"n": pa.array(rng.normal(size=n), mask=rng.random(n) < 0.1), "word": words, "few": rng.integers(0, 5, n), "i": np.arange(n), "turn": np.arange(n) % 60,
                      "flag": pa.array(rng.random(n) < 0.5, mask=rng.random(n) < 0.05),
                      "d": pa.array(rng.integers(0, 9_000, n).astype("int32")).cast(pa.date32())})  # fmt: skip
    pages = Pages(tmp_path, table, batch=250)
    pages.whole = table  # type: ignore[attr-defined]
    yield pages
    pages.previewer.close()


@pytest.mark.parametrize(
    "sort",
    [
        ("n",),
        ("-n",),
        ("word",),
        ("-word", "n"),
        ("d", "-i"),
        ("-few", "word"),
        ("flag", "-n"),
        ("-flag", "few", "i"),
        ("turn", "n"),
        ("flag",),
        ("i",),
    ],
)
@pytest.mark.parametrize("offset", [0, 10, 3_000, 5_300, 5_990])
def test_first_page_is_that_of_the_whole_order(large: Pages, sort: tuple[str, ...], offset: int) -> None:
    expected = sort_rows(large.whole, sort)[offset : offset + 30]  # type: ignore[attr-defined]
    assert large.column("i", sort=sort, offset=offset, limit=30) == expected.tolist()


@pytest.mark.parametrize(
    ("sort", "offset"),
    [
        (("n",), 2_000),
        (("word",), 4_000),
        (("turn",), 3_000),
        (("flag", "n"), 900),
        (("-flag", "few", "i"), 1_000),
        (("flag",), 4_000),
    ],
)
def test_a_page_is_found_without_sorting_everything(
    large: Pages, monkeypatch: pytest.MonkeyPatch, sort: tuple[str, ...], offset: int
) -> None:
    """Also where values come back at even distances, or in very many rows."""
    sorted_rows: list[int] = []
    expected = sort_rows(large.whole, sort)[offset : offset + 30]  # type: ignore[attr-defined]
    monkeypatch.setattr(
        page_selection, "sort_rows", lambda table, sort: (sorted_rows.append(table.num_rows), sort_rows(table, sort))[1]
    )
    assert large.column("i", sort=sort, offset=offset, limit=30) == expected.tolist()
    assert sum(sorted_rows) <= 200


@pytest.mark.parametrize(("texts", "part", "expected"), [
    (["Paris", None, "LYON", "Nice"] * 50, "y", [2]), ([f"Order {n}" for n in range(200)], "ORDER 77", [77]), ([f"a{n}" for n in range(200)], "150", [150]), ([], "a", []),
])  # fmt: skip
def test_text_is_found_in_any_case_whether_it_repeats_or_not(
    texts: list[str | None], part: str, expected: list[int]
) -> None:
    column = pa.chunked_array([pa.array(texts[:3], pa.large_string()), pa.array(texts[3:], pa.large_string())])
    found = match_part(column, part).to_pylist()
    assert [index for index, hit in enumerate(found) if hit][: len(expected)] == expected
    assert found.count(None) == texts.count(None)


@settings(max_examples=200, deadline=None)
@given(
    texts=st.lists(st.none() | st.text("abAB1k ßſK\u212a", max_size=8), max_size=12),
    part=st.text("abAB1kKſ", min_size=1, max_size=3),
    start=st.integers(0, 3),
)
def test_what_is_found_in_the_bytes_is_what_is_found_text_by_text(
    texts: list[str | None], part: str, start: int
) -> None:
    column = pa.array(texts, pa.large_string()).slice(start)
    assert find_containing(column, part).equals(
        pc.match_substring(column, part, ignore_case=part.lower() != part.upper())
    )


KEYS: dict[str, tuple[pa.DataType, st.SearchStrategy[Any]]] = {
    "long integers": (pa.int64(), st.integers(-3, 3)), "ranks": (pa.int16(), st.integers(-3, 3)), "far integers": (pa.int32(), st.sampled_from([-(2**31), 0, 7, 2**31 - 1])),
    "floats": (pa.float64(), st.sampled_from([-1.5, -0.0, 0.0, 2.0, math.inf, -math.inf, math.nan])), "texts": (pa.large_string(), st.text("abß", max_size=2)),
    "truth": (pa.bool_(), st.booleans()),
}  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    kind=st.sampled_from(sorted(KEYS)),
    offset=st.integers(0, 60),
    sign=st.sampled_from(["", "-"]),
    after=st.sampled_from([(), ("w",), ("-w",)]),
    data=st.data(),
)
def test_a_page_found_without_an_order_is_that_of_the_order(
    kind: str, offset: int, sign: str, after: tuple[str, ...], data: st.DataObject
) -> None:
    """Whatever the sample said: it may be as small as one row, and as wrong as it likes."""
    arrow, cells = KEYS[kind]
    values = pa.array(data.draw(st.lists(st.none() | cells, min_size=1, max_size=60)), arrow)
    cut = data.draw(st.integers(0, len(values)))
    table = pa.table(
        {
            "v": pa.chunked_array([values[:cut], values[cut:]]),
            "w": pa.chunked_array([pa.array([len(values) - n // 2 for n in range(len(values))])]),
        }
    )
    among = data.draw(
        st.none()
        | st.lists(st.booleans(), min_size=len(values), max_size=len(values)).map(
            lambda mask: np.flatnonzero(mask).astype(np.uint32)
        )
    )
    sort = (sign + "v", *after)
    order = sort_rows(table, sort)
    expected = order if among is None else order[np.isin(order, among)]
    keys = (
        pa.table({"v": rank_values(table["v"]), "w": table["w"]})
        if data.draw(st.booleans())
        else table.set_column(0, "v", table["v"].cast(pa.int8()) if kind == "truth" else table["v"])
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page_selection, "WORTH_IT", data.draw(st.sampled_from([0, 3])))
        patch.setattr(page_selection, "SPARSE", data.draw(st.sampled_from([0.0, 0.5])))
        patch.setattr(page_selection, "MOST_ENCLOSED", data.draw(st.sampled_from([0.0, 0.3, 0.9])))
        patch.setattr(quantile_bracket, "SAMPLED", data.draw(st.sampled_from([1, 4, 100])))
        patch.setattr(quantile_bracket, "SURE", data.draw(st.sampled_from([0.0, 0.5, 4.0])))
        assert (
            page_selection.select_page(keys, sort, offset, 5, among).tolist() == expected[offset : offset + 5].tolist()
        )


def test_orders_are_made_once_and_kept_within_their_bytes() -> None:
    orders: LruCache[np.ndarray] = LruCache(limit=100)
    made: list[str] = []

    def make(name: str) -> Any:
        return lambda: (made.append(name), np.zeros(10, np.uint32))[1]

    for name in ("a", "b", "a", "c", "b"):
        orders.get(name, make(name))
    assert made == ["a", "b", "c", "b"]


def test_orders_of_very_long_tables_are_not_made_and_their_pages_found_all_the_same(
    large: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previewer, "MOST_ORDERED", 5_999)
    assert large.column("i", sort=("-i",), offset=10, limit=3) == [5_989, 5_988, 5_987]
    monkeypatch.setattr(previewer, "QUIET", 0.0)
    large.previewer._background.submit(lambda: None).result()
    assert large.previewer._orders.peek((str(large.path), (), ("-i",))) is None


CONDITIONS = [
    f"t:{op}:{value}" for op in ("eq", "ne", "lt", "le", "gt", "ge", "contains") for value in ("b", "B", "zz")
] + ["t:isnull", "t:notnull"]


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(st.none() | st.text("abBßé", max_size=2), max_size=40),
    group=st.integers(1, 50),
    most=st.sampled_from([4, 1 << 15]),
    data=st.data(),
)
def test_texts_by_their_words_are_filtered_and_sorted_like_the_texts(
    texts: list[str | None], group: int, most: int, data: st.DataObject
) -> None:
    """Words are numbered anew in each row group; columns with too many keep being read as texts."""
    table = pa.table(
        {
            "t": pa.array(texts, pa.large_string()),
            "i": pa.array(range(len(texts)), pa.int64()),
            "x.y": pa.array(texts, pa.string()),
        }
    )
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(words, "MOST_WORDS", most)
        pq.write_table(table, Path(folder) / "t.parquet", row_group_size=group)
        convert(Path(folder) / "t.parquet", Path(folder) / "t.arrow")
        known = words.words_of(Path(folder) / "t.arrow")
        assert set(known) == ({"t", "x.y"} if len(set(texts) - {None}) <= most else set())
        for name, found in known.items():
            numbers = words.numbers_of(Path(folder) / "t.arrow", name)
            assert [None if number is None else found[number].as_py() for number in numbers.to_pylist()] == texts
        request = preview.Request(
            filters=tuple(data.draw(st.lists(st.sampled_from(CONDITIONS), max_size=2))),
            sort=data.draw(st.sampled_from([(), ("t",), ("-t", "-i"), ("x.y", "i")])),
        )
        plain, by_words = preview.Previewer(1 << 20), preview.Previewer(1 << 20)
        patch.setattr(page_selection, "WORTH_IT", 3)
        assert by_words.read(Path(folder) / "t.arrow", stored(table), request) == plain.read(
            written(Path(folder), table, 2, name="plain.arrow"), stored(table), request
        )
        plain.close()
        by_words.close()


def test_columns_whose_words_are_more_than_may_be_held_keep_being_read_as_texts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "MOST_HELD", 5_000)
    pq.write_table(
        pa.table({name: [f"{name} {n % 60} {'x' * 40}" for n in range(200)] for name in "abc"}), tmp_path / "t.parquet"
    )
    convert(tmp_path / "t.parquet", tmp_path / "t.arrow")
    assert list(words.words_of(tmp_path / "t.arrow")) == ["a"]


def test_a_name_with_a_dot_beside_nested_columns_is_not_taken_for_a_member(tmp_path: Path) -> None:
    table = pa.table({"b.c": ["x", "y", "x"], "b": [{"c": "u"}, {"c": "u"}, None]})
    pq.write_table(table, tmp_path / "t.parquet")
    convert(tmp_path / "t.parquet", tmp_path / "t.arrow")
    with pa.memory_map(str(tmp_path / "t.arrow")) as mapped:
        assert pa.ipc.open_file(mapped).read_all().to_pylist() == table.to_pylist()


def test_order_that_is_awaited_by_nobody_is_not_made_once_the_service_stops(
    large: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("QUIET", "PATIENCE"):
        monkeypatch.setattr(previewer, name, 60.0)
    large.column("i", sort=("n",))
    large.previewer.close()
    large.previewer._background.shutdown(wait=True)
    assert not large.previewer._coming
    assert large.previewer._orders.peek((str(large.path), (), ("n",))) is None


def test_order_is_made_although_pages_keep_being_asked_for(large: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previewer, "PATIENCE", 0.0)
    monkeypatch.setattr(previewer, "QUIET", 60.0)
    large.column("i", sort=("n",))
    large.previewer._background.shutdown(wait=True)
    assert large.previewer._orders.peek((str(large.path), (), ("n",))) is not None
