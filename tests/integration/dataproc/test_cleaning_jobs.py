"""Cleaning in processes of their own, slots that small files always find, and jobs that end when they are given up."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.dataproc.parsing import RESULT, CleaningSpec, ParserPool
from services.dataproc.parsing import pool as pool_module
from services.dataproc.reading import Column, FileRefused, TableDraft
from shared.columns import ColumnType

pytestmark = pytest.mark.integration


@pytest.fixture
async def pool() -> AsyncIterator[ParserPool]:
    found = ParserPool(jobs=2, memory_bytes=700_000_000, seconds=60)
    found.start()
    yield found
    found.close()


async def draft_of(pool: ParserPool, folder: Path, rows: int) -> TableDraft:
    path = folder / "t.csv"
    path.write_text("id,amount,note\n" + "".join(f"{i},{i % 1000}.25,order {i % 500} ok\n" for i in range(rows)))
    (folder / "read").mkdir()
    return (await pool.read(path, "t.csv", folder / "read", lambda *_: None)).tables[0]


async def test_table_is_cleaned_tried_and_looked_at_in_another_process(pool: ParserPool, tmp_path: Path) -> None:
    table = await draft_of(pool, tmp_path, 3_000)
    spec = CleaningSpec(table.columns, ({"step": "deduplicate", "columns": ["note"]},), table.profile)
    for kind in ("clean", "try", "suggest"):
        (tmp_path / kind).mkdir()
    cleaned = await pool.clean(table.data_path, spec, tmp_path / "clean")
    trial = await pool.try_steps(table.data_path, spec, tmp_path / "try")
    assert (cleaned.rows, trial.rows_after, trial.rows_changed) == (500, 500, 2_500)
    assert (tmp_path / "clean" / RESULT).exists()
    assert await pool.suggest(table.data_path, spec, tmp_path / "suggest") == []


async def test_recipe_longer_than_a_message_arrives(pool: ParserPool, tmp_path: Path) -> None:
    table = await draft_of(pool, tmp_path, 10)
    mapping = {f"order {i} ok": f"{i}" + "x" * 90 for i in range(10_000)}
    (tmp_path / "clean").mkdir()
    cleaned = await pool.clean(
        table.data_path,
        CleaningSpec(table.columns, ({"step": "map_values", "column": "note", "mapping": mapping},)),
        tmp_path / "clean",
    )
    assert cleaned.reports[0].cells_changed == 10


async def test_step_that_does_not_fit_is_a_reason_and_not_a_crash(pool: ParserPool, tmp_path: Path) -> None:
    table = await draft_of(pool, tmp_path, 10)
    (tmp_path / "clean").mkdir()
    with pytest.raises(FileRefused) as refused:
        await pool.clean(
            table.data_path, CleaningSpec(table.columns, ({"step": "trim", "columns": ["nope"]},)), tmp_path / "clean"
        )
    assert refused.value.code == "unknown_column"


async def test_numbers_that_move_together_are_in_the_profile(pool: ParserPool, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b,c\n" + "".join(f"{i},{3 * i + 1},{(i * 7919) % 101}\n" for i in range(200)))
    (tmp_path / "read").mkdir()
    table = (await pool.read(path, "t.csv", tmp_path / "read", lambda *_: None)).tables[0]
    assert table.profile["correlations"] == [{"columns": ["a", "b"], "r": 1.0}]


async def test_large_files_leave_a_slot_to_small_ones(
    pool: ParserPool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two files that count as large are at work or waiting; a small one is read at once."""
    monkeypatch.setattr(pool_module, "LARGE_FILE", 100_000)
    for name, rows in (("big", 400_000), ("bigger", 400_000), ("small", 20)):
        (tmp_path / name).mkdir()
        (tmp_path / f"{name}.csv").write_text("id,amount\n" + "".join(f"{i},{i}.5\n" for i in range(rows)))
    large = [
        asyncio.create_task(pool.read(tmp_path / f"{n}.csv", f"{n}.csv", tmp_path / n, lambda *_: None))
        for n in ("big", "bigger")
    ]
    small = await pool.read(tmp_path / "small.csv", "small.csv", tmp_path / "small", lambda *_: None)
    assert small.tables[0].rows == 20
    assert not large[1].done()
    assert [len((await task).tables) for task in large] == [1, 1]


async def test_job_that_is_given_up_ends_its_process(
    pool: ParserPool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "big.csv"
    path.write_text("id,amount,note\n" + "".join(f"{i},{i % 1000}.25,order {i} ok\n" for i in range(400_000)))
    (tmp_path / "out").mkdir()
    pids: asyncio.Queue[int] = asyncio.Queue()
    real = pool_module.resident_bytes
    monkeypatch.setattr(pool_module, "resident_bytes", lambda pid: (pids.put_nowait(pid), real(pid))[1])
    reading = asyncio.create_task(pool.read(path, "big.csv", tmp_path / "out", lambda *_: None))
    pid = await pids.get()
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    async with asyncio.timeout(5):
        while alive(pid):
            await asyncio.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_columns_of_a_spec_survive_the_way_through_a_file(tmp_path: Path) -> None:
    spec = CleaningSpec(
        (Column('ä\u2028"', "", ColumnType.DECIMAL, True, "EUR", "why", None),),
        ({"step": "trim"},),
        {"rows": 1},
        comma_likely=True,
        lenient=True,
    )
    spec.store(tmp_path)
    assert CleaningSpec.load(tmp_path) == spec
