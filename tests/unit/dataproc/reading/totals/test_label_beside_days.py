"""The name of a totals row in a column of days or numbers: the column keeps its type, the row is told without it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from services.dataproc.reading.model import TableDraft
from services.dataproc.reading.reader import read_file
from shared.columns import ColumnType

Read = Callable[..., TableDraft]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read_text(text: str, **overrides: Any) -> TableDraft:
        path = tmp_path / "takings.csv"
        path.write_text(text, encoding="utf-8")
        (table,) = read_file(path, filename=path.name, into=tmp_path / "read", overrides=overrides or None).tables
        return table

    return read_text


def cells(table: TableDraft) -> list[Any]:
    return list(pq.read_table(table.data_path).column(0).to_pylist())


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        (("2024-03-01", "2024-03-02", "2024-03-03"), ColumnType.DATE),
        (("01.03.2024", "02.03.2024", "31.03.2024"), ColumnType.DATE),
        (("31", "17", "24"), ColumnType.INTEGER),
    ],
)
@pytest.mark.parametrize(("label", "figure"), [("Total", 60), ("Average", 20), ("Saldo", 60)])
def test_a_column_keeps_its_type(read: Read, keys: tuple[str, ...], kind: ColumnType, label: str, figure: int) -> None:
    rows = zip((*keys, label), (13, 20, 27, figure), strict=True)
    table = read("key,takings\n" + "".join(f"{key},{taken}\n" for key, taken in rows))
    assert table.columns[0].type is kind
    assert cells(table)[3] is None
    assert all(cell is not None for cell in cells(table)[:3])
    assert table.columns[0].evidence.endswith(
        f"what a totals row is called is no value of the column, and is missing here: '{label}' (rows 4)"
    )
    (row,) = table.profile["totals"]["rows"]
    assert (row["row"], row["label"]) == (4, label)
    assert table.profile["totals"]["told_by"] == [[{"column": "key", "value": None}]]


def test_a_day_that_is_missing_elsewhere_does_not_tell_the_row(read: Read) -> None:
    table = read("day,takings\n2024-03-01,13\n,20\n2024-03-03,27\nTotal,60\n")
    assert table.columns[0].type is ColumnType.DATE
    assert table.profile["totals"]["told_by"] == [
        [{"column": "day", "value": None}, {"column": "takings", "value": 60}]
    ]


@pytest.mark.parametrize(
    "ordinary",
    [
        "day,takings\n2024-03-01,13\n2024-03-02,20\nTotal,99\n",  # adds up to nothing, and is data
        "code,takings\n001,13\n002,20\n003,27\nTotal,60\n",  # codes are text with and without it
        "stall,takings\nPears,13\nPlums,20\nFigs,27\nTotal,60\n",
        "key,takings\n7,13\nTotal,13\n",  # a single number has no type to keep
        "bus,kind,takings\n12,a,13\n14,a,20\nTotal,b,7\n18,a,27\nTotal,,67\n",  # one of the two is data
    ],
)
def test_other_columns_stay_text(read: Read, ordinary: str) -> None:
    table = read(ordinary)
    assert table.columns[0].type.is_text
    assert "Total" in cells(table)


def test_a_column_that_a_person_calls_text_stays_text(read: Read) -> None:
    table = read("day,takings\n2024-03-01,13\n2024-03-02,20\nTotal,33\n", columns={"day": {"type": "text"}})
    assert table.columns[0].type is ColumnType.TEXT
    assert cells(table)[2] == "Total"
