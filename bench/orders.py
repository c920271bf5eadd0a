"""Orders in files of every format: the data of the benchmarks of reading and of pages."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter

START = datetime.fromisoformat("2020-01-01")
CITIES = ("New York", "Los Angeles", "Chicago", "Houston", "Phoenix", "San José", "Zürich")
CARRIERS = ("AA", "UA", "DL", "B6", "WN")


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
