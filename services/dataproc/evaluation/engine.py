"""DuckDB, locked: it sees the tables that are handed to it and nothing else, within bounds of memory and time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa

from services.dataproc.reading.query_engine import connected

INTERRUPT_AGAIN = 0.02  # seconds: an interrupt is lost when it comes between two statements


class OutOfTime(Exception):
    """The deadline has passed."""


class Engine:
    """One connection, for one thread at a time. `spill` is where what does not fit into memory goes, at most `spill_mb` of it."""

    def __init__(self, spill: Path, *, threads: int, memory_mb: int, spill_mb: int) -> None:
        spill.mkdir(parents=True, exist_ok=True)
        self._bounds = threads, memory_mb, spill_mb, spill
        self._db, self._ibis = self._open()
        self._deadline = float("inf")
        self._broken = False

    def _open(self) -> tuple[duckdb.DuckDBPyConnection, Any]:
        """A locked connection and Ibis' way to it; Ibis has settings of its own, which come before the lock."""
        threads, memory_mb, spill_mb, spill = self._bounds
        db = connected(threads, memory_mb, spill)
        backend = ibis.duckdb.from_connection(db)
        for setting in (
            f"max_temp_directory_size = '{spill_mb}MB'",
            "enable_external_access = false",
            "autoinstall_known_extensions = false",
            "autoload_known_extensions = false",
            "lock_configuration = true",
        ):
            db.execute(f"SET {setting}")
        return db, backend

    @contextmanager
    def seeing(self, tables: Mapping[str, pa.Table]) -> Iterator[None]:
        """Only in here do these names stand for anything."""
        if self._broken:
            self._db, self._ibis = self._open()
            self._broken = False
        try:
            for name, table in tables.items():
                self._db.register(name, table)
            yield
        finally:
            for name in () if self._broken else tables:
                self._db.unregister(name)

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """What runs in here is interrupted when the time is over: `OutOfTime`."""
        self._deadline = time.monotonic() + seconds
        done = threading.Event()
        watch = threading.Thread(target=self._interrupt_after, args=(seconds, done), daemon=True)
        watch.start()
        try:
            yield
        finally:
            done.set()
            watch.join()
            self._deadline = float("inf")

    def run(self, expression: ir.Table) -> pa.Table:
        self._check_time()
        sql = str(self._ibis.compile(expression))
        self._check_time()
        try:
            return _with_whole_numbers(self._db.sql(sql).to_arrow_table())
        except duckdb.InterruptException as error:
            raise OutOfTime from error
        except (duckdb.InternalException, duckdb.FatalException):
            self._broken = True  # DuckDB computes nothing more after a fault of its own
            raise

    def close(self) -> None:
        self._db.close()

    def _check_time(self) -> None:
        if time.monotonic() > self._deadline:
            raise OutOfTime

    def _interrupt_after(self, seconds: float, done: threading.Event) -> None:
        wait = seconds
        while not done.wait(wait):
            self._db.interrupt()
            wait = INTERRUPT_AGAIN


def _with_whole_numbers(table: pa.Table) -> pa.Table:
    """A sum of whole numbers comes as a decimal of 128 bits; where it takes more than 64, that is an `ArrowInvalid`."""
    for position, field in enumerate(table.schema):
        if pa.types.is_decimal(field.type):
            table = table.set_column(position, field.name, table[position].cast(pa.int64()))
    return table
