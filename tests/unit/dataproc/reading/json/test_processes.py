"""Blocks of one file read by several processes: the same table, and no end that leaves others behind.

Each test runs a program of its own, as the service forks from a process that has no other threads.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[5]
READ_BOTH_WAYS = """
import sys
from pathlib import Path
import pyarrow.parquet as pq
from services.dataproc.reading import Limits, read_file
from services.dataproc.reading.json import files, large, processes

files.HELD_BYTES, large.BLOCK, large.PARALLEL_FROM = 64, 900, 1
forked = []
def counted(work, blocks, count, memory_bytes, original=large.in_processes):
    forked.append(count)
    return original(work, blocks, count, memory_bytes)
large.in_processes = counted
source, out = Path(sys.argv[1]), Path(sys.argv[2])
tables = [read_file(source, filename=source.name, into=out / str(threads), limits=Limits(threads=threads)).tables[0] for threads in (3, 1)]
assert set(forked) == {3}  # twice where a seam stood in a nested list by chance
several, alone = tables
assert pq.read_table(several.data_path).equals(pq.read_table(alone.data_path))
assert (several.columns, several.reading, several.warnings) == (alone.columns, alone.reading, alone.warnings)
print(several.rows)
"""
DYING = """
import os
from services.dataproc.reading.json.framing import Block
from services.dataproc.reading.json.processes import Report, in_processes

def work(block):
    if block.number == 3:
        os.kill(os.getpid(), 9)
    return Report(block)

reports = in_processes(work, (Block(n, 0, 1) for n in range(9)), 2, 1 << 30)
read = []  # how many come before the end depends on when the death is noticed: with the next block that is sent, or with the answer that does not come
try:
    for report in reports:
        read.append(report.block.number)
except MemoryError:
    print(read == [0, 1, 2][: len(read)])
    print("out of memory")
try:
    print(os.waitpid(-1, os.WNOHANG))
except ChildProcessError:
    print("nobody left")
"""
GREEDY = """
import sys
from pathlib import Path
from services.dataproc.reading.json.framing import Block
from services.dataproc.reading.json.processes import Storing, in_processes

class Greedy:
    def read(self, text, *, first):
        return len(bytearray(512 << 20))

work = Storing(Path(sys.argv[1]), Greedy(), listed=False, folder=Path(sys.argv[2]))
(report,) = in_processes(work, iter([Block(0, 0, 1)]), 1, 64 << 20)
print(report.fault.fault)
"""


def run(program: str, *arguments: object) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()


@pytest.mark.parametrize("form", ["lines", "list", "indented"])
def test_table_is_the_same_however_many_processes_read_it(tmp_path: Path, form: str) -> None:
    rows = [
        {"id": n, "x": n if n % 50 < 40 else n / 8, "t": f'"{n}"', "l": [{"id": 1}, {"id": n}], "late": None}
        for n in range(400)
    ]
    rows[300] |= {"late": {"a": 1}, "id": "other", "new": 2**70}
    path = tmp_path / "t.json"
    path.write_text(
        "".join(json.dumps(row) + "\n" for row in rows)
        if form == "lines"
        else json.dumps(rows, indent=1 if form == "indented" else None)
    )
    assert run(READ_BOTH_WAYS, path, tmp_path) == ["400"]


def test_process_that_dies_ends_the_reading_and_the_others() -> None:
    assert run(DYING) == ["True", "out of memory", "nobody left"]


@pytest.mark.skipif(sys.platform != "linux", reason="only there a process can tell what it holds")
def test_process_takes_no_more_memory_than_its_share(tmp_path: Path) -> None:
    (tmp_path / "t").write_text("x")
    assert run(GREEDY, tmp_path / "t", tmp_path) == ["out of memory"]
