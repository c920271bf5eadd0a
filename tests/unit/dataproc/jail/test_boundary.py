"""Code that was never validated, with the interpreter's own `os` in its hands, reaches nothing. Judged by effects."""

from __future__ import annotations

import os
import secrets
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.dataproc.jail import Jail
from tests.unit.dataproc.jail.conftest import Run

OS = "os = pd.io.common.os\n"


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may read and write, so that file permissions alone protect nothing in it."""
    with tempfile.TemporaryDirectory(prefix="askframe-jail-test-") as folder:
        Path(folder).chmod(0o777)
        yield Path(folder)


@pytest.fixture
def canary(open_folder: Path) -> Path:
    path = open_folder / "canary"
    path.write_text(secrets.token_hex(16))
    path.chmod(0o666)
    return path


@pytest.mark.parametrize(
    "read",
    [
        "pd.read_csv(PATH, header=None).iloc[0, 0]",
        "pd.io.common.os.fdopen(pd.io.common.os.open(PATH, 0)).read()",
        "str(np.fromfile(PATH, dtype='u1').tobytes())",
        "str(np.memmap(PATH, dtype='u1', mode='r').tobytes())",
        "pd.io.common.codecs.open(PATH).read()",
    ],
)
async def test_no_file_can_be_read(run: Run, canary: Path, read: str) -> None:
    outcome = await run(f"PATH = {str(canary)!r}\nresult = {read}")
    assert outcome.outcome == "failed"
    assert canary.read_text() not in repr(outcome)


@pytest.mark.parametrize(
    "write",
    [
        "df.to_csv(PATH + '.new')",
        "df.to_parquet(PATH + '.new')",
        "np.ones(3).tofile(PATH + '.new')",
        "pd.io.common.os.mkdir(PATH + '.new')",
        "pd.io.common.os.symlink('/', PATH + '.new')",
        "pd.io.common.os.rename(PATH, PATH + '.new')",
        "pd.io.common.os.unlink(PATH)",
        "pd.io.common.os.truncate(PATH, 0)",
        "pd.io.common.os.chmod(PATH, 0)",
    ],
)
async def test_no_file_can_be_changed(run: Run, canary: Path, write: str) -> None:
    before = canary.read_text(), canary.stat().st_mode, sorted(canary.parent.iterdir())
    await run(f"PATH = {str(canary)!r}\ntry:\n    {write}\nexcept Exception:\n    pass\nresult = 1")
    assert (canary.read_text(), canary.stat().st_mode) == before[:2]
    assert sorted(canary.parent.iterdir()) == before[2]


@pytest.mark.parametrize("family", ["inet", "unix", "abstract"])
async def test_no_connection_can_be_made(run: Run, open_folder: Path, family: str) -> None:
    with socket.socket(socket.AF_INET if family == "inet" else socket.AF_UNIX) as listener:
        address = {"inet": ("127.0.0.1", 0), "unix": str(open_folder / "s"), "abstract": "\0" + secrets.token_hex(8)}[
            family
        ]
        listener.bind(address)
        if family == "unix":
            Path(str(address)).chmod(0o777)
        listener.listen()
        listener.setblocking(False)
        kind = "AF_INET" if family == "inet" else "AF_UNIX"
        code = f"s = {OS.strip().split(' = ')[1]}.sys.modules['socket']\nc = s.socket(s.{kind})\nc.connect({listener.getsockname()!r})\nresult = 1"
        assert (await run(code)).outcome == "failed"
        with pytest.raises(BlockingIOError):
            listener.accept()


@pytest.mark.parametrize(
    "start",
    [
        "os.system('touch ' + PATH)",
        "os.execv('/usr/bin/touch', ['touch', PATH])",
        "os.posix_spawn('/usr/bin/touch', ['touch', PATH], {})",
    ],
)
async def test_no_program_can_be_started(run: Run, open_folder: Path, start: str) -> None:
    path = open_folder / "started"
    await run(f"{OS}PATH = {str(path)!r}\nresult = {start}")
    assert not path.exists()


async def test_no_process_and_no_thread_can_be_made(run: Run) -> None:
    assert (await run(OS + "result = os.fork()")).outcome == "failed"
    threads = "t = pd.io.common.os.sys.modules['threading'].Thread(target=len)\nt.start()\nresult = 1"
    assert (await run(threads)).outcome == "failed"


async def test_the_environment_is_empty_here_and_in_the_zygote(run: Run, secret: str) -> None:
    outcome = await run(OS + "result = dict(os.environ)")
    assert (outcome.outcome, outcome.total_rows) == ("ok", 0)
    everything = (
        "sys = pd.io.common.os.sys\nframe, seen = sys._getframe(), []\n"
        "while frame:\n    seen.append(repr(frame.f_locals) + repr(frame.f_globals))\n    frame = frame.f_back\n"
        "result = ''.join(seen)"
    )
    outcome = await run(everything)
    assert "services.dataproc.jail.zygote" in outcome.value
    assert secret not in outcome.value


async def test_no_descriptor_but_the_channel_is_open(run: Run) -> None:
    code = (
        OS + "found = 0\nfor n in range(1024):\n    try:\n        os.lseek(n, 0, 1)\n"
        "    except OSError as error:\n        found += error.errno == 29\nresult = found"  # 29: a socket cannot seek
    )
    assert (await run(code)).value == 1


async def test_neither_the_zygote_nor_the_service_can_be_signalled(run: Run, jail: Jail) -> None:
    code = (
        OS
        + f"for pid in (os.getppid(), {os.getpid()}, -1):\n    try:\n        os.kill(pid, 9)\n    except OSError:\n        pass\nresult = 1"
    )
    await run(code)
    assert jail.describe()["alive"]
    assert (await run("result = 2")).value == 2
    assert jail.describe()["restarts"] == 0


async def test_limits_cannot_be_raised_and_powers_not_regained(run: Run) -> None:
    for attempt in (
        "os.setuid(0)",
        "os.setresuid(0, 0, 0)",
        "os.setgroups([0])",
        "os.chroot('/')",
        "os.unshare(0x10000000)",
        "os.nice(-5)",
    ):
        outcome = await run(f"{OS}result = {attempt}")
        assert outcome.outcome == "failed", attempt


async def test_memory_cannot_be_made_executable(run: Run) -> None:
    code = "m = pd.io.common.os.sys.modules['mmap']\nm = m.mmap(-1, 4096, prot=m.PROT_READ | m.PROT_WRITE | m.PROT_EXEC)\nresult = len(m)"
    assert (await run(code)).outcome == "failed"
    allowed = code.replace(" | m.PROT_EXEC", "")
    assert (await run(allowed)).value == 4096


async def test_a_forged_answer_is_refused(run: Run) -> None:
    forged = (
        OS
        + "for n in range(1024):\n    try:\n        os.write(n, PAYLOAD)\n    except OSError:\n        pass\nresult = 1"
    )
    for payload in (b"\xff" * 64, b"\x02" + b"\0" * 7 + b"[]", b"\0" * 4096):
        outcome = await run(forged.replace("PAYLOAD", repr(payload)))
        assert (outcome.outcome, outcome.kind) == ("failed", None)
    assert (await run("result = 1")).outcome == "ok"
