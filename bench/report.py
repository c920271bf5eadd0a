"""Figures beside their peers and their goals."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Result:
    """`ours` and `theirs` in `unit`, measured in turn; `goal` is the largest ratio that is good enough."""

    name: str
    ours: float
    theirs: float
    unit: str
    peer: str
    goal: float | None = None

    @property
    def ratio(self) -> float:
        return self.ours / self.theirs if self.theirs else float("nan")

    @property
    def met(self) -> bool | None:
        return None if self.goal is None else self.ratio <= self.goal


def ratio_line(result: Result) -> str:
    goal = "" if result.goal is None else f"  goal ≤ {result.goal:g}: {'met' if result.met else 'MISSED'}"
    return f"{result.name:<44} {result.ours:10.3f} {result.unit:<5} {result.peer} {result.theirs:10.3f}  ratio {result.ratio:.2f}{goal}"


def printed(results: list[Result]) -> list[Result]:
    """The same, after a line for each."""
    for result in results:
        print(ratio_line(result))
    return results


def write(name: str, results: list[Result], folder: Path) -> Path:
    path = folder / f"{name}.json"
    body = {
        "machine": {"python": platform.python_version(), "system": platform.system(), "arch": platform.machine()},
        "results": [asdict(r) | {"ratio": r.ratio, "met": r.met} for r in results],
    }
    path.write_text(json.dumps(body, indent=2) + "\n")
    return path
