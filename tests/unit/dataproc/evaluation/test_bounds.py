"""An evaluation ends within its bounds and sees nothing but its tables."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from services.dataproc.evaluation import Engine, Evaluator, Limits, Refusal, Rows, Sources
from services.dataproc.tables.arrow_cache import convert
from shared.plan import Arithmetic, Join, Measure, Sort
from tests.plan_pieces import by, compare, count, group, keep, literal, made, of, query, show

MANY = pa.table(
    {"key": pa.array([1] * 30_000), "other": pa.array(range(30_000)), "text": pa.array(["x" * 200] * 30_000)}
)
SQUARE = Join(table="many", alias="others", left=of("many", "key"), right="key", multiplies=True)
ENDLESS = query(
    "many",
    SQUARE,
    group(
        Measure(name="x", function="sum", of=Arithmetic(op="*", left=of("many", "other"), right=of("others", "other")))
    ),
)
SMALL = query("many", group(count()))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = Engine(tmp_path / "spill", threads=2, memory_mb=64, spill_mb=1)
    yield made
    made.close()


@pytest.fixture
def evaluator(engine: Engine) -> Evaluator:
    return Evaluator(engine, Sources())


def test_time_is_for_all_plans_together_and_the_next_call_has_its_own(evaluator: Evaluator) -> None:
    begun = time.monotonic()
    endless, small = evaluator.evaluate([ENDLESS, SMALL], {"many": MANY}, Limits(seconds=0.3))
    assert time.monotonic() - begun < 5
    assert isinstance(endless, Refusal) and endless.code == "out_of_time"
    assert isinstance(small, Refusal) and small.code == "out_of_time"
    (after,) = evaluator.evaluate([SMALL], {"many": MANY})
    assert isinstance(after, Rows) and after.table.to_pydict() == {"rows": [30_000]}


def test_memory_is_bounded(evaluator: Evaluator) -> None:
    large = query(
        "many", SQUARE, Sort(by=(by(of("others", "text")), by(of("many", "other")))), show(o=of("others", "other"))
    )
    (found,) = evaluator.evaluate([large], {"many": MANY}, Limits(seconds=30, rows=10**10, size=1 << 40))
    assert isinstance(found, Refusal) and found.code == "out_of_memory"


def test_a_result_of_too_many_rows_says_how_many(evaluator: Evaluator) -> None:
    (found,) = evaluator.evaluate([query("many")], {"many": MANY}, Limits(rows=29_999))
    assert isinstance(found, Refusal) and (found.code, found.rows) == ("too_many_rows", 30_000)
    (found,) = evaluator.evaluate([query("many")], {"many": MANY}, Limits(rows=30_000))
    assert isinstance(found, Rows)


def test_a_result_of_too_many_bytes_is_refused(evaluator: Evaluator) -> None:
    (found,) = evaluator.evaluate([query("many")], {"many": MANY}, Limits(rows=30_000, size=1 << 20))
    assert isinstance(found, Refusal) and (found.code, found.rows) == ("too_large", 30_000)


def test_a_number_too_large_is_refused(evaluator: Evaluator) -> None:
    huge = pa.table({"x": [2**62] * 4})
    total = query("huge", group(Measure(name="x", function="sum", of=of("huge", "x"))))
    product = query("huge", show(x=Arithmetic(op="*", left=of("huge", "x"), right=of("huge", "x"))))
    found = evaluator.evaluate([total, product], {"huge": huge})
    assert [isinstance(one, Refusal) and one.code for one in found] == ["out_of_range", "out_of_range"]


def test_tables_are_seen_during_their_call_alone(evaluator: Evaluator) -> None:
    evaluator.evaluate([SMALL], {"many": MANY})
    (found,) = evaluator.evaluate([SMALL], {"other": MANY})
    assert isinstance(found, Refusal) and found.code == "ill_typed"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "COPY (SELECT 1) TO '/tmp/evaluation_wrote_this'",
        "ATTACH '/tmp/evaluation_wrote_this'",
        "SET enable_external_access = true",
        "SET memory_limit = '8GB'",
        "INSTALL httpfs",
        "LOAD httpfs",
    ],
)
def test_the_engine_is_locked(engine: Engine, sql: str) -> None:
    with pytest.raises(duckdb.Error):
        engine._db.execute(sql).fetchall()


def test_no_variable_of_the_process_is_a_table(engine: Engine) -> None:
    some_table = MANY
    with pytest.raises(duckdb.CatalogException):
        engine._db.execute("SELECT count(*) FROM some_table").fetchall()
    assert some_table.num_rows


def test_names_of_people_stand_in_no_sql(evaluator: Evaluator) -> None:
    evil = '"; DROP TABLE t0; --'
    table = pa.table({evil: ["a'b", "c"], evil.lower(): [1, 2], "": [3, 4]})
    plan = query(
        evil,
        keep(compare(of(evil, evil), "==", "a'b")),
        show(**{evil: of(evil, evil), "B": of(evil, ""), "b": literal(1)}),
    )
    (found,) = evaluator.evaluate([plan], {evil: table})
    assert isinstance(found, Rows) and found.table.to_pydict() == {evil: ["a'b"], "B": [3], "b": [1]}


def test_the_same_plan_is_computed_once(evaluator: Evaluator) -> None:
    first, second = evaluator.evaluate([SMALL, SMALL], {"many": MANY})
    assert first is second


@pytest.mark.parametrize("suffix", [".parquet", ".arrow"])
def test_stored_tables_are_read_where_they_lie(evaluator: Evaluator, tmp_path: Path, suffix: str) -> None:
    parquet = tmp_path / "t.parquet"
    pq.write_table(MANY, parquet)
    if suffix == ".arrow":
        convert(parquet, tmp_path / "t.arrow")
    plan = query(
        "many", keep(compare(of("many", "text"), "==", "x" * 200)), group(count()), keep(compare(made("rows"), ">", 0))
    )
    for _ in range(2):
        (found,) = evaluator.evaluate([plan], {"many": (tmp_path / "t").with_suffix(suffix)})
        assert isinstance(found, Rows) and found.table.to_pydict() == {"rows": [30_000]}


def test_numbers_are_computed_in_64_bits(evaluator: Evaluator) -> None:
    narrow = pa.table({"byte": pa.array([100, 100], pa.int8()), "single": pa.array([0.1, 0.2], pa.float32())})
    product = Arithmetic(op="*", left=of("narrow", "byte"), right=of("narrow", "byte"))
    total = Measure(name="single", function="sum", of=of("narrow", "single"))
    (found,) = evaluator.evaluate(
        [query("narrow", group(Measure(name="byte", function="sum", of=product), total))], {"narrow": narrow}
    )
    assert isinstance(found, Rows) and found.table.to_pydict()["byte"] == [20_000]
    assert found.table.to_pydict()["single"] == [pytest.approx(0.3, rel=1e-7)]


def test_an_engine_that_failed_is_opened_anew(
    evaluator: Evaluator, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Faulty:
        def __getattr__(self, name: str) -> object:
            raise duckdb.InternalException("a fault of its own")

        def interrupt(self) -> None: ...
        def register(self, name: str, table: object) -> None: ...

    monkeypatch.setattr(engine, "_db", Faulty())
    (found,) = evaluator.evaluate([SMALL], {"many": MANY})
    assert isinstance(found, Refusal) and found.code == "failed"
    (found,) = evaluator.evaluate([SMALL], {"many": MANY})
    assert isinstance(found, Rows)
