"""Order, readiness and patience of the supervisor, with small programs as components."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from deploy.local.component import Component
from deploy.local.errors import Interrupted, PartFailed
from deploy.local.supervisor import Supervisor

pytestmark = pytest.mark.integration

WAIT = "import threading; threading.Event().wait()"


def component(
    name: str,
    code: str,
    folder: Path,
    probe: Callable[[], bool] | None,
    after: tuple[str, ...] = (),
    grace: float = 5.0,
) -> Component:
    return Component(name, (sys.executable, "-c", code), {"PATH": os.environ["PATH"]}, folder, probe, after, grace)


def test_each_starts_only_when_what_it_needs_is_ready(tmp_path: Path) -> None:
    first = component("first", f"open({str(tmp_path / 'first')!r}, 'w'); {WAIT}", tmp_path, (tmp_path / "first").exists)
    once = component(
        "once",
        f"import os; os.rename({str(tmp_path / 'first')!r}, {str(tmp_path / 'moved')!r})",
        tmp_path,
        None,
        ("first",),
    )
    last = component(
        "last",
        f"open({str(tmp_path / 'moved')!r}); open({str(tmp_path / 'last')!r}, 'w'); {WAIT}",
        tmp_path,
        (tmp_path / "last").exists,
        ("first", "once"),
    )
    said: list[str] = []
    supervisor = Supervisor([last, once, first], tmp_path / "logs", said.append)
    supervisor.start()
    supervisor.stop()
    assert [line.split()[:2] for line in said] == [["first", "ready"], ["once", "done"], ["last", "ready"]]


def test_what_never_becomes_ready_is_given_up_with_its_log(tmp_path: Path) -> None:
    silent = component("silent", f"print('hello', flush=True); {WAIT}", tmp_path, lambda: False)
    with pytest.raises(PartFailed, match="silent did not become ready within 1 s") as failed:
        Supervisor([silent], tmp_path / "logs", lambda _: None, ready_within=1.0).start()
    assert failed.value.log == "hello"


def test_a_program_that_does_not_exist_is_a_failed_part(tmp_path: Path) -> None:
    missing = Component("missing", (str(tmp_path / "nothing"),), {}, tmp_path, lambda: False)
    with pytest.raises(PartFailed) as failed:
        Supervisor([missing], tmp_path / "logs", lambda _: None, ready_within=1.0).start()
    assert "No such file" in failed.value.log


def test_start_can_be_called_off(tmp_path: Path) -> None:
    called_off = threading.Event()
    called_off.set()
    supervisor = Supervisor([component("any", WAIT, tmp_path, lambda: False)], tmp_path / "logs", lambda _: None)
    with pytest.raises(Interrupted):
        supervisor.start(called_off)
    assert supervisor.pid("any") is None


def test_what_ignores_sigterm_is_killed_after_its_grace_with_what_it_started(tmp_path: Path) -> None:
    child = tmp_path / "child"
    code = (
        "import os, signal, subprocess, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        f"p = subprocess.Popen([sys.executable, '-c', {WAIT!r}]); open({str(child)!r} + '.part', 'w').write(str(p.pid)); "
        f"os.rename({str(child)!r} + '.part', {str(child)!r}); p.wait()"
    )
    supervisor = Supervisor(
        [component("stubborn", code, tmp_path, child.exists, grace=0.3)], tmp_path / "logs", lambda _: None
    )
    supervisor.start()
    stubborn = supervisor.pid("stubborn")
    began = time.monotonic()
    supervisor.stop()
    assert 0.2 < time.monotonic() - began < 5
    assert stubborn is not None
    assert _gone(stubborn)
    assert _gone(int(child.read_text()))


def test_what_a_dead_process_had_started_does_not_live_on(tmp_path: Path) -> None:
    child = tmp_path / "child"
    code = (
        f"import os, subprocess, sys; p = subprocess.Popen([sys.executable, '-c', {WAIT!r}]); "
        f"open({str(child)!r} + '.part', 'w').write(str(p.pid)); os.rename({str(child)!r} + '.part', {str(child)!r}); p.wait()"
    )
    supervisor = Supervisor([component("parent", code, tmp_path, child.exists)], tmp_path / "logs", lambda _: None)
    supervisor.start()
    orphan = int(child.read_text())
    supervisor.kill("parent")
    assert _gone(orphan)
    supervisor.stop()


def _gone(pid: int) -> bool:
    """Within a few seconds; a process that only waits to be collected counts as gone."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.01)
    return False
