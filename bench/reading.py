"""Large files to typed, profiled Parquet: Askframe's reader beside pandas doing the same work, each job in a fresh process.

`python -m bench.reading --full [csv jsonl json xlsx]` takes the sizes that the memory goals are stated for (about 500 MB of
CSV and of JSON lines); without it the files have a fifth of the rows and memory, half of which is then libraries, has no goal.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.orders import make
from bench.peers.fresh import Cost, cost_of
from bench.peers.readers import DUCKDB, OURS, PANDAS
from bench.report import Result, ratio_line

ROUNDS = 3
SMALLER = 5


@dataclass(frozen=True)
class Case:
    """One format: rows at full size, and the largest share of pandas' time and memory that is good enough."""

    suffix: str
    name: str
    rows: int
    time_goal: float
    memory_goal: float


CASES = (
    Case("csv", "CSV", 3_600_000, 0.35, 0.28),
    Case("jsonl", "JSON lines", 1_900_000, 0.25, 0.15),
    Case("json", "JSON array", 950_000, 0.30, 0.30),
    Case("xlsx", "XLSX", 500_000, 0.50, 0.50),
)


def measure(case: Case, rows: int, *, full: bool, rounds: int = ROUNDS) -> list[Result]:
    """Ours, pandas and, where it tells how far the goal is from a bare copy, DuckDB, in turn on one file."""
    programs = {"ours": OURS, "pandas": PANDAS, **({"DuckDB": DUCKDB} if case.suffix == "jsonl" else {})}
    costs: dict[str, list[Cost]] = {peer: [] for peer in programs}
    with tempfile.TemporaryDirectory(prefix="bench-reading-") as folder:
        source = Path(folder) / f"orders.{case.suffix}"
        make(source, rows)
        size = source.stat().st_size / 1e6
        for number in range(rounds):
            for peer in sorted(programs, reverse=bool(number % 2)):  # whoever comes second finds the file in memory
                costs[peer].append(cost_of(programs[peer], source))
    if any(cost.rows != rows for several in costs.values() for cost in several):
        raise AssertionError(f"{case.name}: not every reader found {rows:,} rows")
    return compared(f"{case.name} {size:.0f} MB", case, costs, full=full)


def compared(name: str, case: Case, costs: dict[str, list[Cost]], *, full: bool) -> list[Result]:
    """Medians of the rounds. The libraries' line is no goal: it says how much of the memory was taken before the work began."""

    def line(what: str, figure: str, unit: str, goal: float | None = None, who: str = "ours") -> Result:
        ours, theirs = (statistics.median(getattr(cost, figure) for cost in costs[peer]) for peer in (who, "pandas"))
        return Result(f"{name}, {what}", ours, theirs, unit, "pandas", goal=goal)

    return [
        line("file to profiled table", "seconds", "s", case.time_goal),
        line("processor time", "processor", "s"),
        line("peak memory", "megabytes", "MB", case.memory_goal if full else None),
        line("of which libraries", "libraries", "MB"),
        *([line("DuckDB's bare COPY to Parquet", "seconds", "s", who="DuckDB")] if "DuckDB" in costs else []),
    ]


def main(*, full: bool = False, wanted: tuple[str, ...] = ()) -> list[Result]:
    results: list[Result] = []
    for case in CASES:
        if wanted and case.suffix not in wanted:
            continue
        for result in measure(case, case.rows if full else case.rows // SMALLER, full=full):
            print(ratio_line(result), flush=True)
            results.append(result)
    return results


if __name__ == "__main__":
    main(full="--full" in sys.argv, wanted=tuple(name for name in sys.argv[1:] if not name.startswith("-")))
