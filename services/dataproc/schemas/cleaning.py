"""HTTP models of what people do to tables."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from services.dataproc.cleaning import Cleaned, Trial
from services.dataproc.cleaning.steps import ColumnName, Steps, WishedType
from services.dataproc.schemas import TableView
from services.dataproc.service import Changed, Replaced
from services.dataproc.tables.overrides import ColumnChange
from shared.columns import ColumnType

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class ChangeRequest(BaseModel):
    """What every change of a table may say."""

    model_config = ConfigDict(extra="forbid")
    version: int | None = Field(default=None, description="refuse when the table has another version by now")


class MirrorView(BaseModel):
    """A view with the fields of the value that it shows."""

    @classmethod
    def of(cls, value: DataclassInstance) -> Self:
        return cls(**asdict(value))


class ColumnWish(BaseModel):
    """What a column shall be; what is left out or null stays as it is."""

    model_config = ConfigDict(extra="forbid")
    name: ColumnName | None = None
    type: WishedType | None = None
    unit: str | None = Field(default=None, max_length=20, description="a label; empty to remove it")
    format: str | None = Field(
        default=None,
        max_length=100,
        description="`%d.%m.%Y`, `day-first`, `month-first`, or for numbers `1.234,5`; empty to take back what was chosen of type and format",
    )

    def change(self) -> ColumnChange:
        return ColumnChange(**self.model_dump())


class ColumnsRequest(ChangeRequest):
    """Wishes by the columns' present names."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"columns": {"zip": {"type": "identifier"}, "sold": {"format": "month-first"}}}]
        }
    )
    columns: dict[str, ColumnWish] = Field(min_length=1, max_length=16_384)
    misfits: Literal["refuse", "null"] = Field(
        default="refuse", description="what happens when cells do not fit the wished type"
    )


class CleaningRequest(ChangeRequest):
    """Steps on top of those before; with `preview` they are only tried."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"steps": [{"step": "trim"}, {"step": "deduplicate"}], "preview": True}]}
    )
    steps: Steps
    preview: bool = False


class ReplaceRequest(ChangeRequest):
    """A newer file, uploaded before."""

    file_id: str = Field(min_length=1, max_length=100)


class StepReportView(MirrorView):
    """What one step did."""

    step: str
    rows_before: int
    rows_after: int
    cells_changed: int
    columns_added: list[str]
    columns_removed: list[str]


class MisfitsView(MirrorView):
    """Cells that did not fit the wished type and became missing: how many, the first rows (counted from 1) and texts."""

    column: str
    type: ColumnType
    count: int
    rows: list[int]
    examples: list[str]


class ChangeView(BaseModel):
    """The new version, and what the steps did to get there."""

    table: TableView
    steps: list[StepReportView]
    misfits: list[MisfitsView]

    @classmethod
    def of(cls, changed: Changed) -> ChangeView:
        done: Cleaned = changed.cleaned
        return cls(
            table=TableView.of(changed.table),
            steps=[StepReportView.of(r) for r in done.reports],
            misfits=[MisfitsView.of(m) for m in done.misfits],
        )


class ChangedRowView(MirrorView):
    """A row (counted from 1) before and after; `after` is null when it goes."""

    row: int
    before: dict[str, Any]
    after: dict[str, Any] | None


class TrialView(BaseModel):
    """What steps would do: counts, and the first rows that change. Nothing was stored."""

    rows_before: int
    rows_after: int
    rows_changed: int
    columns_before: list[str]
    columns_after: list[str]
    steps: list[StepReportView]
    misfits: list[MisfitsView]
    changed_rows: list[ChangedRowView]

    @classmethod
    def of(cls, trial: Trial) -> TrialView:
        return cls(rows_before=trial.rows_before, rows_after=trial.rows_after, rows_changed=trial.rows_changed, columns_before=list(trial.columns_before),
                   columns_after=list(trial.columns_after), steps=[StepReportView.of(r) for r in trial.reports], misfits=[MisfitsView.of(m) for m in trial.misfits],
                   changed_rows=[ChangedRowView.of(c) for c in trial.changed])  # fmt: skip


class SuggestionView(MirrorView):
    """A step that the table seems to need, ready to be sent; `before` and `after` count what `counts` names."""

    step: dict[str, Any]
    reason: str
    counts: str
    before: int
    after: int


class RecipeView(BaseModel):
    """The steps applied so far, in order, and what else could be done."""

    version: int
    steps: list[dict[str, Any]]
    overrides: dict[str, dict[str, Any]] = Field(
        description="a person's decisions about columns, by the names that the reader gave them"
    )
    suggestions: list[SuggestionView]


class RenamingView(BaseModel):
    """A column that went and one that came: perhaps the same. `likeness` is that of their names, in percent."""

    before: str
    after: str
    likeness: int


class TypeChangeView(BaseModel):
    """A column whose cells are of another type in the newer file."""

    column: str
    before: ColumnType
    after: ColumnType


class SkippedStepView(BaseModel):
    """A step that no longer fits and was left out; `position` is its place in the recipe, counted from 1."""

    position: int
    step: str
    reason: str


class DriftView(MirrorView):
    """How the newer file differs from the older one, before cleaning."""

    rows_before: int
    rows_after: int
    gone: list[str]
    new: list[str]
    renamed: list[RenamingView]
    types: list[TypeChangeView]
    overrides_without_column: list[str]
    skipped_steps: list[SkippedStepView]
    misfits: list[str]


class ReplacedView(BaseModel):
    """The table over the newer file, and the drift between the two."""

    table: TableView
    drift: DriftView

    @classmethod
    def of(cls, replaced: Replaced) -> ReplacedView:
        return cls(table=TableView.of(replaced.table), drift=DriftView.of(replaced.drift))
