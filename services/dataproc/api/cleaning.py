"""`/v1/tables/{id}/…`: columns, cleaning and newer files."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from services.dataproc.api.ownership import OwnTable, UseChanges
from services.dataproc.errors import (
    CellsDoNotFit,
    FileNotFound,
    JobTooLarge,
    NothingToUndo,
    StepDoesNotFit,
    TableChanged,
    TableNotFound,
    UnknownColumn,
)
from services.dataproc.schemas.cleaning import (
    ChangeView,
    CleaningRequest,
    ColumnsRequest,
    RecipeView,
    ReplacedView,
    ReplaceRequest,
    SuggestionView,
    TrialView,
)
from shared.errors import Unauthorized, Unavailable
from shared.errors.problems import responses

router = APIRouter(
    prefix="/v1/tables/{table_id}", tags=["cleaning"], responses=responses(Unauthorized, Unavailable, TableNotFound)
)
CHANGING = responses(TableNotFound, TableChanged, CellsDoNotFit, StepDoesNotFit, UnknownColumn, JobTooLarge)


@router.patch("/columns", summary="Overrule names, types, units and formats", responses=CHANGING)
async def patch_columns(table: OwnTable, changes: UseChanges, body: ColumnsRequest) -> ChangeView:
    """Reads the file again under the person's decisions. Cells that do not fit are refused by row, or become missing when `misfits` is `null`."""
    changes.versions.expect(table, body.version)
    wishes = {name: wish.change() for name, wish in body.columns.items()}
    return ChangeView.of(await changes.columns(table, wishes, lose_misfits=body.misfits == "null"))


@router.get("/cleaning", summary="The recipe so far, and suggested steps")
async def get_cleaning(table: OwnTable, changes: UseChanges) -> RecipeView:
    suggestions = [SuggestionView.of(found) for found in await changes.cleaning.suggestions(table)]
    return RecipeView(
        version=table.version,
        steps=[dict(step) for step in table.recipe],
        overrides={k: dict(v) for k, v in table.overrides.items()},
        suggestions=suggestions,
    )


@router.post("/cleaning", summary="Apply cleaning steps, or try them", responses=CHANGING)
async def post_cleaning(table: OwnTable, changes: UseChanges, body: CleaningRequest) -> ChangeView | TrialView:
    """Applied steps make a new version; with `preview` the answer shows counts and up to 50 changed rows, and nothing is stored."""
    changes.versions.expect(table, body.version)
    if body.preview:
        return TrialView.of(await changes.cleaning.try_steps(table, body.steps))
    return ChangeView.of(await changes.cleaning.apply(table, body.steps))


@router.delete(
    "/cleaning/last",
    summary="Undo the last step",
    responses=responses(TableNotFound, NothingToUndo, TableChanged, JobTooLarge),
)
async def delete_last_step(table: OwnTable, changes: UseChanges) -> ChangeView:
    """A new version without it; the versions before stay stored."""
    return ChangeView.of(await changes.cleaning.undo(table))


@router.get("/cleaning/code", summary="The recipe as pandas code", response_class=PlainTextResponse)
async def get_code(table: OwnTable, changes: UseChanges) -> PlainTextResponse:
    """Runs on the file of `…/export?format=parquet&cleaned=false`."""
    return PlainTextResponse(changes.cleaning.code(table), media_type="text/x-python; charset=utf-8")


@router.post("/replace", summary="Put a newer file in the table's place",
             responses=responses(TableNotFound, FileNotFound, TableChanged, StepDoesNotFit, JobTooLarge))  # fmt: skip
async def post_replace(table: OwnTable, changes: UseChanges, body: ReplaceRequest) -> ReplacedView:
    """Overrides and recipe are kept; what no longer fits is left out and said."""
    changes.versions.expect(table, body.version)
    return ReplacedView.of(await changes.replace(table, body.file_id))
