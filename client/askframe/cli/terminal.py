"""Where the command writes: answers to stdout, everything on the way there to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import typer
from rich.console import Console, RenderableType

from askframe.cli import exits
from askframe.cli.safe_text import printable, safe
from askframe.errors import AskframeError


@dataclass(frozen=True)
class Terminal:
    """`machine`: one JSON object on stdout and nothing else there. `interactive`: a person can be asked."""

    out: Console
    err: Console
    machine: bool
    interactive: bool

    @classmethod
    def of_process(cls, machine: bool) -> Terminal:
        err = Console(stderr=True)
        return cls(Console(), err, machine, interactive=not machine and sys.stdin.isatty() and err.is_terminal)

    def show(self, *parts: RenderableType) -> None:
        """For a person, on stdout."""
        if not self.machine:
            self.out.print(*parts, sep="\n")

    def write(self, text: str) -> None:
        """A file's content, on stdout: as it is into a file or a pipe, made safe where a person looks at it."""
        if not self.machine:
            print(printable(text) if self.out.is_terminal else text, end="")

    def emit(self, document: dict[str, Any]) -> None:
        """For a machine, on stdout."""
        if self.machine:
            print(json.dumps(document, ensure_ascii=False, default=str))

    def note(self, text: str) -> None:
        self.err.print(safe(text, style="dim"))

    def complain(self, error: AskframeError) -> None:
        self.emit({"error": {"code": error.code, "message": error.detail, "hint": error.hint}})
        self.err.print(safe(f"{error.detail} ({error.code})", style="bold red"))
        if error.hint:
            self.err.print(safe(error.hint))

    @contextmanager
    def complaining(self) -> Iterator[None]:
        """Turns an error into a message and an exit status."""
        try:
            yield
        except AskframeError as error:
            self.complain(error)
            raise typer.Exit(exits.of_error(error)) from error
