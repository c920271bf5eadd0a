"""Why a step cannot be applied to a table: a reason that a person can act on."""

from __future__ import annotations

from services.dataproc.reading.typing.moments.day_order import DayOrder
from services.dataproc.reading.typing.moments.durations import Clock
from services.dataproc.reading.typing.numbers.written import STYLES
from shared.columns import ColumnType
from shared.formats.refusals import FileRefused

FORMATS_OF_NUMBERS = f"one of {', '.join(f'`{style}`' for style in STYLES)}"
FORMATS_OF_DAYS = f"{' or '.join(f'`{order}`' for order in DayOrder)}, or a pattern such as `%d.%m.%Y`, `%m/%d/%y` or `%Y-%m-%d %H:%M`"
FORMATS = {
    ColumnType.INTEGER: FORMATS_OF_NUMBERS,
    ColumnType.DECIMAL: FORMATS_OF_NUMBERS,
    ColumnType.DATE: FORMATS_OF_DAYS,
    ColumnType.DATETIME: FORMATS_OF_DAYS,
    ColumnType.TIME: "a pattern such as `%H:%M` or `%I:%M %p`",
    ColumnType.DURATION: " or ".join(f"`{clock}`" for clock in Clock),
    ColumnType.BOOLEAN: "the two words with a stroke between them: `yes/no`",
}
"""What a format may be, for people; a column of text takes those of numbers and days."""


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


def format_not_known(fmt: str, name: str, kind: ColumnType) -> StepRefused:
    """`kind` is the column's type, or the one that is wished for."""
    said = FORMATS.get(kind, f"{FORMATS_OF_NUMBERS}; for days {FORMATS_OF_DAYS}")
    return StepRefused(
        "step_does_not_fit",
        f"{fmt[:80]!r} is no format by which column {name[:80]!r} can be read",
        f"Give {said}.",
    )


def too_many_values(count: int) -> StepRefused:
    return StepRefused(
        "too_many_values",
        f"fuzzy matching compares at most {count:,} different values with one another",
        "Remove exact duplicates first, or compare columns with fewer different values.",
    )


def nothing_left(what: str) -> StepRefused:
    return StepRefused("step_does_not_fit", f"no {what} would be left", "Leave at least one.")
