"""`python -m deploy.demo`: exit status 0 only when every answer is right."""

from __future__ import annotations

import signal
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console

from askframe import Askframe
from askframe.cli.safe_text import safe
from askframe.errors import AskframeError
from deploy.demo.data import read_all
from deploy.demo.questions import QUESTIONS
from deploy.demo.run import ask_all, load_tables
from deploy.local.errors import PartFailed, StackError
from deploy.local.stack import Stack


def demo(console: Console) -> int:
    """Start a stack of its own (offline, whatever keys the environment holds), show, stop."""
    with tempfile.TemporaryDirectory(prefix="askframe-demo-") as home:
        console.print(
            safe(
                "Starting the servers, five services and the gateway, in a temporary folder on free ports", style="bold"
            )
        )
        began = time.monotonic()
        with Stack(Path(home), announce=lambda line: console.print(safe(line, style="dim"))) as stack:
            console.print(safe(f"Ready after {time.monotonic() - began:.1f} s at {stack.base_url}", style="bold"))
            right = show(stack.base_url, console)
            console.print(safe("Stopping …", style="dim"))
    console.print(
        safe(
            f"{right} of {len(QUESTIONS)} answers are right.",
            style="bold green" if right == len(QUESTIONS) else "bold red",
        )
    )
    return 0 if right == len(QUESTIONS) else 1


def show(base_url: str, console: Console) -> int:
    """The demo proper, on a stack that runs; returns how many answers are right."""
    with Askframe(base_url) as client:
        client.create_session()
        console.print()
        tables = load_tables(client, console)
        return ask_all(client, QUESTIONS, tables, read_all(), console)


def main() -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that SIGTERM, too, ends the stack in order
    console = Console()
    try:
        return demo(console)
    except StackError as error:
        log = f"\n{error.log}" if isinstance(error, PartFailed) else ""
        console.print(safe(f"{error}{log}\n{error.hint}", style="bold red"))
    except AskframeError as error:
        console.print(safe(error, style="bold red"))
    except KeyboardInterrupt:
        console.print("Stopped.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
