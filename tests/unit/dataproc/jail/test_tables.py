"""Tables reach the code with the types that an analyst expects, and only with the columns asked for."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from services.dataproc.jail import TableInput
from tests.unit.dataproc.jail.conftest import Run

Store = Callable[[str, pa.Table], TableInput]


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        (pa.array([1, 2]), "int64"),
        (pa.array([1, None]), "float64"),
        (pa.array([2**60, None]), "Int64"),
        (pa.array([100, 100], pa.int8()), "int64"),
        (pa.array([1.5, None]), "float64"),
        (pa.array([1.5, 2.5], pa.float32()), "float64"),
        (pa.array([True, False]), "bool"),
        (pa.array([True, None]), "boolean"),
        (pa.array(["a", None]), "str"),
        (pa.array(["a", None]).dictionary_encode(), "str"),
        (pa.array([19_000, None], pa.int32()).cast(pa.date32()), "datetime64[us]"),
        (pa.array([1, 2], pa.timestamp("s")), "datetime64[us]"),
        (pa.array([1, 2], pa.timestamp("us", "Europe/Paris")), "datetime64[us, Europe/Paris]"),
        (pa.array([150, 250]).cast(pa.decimal128(20, 0)), "float64"),
        (pa.array([[1], [2, 3]]), "object"),
        (pa.nulls(2), "float64"),
        (pa.array([1, None], pa.time64("ns")), "object"),
    ],
)
async def test_types_are_those_of_a_data_frame(run: Run, store: Store, values: pa.Array, dtype: str) -> None:
    outcome = await run("result = str(df['x'].dtype)", store("t", pa.table({"x": values})))
    assert outcome.value == dtype, outcome.reasons


async def test_large_whole_numbers_with_gaps_keep_every_digit(run: Run, store: Store) -> None:
    table = store("t", pa.table({"x": pa.array([2**60 + 1, None])}))
    assert (await run("result = df['x'].max()", table)).value == 2**60 + 1


async def test_only_the_columns_asked_for_are_there(run: Run, orders: TableInput) -> None:
    some = dataclasses.replace(orders, columns=("qty", "city"))
    assert (await run("result = ' '.join(df.columns)", some)).value == "city qty"


async def test_rows_can_be_counted_without_any_column(run: Run, orders: TableInput, tmp_path: Path) -> None:
    none = dataclasses.replace(orders, columns=())
    assert (await run("result = len(df)", none)).value == 4
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"a": [1, 2, 3], "b": ["x", "y", "z"]}), path)
    assert (await run("result = [len(df), len(df.columns)]", TableInput("t", path, ()))).preview == ((3,), (0,))


async def test_parquet_is_read_as_well(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"a": [1, 2, 3], "b": ["x", "y", "z"]}), path)
    assert (await run("result = df['a'].sum()", TableInput("t", path, ("a",)))).value == 6


async def test_an_empty_table_is_a_frame_without_rows(run: Run, store: Store) -> None:
    table = store("t", pa.table({"a": pa.array([], pa.int64())}))
    assert (await run("result = [len(df), df['a'].sum()]", table)).preview == ((0,), (0,))


async def test_all_tables_are_there_by_name_and_the_first_is_df(run: Run, orders: TableInput, store: Store) -> None:
    people = store("people", pa.table({"city": ["Oslo"], "who": ["Ann"]}))
    code = "result = [list(tables), df.merge(tables['people'], on='city')['who'].count(), df is tables['orders']]"
    assert (await run(code, orders, people)).preview == ((["orders", "people"],), (2,), (True,))


async def test_a_change_lasts_for_one_run(run: Run, orders: TableInput) -> None:
    before = orders.path.read_bytes()
    changed = await run(
        "df['qty'] = 0\ndf.loc[0, 'amount'] = -1\ntables.clear()\npd.Series.sum = lambda self: -7\nresult = int(df['qty'].max())"
    )
    assert changed.value == 0
    assert (await run("result = df['qty'].sum()")).value == 10
    assert orders.path.read_bytes() == before


async def test_points_in_time_beyond_the_calendar_of_python_are_shown(run: Run, store: Store) -> None:
    far = pa.array([-(10**18), None, 0], pa.int64()).cast(pa.timestamp("us"))
    outcome = await run("result = df['x']", store("t", pa.table({"x": far})))
    assert outcome.outcome == "ok", outcome.reasons
    assert [row[-1] for row in outcome.preview] == ["-29719-04-05 22:13:20.000000", None, "1970-01-01 00:00:00.000000"]
