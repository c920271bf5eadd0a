"""What code leaves comes back as typed JSON or as a table, whole and in order."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from services.dataproc.jail import TableInput
from tests.unit.dataproc.jail.conftest import Run


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("result = df['qty'].sum()", 10),
        ("result = df['amount'].sum() / 2", 17.25),
        ("result = np.float64('nan')", None),
        ("result = pd.NaT", None),
        ("result = df['day'].min()", "2022-01-08"),
        ("result = pd.Timestamp('2024-05-01 13:30')", "2024-05-01T13:30:00"),
        ("result = pd.Timedelta(days=3)", "3 days 00:00:00"),
        ("result = df['qty'].max() > 3", True),
        ("from decimal import Decimal\nresult = Decimal('1.25')", 1.25),
        ("result = f\"{df['qty'].sum()} in {df['city'].nunique()} cities\"", "10 in 2 cities"),
        ("result = 2 ** 80", str(2**80)),
        ("result = 1e308 * 10", "inf"),
        ("result = '\\ud800'", "?"),
        ("df['qty'].mean()", 2.5),
    ],
)
async def test_one_value_is_a_typed_scalar(run: Run, code: str, value: Any) -> None:
    outcome = await run(code)
    assert (outcome.outcome, outcome.kind, outcome.value) == ("ok", "scalar", value), outcome.reasons


@pytest.mark.parametrize(
    ("code", "kind", "columns", "rows"),
    [
        ("result = df.groupby('city')['qty'].sum()", "series", ["city", "qty"], [["Oslo", 4], ["Rome", 2]]),
        ("result = df['qty'].describe().loc[['min', 'max']]", "series", ["index", "qty"], [["min", 1.0], ["max", 4.0]]),
        ("result = pd.Series([1, 2])", "series", ["index", "value"], [[0, 1], [1, 2]]),
        ("result = df[df['qty'] > 3][['city', 'qty']]", "table", ["city", "qty"], [[None, 4]]),
        ("result = df[['qty', 'day']].head(1)", "table", ["qty", "day"], [[1, "2022-01-08"]]),
        (
            "result = df.groupby('city').agg({'qty': ['sum', 'max']})",
            "table",
            ["city", "qty / sum", "qty / max"],
            [["Oslo", 4, 3], ["Rome", 2, 2]],
        ),
        ("result = df[['qty']].head(2).T", "table", ["index", "0", "1"], [["qty", 1, 2]]),
        ("result = pd.concat([df[['qty']], df[['qty']]], axis=1).head(1)", "table", ["qty", "qty (2)"], [[1, 1]]),
        ("result = [1, 'a', None]", "table", ["value"], [[1], ["a"], [None]]),
        ("result = [('a', 1), ('b', 2)]", "table", ["value_1", "value_2"], [["a", 1], ["b", 2]]),
        ("result = [{'a': 1}, {'a': 2, 'b': 'x'}]", "table", ["a", "b"], [[1, None], [2, "x"]]),
        ("result = {'rows': 4, 'names': ['x', 'y']}", "table", ["key", "value"], [["rows", 4], ["names", ["x", "y"]]]),
        ("result = {3, 1, 2}", "table", ["value"], [[1], [2], [3]]),
        ("result = np.arange(4).reshape(2, 2)", "table", ["value_1", "value_2"], [[0, 1], [2, 3]]),
        (
            "result = pd.Series(pd.period_range('2024-01', periods=1, freq='M'))",
            "series",
            ["index", "value"],
            [[0, "2024-01"]],
        ),
        ("result = pd.DataFrame()", "table", [], []),
    ],
)
async def test_many_values_are_a_table(
    run: Run, code: str, kind: str, columns: list[str], rows: list[list[Any]]
) -> None:
    outcome = await run(code)
    assert (outcome.outcome, outcome.kind) == ("ok", kind), outcome.reasons
    assert list(outcome.columns) == columns
    assert [list(row) for row in outcome.preview] == rows
    assert outcome.total_rows == len(rows)


async def test_the_whole_result_is_an_arrow_file_and_the_preview_its_beginning(run: Run) -> None:
    outcome = await run("result = pd.DataFrame({'n': range(1000), 't': 'x'})", preview_rows=5)
    assert outcome.result_path is not None
    with pa.memory_map(str(outcome.result_path)) as mapped:
        table = pa.ipc.open_file(mapped).read_all()
    assert (table.num_rows, table.schema.types) == (1000, [pa.int64(), pa.large_string()])
    assert outcome.preview == tuple((n, "x") for n in range(5))


async def test_moments_with_a_time_stay_moments(run: Run) -> None:
    outcome = await run("result = pd.DataFrame({'t': [pd.Timestamp('2024-01-01'), pd.Timestamp('2024-01-01 06:00')]})")
    assert outcome.preview == (("2024-01-01T00:00:00",), ("2024-01-01T06:00:00",))


async def test_a_result_with_too_many_rows_is_cut_and_says_so(run: Run) -> None:
    outcome = await run("result = pd.DataFrame({'n': range(5000)})", result_rows=1000)
    assert (outcome.outcome, outcome.total_rows) == ("ok", 5000)
    assert "first 1,000" in outcome.warnings[0]


async def test_a_result_with_too_many_bytes_is_cut_and_says_so(run: Run) -> None:
    outcome = await run("result = pd.DataFrame({'t': ['x' * 1000] * 1000})", result_bytes=100_000)
    assert outcome.result_path is not None
    assert outcome.result_path.stat().st_size < 110_000
    assert (outcome.outcome, outcome.total_rows, len(outcome.warnings)) == ("ok", 1000, 1)


async def test_a_text_that_is_too_long_fails_with_its_length(run: Run) -> None:
    outcome = await run("result = 'x' * 50_000_000")
    assert outcome.outcome == "failed"
    assert "50,000,000 characters" in outcome.reasons[0]


@pytest.mark.parametrize(
    "code", ["result = df.groupby('city')", "result = len", "result = df['qty'].rolling(2)", "result = [len, max]"]
)
async def test_machinery_is_not_a_result(run: Run, code: str) -> None:
    outcome = await run(code)
    assert outcome.outcome == "failed"
    assert "not data" in outcome.reasons[0]


async def test_printed_text_is_the_answer_when_nothing_else_is(run: Run) -> None:
    outcome = await run("print('four', len(df))")
    assert (outcome.outcome, outcome.value) == ("ok", "four 4")


async def test_several_lines_are_a_text(run: Run) -> None:
    assert (await run("result = 'one\\ntwo'")).kind == "text"


async def test_code_without_a_result_fails_and_says_what_to_do(run: Run) -> None:
    outcome = await run("x = 1")
    assert (outcome.outcome, outcome.reasons) == (
        "failed",
        ("The code left no result: assign the answer to `result`.",),
    )


async def test_an_error_names_its_line_and_no_path_of_the_host(run: Run) -> None:
    outcome = await run("x = 1\nresult = df['nope'].sum()")
    assert outcome.reasons == ("Line 2: KeyError: 'nope'",)
    outcome = await run("raise ValueError('/home/someone/secret/place/file.py is broken')")
    assert outcome.reasons == ("Line 1: ValueError: …/file.py is broken",)


async def test_a_syntax_error_names_its_line(run: Run) -> None:
    assert (await run("x = 1\nresult = (")).reasons[0].startswith("Line 2: SyntaxError")


async def test_warnings_about_the_data_are_passed_on_once(run: Run) -> None:
    outcome = await run("for _ in range(3):\n    np.array([1.0]) / 0\nresult = 1")
    assert outcome.warnings == ("RuntimeWarning: divide by zero encountered in divide",)


async def test_rows_read_are_counted_by_table(run: Run, orders: TableInput) -> None:
    assert (await run("result = 1", orders)).rows_in == {"orders": 4}
