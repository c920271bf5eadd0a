"""A newer file takes an older one's place, keeps what people decided, and says what no longer fits."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.dataproc.errors import FileNotFound
from shared.events import FileDeleted, TableReady
from tests.unit.dataproc.service.conftest import SESSION, Workshop

OLD = "id,customer,sold,amount\n" + "".join(
    f"{i:04},c{i % 3},{1 + i % 9:02}/{1 + i % 7:02}/2024,{i}.5\n" for i in range(1, 41)
)
NEWER = "id,customer name,sold,amount,paid\n" + "".join(
    f"{i:04},c{i % 3},{1 + i % 9:02}/{1 + i % 7:02}/2025,n{i},yes\n" for i in range(1, 61)
)


async def test_table_keeps_its_id_and_gets_the_newer_files_rows(workshop: Workshop) -> None:
    table = await workshop.upload(OLD)
    await workshop.upload(OLD.replace("2024", "2025"), "newer.csv", "f_2")
    replaced = await workshop.replace(table, "f_2")
    assert (replaced.table.table_id, replaced.table.name, replaced.table.version) == (table.table_id, table.name, 2)
    assert (replaced.table.file_id, replaced.table.filename) == ("f_2", "newer.csv")
    assert (replaced.drift.gone, replaced.drift.new, replaced.drift.types, replaced.drift.skipped_steps) == (
        (),
        (),
        (),
        (),
    )
    assert workshop.bus.of(TableReady)[-1].file_id == "f_2"


async def test_overrides_and_recipe_are_kept(workshop: Workshop) -> None:
    table = await workshop.upload(OLD)
    await workshop.patch(table, sold={"format": "month-first"}, amount={"name": "total"})
    await workshop.clean(
        table, {"step": "flag_outliers", "column": "total"}, {"step": "rename", "columns": {"customer": "who"}}
    )
    await workshop.upload(OLD.replace("2024", "2025"), "newer.csv", "f_2")
    replaced = await workshop.replace(table, "f_2")
    assert [c.name for c in replaced.table.columns] == ["id", "who", "sold", "total", "total_outlier"]
    assert (await workshop.cells(replaced.table, "sold"))[0] == date(2025, 2, 2)
    assert len(replaced.table.recipe) == 2
    undone = await workshop.changes.cleaning.undo(replaced.table)
    assert [c.name for c in undone.table.columns][1] == "customer"


async def test_what_no_longer_fits_is_left_out_and_said(workshop: Workshop) -> None:
    table = await workshop.upload(OLD)
    await workshop.patch(table, customer={"type": "identifier"})
    await workshop.clean(
        table,
        {"step": "case", "columns": ["customer"], "to": "upper"},
        {"step": "flag_outliers", "column": "amount"},
        {"step": "deduplicate"},
    )
    await workshop.upload(NEWER, "newer.csv", "f_2")
    drift = (await workshop.replace(table, "f_2")).drift
    assert (drift.rows_before, drift.rows_after) == (40, 60)
    assert (drift.gone, drift.new) == (("customer",), ("customer name", "paid"))
    assert [(r.before, r.after) for r in drift.renamed] == [("customer", "customer name")]
    assert [(t.column, t.before) for t in drift.types] == [("amount", "decimal")]
    assert drift.overrides_without_column == ("customer",)
    assert [(s.position, s.step) for s in drift.skipped_steps] == [(1, "case"), (2, "flag_outliers")]
    assert [step["step"] for step in (await workshop.now(table)).recipe] == ["deduplicate"]


async def test_cells_that_do_not_fit_an_override_are_missing_and_counted(workshop: Workshop) -> None:
    table = await workshop.upload(OLD)
    await workshop.patch(table, amount={"type": "decimal"})
    await workshop.upload(OLD.replace(",7.5", ",seven"), "newer.csv", "f_2")
    replaced = await workshop.replace(table, "f_2")
    assert "1 cell(s) of column 'amount' are not decimal: 'seven' (rows 7)" in replaced.drift.misfits[0]
    assert (await workshop.cells(replaced.table, "amount"))[5:8] == [6.5, None, 8.5]


async def test_order_of_days_that_the_newer_file_leaves_open_is_kept(workshop: Workshop) -> None:
    table = await workshop.upload("n,sold\n1,12/25/2024\n2,01/02/2024\n3,03/04/2024\n")
    await workshop.upload("n,sold\n1,05/06/2025\n2,01/02/2025\n3,03/04/2025\n", "newer.csv", "f_2")
    replaced = await workshop.replace(table, "f_2")
    assert (await workshop.cells(replaced.table, "sold"))[0] == date(2025, 5, 6)


async def test_old_file_can_go_and_the_table_stays(workshop: Workshop) -> None:
    table = await workshop.upload(OLD)
    await workshop.upload(OLD, "newer.csv", "f_2")
    await workshop.replace(table, "f_2")
    await workshop.forget.file(FileDeleted(session_id=SESSION, file_id="f_1"))
    assert (await workshop.now(table)).file_id == "f_2"
    await workshop.forget.file(FileDeleted(session_id=SESSION, file_id="f_2"))
    assert workshop.registry.tables == {}


async def test_file_that_is_no_table_yet_or_another_sessions_is_not_found(workshop: Workshop) -> None:
    table = await workshop.upload(OLD)
    with pytest.raises(FileNotFound):
        await workshop.replace(table, "f_9")


@pytest.mark.parametrize(("older", "newer", "first"), [
    (["1.234,50", "2,5", "3,25"], ["1,234", "2,500", "12,345"], 1.234),
    (["1.234,50", "2,5", "3,25"], ["1.234", "2.500", "12.345"], 1234),
    (["1:59.13", "2:00", "3:30"], ["59:59", "3:45", "61:10"], timedelta(minutes=59, seconds=59)),
    (["20-01-31", "20-02-28", "20-03-15"], ["31-01-20", "15-01-20", "20-02-20"], date(2031, 1, 20)),
])  # fmt: skip
async def test_what_the_newer_file_leaves_open_is_as_in_the_older_one(
    workshop: Workshop, older: list[str], newer: list[str], first: object
) -> None:
    table = await workshop.upload("k,v\nx,\n" + "".join(f'k{n},"{cell}"\n' for n, cell in enumerate(older)))
    await workshop.upload("k,v\nx,\n" + "".join(f'k{n},"{cell}"\n' for n, cell in enumerate(newer)), "newer.csv", "f_2")
    replaced = await workshop.replace(table, "f_2")
    assert (await workshop.cells(replaced.table, "v"))[1] == first
