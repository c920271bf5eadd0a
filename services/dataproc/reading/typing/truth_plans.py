"""Plans for columns of two truth words."""

from __future__ import annotations

from services.dataproc.reading.typing.notes import join, misfit_note, nulls_note
from services.dataproc.reading.typing.plan import ColumnPlan, ValueCounts
from services.dataproc.reading.typing.storage import STORAGE
from shared.columns import ColumnType


def truth_plan(column: ValueCounts, yes: str, no: str, misfits: dict[str, int]) -> ColumnPlan:
    def parse(text: str) -> bool:
        word = text.strip().lower()
        if word in (yes, no):
            return word == yes
        raise ValueError(text)

    evidence = join(f"only {yes!r} and {no!r}", nulls_note(column, column.null_tokens), misfit_note(misfits))
    return ColumnPlan(
        ColumnType.BOOLEAN,
        STORAGE[ColumnType.BOOLEAN],
        parse,
        column.null_tokens,
        evidence,
        format=f"{yes}/{no}",
        misfits=misfits,
    )
