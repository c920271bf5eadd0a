"""Parsing in processes of their own: whatever a file does to its process, the service and the next file are fine."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvloop

from services.dataproc.parsing import ParserPool
from services.dataproc.parsing import pool as pool_module
from shared.formats.refusals import FileRefused

pytestmark = pytest.mark.integration


@pytest.fixture
async def pool() -> AsyncIterator[ParserPool]:
    found = ParserPool(jobs=2, memory_bytes=700_000_000, seconds=60)
    found.start()
    yield found
    found.close()


@pytest.fixture
def big(tmp_path: Path) -> Path:
    path = tmp_path / "big.csv"
    path.write_text("id,amount,note\n" + "".join(f"{i},{i % 1000}.25,order {i} ok\n" for i in range(300_000)))
    return path


async def test_file_is_read_with_progress_in_another_process(pool: ParserPool, big: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    result = await pool.read(big, "big.csv", tmp_path / "out", lambda *_: None)
    assert (result.format, result.tables[0].rows) == ("csv", 300_000)
    assert result.tables[0].data_path.parent == tmp_path / "out"


async def test_raw_cells_come_back_as_they_stood(pool: ParserPool, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id;price\n007;1.234,50\n008;\n")
    (tmp_path / "out").mkdir()
    result = await pool.read(path, "a.csv", tmp_path / "out", lambda *_: None)
    await pool.write_raw(path, "a.csv", result.tables[0].reading, tmp_path / "raw.csv")
    assert (tmp_path / "raw.csv").read_bytes() == b'id,price\r\n007,"1.234,50"\r\n008,\r\n'


async def test_child_that_is_killed_is_a_reason_and_the_next_file_is_read(
    pool: ParserPool, big: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out").mkdir()
    pids: list[int] = []
    real = pool_module.resident_bytes
    monkeypatch.setattr(
        pool_module, "resident_bytes", lambda pid: (pids.append(pid), os.kill(pid, signal.SIGKILL), None)[2]
    )
    with pytest.raises(FileRefused) as refused:
        await pool.read(big, "big.csv", tmp_path / "out", lambda *_: None)
    assert pids
    assert refused.value.code == "parser_crashed"
    monkeypatch.setattr(pool_module, "resident_bytes", real)
    assert (await pool.read(big, "big.csv", tmp_path / "out", lambda *_: None)).tables[0].rows == 300_000


async def test_file_that_needs_more_memory_than_allowed_is_stopped_by_name(big: Path, tmp_path: Path) -> None:
    pool = ParserPool(jobs=1, memory_bytes=30_000_000, seconds=60)
    pool.start()
    (tmp_path / "out").mkdir()
    with pytest.raises(FileRefused) as refused:
        await pool.read(big, "big.csv", tmp_path / "out", lambda *_: None)
    pool.close()
    # Whoever notices first says it: the reader, when an allocation fails, or the watcher outside.
    assert refused.value.code in ("needs_too_much_memory", "too_large")


async def test_file_that_takes_too_long_is_stopped_by_name(big: Path, tmp_path: Path) -> None:
    pool = ParserPool(jobs=1, memory_bytes=700_000_000, seconds=0.05)
    pool.start()
    (tmp_path / "out").mkdir()
    with pytest.raises(FileRefused) as refused:
        await pool.read(big, "big.csv", tmp_path / "out", lambda *_: None)
    pool.close()
    assert refused.value.code == "took_too_long"


async def test_parent_that_dies_is_started_again(pool: ParserPool, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n")
    assert pool._parent is not None
    pool._parent.kill()
    pool._parent.wait()
    assert (await pool.read(path, "a.csv", tmp_path / "out", lambda *_: None)).tables[0].rows == 1


async def test_parsing_process_has_an_empty_environment(pool: ParserPool, monkeypatch: pytest.MonkeyPatch) -> None:
    assert pool._parent is not None
    await asyncio.sleep(0)
    environment = Path(f"/proc/{pool._parent.pid}/environ").read_bytes()
    assert b"SECRET" not in environment
    assert b"ASKFRAME" not in environment


@pytest.mark.skipif(
    os.geteuid() != 0,
    reason="without root it depends on the kernel's settings whether a process may leave the host's network",
)
async def test_parsing_process_has_no_network(pool: ParserPool, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    await pool.read(tmp_path / "a.csv", "a.csv", tmp_path / "out", lambda *_: None)
    assert pool._parent is not None
    assert Path(f"/proc/{pool._parent.pid}/ns/net").readlink() != Path("/proc/self/ns/net").readlink()


def test_end_of_a_reading_closes_no_descriptor_of_anybody_else(tmp_path: Path) -> None:
    """Under uvloop, which the service runs on: files opened and closed by threads meanwhile are theirs."""
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    done = threading.Event()
    failures: list[OSError] = []

    def open_and_close() -> None:
        while not done.is_set():
            try:
                os.close(os.open(tmp_path / "a.csv", os.O_RDONLY))
            except OSError as error:
                failures.append(error)

    async def read_many() -> None:
        pool = ParserPool(jobs=2, memory_bytes=700_000_000, seconds=60)
        pool.start()
        for number in range(40):
            (tmp_path / f"{number}").mkdir()
            await pool.read(tmp_path / "a.csv", "a.csv", tmp_path / f"{number}", lambda *_: None)
        pool.close()

    threads = [threading.Thread(target=open_and_close) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        uvloop.run(read_many())
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert failures == []
