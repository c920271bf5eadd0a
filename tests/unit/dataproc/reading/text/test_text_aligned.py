"""Columns of fixed width: sparse ones, ones that touch, words only, names that leave no room; and running text, which is none."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from tests.unit.dataproc.reading.readings import Read


def aligned(rows: Sequence[Sequence[str]], widths: Sequence[int], right: Sequence[int] = ()) -> str:
    lines = (
        "".join(
            f"{cell:>{width - 1}} " if place in right else f"{cell:<{width}}"
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines) + "\n"


SPARSE = [
    ["Qty", "Part", "Maker", "Note"],
    ["1", "R5", "Digi", ""],
    ["12", "U10", "", "see below"],
    ["3", "", "Mou", ""],
]
ANIMALS = [["Animal", "Colour", "Sound"], ["cat", "black", "miaow"], ["dog", "", "bark"], ["fish", "gold", ""], ["bird", "blue and red", "tweet"]]  # fmt: skip
PRICES = [["Name", "Town", "Unit Price", "Note"], ["ada", "Oslo", "12.5", "x"], ["eve", "", "7.25", ""], ["ida noddack", "Bern", "", "late one"], ["una", "Rome", "100.0", "y"]]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "widths", "right"),
    [(SPARSE, [4, 12, 14, 10], ()), (ANIMALS, [10, 15, 8], ()), (PRICES, [14, 9, 12, 10], (2,))],
)
def test_columns_with_few_values_are_found(
    read: Read, rows: list[list[str]], widths: list[int], right: tuple[int, ...]
) -> None:
    assert read(aligned(rows, widths, right)).raw() == rows


def test_columns_that_touch_in_a_row_are_cut(read: Read) -> None:
    parts = [("Bolt", 1200), ("Hexagonnut", 123456), ("Nail", 7), ("Washer", 55), ("Rivet", 90), ("Pin", 8)]
    lines = [f"A{n:03d} {name:<10}{amount:>6}" for n, (name, amount) in enumerate(parts)]
    reading = read("\n".join(["CODE NAME      AMOUNT", *lines]) + "\n")
    assert reading.cells()["NAME"] == [name for name, _ in parts]
    assert reading.cells()["AMOUNT"] == [amount for _, amount in parts]


@pytest.mark.parametrize("seed", range(8))
def test_any_aligned_table_reads_back(read: Read, seed: int) -> None:
    chance = random.Random(seed)
    names = ["Place", "Kind", "Count", "Remark"]
    words = ["lake", "old mill", "bridge", "tower", "salt works", "inn"]
    rows = [names]
    for _ in range(chance.randint(6, 30)):
        remark = chance.choice(["", "shut", "under repair"])
        rows.append([f"{chance.choice(words)} {chance.randint(1, 9)}", chance.choice(words), str(chance.randint(1, 9999)), remark])  # fmt: skip
    widths = [18, chance.randint(13, 16), chance.randint(8, 11), 14]
    assert read(aligned(rows, widths, (2,))).raw() == rows


@pytest.mark.parametrize(
    "text",
    [
        "Dear all,  this is\na letter in  which\nsome words  stand\nwith two  blanks\nbetween  them here\n",
        "The quick brown fox\njumps over the lazy\ndog and then sleeps\nuntil the morning\nand  wakes  again\n",
    ],
)
def test_running_text_has_no_columns(read: Read, text: str) -> None:
    assert len(read(text).table.columns) == 1


def test_two_names_over_what_cannot_be_parted_are_said(read: Read) -> None:
    reading = read("NAME        QTY  PRICE  REMARK\nHammer steel  5  12.50\nNail         12   0.10  small box\nSaw           1  22.00\nDrill         2  99.00\n", "a.txt")  # fmt: skip
    assert any("may be those of two columns" in warning for warning in reading.table.warnings)


def test_names_that_stand_over_their_columns_are_not_doubted(read: Read) -> None:
    reading = read("ID   FULL NAME  AMOUNT\n001  Ann Lee     12.50\n002  Bob          7.25\n003  Cy Poe      11.00\n", "a.txt")  # fmt: skip
    assert [column.name for column in reading.table.columns] == ["ID", "FULL NAME", "AMOUNT"]
    assert not reading.table.warnings
