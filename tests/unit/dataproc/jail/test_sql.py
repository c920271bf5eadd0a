"""SQL in the jail finds what pandas finds there, and reaches nothing else, whoever wrote it: no validator has seen these statements."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from services.dataproc.jail import Failure, TableInput
from tests.unit.dataproc.jail.conftest import Run

Store = Callable[[str, pa.Table], TableInput]


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ('SELECT SUM(amount) FROM "tables"."orders"', "df['amount'].sum()"),
        ('SELECT AVG(amount) FROM "tables"."orders"', "df['amount'].mean()"),
        ('SELECT SUM(qty) FROM "tables"."orders"', "df['qty'].sum()"),
        ('SELECT COUNT(*) FROM "tables"."orders"', "len(df)"),
        ('SELECT COUNT(city) FROM "tables"."orders"', "df['city'].count()"),
        ('SELECT MAX(day) FROM "tables"."orders"', "df['day'].max()"),
        ('SELECT MIN(city) FROM "tables"."orders"', "df['city'].min()"),
        ('SELECT STDDEV(amount) FROM "tables"."orders"', "df['amount'].std()"),
        ('SELECT qty > 2 FROM "tables"."orders" WHERE qty = 3', "bool(df['qty'][2] > 2)"),
        ('SELECT SUM(amount) FROM "tables"."orders" WHERE qty > 9', "None"),
    ],
)
async def test_a_single_value_is_that_of_pandas(run: Run, select: Run, statement: str, code: str) -> None:
    found, expected = await select(statement), await run(f"result = {code}")
    assert (found.outcome, found.kind, found.value) == ("ok", "scalar", expected.value), found.reasons
    assert type(found.value) is type(expected.value)


async def test_a_table_is_that_of_pandas(run: Run, select: Run) -> None:
    found = await select(
        'SELECT city, day, SUM(amount) AS amount, COUNT(*) AS n FROM "tables"."orders" GROUP BY ALL ORDER BY day'
    )
    expected = await run(
        "result = df.groupby(['city', 'day'], dropna=False, as_index=False)"
        ".agg(amount=('amount', lambda s: s.sum(min_count=1)), n=('qty', 'size')).sort_values('day')"
    )
    assert (found.outcome, found.kind, found.total_rows) == ("ok", "table", 4), found.reasons
    assert (found.columns, found.preview) == (("city", "day", "amount", "n"), expected.preview)
    assert found.rows_in == {"orders": 4}
    assert found.result_path is not None
    assert found.result_path.exists()


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (pa.array([1, None, 3]), [1, None, 3]),
        (pa.array([2**62, 1]), [2**62, 1]),
        (pa.array([100, 100], pa.int8()), [100, 100]),
        (pa.array([1.5, float("nan"), None]), [1.5, None, None]),
        (pa.array([1.25, None], pa.float32()), [1.25, None]),
        (pa.array([1.5, 2.75]).cast(pa.decimal128(20, 2)), [1.5, 2.75]),
        (pa.array([True, None]), [True, None]),
        (pa.array(["a", None, ""]), ["a", None, ""]),
        (pa.array(["a", "b", "a"]).dictionary_encode(), ["a", "b", "a"]),
        (pa.array([dt.date(2024, 5, 6), None]), ["2024-05-06", None]),
        (pa.array([dt.datetime(2024, 5, 6, 7, 8)]), ["2024-05-06T07:08:00"]),
        (pa.array([dt.datetime(2024, 1, 1, 12)], pa.timestamp("us", "Europe/Paris")), ["2024-01-01T13:00:00"]),
        (pa.array([dt.time(7, 8)], pa.time64("us")), ["07:08:00"]),
        (pa.nulls(2), [None, None]),
    ],
)
async def test_cells_of_every_type_come_through(
    select: Run, store: Store, values: pa.Array, found: list[object]
) -> None:
    numbered = pa.table({"n": range(len(values)), "x": values})
    outcome = await select('SELECT n, x FROM "tables"."t" ORDER BY n', store("t", numbered))
    assert [row[1] for row in outcome.preview] == found, outcome.reasons


async def test_a_missing_number_is_none_in_sums_and_comparisons(select: Run, store: Store) -> None:
    """DuckDB alone takes NaN for the largest of numbers."""
    table = store("t", pa.table({"x": [1.0, float("nan"), 3.0]}))
    outcome = await select('SELECT SUM(x), MAX(x), COUNT(*) FILTER (x > 2) FROM "tables"."t"', table)
    assert outcome.preview == ((4.0, 3.0, 1),)


async def test_names_of_any_kind_are_tables_and_columns(select: Run, store: Store) -> None:
    table = store('a "b".c; --', pa.table({'x "y"': [1, 2], "duckdb_tables": [3, 4]}))
    outcome = await select('SELECT SUM("x ""y""") + SUM(duckdb_tables) FROM "tables"."a ""b"".c; --"', table)
    assert outcome.value == 10, outcome.reasons


