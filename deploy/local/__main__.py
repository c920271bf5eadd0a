"""`python -m deploy.local up | down | status`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import FrameType

from deploy.local.errors import PartFailed, StackError
from deploy.local.readiness import answers_http
from deploy.local.services import PROVISION, SERVICES, Service
from deploy.local.settings import LaunchSettings
from deploy.local.stack import Stack
from deploy.local.state import read_stack, running_launcher

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
DOWN_WITHIN = 30.0
POLL = 0.05


def up(settings: LaunchSettings, services: Sequence[Service] = SERVICES, provision: Service | None = PROVISION) -> int:
    """Run a stack until a signal says to end it."""
    ending = threading.Event()
    for number in ENDING:
        signal.signal(number, partial(_end, ending))
    stack = Stack(settings.home, settings.port, settings.inherited, services, provision, announce=_say)
    _say(f"starting Askframe; state and logs in {settings.home}")
    began = time.monotonic()
    stack.start(ending)
    try:
        _say(f"everything is ready after {time.monotonic() - began:.1f} s; Ctrl-C or `make down` ends it")
        _say(f"ready {stack.base_url}")
        ending.wait()
    finally:
        _say("ending …")
        stack.stop()
    _say("ended")
    return 0


def down(settings: LaunchSettings) -> int:
    """End the stack of this folder and wait until it is gone."""
    launcher = running_launcher(settings.home)
    if launcher is None:
        _say(f"nothing is running in {settings.home}")
        return 0
    os.kill(launcher, signal.SIGTERM)
    if not _gone(settings.home, DOWN_WITHIN):
        _say(f"process {launcher} does not end; killing it, which ends all that it started")
        os.kill(launcher, signal.SIGKILL)
        _gone(settings.home, DOWN_WITHIN)
    _say(f"ended the stack in {settings.home}")
    return 0


def status(settings: LaunchSettings) -> int:
    """A line per process; exit status 0 only when a stack runs and every service is ready."""
    facts = read_stack(settings.home)
    if facts is None:
        _say(f"nothing is running in {settings.home}")
        return 1
    healthy = True
    for name, process in facts["processes"].items():
        state = _state(name, process["url"])
        healthy = healthy and state != "not ready"
        _say(f"{name:<10} {state:<10} pid {process['pid'] or '-':<8} {process['url']}")
    _say(f"gateway {facts['base_url']}")
    return 0 if healthy else 1


def _state(name: str, url: str) -> str:
    if not url.startswith("http://") or name == "s3":
        return ""
    path = "/healthz" if name == "gateway" else "/readyz"
    return "ready" if answers_http(int(url.rsplit(":", 1)[1]), path)() else "not ready"


def _end(ending: threading.Event, number: int, _: FrameType | None) -> None:
    """The first signal ends in order; a second one at once (the kernel then ends the children)."""
    if ending.is_set():
        os._exit(128 + number)
    ending.set()


def _gone(home: Path, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while running_launcher(home) is not None:
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL)
    return True


def _say(line: str) -> None:
    print(line, flush=True)


def _explain(error: StackError) -> None:
    print(f"\nAskframe did not start: {error.message} [{error.code}]", file=sys.stderr)
    if isinstance(error, PartFailed):
        print(f"The last lines of its log:\n\n{error.log}\n", file=sys.stderr)
    if error.hint:
        print(error.hint, file=sys.stderr)


def main(arguments: list[str] | None = None) -> int:
    commands = {"up": up, "down": down, "status": status}
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description="Askframe's embedded stack.")
    parser.add_argument("command", choices=commands, help="up: start and stay; down: end it; status: what runs")
    command = parser.parse_args(arguments).command
    try:
        return commands[command](LaunchSettings.of(os.environ))
    except StackError as error:
        _explain(error)
        return 1


if __name__ == "__main__":
    sys.exit(main())
