"""The named steps of a cleaning recipe, as they are sent, stored and shown. Each is typed, ordered and reversible by leaving it out."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, WithJsonSchema, model_validator

from services.dataproc.reading.units import CONVERSIONS
from shared.columns import ColumnType

MOST_STEPS = 200
MOST_NAMES = 16_384
ColumnName = Annotated[str, Field(min_length=1, max_length=300)]
ColumnNames = Annotated[tuple[ColumnName, ...], Field(max_length=MOST_NAMES)]
SomeColumnNames = Annotated[tuple[ColumnName, ...], Field(min_length=1, max_length=MOST_NAMES)]
Scalar = str | bool | int | float


def wishable(kind: ColumnType) -> ColumnType:
    """No column can be wished to hold nothing."""
    if kind is ColumnType.EMPTY:
        raise ValueError("a column cannot be made empty")
    return kind


WishedType = Annotated[
    ColumnType,
    AfterValidator(wishable),
    WithJsonSchema({"type": "string", "enum": [kind.value for kind in ColumnType if kind is not ColumnType.EMPTY]}),
]


class Step(BaseModel):
    """What every step has in common."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    step: str

    @property
    def makes(self) -> tuple[str, ...]:
        """Names of the columns that this step makes."""
        return ()


class TrimStep(Step):
    """Blanks around cells go; cells of nothing but blanks become missing."""

    step: Literal["trim"] = "trim"
    columns: ColumnNames = Field(default=(), description="all text columns when left out")
    collapse: bool = Field(default=False, description="also make one blank of several inside a cell")


class CaseStep(Step):
    """One case for all cells."""

    step: Literal["case"] = "case"
    columns: SomeColumnNames
    to: Literal["lower", "upper", "title"]


class DeduplicateStep(Step):
    """Of rows that are the same, the first stays."""

    step: Literal["deduplicate"] = "deduplicate"
    columns: ColumnNames = Field(default=(), description="what makes rows the same; all columns when left out")
    match: Literal["exact", "fuzzy"] = "exact"
    threshold: float = Field(
        default=90, gt=0, le=100, description="fuzzy: similarity in percent from which two rows are the same"
    )

    @model_validator(mode="after")
    def _fuzzy_needs_columns(self) -> DeduplicateStep:
        if self.match == "fuzzy" and not self.columns:
            raise ValueError("fuzzy matching needs the columns to compare")
        return self


class MissingStep(Step):
    """Missing cells: their rows go, or they are filled."""

    step: Literal["missing"] = "missing"
    columns: SomeColumnNames
    how: Literal["drop", "value", "mean", "median", "mode", "ffill"]
    value: Scalar | None = Field(default=None, description="for `value`: what to fill in, of the column's type")

    @model_validator(mode="after")
    def _value_is_given(self) -> MissingStep:
        if (self.how == "value") != (self.value is not None):
            raise ValueError("`value` goes with how = value, and only with it")
        return self


class FlagOutliersStep(Step):
    """A new column of truth values marks numbers that lie far from the others. No cell is changed."""

    step: Literal["flag_outliers"] = "flag_outliers"
    DISTANCES: ClassVar[dict[str, float]] = {"iqr": 1.5, "zscore": 3.0}
    column: ColumnName
    method: Literal["iqr", "zscore"] = "iqr"
    distance: float | None = Field(
        default=None, gt=0, description="in interquartile ranges (1.5) or standard deviations (3)"
    )
    into: ColumnName | None = Field(default=None, description="name of the new column")

    @property
    def reach(self) -> float:
        return self.distance or self.DISTANCES[self.method]

    @property
    def makes(self) -> tuple[str, ...]:
        return (self.into or f"{self.column}_outlier",)


class SplitColumnStep(Step):
    """One text column becomes several, divided at a separator; the last one keeps the rest."""

    step: Literal["split_column"] = "split_column"
    column: ColumnName
    separator: str = Field(min_length=1, max_length=100)
    into: Annotated[tuple[ColumnName, ...], Field(min_length=2, max_length=100)]
    keep: bool = Field(default=False, description="keep the column that was split")

    @property
    def makes(self) -> tuple[str, ...]:
        return self.into


class MergeColumnsStep(Step):
    """Several columns become one of text; missing cells are left out."""

    step: Literal["merge_columns"] = "merge_columns"
    columns: Annotated[tuple[ColumnName, ...], Field(min_length=2, max_length=100)]
    into: ColumnName
    separator: str = Field(default=" ", max_length=100)
    keep: bool = Field(default=False, description="keep the columns that were merged")

    @property
    def makes(self) -> tuple[str, ...]:
        return (self.into,)


