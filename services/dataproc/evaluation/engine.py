"""DuckDB, locked: it sees the tables that are handed to it and nothing else, within bounds of memory and time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

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
        self._db = connected(threads, memory_mb, spill)
        self._ibis = ibis.duckdb.from_connection(self._db)
        self._deadline = float("inf")
        for setting in (
            f"max_temp_directory_size = '{spill_mb}MB'",
            "enable_external_access = false",
            "autoinstall_known_extensions = false",
            "autoload_known_extensions = false",
            "lock_configuration = true",
        ):
            self._db.execute(f"SET {setting}")

    @contextmanager
    def seeing(self, tables: Mapping[str, pa.Table]) -> Iterator[None]:
        """Only in here do these names stand for anything."""
        try:
            for name, table in tables.items():
                self._db.register(name, table)
            yield
        finally:
            for name in tables:
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
