"""Wide tables are measured in memory, and to the same profile as by the engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from services.dataproc.reading import read_file
from services.dataproc.reading.profile import table as profile_module

CELLS = (
    lambda row: str(row * 37 % 11),
    lambda row: f"{row * 1.37:.2f}" if row % 5 else "",
    lambda row: ("red", "green", "blue")[row % 3],
    lambda row: f"2024-03-{row % 28 + 1:02}",
    lambda row: f"2024-03-{row % 28 + 1:02} 10:{row % 60:02}:00",
    lambda row: ("yes", "no")[row % 2],
    lambda row: f"A-{row:05}",
    lambda row: "",
    lambda row: f"{row}" + "0" * 20,
)


def profile_of(folder: Path, columns: int) -> dict[str, Any]:
    path = folder / "wide.csv"
    lines = [",".join(f"measure {n}" for n in range(columns))]
    lines += [",".join(CELLS[n % len(CELLS)](row + n) for n in range(columns)) for row in range(1, 41)]
    path.write_text("\n".join(lines) + "\n")
    return read_file(path, filename="wide.csv", into=folder / "out").tables[0].profile


@pytest.mark.parametrize("told", [100, 10], ids=["with histograms", "without"])
def test_profile_of_a_wide_table_is_that_of_the_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: int
) -> None:
    monkeypatch.setattr(profile_module, "MOST_TOLD", told)
    held = profile_of(tmp_path, 90)
    monkeypatch.setattr(profile_module, "measure_held", lambda *_: None)
    asked = profile_of(tmp_path, 90)
    assert {entry["type"] for entry in held["columns"].values()} >= {"integer", "decimal", "date", "boolean"}
    for name, entry in asked["columns"].items():
        found = held["columns"][name]
        assert found == {
            key: pytest.approx(value) if key in ("mean", "quantiles") else value for key, value in entry.items()
        }
    assert held.keys() == asked.keys()
