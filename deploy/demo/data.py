"""The demo's files, and the same files read by plain pandas: the truth that answers are held against."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
READERS: Mapping[str, Callable[[Path], pd.DataFrame]] = {
    "flights.parquet": pd.read_parquet,
    "airlines.csv": pd.read_csv,
    "airports.xlsx": lambda path: pd.read_excel(path, engine="openpyxl"),
    "planes.jsonl": lambda path: pd.read_json(path, lines=True),
}
FILES = tuple(EXAMPLES / name for name in READERS)


def read_all() -> dict[str, pd.DataFrame]:
    """By table name, which is the file's name without its ending."""
    return {Path(name).stem: read(EXAMPLES / name) for name, read in READERS.items()}
