"""What a process that reads files, or forks others that do, may have done before the first one comes."""

from __future__ import annotations

import atexit
import gc

from services.dataproc.reading.typing.column_plan import ValueCounts
from services.dataproc.reading.typing.infer import infer

REHEARSED = ("2024-01-31", "31.01.2024", "1/31/2024", "31 Jan 2024", "2024-01-31 10:30:00", "2024-01-31T10:30:00Z", "31.01.2024 10:30", "10:30:00", "1h 30m", "1.5", "1,234.50", "1.234,50", "12 %",
             "€ 3.20", "5k", "12 kg", "(7)", "true", "Friday", "N12345", "ann@example.com", "https://example.com/a", "some words", "{\"a\": 1}", "2020-2021")  # fmt: skip

NEW_OBJECTS = 200_000
"""Between looks for garbage. A file makes millions that are all in use (a cell, its count, what is known of both) and hardly a cycle: at Python's
700, 15,000 columns by 60 rows took a third longer, and no less memory."""


def preload() -> None:
    """Have the patterns of all types ready.

    What is there by then is there to stay: whoever reads a file later, this process or its children, need not look through it for garbage, and
    looks seldom through what comes after.
    """
    for text in REHEARSED:
        infer(ValueCounts("rehearsed", dict.fromkeys([text, f" {text}"], 20)))
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)
    atexit.register(gc.unfreeze)  # DuckDB complains of what was never collected
