"""The life of a stack: what each process is told, what happens when one dies, and that nothing stays behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
import redis

from deploy.local.errors import AlreadyRunning, GatewayPortTaken, PartFailed
from deploy.local.services import REPOSITORY, Service
from deploy.local.stack import Stack
from tests.integration.deploy.fake_stack import FAKE, fakes
from tests.integration.deploy.http_call import call
from tests.integration.deploy.waiting import eventually

pytestmark = pytest.mark.integration

LAUNCHER = (sys.executable, "-m", "tests.integration.deploy.fake_stack")


@contextmanager
def launcher(home: Path, *command: str, port: str = "0") -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """A real launcher process, and the lines that it printed up to `ready`."""
    env = {**os.environ, "ASKFRAME_HOME": str(home), "ASKFRAME_PORT": port}
    with subprocess.Popen(
        [*(command or LAUNCHER)], cwd=REPOSITORY, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        lines: list[str] = []
        for line in process.stdout or ():
            lines.append(line.rstrip())
            if line.startswith("ready "):
                break
        try:
            yield process, lines
        finally:
            if process.poll() is None:
                process.kill()


def environment_of(stack: Stack, service: str) -> dict[str, str]:
    answer: dict[str, str] = call(stack.service_url(service), "/environment").json
    return answer


def pids(home: Path) -> list[int]:
    facts = json.loads((home / "stack.json").read_text())
    return [p["pid"] for p in facts["processes"].values() if p["pid"]]


def sockets_of(home: Path) -> list[Path]:
    """What the object store left outside its folder."""
    ports = (home / "s3" / "ports").read_text().split()
    return [path for port in ports for path in Path("/tmp").glob(f"seaweedfs-*-{port}.sock")]


def runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_services_are_told_where_everything_is_and_nothing_else(fake_stack: Stack) -> None:
    told = environment_of(fake_stack, "dataproc")
    assert {name: told[name] for name in fake_stack.endpoints.environment()} == fake_stack.endpoints.environment()
    assert told["ASKFRAME_PUBLIC_URL"] == fake_stack.base_url
    assert told["ASKFRAME_ANYTHING"] == "1"
    assert Path(told["ASKFRAME_DATA_DIR"]) == fake_stack.home / "data" / "dataproc"
    assert not {"ASKFRAME_HOME", "OTHER_SECRET", "ANTHROPIC_API_KEY", "PYTEST_CURRENT_TEST"} & set(told)


def test_only_the_model_service_is_given_the_model_key(fake_stack: Stack) -> None:
    holders = [s.name for s in fakes() if "ANTHROPIC_API_KEY" in environment_of(fake_stack, s.name)]
    assert holders == ["llm"]
    assert environment_of(fake_stack, "nlq")["ASKFRAME_CLAUDE_AVAILABLE"] == "true"


def test_killed_service_is_started_again_on_its_port(fake_stack: Stack) -> None:
    killed = fake_stack.kill_service("session")
    fake_stack.wait_ready("session")
    assert fake_stack.pid("session") not in (None, killed)
    assert fake_stack.pid("session") in pids(fake_stack.home)
    assert call(fake_stack.service_url("session"), "/readyz").status == 200


def test_killed_server_comes_back_with_its_data(fake_stack: Stack) -> None:
    cache = redis.Redis.from_url(fake_stack.endpoints.redis_url, decode_responses=True)
    cache.set("kept", "yes")
    fake_stack.kill_service("valkey")
    fake_stack.wait_ready("valkey")
    assert cache.get("kept") == "yes"


def test_orderly_restart_returns_when_it_is_ready(fake_stack: Stack) -> None:
    before = fake_stack.pid("upload")
    fake_stack.restart_service("upload")
    assert fake_stack.pid("upload") != before
    assert call(fake_stack.service_url("upload"), "/readyz").status == 200


def test_two_stacks_share_no_port_and_no_folder(fake_stack: Stack, tmp_path: Path) -> None:
    with Stack(tmp_path, services=(Service("session", (FAKE, "session")),), provision=None) as other:
        mine, its = fake_stack.endpoints.environment(), other.endpoints.environment()
        assert other.base_url != fake_stack.base_url
        assert not {mine[n] for n in mine if "URL" in n or "KEY" in n} & {
            its[n] for n in its if "URL" in n or "KEY" in n
        }
        # The other stack runs no such service: its gateway must not find this stack's.
        assert call(other.base_url, "/v1/files").status == 503
    assert call(fake_stack.base_url, "/v1/files").status == 200


def test_taken_gateway_port_is_said_before_anything_starts(fake_stack: Stack, tmp_path: Path) -> None:
    taken = int(fake_stack.base_url.rsplit(":", 1)[1])
    with pytest.raises(GatewayPortTaken, match=str(taken)) as refused:
        Stack(tmp_path, port=taken, services=fakes(), provision=None).start()
    assert "ASKFRAME_PORT" in refused.value.hint
    assert not (tmp_path / "logs").exists()


def test_second_stack_in_the_same_folder_is_refused(fake_stack: Stack) -> None:
    with pytest.raises(AlreadyRunning, match=str(os.getpid())):
        Stack(fake_stack.home, services=fakes(), provision=None).start()
    assert call(fake_stack.base_url, "/healthz").status == 200


def test_part_that_cannot_start_is_named_with_the_end_of_its_log(tmp_path: Path) -> None:
    said: list[str] = []
    stack = Stack(tmp_path, services=fakes(failing="llm"), provision=None, announce=said.append)
    with pytest.raises(PartFailed) as failed:
        stack.start()
    assert failed.value.part == "llm"
    assert failed.value.log.splitlines()[-1] == "the fake cannot reach its database"
    assert any("llm exited with status 3" in line for line in said)
    assert not [
        child for child in psutil.Process().children(recursive=True) if str(tmp_path) in " ".join(child.cmdline())
    ]
    assert not (tmp_path / "stack.json").exists()


def test_failed_provisioning_keeps_services_from_starting(tmp_path: Path) -> None:
    failing = Service("provision", ("-c", "import sys; sys.exit('no streams')"))
    with pytest.raises(PartFailed) as failed:
        Stack(tmp_path, services=fakes(), provision=failing).start()
    assert (failed.value.part, failed.value.log.splitlines()[-1]) == ("provision", "no streams")
    assert not (tmp_path / "logs" / "session.log").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_ends_everything_in_order(tmp_path: Path, number: signal.Signals) -> None:
    with launcher(tmp_path) as (process, lines):
        started = pids(tmp_path)
        assert lines[-1] == f"ready {json.loads((tmp_path / 'stack.json').read_text())['base_url']}"
        process.send_signal(number)
        assert process.wait(20) == 0
        assert len(started) == 9
        assert not [pid for pid in started if runs(pid)]
        assert not (tmp_path / "stack.json").exists()


def test_sigkill_of_the_launcher_leaves_nothing_running(tmp_path: Path) -> None:
    with launcher(tmp_path) as (process, _):
        started = pids(tmp_path)
        process.kill()
        assert eventually(lambda: not [pid for pid in started if runs(pid)])
    sockets = sockets_of(tmp_path)
    assert sockets
    with Stack(tmp_path, services=(Service("upload", (FAKE, "upload")),), provision=None) as again:
        assert call(again.base_url, "/v1/files").status == 200
    assert not [path for path in sockets if path.exists()]


def test_status_and_down_find_the_stack_and_second_up_is_told(tmp_path: Path) -> None:
    def command(name: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "deploy.local", name],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            env={**os.environ, "ASKFRAME_HOME": str(tmp_path)},
            timeout=60,
            check=False,
        )

    assert command("status").returncode == 1
    with launcher(tmp_path) as (process, _):
        assert command("status").returncode == 0
        second = command("up")
        assert (second.returncode, "already running" in second.stderr, "make down" in second.stderr) == (1, True, True)
        assert command("down").returncode == 0
        assert process.wait(5) == 0
    assert "nothing is running" in command("down").stdout


def test_signal_while_starting_ends_what_had_started(tmp_path: Path) -> None:
    never = tmp_path / "never.py"
    never.write_text("import sys, threading\nprint('hanging', flush=True)\nthreading.Event().wait()\n")
    program = (
        "import os, sys; from deploy.local.__main__ import up; from deploy.local.services import Service; "
        "from deploy.local.settings import LaunchSettings; "
        f"sys.exit(up(LaunchSettings.of(os.environ), (Service('session', ({str(never)!r},)),), None))"
    )
    home = tmp_path / "home"
    env = {**os.environ, "ASKFRAME_HOME": str(home), "ASKFRAME_PORT": "0"}
    with subprocess.Popen([sys.executable, "-c", program], cwd=REPOSITORY, env=env, stderr=subprocess.PIPE) as process:
        log = home / "logs" / "session.log"
        assert eventually(lambda: log.exists() and "hanging" in log.read_text(), 20)
        started = pids(home)
        process.terminate()
        assert process.wait(20) == 1
    assert started
    assert not [pid for pid in started if runs(pid)]
