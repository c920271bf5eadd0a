"""`python -m bench [NAME …]`: run benchmarks, print ratios, write JSON under `bench/results/`."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path

import bench
from bench.report import write

NOT_BENCHMARKS = {"__main__", "orders", "report", "stored"}
RESULTS = Path(__file__).parent / "results"


def names() -> list[str]:
    return sorted(m.name for m in pkgutil.iter_modules(bench.__path__) if m.name not in NOT_BENCHMARKS and not m.ispkg)


def main(wanted: list[str]) -> int:
    RESULTS.mkdir(exist_ok=True)
    missed = 0
    for name in wanted or names():
        print(f"== {name}", flush=True)
        results = importlib.import_module(f"bench.{name}").main()
        missed += sum(result.met is False for result in results)
        print(f"   written to {write(name, results, RESULTS).relative_to(RESULTS.parents[1])}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
