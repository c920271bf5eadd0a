"""However a run ends, its caller learns it in time, and the next run is not concerned."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest

from services.dataproc.jail import Failure, Jail, JailLimits, TableInput, Tier
from services.dataproc.jail.answers import outcome_of
from tests.unit.dataproc.jail.conftest import Run

OS = "os = pd.io.common.os\n"


@pytest.mark.parametrize(
    "code",
    [
        "while True:\n    pass",
        "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass",
        "pd.io.common.os.sys.modules['time'].sleep(60)",
        "result = pd.Series(['a' * 40 + '!']).str.contains(r'^(?=(a+)+$)b?').sum()",
        "result = 9 ** 9 ** 8",
    ],
)
async def test_code_that_does_not_end_is_ended(run: Run, code: str) -> None:
    started = time.monotonic()
    outcome = await run(code, seconds=0.4)
    assert outcome.outcome == "timed_out"
    assert time.monotonic() - started < 3
    assert "0.4 s" in outcome.reasons[0]


async def test_processor_time_is_limited_too(run: Run) -> None:
    outcome = await run("while True:\n    pass", seconds=10, cpu_seconds=1)
    assert outcome.outcome == "timed_out"
    assert "processor time" in outcome.reasons[0]


@pytest.mark.parametrize(
    "code",
    ["result = 'A' * (6 * 10**9)", "x = []\nwhile True:\n    x.append('a' * 10**7)", "result = np.ones(10**10).sum()"],
)
async def test_memory_is_limited(run: Run, code: str) -> None:
    outcome = await run(code, memory_bytes=200 << 20)
    assert outcome.outcome == "failed"
    assert "memory" in outcome.reasons[0]


@pytest.mark.parametrize(
    "code",
    [
        OS + "os._exit(0)",
        OS + "os.abort()",
        "import json\ndef f(n):\n    return f(n + 1)\nresult = f(0)",
        "x = []\nfor _ in range(200000):\n    x = [x]\nresult = x < [x]",
        "result = " + "-" * 5000 + "1",
        "result = " + "(" * 3000 + "1" + ")" * 3000,
        "raise SystemExit(3)",
        "raise KeyboardInterrupt",
    ],
)
async def test_a_run_that_breaks_its_process_fails_with_a_reason(run: Run, code: str) -> None:
    outcome = await run(code, seconds=5)
    assert outcome.outcome == "failed"
    assert outcome.reasons[0]
    assert (await run("result = 1")).value == 1


async def test_runs_do_not_wait_for_a_slow_neighbour(run: Run) -> None:
    slow = asyncio.create_task(run("while True:\n    pass", seconds=1.0))
    quick = await asyncio.gather(*(run(f"result = {n} + len(df)") for n in range(6)))
    assert [outcome.value for outcome in quick] == [n + 4 for n in range(6)]
    assert not slow.done()
    assert (await slow).outcome == "timed_out"


async def test_a_cancelled_run_is_killed(jail: Jail, orders: TableInput, tmp_path: Path) -> None:
    limits = JailLimits(seconds=30)
    runs = [
        asyncio.create_task(jail.run("while True:\n    pass", [orders], out_dir=tmp_path, limits=limits))
        for _ in range(4)
    ]
    for _ in range(3):
        await asyncio.sleep(0)
    for task in runs:
        task.cancel()
    assert all(
        isinstance(ended, asyncio.CancelledError) for ended in await asyncio.gather(*runs, return_exceptions=True)
    )
    started = time.monotonic()
    assert (await jail.run("result = 1", [orders], out_dir=tmp_path)).value == 1
    assert time.monotonic() - started < 10


async def test_a_missing_table_file_is_the_callers_error(jail: Jail, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await jail.run("result = 1", [TableInput("t", tmp_path / "none.arrow")], out_dir=tmp_path)


async def test_a_zygote_that_was_killed_is_replaced_and_the_run_repeated(orders: TableInput, tmp_path: Path) -> None:
    jail = Jail()
    await jail.start()
    try:
        first = jail.describe()["pid"]
        os.kill(first, signal.SIGSTOP)  # so that the run cannot end before its zygote does
        running = asyncio.create_task(jail.run("result = 7", [orders], out_dir=tmp_path))
        await asyncio.sleep(0)
        os.kill(first, signal.SIGKILL)
        assert (await running).value == 7
        assert jail.describe()["restarts"] == 1
        assert jail.describe()["pid"] != first
    finally:
        await jail.close()


async def test_a_zygote_that_hangs_is_replaced(orders: TableInput, tmp_path: Path) -> None:
    jail = Jail()
    await jail.start()
    try:
        os.kill(jail.describe()["pid"], signal.SIGSTOP)
        outcome = await jail.run("result = 1", [orders], out_dir=tmp_path, limits=JailLimits(seconds=0.1))
        assert outcome.outcome == "timed_out"
        assert (await jail.run("result = 2", [orders], out_dir=tmp_path)).value == 2
    finally:
        await jail.close()


async def test_nothing_is_left_when_the_jail_is_closed() -> None:
    jail = Jail()
    await jail.start()
    pid = jail.describe()["pid"]
    await jail.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_below_the_configured_tier_nothing_runs(
    orders: TableInput, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jail = Jail(minimum=Tier.FULL)
    await jail.start()
    try:
        assert jail._zygote is not None
        weaker = [name for name in jail._zygote.facts["mechanisms"] if name != "seccomp"]
        monkeypatch.setattr(jail._zygote, "facts", {**jail._zygote.facts, "mechanisms": weaker})
        outcome = await jail.run("result = 1", [orders], out_dir=tmp_path)
        assert outcome.outcome == "rejected"
        assert "'landlock'" in outcome.reasons[0]
        assert jail.describe()["refuses"]
    finally:
        await jail.close()


@pytest.mark.parametrize(
    ("code", "failure"),
    [
        ("result = df['missing']", Failure.NAME_NOT_FOUND),
        ("result = df.missing", Failure.NAME_NOT_FOUND),
        ("result = df[['missing']].sum()", Failure.NAME_NOT_FOUND),
        ("raise ValueError('KeyError, or AttributeError')", Failure.OTHER),
        ("class KeyError(Exception):\n    pass\nraise KeyError", Failure.OTHER),
        ("x = 1", Failure.OTHER),
        ("result = df['qty'].sum()", None),
    ],
)
async def test_failure_is_told_by_its_class_and_not_by_its_sentence(
    run: Run, code: str, failure: Failure | None
) -> None:
    assert (await run(code)).failure == failure


@pytest.mark.parametrize("claimed", [None, "ok", 7, ["name_not_found"], {"name_not_found": 1}])
def test_failure_that_no_honest_child_claims_is_some_other(tmp_path: Path, claimed: object) -> None:
    outcome = outcome_of({"outcome": "failed", "failure": claimed}, b"", tmp_path, JailLimits(), 0)
    assert outcome.failure is Failure.OTHER