async def test_two_columns_of_a_result_may_have_the_same_name(select: Run) -> None:
    outcome = await select('SELECT qty, qty FROM "tables"."orders" WHERE qty = 1')
    assert (outcome.columns, outcome.preview) == (("qty", "qty (2)"), ((1, 1),))


async def test_only_the_columns_asked_for_are_there_and_rows_can_be_counted_without_any(
    select: Run, orders: TableInput
) -> None:
    some = TableInput(orders.name, orders.path, ("qty",))
    missing = await select('SELECT SUM(amount) FROM "tables"."orders"', some)
    assert (missing.outcome, missing.failure) == ("failed", Failure.NAME_NOT_FOUND)
    assert "amount" in missing.reasons[0]
    none = TableInput(orders.name, orders.path, ())
    assert (await select('SELECT COUNT(*) FROM "tables"."orders"', none)).value == 4


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('PATH', header = false)",
        "SELECT * FROM read_text('PATH')",
        "SELECT * FROM read_blob('PATH')",
        "SELECT * FROM 'PATH'",
        "FROM glob('/*')",
        "COPY (SELECT 1) TO 'PATH.new'",
        "COPY \"tables\".\"orders\" FROM 'PATH'",
        "ATTACH 'PATH.db'",
        "EXPORT DATABASE 'PATH.new'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SELECT * FROM 'http://127.0.0.1:1/x.csv'",
        "SELECT * FROM read_csv('http://127.0.0.1:1/x.csv')",
        "SELECT getenv('PATH')",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "SET threads = 4",
        "CREATE TABLE \"tables\".x AS SELECT 1",
        "DROP TABLE \"tables\".orders",
        "SELECT 1; SELECT 2",
        "SELECT * FROM tables",
        "SELECT * FROM duckdb",
        "CALL pragma_version()",
        "",
    ],
)  # fmt: skip
async def test_nothing_but_one_select_over_the_tables_runs(select: Run, tmp_path: Path, statement: str) -> None:
    canary = tmp_path / "canary"
    canary.write_text(secrets.token_hex(16))
    canary.chmod(0o666)
    tmp_path.chmod(0o777)
    before = sorted(tmp_path.iterdir())
    outcome = await select(statement.replace("PATH", str(canary)))
    assert (outcome.outcome, outcome.kind) == ("failed", None)
    assert outcome.reasons
    assert canary.read_text() not in repr(outcome)
    assert sorted(tmp_path.iterdir()) == before


async def test_a_mistake_is_told_without_paths_of_this_machine(select: Run) -> None:
    outcome = await select('SELECT CAST(city AS INTEGER) FROM "tables"."orders"')
    assert outcome.outcome == "failed"
    assert "Oslo" in outcome.reasons[0]
    assert "/" not in outcome.reasons[0]


async def test_a_statement_without_end_is_ended(select: Run) -> None:
    endless = "SELECT COUNT(*) FROM range(1000000) a, range(1000000) b WHERE a.range * b.range % 7 = 3"
    outcome = await select(endless, seconds=1.0)
    assert outcome.outcome == "timed_out"
    assert outcome.seconds < 5


async def test_memory_is_bounded_by_duckdb_and_by_the_system(select: Run) -> None:
    """The first is refused by DuckDB within its share, the second is Arrow's and pandas' copy of a result that DuckDB could hold."""
    for statement in (
        "SELECT LENGTH(STRING_AGG(x, '')) FROM (SELECT REPEAT('x', 1000000) || range AS x FROM range(4000))",
        "SELECT REPEAT('x', 1000) || range AS x FROM range(1000000)",
    ):
        outcome = await select(statement, memory_bytes=512 << 20)
        assert outcome.outcome == "failed", statement
        assert "memory" in outcome.reasons[0], outcome.reasons


async def test_python_runs_after_sql_did(run: Run, select: Run) -> None:
    assert (await select('SELECT COUNT(*) FROM "tables"."orders"')).value == 4
    assert (await run("result = len(df)")).value == 4
