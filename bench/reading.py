"""Large files to typed, profiled Parquet: Askframe's reader beside pandas doing the same work, each in a process of its own.

`python -m bench.reading --full` takes the sizes that the memory goals are stated for (about 500 MB of CSV and of JSON
lines); without it the files have a fifth of the rows and memory, half of which is then libraries, has no goal.
"""

from __future__ import annotations

import csv
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter

from bench.report import Result, ratio_line

ROUNDS = 3
SMALLER = 5
START = datetime.fromisoformat("2020-01-01")
CITIES = ("New York", "Los Angeles", "Chicago", "Houston", "Phoenix", "San José", "Zürich")
CARRIERS = ("AA", "UA", "DL", "B6", "WN")

Pair = tuple[dict[str, float], dict[str, float]]


@dataclass(frozen=True)
class Case:
    """One format: rows at full size, and the largest share of pandas' time and memory that is good enough."""

    name: str
    suffix: str
    rows: int
    time_goal: float
    memory_goal: float | None


CASES = (
    Case("CSV", "csv", 3_600_000, 0.35, 0.28),
    Case("JSON lines", "jsonl", 1_900_000, 0.10, 0.10),
    Case("JSON array", "json", 950_000, 0.20, 0.25),
    Case("XLSX", "xlsx", 500_000, 0.35, None),
)


def record(number: int, rng: Random) -> dict[str, Any]:
    """One order; times and dates as text, as text files hold them."""
    stamp = START + timedelta(seconds=17 * number)
    return {
        "id": number,
        "day": (date(2013, 1, 1) + timedelta(days=number % 1500)).isoformat(),
        "stamp": stamp.isoformat(sep=" "),
        "city": rng.choice(CITIES),
        "carrier": rng.choice(CARRIERS),
        "delay": None if rng.random() < 0.03 else rng.randrange(-60, 440),
        "amount": None if rng.random() < 0.02 else round(rng.random() * 1000, 2),
        "ratio": round(rng.random() * 100, 4),
        "flag": rng.random() < 0.5,
        "tail": f"N{rng.randrange(10_000, 90_000)}",
        "note": f"comment number {rng.randrange(1_000_000)} about this order",
        "distance": rng.randrange(5000),
        "mail": f"user{rng.randrange(200_000)}@example.com",
    }


def records(rows: int) -> Iterator[dict[str, Any]]:
    rng = Random(1)
    return (record(number, rng) for number in range(rows))


def make(path: Path, rows: int) -> None:
    {".csv": make_csv, ".jsonl": make_lines, ".json": make_list, ".xlsx": make_workbook}[path.suffix](path, rows)


def make_csv(path: Path, rows: int) -> None:
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        for number, row in enumerate(records(rows)):
            if not number:
                writer.writerow(row)
            delay = "NA" if row["delay"] is None else row["delay"]
            writer.writerow((row | {"delay": delay, "flag": str(row["flag"]).lower()}).values())


def make_lines(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in records(rows))


def make_list(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8") as out:
        for number, row in enumerate(records(rows)):
            out.write(",\n" if number else "[")
            out.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")))
        out.write("]")


def make_workbook(path: Path, rows: int) -> None:
    """One sheet with dates as worksheet dates."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet, dated = book.add_worksheet("orders"), book.add_format({"num_format": "yyyy-mm-dd"})
        for number, row in enumerate(records(rows), 1):
            if number == 1:
                sheet.write_row(0, 0, row)
            for column, value in enumerate(row.values()):
                if column == 1:
                    sheet.write_datetime(number, column, datetime.fromisoformat(value), dated)
                elif value is not None:
                    sheet.write(number, column, value)


PREAMBLE = """
import json, resource, sys, time
from pathlib import Path
source, into = Path(sys.argv[1]), Path(sys.argv[2])
"""
REPORT = """
seconds = time.perf_counter() - started
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "megabytes": peak, "rows": rows}))
"""
OURS = """
from services.dataproc.reading import preload, read_file
if source.suffix.startswith(".json"):
    preload()  # imports, which the parent of the service's reading processes has done
