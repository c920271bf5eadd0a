"""Files on their way to becoming tables, with a bar for each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from askframe.cli.safe_text import printable
from askframe.cli.terminal import Terminal
from askframe.client import Askframe
from askframe.models import File


def load(client: Askframe, paths: Sequence[Path], terminal: Terminal) -> list[File]:
    """Upload all files, then wait for their tables; the server reads the first while the next is sent."""
    with _bars(terminal) as bars:
        sent = [_upload(client, path, bars) for path in paths]
        return [_wait(client, file, path, task, bars) for file, path, task in sent]


def _bars(terminal: Terminal) -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TimeElapsedColumn(),
        console=terminal.err,
    )


def _upload(client: Askframe, path: Path, bars: Progress) -> tuple[File, Path, TaskID]:
    name = printable(path.name)
    task = bars.add_task(f"Sending {name}", total=path.stat().st_size)
    file = client.upload(path, on_progress=lambda sent, _: bars.update(task, completed=sent))
    bars.update(task, description=f"Reading {name}")
    return file, path, task


def _wait(client: Askframe, file: File, path: Path, task: TaskID, bars: Progress) -> File:
    name = printable(path.name)
    ready = client.wait_file(file, on_state=lambda state: bars.update(task, description=f"{_doing(state)} {name}"))
    tables = ", ".join(f"{printable(table.name)} ({table.rows:,} rows)" for table in ready.tables)
    bars.update(task, description=f"{name} → {tables}")
    bars.stop_task(task)
    return ready


def _doing(file: File) -> str:
    return {"received": "Queued", "parsing": "Reading", "ready": "Read"}.get(file.state, file.state.capitalize())
