"""Columns of days or numbers that are text only because a totals row has its name in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from services.dataproc.reading.typing.column_plan import ColumnPlan
from services.dataproc.reading.typing.evidence import join, total_name_sentence
from services.dataproc.reading.typing.infer import infer

FEWEST_LEFT = 2
"""Different cells from which on a column has a type of its own: beside a single day a word may as well be the rule."""


def plans_without_labels(
    plans: Mapping[int, ColumnPlan], names: Sequence[str], labels: Sequence[tuple[str, str]]
) -> dict[int, ColumnPlan]:
    """New plans for columns that are of one type but for the `labels`, (column, cell), of rows that were proven to sum up others."""
    by_column = {name: Counter(cell for column, cell in labels if column == name) for name, _ in labels}
    found = (
        (index, _plan_without(plan, by_column[names[index]]))
        for index, plan in plans.items()
        if names[index] in by_column
    )
    return {index: plan for index, plan in found if plan is not None}


def _plan_without(plan: ColumnPlan, labels: Counter[str]) -> ColumnPlan | None:
    column = plan.column
    if plan.forced or not plan.type.is_text or plan.open_choice or column is None or not column.complete:
        return None
    named = {text: count for text, count in column.counts.items() if text.strip() in labels}
    if sum(named.values()) != labels.total():  # a row that is data has such a cell, too
        return None
    left = {text: count for text, count in column.counts.items() if text not in named}
    if sum(1 for _ in _present(left)) < FEWEST_LEFT:
        return None
    anew = infer(replace(column, counts=left))
    if anew.type.is_text:
        return None
    evidence = join(anew.evidence, total_name_sentence(named))
    return replace(anew, misfits={**anew.misfits, **named}, evidence=evidence)


def _present(counts: Mapping[str, int]) -> Iterator[str]:
    return (text for text in counts if text.strip())