started = time.perf_counter()
rows = read_file(source, filename=source.name, into=into).tables[0].rows
"""
DUCKDB = """
import duckdb
started = time.perf_counter()
copied = "COPY (SELECT * FROM read_json_auto($$" + str(source) + "$$)) TO $$" + str(into / "table.parquet") + "$$ (FORMAT parquet, COMPRESSION zstd)"
db = duckdb.connect(config={"threads": 2})
db.execute("SET enable_progress_bar = false")
rows = db.execute(copied).fetchone()[0]
"""
PANDAS = """
import numpy as np, pandas as pd
NULLS = {"", "NA", "N/A", "NULL", "null", "nan", "NaN", "None", "none", "-", "?"}
started = time.perf_counter()
read = {".csv": pd.read_csv, ".jsonl": lambda p: pd.read_json(p, lines=True, convert_dates=False),
        ".json": lambda p: pd.read_json(p, convert_dates=False), ".xlsx": lambda p: pd.read_excel(p, engine="calamine")}
frame = read[source.suffix](source)
for name in frame.columns[[pd.api.types.is_string_dtype(frame[n]) or frame[n].dtype == object for n in frame.columns]]:
    texts = frame[name].where(~frame[name].isin(NULLS))
    try:
        frame[name] = pd.to_datetime(texts, format="ISO8601")
    except (ValueError, TypeError):
        frame[name] = texts
frame.to_parquet(into / "table.parquet", compression="zstd")
profile = {}
for name in frame.columns:
    column = frame[name]
    profile[name] = {"nulls": int(column.isna().sum()), "distinct": int(column.nunique()), "summary": column.describe().to_dict()}
    if profile[name]["distinct"] <= 5000:
        profile[name]["top"] = column.value_counts().to_dict()
    if pd.api.types.is_numeric_dtype(column) and column.dtype != bool:
        profile[name]["quantiles"] = column.quantile([0.05, 0.95]).to_dict()
        profile[name]["histogram"] = np.histogram(column.dropna(), 20)
rows = len(frame)
"""


def run(program: str, source: Path) -> dict[str, float]:
    """Seconds of work (imports not counted), peak memory in MB and rows of a child that runs `program`."""
    with tempfile.TemporaryDirectory(dir=source.parent) as into:
        answer = subprocess.run([sys.executable, "-c", PREAMBLE + program + REPORT, str(source), into],
                                check=True, capture_output=True, text=True).stdout  # fmt: skip
    figures: dict[str, float] = json.loads(answer)
    return figures


def measure(case: Case, rows: int, *, full: bool, rounds: int) -> list[Result]:
    """Ours, pandas and, where it tells how far the goal is from a bare copy, DuckDB in turn on one file; the median of the rounds counts."""
    programs = (OURS, PANDAS, DUCKDB) if case.suffix == "jsonl" else (OURS, PANDAS)
    with tempfile.TemporaryDirectory(prefix="bench-reading-") as folder:
        source = Path(folder) / f"orders.{case.suffix}"
        make(source, rows)
        size = source.stat().st_size / 1e6
        found = [[run(program, source) for program in programs] for _ in range(rounds)]
    if any(figures["rows"] != rows for figures in chain.from_iterable(found)):
        raise AssertionError(f"{case.name}: not every reader found {rows:,} rows")
    name, pairs = f"{case.name} {size:.0f} MB", [(ours, theirs) for ours, theirs, *_ in found]
    bare = (
        [
            compared(
                f"{name}, DuckDB's bare COPY to Parquet",
                [(duck, theirs) for _, theirs, duck in found],
                "seconds",
                "s",
                None,
            )
        ]
        if DUCKDB in programs
        else []
    )
    return [
        *bare,
        compared(f"{name}, file to profiled table", pairs, "seconds", "s", case.time_goal),
        compared(f"{name}, peak memory", pairs, "megabytes", "MB", case.memory_goal if full else None),
    ]


def compared(name: str, pairs: list[Pair], figure: str, unit: str, goal: float | None) -> Result:
    ours, theirs = (statistics.median(pair[i][figure] for pair in pairs) for i in (0, 1))
    return Result(name, ours, theirs, unit, "pandas", goal=goal)


def main(*, full: bool = False, wanted: tuple[str, ...] = ()) -> list[Result]:
    results: list[Result] = []
    for case in CASES:
        if wanted and case.suffix not in wanted:
            continue
        for result in measure(case, case.rows if full else case.rows // SMALLER, full=full, rounds=ROUNDS):
            print(ratio_line(result), flush=True)
            results.append(result)
    return results


if __name__ == "__main__":
    main(full="--full" in sys.argv, wanted=tuple(name for name in sys.argv[1:] if not name.startswith("-")))
