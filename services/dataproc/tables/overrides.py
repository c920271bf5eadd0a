"""What a person decided about a table's columns, against what the reader found: pure rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.dataproc.cleaning import AnyStep, CastStep, RenameStep
from services.dataproc.reading import Column
from shared.columns import ColumnType

Overrides = Mapping[str, Mapping[str, Any]]
READ_AS_TEXT = {"type": ColumnType.TEXT.value}
RETYPING = ("type", "format")


@dataclass(frozen=True)
class ColumnChange:
    """What a person wishes for a column; None leaves it as it is, an empty unit removes it, an empty format takes back what was chosen."""

    name: str | None = None
    type: ColumnType | None = None
    unit: str | None = None
    format: str | None = None

    @property
    def retypes(self) -> bool:
        return self.type is not None or self.format is not None

    def wishes(self) -> dict[str, str]:
        """What is asked for; another type leaves no earlier format in force."""
        asked = {key: value for key, value in vars(self).items() if value is not None}
        return {key: value for key, value in asked.items() if key != "format" or value}


def origin_of(name: str, recipe: Sequence[AnyStep]) -> str | None:
    """The name that a column has before the recipe; None when the recipe makes it."""
    for step in reversed(recipe):
        if isinstance(step, RenameStep):
            name = next((old for old, new in step.columns.items() if new == name), name)
        elif name in step.makes:
            return None
    return name


def read_name(name: str, overrides: Overrides) -> str:
    """The reader's own name of a column that overrides may have renamed."""
    return next((read for read, wish in overrides.items() if wish.get("name") == name), name)


def merge_change(overrides: Overrides, read: str, change: ColumnChange) -> dict[str, dict[str, Any]]:
    result = {name: dict(wish) for name, wish in overrides.items()}
    wish = result.setdefault(read, {})
    if change.type is not None or change.format == "":
        wish.pop("format", None)
    if change.format == "":
        wish.pop("type", None)
    wish |= change.wishes()
    return {name: wish for name, wish in result.items() if wish}


def keep_convention(change: ColumnChange, column: Column | None) -> ColumnChange:
    """Numbers that shall be numbers of another type keep their decimal sign: which one it is may have been told from other columns."""
    if column is None or change.type is None or change.format is not None:
        return change
    both = ColumnType(change.type).is_number and column.type.is_number
    return replace(change, format=column.format) if both and column.format else change


def retyped_columns(overrides: Overrides) -> list[str]:
    """Columns, by the reader's names, that have to be read as text to be typed anew."""
    return [name for name, wish in overrides.items() if any(key in wish for key in RETYPING)]


def reading_overrides(reading: Mapping[str, Any], overrides: Overrides) -> dict[str, Any]:
    """What the reader is told: the decisions that a person took about the file, and which columns to leave as text."""
    return {**dict(reading.get("overrides") or {}), "columns": dict.fromkeys(retyped_columns(overrides), READ_AS_TEXT)}


def override_steps(overrides: Overrides, columns: Iterable[Column], strict: Iterable[str] = ()) -> list[AnyStep]:
    """Overrides as steps over the table as it was read. Cells of the `strict` columns have to fit; others may have become missing before."""
    names, firm = {column.name for column in columns}, set(strict)
    steps: list[AnyStep] = []
    for name, wish in overrides.items():
        wished = {key: wish[key] for key in ("type", "format", "unit") if key in wish}
        if name in names and wished:
            steps.append(
                CastStep.model_validate({"column": name, "misfits": "refuse" if name in firm else "null", **wished})
            )
    renames = {
        name: str(wish["name"]) for name, wish in overrides.items() if name in names and wish.get("name", name) != name
    }
    return [*steps, RenameStep(columns=renames)] if renames else steps


def choices_to_keep(columns: Iterable[Column], known: Iterable[Column]) -> dict[str, dict[str, str]]:
    """Columns whose cells leave their format open (order of days, decimal sign, minutes), with the one that an older version of the table had for them."""
    known = list(known)
    formats = {column.name: (column.type, column.format) for column in known if column.format}
    types = {column.name: column.type for column in known}
    found = {}
    for column in columns:
        kind, fmt = formats.get(column.name, (column.type, None))
        if fmt and fmt != column.format and left_open(column, kind, fmt):
            found[column.name] = {"type": kind, "format": fmt}
        if (before := types.get(column.name)) and before is not column.type and type_left_open(column, before):
            found[column.name] = {"type": before}
    return found


def type_left_open(column: Column, kind: ColumnType) -> bool:
    choice = column.open_choice
    return choice is not None and choice.answered_by == "type" and kind.value in choice.options


def left_open(column: Column, kind: ColumnType, fmt: str) -> bool:
    """Could the cells as well be of this type in this format?"""
    alike = kind is column.type or (kind.is_number and column.type.is_number)
    return alike and column.open_choice is not None and column.open_choice.allows(fmt)
