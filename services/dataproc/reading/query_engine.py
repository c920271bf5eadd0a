"""DuckDB in this process: bounded in threads and memory, spilling into a folder, silent on standard output."""

from __future__ import annotations

from pathlib import Path

import duckdb


def connected(threads: int, memory_mb: int, spill: Path) -> duckdb.DuckDBPyConnection:
    db = duckdb.connect(config={"threads": threads, "memory_limit": f"{memory_mb}MB", "temp_directory": str(spill)})
    db.execute("SET enable_progress_bar = false")
    return db
