"""Why a step cannot be applied to a table: a reason that a person can act on."""

from __future__ import annotations

from shared.columns import ColumnType
from shared.formats.refusals import FileRefused


class StepRefused(FileRefused):
    """The step does not fit the table; nothing was changed. It comes from a job as the refusal of a file does: code, sentence, what to do."""


def unknown_column(name: str, names: list[str]) -> StepRefused:
    return StepRefused(
        "unknown_column",
        f"there is no column {name[:80]!r} at this point of the recipe",
        f"The columns are: {', '.join(names[:30])}.",
    )


def name_taken(name: str) -> StepRefused:
    return StepRefused(
        "name_taken", f"a column named {name[:80]!r} is there already", "Choose another name for the new column."
    )


def wrong_type(name: str, kind: ColumnType, needed: str) -> StepRefused:
    return StepRefused(
        "step_does_not_fit",
        f"column {name[:80]!r} is a column of {kind.label}, and this step needs {needed}",
        "Cast the column first, or choose another one.",
    )


def value_does_not_fit(value: object, name: str, kind: ColumnType) -> StepRefused:
    return StepRefused(
        "step_does_not_fit",
        f"{str(value)[:80]!r} cannot stand in the {kind} column {name[:80]!r}",
        "Give a value of the column's type, or cast the column first.",
    )


def too_many_values(count: int) -> StepRefused:
    return StepRefused(
        "too_many_values",
        f"fuzzy matching compares at most {count:,} different values with one another",
        "Remove exact duplicates first, or compare columns with fewer different values.",
    )


def nothing_left(what: str) -> StepRefused:
    return StepRefused("step_does_not_fit", f"no {what} would be left", "Leave at least one.")