class UnpivotStep(Step):
    """Columns become rows: one row per column, with the column's name and its cell."""

    step: Literal["unpivot"] = "unpivot"
    columns: SomeColumnNames
    keep: ColumnNames = Field(default=(), description="columns repeated on every row; all others when left out")
    names_to: ColumnName = "name"
    values_to: ColumnName = "value"

    @property
    def makes(self) -> tuple[str, ...]:
        return (self.names_to, self.values_to)


class MapValuesStep(Step):
    """Cells that equal a key become its value; null makes them missing."""

    step: Literal["map_values"] = "map_values"
    column: ColumnName
    mapping: dict[str, Scalar | None] = Field(min_length=1, max_length=10_000)


class ConvertUnitStep(Step):
    """Numbers in one unit become numbers in another: known units by name, others by factor."""

    step: Literal["convert_unit"] = "convert_unit"
    column: ColumnName
    to: str = Field(min_length=1, max_length=20, description="the new unit", examples=["km"])
    origin: str | None = Field(
        default=None, alias="from", max_length=20, description="the old unit; the column's own when left out"
    )
    factor: float | None = Field(
        default=None, description="new = old × factor + offset; found by itself for known units"
    )
    offset: float = 0.0
    model_config = ConfigDict(populate_by_name=True)

    @model_validator(mode="after")
    def _conversion_is_known(self) -> ConvertUnitStep:
        if self.factor is None and self.origin is not None and (self.origin, self.to) not in CONVERSIONS:
            raise ValueError(f"from {self.origin!r} to {self.to!r} is not a known conversion: give its factor")
        if self.factor is not None and not abs(self.factor) < float("inf"):
            raise ValueError("the factor has to be a finite number")
        return self


class DropTotalsRowsStep(Step):
    """Rows that sum up others go: those with a word such as "Total" alone in a text cell."""

    step: Literal["drop_totals_rows"] = "drop_totals_rows"
    columns: ColumnNames = Field(default=(), description="where the word stands; the first text column when left out")
    words: Annotated[tuple[str, ...], Field(max_length=100)] = Field(
        default=(), description="further words that mark such rows"
    )


class RenameStep(Step):
    """New names for columns, by their old ones."""

    step: Literal["rename"] = "rename"
    columns: dict[ColumnName, ColumnName] = Field(min_length=1, max_length=MOST_NAMES)


class DropColumnsStep(Step):
    """Columns go."""

    step: Literal["drop_columns"] = "drop_columns"
    columns: SomeColumnNames


class CastStep(Step):
    """Another type, format or unit for a column. Cells that do not fit are reported, and become missing only when that is asked for."""

    step: Literal["cast"] = "cast"
    column: ColumnName
    type: WishedType | None = None
    format: str | None = Field(
        default=None, max_length=100, description="`%d.%m.%Y`, `day-first`, `month-first`, or for numbers `1.234,5`"
    )
    unit: str | None = Field(default=None, max_length=20, description="a label: no cell is converted")
    misfits: Literal["refuse", "null"] = Field(default="refuse", description="what happens when cells do not fit")

    @model_validator(mode="after")
    def _changes_something(self) -> CastStep:
        if self.type is None and self.format is None and self.unit is None:
            raise ValueError("give a type, a format or a unit")
        return self


AnyStep = Annotated[
    TrimStep | CaseStep | DeduplicateStep | MissingStep | FlagOutliersStep | SplitColumnStep | MergeColumnsStep | UnpivotStep | MapValuesStep
    | ConvertUnitStep | DropTotalsRowsStep | RenameStep | DropColumnsStep | CastStep,
    Field(discriminator="step")]  # fmt: skip
Steps = Annotated[tuple[AnyStep, ...], Field(min_length=1, max_length=MOST_STEPS)]
_RECIPE: TypeAdapter[tuple[AnyStep, ...]] = TypeAdapter(tuple[AnyStep, ...])


def recipe_from_json(body: Any) -> tuple[AnyStep, ...]:
    """Steps as they were stored."""
    return _RECIPE.validate_python(body)


def recipe_to_json(steps: tuple[AnyStep, ...]) -> list[dict[str, Any]]:
    return [step.model_dump(mode="json", by_alias=True, exclude_none=isinstance(step, CastStep)) for step in steps]
