"""A person overrules what was found out about columns; cells are never damaged on the way."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta

import openpyxl
import pytest

from services.dataproc.errors import CellsDoNotFit, StepDoesNotFit, TableChanged, UnknownColumn
from services.dataproc.tables.overrides import ColumnChange
from shared.events import TableReady
from tests.unit.dataproc.service.conftest import Workshop

SALES = (
    "zip,sold,price,n\n00123,01/02/2024,10,1\n01234,03/04/2024,12.5,2\n99999,05/06/2024,oops,3\n"
    + "12345,07/08/2024,7,4\n" * 40
)


async def test_type_is_overruled_in_a_new_version_and_the_old_one_stays(workshop: Workshop) -> None:
    table = await workshop.upload(SALES)
    changed = await workshop.patch(table, n={"type": "text"})
    assert changed.table.version == 2
    assert (await workshop.cells(changed.table, "n"))[:3] == ["1", "2", "3"]
    assert (await workshop.cells(table, "n"))[:3] == [1, 2, 3]
    assert [event.version for event in workshop.bus.of(TableReady)] == [1, 2]
    assert (await workshop.now(table)).version == 2


async def test_leading_zeros_come_back_from_the_file_itself(workshop: Workshop) -> None:
    table = await workshop.upload(SALES)
    as_numbers = await workshop.patch(table, zip={"type": "integer"}, lose_misfits=True)
    assert "identifier" not in {c.type for c in as_numbers.table.columns if c.name == "zip"}
    again = await workshop.patch(table, zip={"type": "identifier"})
    assert (await workshop.cells(again.table, "zip"))[:2] == ["00123", "01234"]


@pytest.mark.parametrize(("order", "first"), [("day-first", date(2024, 2, 1)), ("month-first", date(2024, 1, 2))])
async def test_undecided_dates_are_settled_by_saying_which_comes_first(
    workshop: Workshop, order: str, first: date
) -> None:
    table = await workshop.upload(SALES)
    assert "undecidable" in next(c.evidence for c in table.columns if c.name == "sold")
    changed = await workshop.patch(table, sold={"format": order})
    assert (await workshop.cells(changed.table, "sold"))[0] == first
    assert "undecidable" not in next(c.evidence for c in changed.table.columns if c.name == "sold")


async def test_cells_that_do_not_fit_are_named_and_nothing_is_changed(workshop: Workshop) -> None:
    table = await workshop.upload(SALES)
    with pytest.raises(CellsDoNotFit) as refused:
        await workshop.patch(table, price={"type": "integer"})
    assert "'oops'" in refused.value.detail
    assert "'12.5'" in refused.value.detail
    assert "rows 2, 3" in refused.value.detail
    assert (await workshop.now(table)).version == 1


async def test_cells_that_do_not_fit_become_missing_when_that_is_asked_for(workshop: Workshop) -> None:
    table = await workshop.upload(SALES)
    changed = await workshop.patch(table, price={"type": "integer"}, lose_misfits=True)
    misfits = changed.cleaned.misfits[0]
    assert (misfits.column, misfits.count, misfits.rows) == ("price", 2, (2, 3))
    assert (await workshop.cells(changed.table, "price"))[:4] == [10, None, None, 7]
    assert any("2 cell(s) of column 'price'" in warning for warning in changed.table.warnings)


async def test_names_and_units_change_without_a_cell_being_touched(workshop: Workshop) -> None:
    table = await workshop.upload(SALES)
    changed = await workshop.patch(table, n={"name": "pieces", "unit": "pcs"}, zip={"name": "n"})
    assert [c.name for c in changed.table.columns] == ["n", "sold", "price", "pieces"]
    assert next(c.unit for c in changed.table.columns if c.name == "pieces") == "pcs"
    back = await workshop.patch(table, pieces={"name": "count", "unit": ""})
    assert [(c.name, c.unit) for c in back.table.columns][-1] == ("count", None)
    assert (await workshop.cells(back.table, "count"))[:3] == [1, 2, 3]


async def test_overrides_add_up_over_versions(workshop: Workshop) -> None:
    table = await workshop.upload(SALES)
    await workshop.patch(table, n={"name": "pieces"})
    await workshop.patch(table, sold={"format": "month-first"})
    changed = await workshop.patch(table, pieces={"type": "text"})
    assert (await workshop.cells(changed.table, "pieces"))[0] == "1"
    assert (await workshop.cells(changed.table, "sold"))[0] == date(2024, 1, 2)
    assert changed.table.overrides == {"n": {"name": "pieces", "type": "text"}, "sold": {"format": "month-first"}}


async def test_names_can_be_swapped(workshop: Workshop) -> None:
    table = await workshop.upload("a,b\n1,x\n2,y\n3,z\n")
    changed = await workshop.patch(table, a={"name": "b"}, b={"name": "a"})
    assert await workshop.cells(changed.table, "b") == [1, 2, 3]
    again = await workshop.patch(table, a={"type": "text"}, b={"type": "decimal"})
    assert {c.name: c.type for c in again.table.columns} == {"b": "decimal", "a": "text"}


async def test_recipe_is_applied_again_on_top_of_an_override(workshop: Workshop) -> None:
    table = await workshop.upload(SALES)
    await workshop.clean(table, {"step": "deduplicate"}, {"step": "rename", "columns": {"zip": "postcode"}})
    changed = await workshop.patch(table, postcode={"type": "text", "name": "code"})
    assert changed.table.rows == 4
    assert changed.table.overrides == {"zip": {"type": "text"}}
    assert [step["step"] for step in changed.table.recipe] == ["deduplicate", "rename", "rename"]
    assert (await workshop.cells(changed.table, "code"))[0] == "00123"


async def test_column_that_the_recipe_made_is_cast_by_a_further_step(workshop: Workshop) -> None:
    table = await workshop.upload("when,n\n2024-1,1\n2023-2,2\n2022-3,3\n")
    await workshop.clean(
        table,
        {"step": "cast", "column": "when", "type": "text"},
        {"step": "split_column", "column": "when", "separator": "-", "into": ["y", "m"]},
    )
    changed = await workshop.patch(table, y={"type": "integer", "name": "year"})
    assert (await workshop.cells(changed.table, "year")) == [2024, 2023, 2022]
    assert changed.table.overrides == {}


async def test_native_types_of_a_workbook_are_overruled_too(workshop: Workshop) -> None:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in (["id", "n"], [7, 1.5], [8, 2.5], [9, 3.0]):
        book.active.append(row)
    book.save(out)
    table = await workshop.upload(out.getvalue(), "b.xlsx")
    changed = await workshop.patch(table, id={"type": "identifier"}, n={"type": "text"})
    assert await workshop.cells(changed.table, "id") == ["7", "8", "9"]
    assert await workshop.cells(changed.table, "n") == ["1.5", "2.5", "3"]


async def test_unknown_column_is_refused_with_the_real_ones(workshop: Workshop) -> None:
    table = await workshop.upload(SALES)
    with pytest.raises(UnknownColumn) as refused:
        await workshop.patch(table, nope={"type": "text"})
    assert "zip, sold" in refused.value.hint


async def test_taken_name_is_refused(workshop: Workshop) -> None:
    table = await workshop.upload(SALES)
    with pytest.raises(StepDoesNotFit):
        await workshop.patch(table, zip={"name": "Sold"})


async def test_of_two_changes_at_once_one_is_told_so_and_leaves_nothing(workshop: Workshop) -> None:
    table = await workshop.upload(SALES)
    stale = await workshop.now(table)
    await workshop.patch(table, n={"name": "pieces"})
    with pytest.raises(TableChanged):
        await workshop.changes.columns(stale, {"n": ColumnChange(type="text")}, lose_misfits=False)
    assert not [key for key in workshop.objects.objects if "/v3/" in key]
    assert list(workshop.scratch.iterdir()) == []


CHOICES = [
    (["1.234", "2.500", "12.345"], {"format": "1.234,5"}, [1234, 2500, 12345]),
    (["1,234", "2,500", "12,345"], {"format": "1.234,5"}, [1.234, 2.5, 12.345]),
    (
        ["03:45", "12:10", "59:59"],
        {"format": "[m]:ss"},
        [timedelta(seconds=225), timedelta(seconds=730), timedelta(seconds=3599)],
    ),
    (
        ["20-01-31", "19-12-15", "20-02-03"],
        {"format": "%d-%m-%y"},
        [date(2031, 1, 20), date(2015, 12, 19), date(2003, 2, 20)],
    ),
    (
        ["31/01/2020", "02/03/2020", "04/05/2020"],
        {"type": "datetime"},
        [datetime(2020, 1, 31), datetime(2020, 3, 2), datetime(2020, 5, 4)],
    ),
    (
        ["31/01/2020 00:00", "02/03/2020 00:00", "04/05/2020 00:00"],
        {"type": "date"},
        [date(2020, 1, 31), date(2020, 3, 2), date(2020, 5, 4)],
    ),
    (["20200131", "20200302", "20200504"], {"type": "date"}, [date(2020, 1, 31), date(2020, 3, 2), date(2020, 5, 4)]),
    (
        ["2020-01", "2020-03", "2020-05"],
        {"type": "date", "format": "%Y-%m"},
        [date(2020, 1, 1), date(2020, 3, 1), date(2020, 5, 1)],
    ),
]


@pytest.mark.parametrize(("cells", "wish", "values"), CHOICES)
async def test_choice_means_the_values_that_it_names(
    workshop: Workshop, cells: list[str], wish: dict[str, str], values: list[object]
) -> None:
    table = await workshop.upload("k,v\n" + "".join(f'k{n},"{cell}"\n' for n, cell in enumerate(cells)))
    assert await workshop.cells((await workshop.patch(table, v=wish)).table, "v") == values


@pytest.mark.parametrize(
    "wish",
    [
        {"type": "date", "format": "%d/%d/%Y"},
        {"type": "date", "format": "%H:%M"},
        {"type": "time", "format": "%Y"},
        {"type": "datetime", "format": "%I %Y-%m"},
    ],
)
async def test_format_that_cannot_give_such_a_value_is_refused(workshop: Workshop, wish: dict[str, str]) -> None:
    table = await workshop.upload("k,v\na,01/02/2020\nb,03/04/2020\n")
    with pytest.raises(StepDoesNotFit):
        await workshop.patch(table, v=wish)
    assert (await workshop.now(table)).version == 1


@pytest.mark.parametrize("fmt", ["german", "bogus", "%d.%m.%Y", "1.2.3", "day-first"])
async def test_format_that_is_none_of_numbers_leaves_the_settled_choice(workshop: Workshop, fmt: str) -> None:
    table = await workshop.upload('k,v\na,"1,234"\nb,"2,500"\n')
    settled = await workshop.patch(table, v={"format": "1.234,5"})
    with pytest.raises(StepDoesNotFit, match="no format") as refused:
        await workshop.patch(settled.table, v={"format": fmt})
    assert "`1.234,5`" in str(refused.value.hint)
    assert await workshop.cells(await workshop.now(table), "v") == [1.234, 2.5]


@pytest.mark.parametrize("fmt", ["dd/mm/yyyy", "DMY", "1.234,5"])
async def test_format_that_is_none_of_days_is_told_those_there_are(workshop: Workshop, fmt: str) -> None:
    table = await workshop.upload("k,v\na,01/02/2024\nb,03/04/2024\n")
    with pytest.raises(StepDoesNotFit) as refused:
        await workshop.patch(table, v={"format": fmt}, lose_misfits=True)
    assert "`day-first`" in str(refused.value.hint)
    assert "decimal" not in refused.value.detail


async def test_empty_format_takes_back_what_was_chosen_and_null_leaves_it(workshop: Workshop) -> None:
    table = await workshop.upload('k,v\na,"1,234"\nb,"2,500"\n')
    (found,) = (column for column in table.columns if column.name == "v")
    chosen = await workshop.patch(table, v={"format": "1.234,5", "unit": "EUR"})
    assert await workshop.cells((await workshop.patch(chosen.table, v={})).table, "v") == [1.234, 2.5]
    back = await workshop.patch(chosen.table, v={"format": ""})
    (now,) = (column for column in back.table.columns if column.name == "v")
    assert (now.type, now.format, now.open_choice, now.unit) == (found.type, found.format, found.open_choice, "EUR")
    as_text = await workshop.patch(back.table, v={"type": "text"})
    again = await workshop.patch(as_text.table, v={"format": "", "unit": ""})
    (now,) = (column for column in again.table.columns if column.name == "v")
    assert (now.type, now.open_choice, now.unit) == (found.type, found.open_choice, None)


async def test_time_of_day_is_not_dropped_by_a_date(workshop: Workshop) -> None:
    table = await workshop.upload("k,v\na,31/01/2020 10:00\nb,03/04/2020 00:00\n")
    with pytest.raises(CellsDoNotFit, match="10:00"):
        await workshop.patch(table, v={"type": "date"})


async def test_name_of_blanks_is_refused_as_such(workshop: Workshop) -> None:
    table = await workshop.upload(SALES)
    with pytest.raises(StepDoesNotFit, match="needs a name"):
        await workshop.patch(table, zip={"name": "  "})
