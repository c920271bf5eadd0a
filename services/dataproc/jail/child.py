"""One run, from the fork to its end: read the request, map the tables, lock the door, compute, answer."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import pandas as pd
import pyarrow as pa

from services.dataproc.jail.cells import NoAnswer
from services.dataproc.jail.columns import Column, columns_of
from services.dataproc.jail.execution import Execution, SnippetFailed, execute, explain, failure_of
from services.dataproc.jail.lockdown import Footprint, LockdownFailed, limit_resources, lock_down, unprivileged_user
from services.dataproc.jail.model import Failure, JailLimits, Language
from services.dataproc.jail.results import Answer, answer_of
from services.dataproc.jail.tables import TableSource, load, read, size_of
from services.dataproc.jail.wire import LENGTH, AnswerTooLarge, blocks_of, pack

Packed = Sequence[bytes | memoryview]
_SHARE_OF_DUCKDB = (
    2  # a half of a run's memory; the rest is for its result, first as DuckDB, then as Arrow and pandas have it
)


@dataclass(frozen=True)
class Request:
    """What the service asks of a child; the descriptors of `tables` came with the fork."""

    run_id: int
    code: str
    language: Language
    tables: tuple[TableSource, ...]
    limits: JailLimits


@dataclass(frozen=True)
class Computation:
    """Code whose tables are read, ready to run behind the closed door."""

    rows_in: Mapping[str, int]
    run: Callable[[], Execution]


def run(channel: socket.socket, descriptors: Sequence[int], footprint: Footprint, required: frozenset[str]) -> NoReturn:
    """Never returns; whatever happens, the process ends here."""
    try:
        request = _receive(channel, descriptors)
        _limit(request, footprint)
        computation = _PREPARE[request.language](request)
        lock_down(channel.fileno(), unprivileged_user(request.run_id), required)
        _send(channel, _packed(computation, request.limits))
    except BaseException as error:  # noqa: BLE001 - the service is told, then the process ends
        _report(channel, error)
    finally:
        os._exit(0)


def _in_python(request: Request) -> Computation:
    return _over_frames(request.code, {table.name: load(table) for table in request.tables})


def _over_frames(code: str, frames: Mapping[str, pd.DataFrame]) -> Computation:
    return Computation({name: len(frame) for name, frame in frames.items()}, partial(execute, code, frames))


def _in_sql(request: Request) -> Computation:
    from services.dataproc.jail.sql import execute_sql, plain_table  # noqa: PLC0415 - no other child needs DuckDB

    tables = {table.name: plain_table(read(table)) for table in request.tables}
    memory = request.limits.memory_bytes // _SHARE_OF_DUCKDB
    run = partial(execute_sql, request.code, tables, memory)
    return Computation({name: table.num_rows for name, table in tables.items()}, run)


_PREPARE: Mapping[Language, Callable[[Request], Computation]] = {"python": _in_python, "sql": _in_sql}


def compute(code: str, frames: Mapping[str, pd.DataFrame], limits: JailLimits) -> Packed:
    """The packed answer of Python code over frames."""
    return _packed(_over_frames(code, frames), limits)


def _packed(computation: Computation, limits: JailLimits) -> Packed:
    """The answer, also of code that fails; other errors are this program's."""
    rows_in = computation.rows_in
    try:
        execution = computation.run()
        header, buffers = _described(execution, answer_of(execution.value, limits.result_rows), limits)
        return pack(header | {"rows_in": rows_in}, buffers, limits.result_bytes)
    except SnippetFailed as error:
        return pack(_failed(str(error), error.failure) | {"rows_in": rows_in}, [], limits.result_bytes)
    except (NoAnswer, AnswerTooLarge) as error:
        return pack(_failed(str(error), Failure.OTHER) | {"rows_in": rows_in}, [], limits.result_bytes)


def _failed(reason: str, failure: Failure) -> dict[str, Any]:
    return {"outcome": "failed", "reasons": [reason], "failure": failure}


def _send(channel: socket.socket, pieces: Packed) -> None:
    for piece in pieces:
        channel.sendall(piece)


def _report(channel: socket.socket, error: BaseException) -> None:
    """The last thing a broken run does; when even that fails, the service sees the channel close."""
    gc.collect()
    reason = (
        f"The code was not run, because the jail could not be closed ({error})."
        if isinstance(error, LockdownFailed)
        else explain(error)
    )
    try:
        _send(channel, pack(_failed(reason, failure_of(error)), [], len(reason) * 8 + 1024))
    except BaseException:  # noqa: BLE001
        os._exit(1)


def _receive(channel: socket.socket, descriptors: Sequence[int]) -> Request:
    stream = channel.makefile("rb")
    (length,) = LENGTH.unpack(stream.read(LENGTH.size))
    raw = json.loads(stream.read(length))
    tables = tuple(
        TableSource(t["name"], descriptor, t["parquet"], None if t["columns"] is None else tuple(t["columns"]))
        for t, descriptor in zip(raw["tables"], descriptors, strict=True)
    )
    return Request(raw["run_id"], raw["code"], raw["language"], tables, JailLimits(**raw["limits"]))


def _limit(request: Request, footprint: Footprint) -> None:
    # When the machine runs out of memory, this process is the one to go; where that cannot be said, its limit still holds.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    limit_resources(request.limits, footprint, sum(size_of(table) for table in request.tables))


def _described(execution: Execution, answer: Answer, limits: JailLimits) -> tuple[dict[str, Any], Sequence[pa.Buffer]]:
    """The header and buffers of a result, cut to the limits."""
    warnings = [*answer.warnings, *execution.warnings]
    header: dict[str, Any] = {"outcome": "ok", "kind": answer.kind, "warnings": warnings, "notes": answer.notes}
    header["checks"] = [(check.name, check.of, check.value) for check in answer.checks]
    header["joins"] = [asdict(join) for join in execution.joins]
    if answer.frame is None:
        return header | {"value": answer.value}, []
    total = len(answer.frame)
    columns = columns_of(answer.frame.head(limits.result_rows), limits.preview_rows)
    table = _within(columns, limits.result_bytes)
    if table.num_rows < total:
        header["warnings"].append(f"The result has {total:,} rows; the first {table.num_rows:,} are kept.")
    blocks, buffers = blocks_of(table)
    shown = {str(i): column.shown for i, column in enumerate(columns) if column.shown is not None}
    return header | {"blocks": blocks, "rows": table.num_rows, "total_rows": total, "shown": shown}, buffers


def _within(columns: Sequence[Column], most_bytes: int) -> pa.Table:
    """As many of the first rows as fit."""
    table = pa.table([column.values for column in columns], names=[column.name for column in columns])
    while table.nbytes > most_bytes and table.num_rows:
        table = table.slice(0, min(table.num_rows * most_bytes // table.nbytes, table.num_rows - 1))
    return table
