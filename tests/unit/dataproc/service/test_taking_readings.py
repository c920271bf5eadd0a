"""nlq asks for a column to be read as a person chose: once, without losing a cell, however often it asks."""

from __future__ import annotations

import asyncio
import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.dataproc.domain import StoredTable
from services.dataproc.errors import CellsDoNotFit, TableNotFound, UnknownColumn
from services.dataproc.service import TakeReading
from shared.errors import InvalidRequest, Unavailable
from shared.events import TableReady
from shared.rpc import ReadingRequest
from tests.unit.dataproc.service.conftest import SESSION, Workshop

ROWS = [("59.913", "01/02/2024", "03/04/2024 10:00", "03:45"),
        ("12.500", "03/04/2024", "05/06/2024 11:30", "59:59")]  # fmt: skip
FILE = "weight\tsent\tat\ttook\n" + "".join("\t".join(row) + "\n" for row in ROWS * 3)


def taking(workshop: Workshop, patience: float = 30) -> TakeReading:
    return TakeReading(workshop.changes.versions, workshop.changes.columns, patience)


def wanted(table: StoredTable, column: str, option: str) -> ReadingRequest:
    return ReadingRequest(session_id=SESSION, table_id=table.table_id, column=column, option=option)


def open_question(table: StoredTable, column: str) -> str | None:
    choice = next(c.open_choice for c in table.columns if c.name == column)
    return choice.question if choice else None


@pytest.mark.parametrize(
    ("column", "option", "cells"),
    [
        ("weight", "1,234.5", [59.913, 12.5]),
        ("weight", "1.234,5", [59913, 12500]),
        ("sent", "day-first", [date(2024, 2, 1), date(2024, 4, 3)]),
        ("sent", "month-first", [date(2024, 1, 2), date(2024, 3, 4)]),
        ("at", "month-first", [datetime(2024, 3, 4, 10), datetime(2024, 5, 6, 11, 30)]),
    ],
)
async def test_column_is_read_as_chosen_and_is_open_no_more(
    workshop: Workshop, column: str, option: str, cells: list[Any]
) -> None:
    table = await workshop.upload(FILE, "t.tsv")
    assert open_question(table, column) is not None
    ready = (await taking(workshop)(wanted(table, column, option))).table
    after = await workshop.now(table)
    assert (ready, ready.version) == (after.ready_event(), 2)
    assert (await workshop.cells(after, column))[:2] == cells
    assert open_question(after, column) is None


@pytest.mark.parametrize(
    ("cells", "option", "first"),
    [
        (("03:45", "59:59"), "[m]:ss", timedelta(seconds=225)),
        (("15.01.68", "01.02.03"), "%d.%m.%y until 2069", date(2068, 1, 15)),
        (("20-01-31", "19-12-15"), "%d-%m-%y", date(2031, 1, 20)),
        (("1,234", "5,678"), "1.234,5", 1.234),
        (("1.10", "1.5", "1.9"), "identifier", "1.10"),
    ],
)
async def test_every_other_kind_of_choice_is_taken_likewise(
    workshop: Workshop, cells: tuple[str, ...], option: str, first: object
) -> None:
    table = await workshop.upload("who\tv\n" + "".join(f"a\t{cell}\n" for cell in cells * 3), "t.tsv")
    question = open_question(table, "v")
    await taking(workshop)(wanted(table, "v", option))
    after = await workshop.now(table)
    assert (await workshop.cells(after, "v"))[0] == first
    assert open_question(after, "v") != question  # 31 as a year leaves its century open


async def test_asking_again_changes_nothing_nor_does_asking_for_what_was_settled(workshop: Workshop) -> None:
    table = await workshop.upload(FILE, "t.tsv")
    take = taking(workshop)
    first, second = await asyncio.gather(*(take(wanted(table, "weight", "1.234,5")) for _ in range(2)))
    assert first == second
    assert (await take(wanted(table, "weight", "1,234.5"))).table.version == 2
    assert [event.version for event in workshop.bus.of(TableReady)] == [1, 2]
    assert (await workshop.cells(await workshop.now(table), "weight"))[0] == 59913


async def test_whoever_asks_while_it_is_under_way_is_told_to_ask_again(workshop: Workshop) -> None:
    table = await workshop.upload(FILE, "t.tsv")
    take = taking(workshop, patience=0)
    request = wanted(table, "weight", "1.234,5")
    with pytest.raises(Unavailable):
        await take(request)
    while True:
        try:
            assert (await take(request)).table.version == 2
            break
        except Unavailable:
            await asyncio.sleep(0.01)
    assert [event.version for event in workshop.bus.of(TableReady)] == [1, 2]


async def test_cells_that_are_missing_already_are_no_reason_and_no_further_ones_are_lost(workshop: Workshop) -> None:
    slips = "k\tweight\n" + "".join(f"k{n}\t{n + 10}.{n + 100}\n" for n in range(60)) + "k\toops\n"
    table = await workshop.upload(slips, "t.tsv")
    assert open_question(table, "weight") is not None
    await taking(workshop)(wanted(table, "weight", "1.234,5"))
    after = await workshop.now(table)
    cells = await workshop.cells(after, "weight")
    assert (cells[0], cells[-1], after.version) == (10100, None, 2)


async def test_reading_under_which_a_cell_would_be_lost_is_refused(workshop: Workshop) -> None:
    table = await workshop.upload(FILE, "t.tsv")
    profile = await workshop.changes.versions.profile(table)
    profile["columns"]["weight"]["nulls"] = -1  # as if one cell more could be read today
    await workshop.objects.put(table.profile_key, json.dumps(profile).encode())
    with pytest.raises(CellsDoNotFit):
        await taking(workshop)(wanted(table, "weight", "1.234,5"))
    assert (await workshop.now(table)).version == 1


async def test_what_is_not_there_is_refused(workshop: Workshop) -> None:
    table = await workshop.upload(FILE, "t.tsv")
    take = taking(workshop)
    with pytest.raises(UnknownColumn):
        await take(wanted(table, "nothing", "1.234,5"))
    with pytest.raises(InvalidRequest):
        await take(wanted(table, "weight", "[m]:ss"))
    await workshop.registry.remove(SESSION, table.table_id)
    with pytest.raises(TableNotFound):
        await take(wanted(table, "weight", "1.234,5"))
