"""Recipes: tried, applied, undone, reproduced, suggested."""

from __future__ import annotations

import json

import pytest

from services.dataproc.errors import CellsDoNotFit, NothingToUndo, StepDoesNotFit, TableChanged, UnknownColumn
from shared.events import TableReady
from tests.unit.dataproc.service.conftest import Workshop

PEOPLE = "name,city,age\n Ann ,Paris,31\nBob,Lyon,\nBob,Lyon,\nCid,paris,58\nTotal,,89\n"
TRIM, UNIQUE, NO_TOTALS = {"step": "trim"}, {"step": "deduplicate"}, {"step": "drop_totals_rows"}


async def test_steps_make_a_new_version_and_the_original_stays(workshop: Workshop) -> None:
    table = await workshop.upload(PEOPLE, "people.csv")
    before = await workshop.data(table)
    changed = await workshop.clean(table, UNIQUE, NO_TOTALS)
    assert (changed.table.version, changed.table.rows) == (2, 3)
    assert [(r.step, r.rows_before, r.rows_after) for r in changed.cleaned.reports] == [
        ("deduplicate", 5, 4),
        ("drop_totals_rows", 4, 3),
    ]
    assert (await workshop.data(table)).equals(before)
    assert workshop.bus.of(TableReady)[-1].version == 2


async def test_profile_and_values_are_those_of_the_new_version(workshop: Workshop) -> None:
    table = await workshop.upload(PEOPLE, "people.csv")
    changed = await workshop.clean(table, NO_TOTALS, {"step": "case", "columns": ["city"], "to": "title"})
    profile = json.loads(await workshop.objects.get(changed.table.profile_key))
    values = json.loads(await workshop.objects.get(changed.table.values_key))
    assert (profile["rows"], profile["columns"]["city"]["distinct"]) == (4, 2)
    assert sorted(values["city"]) == ["Lyon", "Paris"]


async def test_steps_tried_store_and_announce_nothing(workshop: Workshop) -> None:
    table = await workshop.upload(PEOPLE, "people.csv")
    stored, told = dict(workshop.objects.objects), len(workshop.bus.events)
    trial = await workshop.changes.cleaning.try_steps(
        table, workshop.steps(UNIQUE, {"step": "case", "columns": ["city"], "to": "upper"})
    )
    assert (trial.rows_before, trial.rows_after, trial.rows_changed) == (5, 4, 4)
    assert workshop.objects.objects == stored
    assert len(workshop.bus.events) == told


async def test_undo_takes_steps_back_one_by_one_down_to_the_original(workshop: Workshop) -> None:
    table = await workshop.upload(PEOPLE, "people.csv")
    await workshop.clean(table, UNIQUE)
    await workshop.clean(table, NO_TOTALS, {"step": "rename", "columns": {"age": "years"}})
    rows = []
    for _ in range(3):
        undone = await workshop.changes.cleaning.undo(await workshop.now(table))
        rows.append((undone.table.version, undone.table.rows, undone.table.columns[-1].name))
    assert rows == [(4, 3, "age"), (5, 4, "age"), (6, 5, "age")]
    assert (await workshop.data(await workshop.now(table))).equals(await workshop.data(table))
    with pytest.raises(NothingToUndo):
        await workshop.changes.cleaning.undo(await workshop.now(table))


async def test_version_made_step_by_step_is_the_one_made_at_once(workshop: Workshop) -> None:
    """A version follows from file, overrides and recipe, however it came about."""
    steps = [
        NO_TOTALS,
        TRIM,
        {"step": "case", "columns": ["city"], "to": "title"},
        {"step": "missing", "columns": ["age"], "how": "mean"},
        UNIQUE,
    ]
    first, second = await workshop.upload(PEOPLE, "a.csv"), await workshop.upload(PEOPLE, "b.csv", "f_2")
    for step in steps:
        await workshop.clean(first, step)
    await workshop.clean(second, *steps, {"step": "drop_columns", "columns": ["age"]})
    await workshop.changes.cleaning.undo(await workshop.now(second))
    slowly, at_once = await workshop.now(first), await workshop.now(second)
    assert slowly.recipe == at_once.recipe
    assert (await workshop.data(slowly)).equals(await workshop.data(at_once))


async def test_step_that_does_not_fit_is_named_and_changes_nothing(workshop: Workshop) -> None:
    table = await workshop.upload(PEOPLE, "people.csv")
    with pytest.raises(
        StepDoesNotFit, match=r"Step 2 \(flag_outliers\): column 'city' is .*, and this step needs numbers"
    ):
        await workshop.clean(table, TRIM, {"step": "flag_outliers", "column": "city"})
    with pytest.raises(UnknownColumn):
        await workshop.clean(table, {"step": "drop_columns", "columns": ["nope"]})
    with pytest.raises(CellsDoNotFit):
        await workshop.clean(table, {"step": "cast", "column": "city", "type": "integer"})
    assert (await workshop.now(table)).version == 1
    assert list(workshop.scratch.iterdir()) == []


async def test_table_that_went_meanwhile_is_not_brought_back(workshop: Workshop) -> None:
    table = await workshop.upload(PEOPLE, "people.csv")
    del workshop.registry.tables[table.session_id, table.table_id]
    with pytest.raises(TableChanged):
        await workshop.changes.cleaning.apply(table, workshop.steps(TRIM))
    assert workshop.registry.tables == {}
    assert not [key for key in workshop.objects.objects if "/v2/" in key]


async def test_of_two_recipes_at_once_one_is_told_to_read_the_table_again(workshop: Workshop) -> None:
    table = await workshop.upload(PEOPLE, "people.csv")
    await workshop.clean(table, TRIM)
    with pytest.raises(TableChanged):
        await workshop.changes.cleaning.apply(table, workshop.steps(UNIQUE))
    assert (await workshop.now(table)).version == 2


async def test_file_delivered_again_does_not_take_the_cleaning_away(workshop: Workshop) -> None:
    table = await workshop.upload(PEOPLE, "people.csv")
    await workshop.clean(table, UNIQUE)
    await workshop.upload(PEOPLE, "people.csv")
    assert (await workshop.now(table)).version == 2


async def test_suggestions_count_what_they_would_change_and_can_be_sent_as_they_are(workshop: Workshop) -> None:
    table = await workshop.upload(PEOPLE, "people.csv")
    found = {s.step["step"]: s for s in await workshop.changes.cleaning.suggestions(table)}
    assert (found["deduplicate"].before, found["deduplicate"].after) == (5, 4)
    assert (found["drop_totals_rows"].before, found["drop_totals_rows"].after) == (5, 4)
    changed = await workshop.clean(table, *(s.step for s in found.values()))
    assert {s.step["step"] for s in await workshop.changes.cleaning.suggestions(changed.table)} < set(found)


async def test_suggestions_are_found_once_for_a_version(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    table = await workshop.upload(PEOPLE, "people.csv")
    first = await workshop.changes.cleaning.suggestions(table)
    monkeypatch.setattr(workshop.cleaner, "suggest", None)
    assert await workshop.changes.cleaning.suggestions(table) == first


async def test_code_of_a_table_reads_its_export(workshop: Workshop) -> None:
    table = await workshop.upload(PEOPLE, "people.csv")
    changed = await workshop.clean(table, TRIM, UNIQUE)
    code = workshop.changes.cleaning.code(changed.table)
    assert "pd.read_parquet('people.parquet', dtype_backend=\"pyarrow\")" in code
    compile(code, "people.py", "exec")
