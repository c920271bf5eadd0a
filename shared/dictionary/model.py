"""A dictionary as it is stored and reckoned with: measures are pieces of plans."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from shared.plan import Measure


class Entry(BaseModel):
    """What a later release adds to stored dictionaries is ignored by an earlier one that still runs beside it."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    synonyms: tuple[str, ...] = ()
    definition: str = ""


class LabelledEntry(Entry):
    """Of what has a name already that people do not say."""

    label: str | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """Every word for it that the dictionary gives, the label first."""
        return ((self.label,) if self.label else ()) + self.synonyms


class ColumnEntry(LabelledEntry):
    column: str
    unit: str | None = None


class NamedMeasure(Entry):
    """`measure.name` is what people call it; its fields are columns of the table, with the table's name."""

    measure: Measure
    unit: str | None = None

    @property
    def name(self) -> str:
        return self.measure.name

    @property
    def labels(self) -> tuple[str, ...]:
        return (self.name, *self.synonyms)


class Dictionary(LabelledEntry):
    """Version 0 is the empty one that a table has as long as nobody has written another."""

    version: int = Field(default=0, ge=0)
    columns: tuple[ColumnEntry, ...] = ()
    measures: tuple[NamedMeasure, ...] = ()
    headers: tuple[tuple[str, str], ...] = Field(
        default=(),
        description="the columns that are spoken of, with the headings that they have in the file: a renamed column is found by it",
    )
