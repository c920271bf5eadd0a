"""What a child sent, or how it died, as the outcome of a run."""

from __future__ import annotations

import datetime as dt
import math
import os
import signal
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from services.dataproc.jail.model import MOST_JOINS, Failure, JailLimits, JoinSeen, RunOutcome
from services.dataproc.jail.process import Exit
from services.dataproc.jail.wire import MalformedAnswer, unpack_table

RESULT_FILE = "result.arrow"
_LONGEST_TEXT = 10_000
_MOST_SENTENCES = 20
_LONGEST_SENTENCE = 2_000
_LONGEST_NAME = 1_000
_MOST_KEYS = 20
_MOST_CHECKS = 5_000  # a matrix of 30 columns has 435 cells, a summary of 250 columns 2,000


def outcome_of(
    header: Mapping[str, Any], payload: bytes, out_dir: Path, limits: JailLimits, seconds: float
) -> RunOutcome:
    """Of a complete answer; writes the result's file. Raises MalformedAnswer."""
    rows_in = {str(name): int(count) for name, count in _mapping(header.get("rows_in")).items()}
    warnings, notes = _sentences(header.get("warnings")), _sentences(header.get("notes"))
    checks, joins = _checks(header.get("checks")), _joins(header.get("joins"))
    if header.get("outcome") != "ok":
        return RunOutcome(
            "failed",
            _sentences(header.get("reasons")),
            warnings=warnings,
            seconds=seconds,
            rows_in=rows_in,
            failure=_failure(header.get("failure")),
        )
    done = RunOutcome(
        "ok", warnings=warnings, notes=notes, checks=checks, seconds=seconds, rows_in=rows_in, joins=joins
    )
    kind = header.get("kind")
    if kind in ("scalar", "text"):
        return replace(done, kind=kind, value=header.get("value"))
    if kind not in ("series", "table"):
        raise MalformedAnswer("no such kind of result")
    table = unpack_table(header, payload)
    return replace(
        done,
        kind=kind,
        columns=tuple(table.column_names),
        preview=_preview(table, _mapping(header.get("shown")), limits.preview_rows),
        result_path=_written(table, out_dir),
        total_rows=_total(header.get("total_rows"), table.num_rows),
    )


def outcome_of_exit(ended: Exit, limits: JailLimits, seconds: float) -> RunOutcome:
    """Of a child that ended without a complete answer."""
    number = os.WTERMSIG(ended.status) if ended.status is not None and os.WIFSIGNALED(ended.status) else 0
    if ended.overdue:
        return RunOutcome("timed_out", (f"The code did not finish within {limits.seconds:g} s.",), seconds=seconds)
    if number == signal.SIGXCPU:
        reason = f"The code used more than {limits.cpu_seconds} s of processor time."
        return RunOutcome("timed_out", (reason,), seconds=seconds)
    if ended.status is None:
        reason = "The jail was restarted while the code ran; run it again."
    elif number == signal.SIGKILL:
        reason = "The system stopped the code, most likely because it needed too much memory."
    elif number:
        reason = f"The code crashed its process ({signal.Signals(number).name})."
    else:
        reason = "The code ended its process without an answer."
    return RunOutcome("failed", (reason,), seconds=seconds)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _sentences(value: Any) -> tuple[str, ...]:
    return tuple(str(item)[:_LONGEST_SENTENCE] for item in value[:_MOST_SENTENCES]) if isinstance(value, list) else ()


def _checks(value: Any) -> tuple[tuple[str, str, float], ...]:
    """Of a child's word what has the form of a check; one that is missing is missed where they are compared."""
    if not isinstance(value, list):
        return ()
    return tuple(
        (name[:_LONGEST_NAME], of[:_LONGEST_NAME], float(number))
        for name, of, number in (check for check in value[:_MOST_CHECKS] if isinstance(check, list) and len(check) == 3)
        if isinstance(name, str) and isinstance(of, str) and isinstance(number, (int, float))
    )


def _joins(value: Any) -> tuple[JoinSeen, ...]:
    """Of a child's word what has the form of a join."""
    told = [join for join in value[:MOST_JOINS] if isinstance(join, dict)] if isinstance(value, list) else []
    return tuple(join for join in map(_join, told) if join is not None)


def _join(told: Mapping[str, Any]) -> JoinSeen | None:
    counts = [told.get(name) for name in ("left", "right", "left_alone", "right_alone", "rows")]
    names = told.get("keys")
    if not isinstance(names, list) or any(type(count) is not int or not 0 <= count < 1 << 62 for count in counts):
        return None
    left, right, left_alone, right_alone, rows = (int(count or 0) for count in counts)
    keys = tuple(str(name)[:_LONGEST_NAME] for name in names[:_MOST_KEYS])
    return JoinSeen(
        str(told.get("how"))[:10], keys, left, right, left_alone, right_alone, bool(told.get("many_to_many")), rows
    )


def _failure(claimed: Any) -> Failure:
    return Failure.NAME_NOT_FOUND if claimed == Failure.NAME_NOT_FOUND else Failure.OTHER


def _total(claimed: Any, rows: int) -> int:
    return claimed if type(claimed) is int and claimed >= rows else rows


def _preview(table: pa.Table, shown: Mapping[str, Any], most_rows: int) -> tuple[tuple[Any, ...], ...]:
    """The first rows as JSON; `shown` has the typed cells of the columns that Arrow holds as text only."""
    head = table.slice(0, most_rows)
    columns = []
    for position, column in enumerate(head.columns):
        typed = shown.get(str(position))
        usable = isinstance(typed, list) and len(typed) >= head.num_rows
        columns.append(typed[: head.num_rows] if usable and typed else _cells(column))
    return tuple(zip(*columns, strict=True))


def _cells(column: pa.ChunkedArray) -> list[Any]:
    """Points in time that Python's types cannot hold are shown as Arrow writes them."""
    try:
        values = column.to_pylist()
    except (OverflowError, ValueError):
        values = column.cast(pa.string()).to_pylist()
    return [_json(value) for value in values]


def _json(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None if math.isnan(value) else str(value)
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        return value[: _LONGEST_TEXT - 1] + "…"
    return value


def _written(table: pa.Table, out_dir: Path) -> Path:
    """The file is whole whenever it is there."""
    path, unfinished = out_dir / RESULT_FILE, out_dir / (RESULT_FILE + ".part")
    out_dir.mkdir(parents=True, exist_ok=True)
    with pa.OSFile(str(unfinished), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    unfinished.replace(path)
    return path
