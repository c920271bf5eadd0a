"""The type of a column, from its distinct cells: the most specific type that all of its cells bear out, with evidence."""

from __future__ import annotations

import re
from dataclasses import replace

from services.dataproc.reading.typing.column_plan import ColumnPlan, ValueCounts
from services.dataproc.reading.typing.evidence import WRAPPING_SENTENCES, join
from services.dataproc.reading.typing.moments.calendars import calendar_choice
from services.dataproc.reading.typing.moments.conventions import interpret_times
from services.dataproc.reading.typing.moments.plan import temporal_plan
from services.dataproc.reading.typing.nulls import MEANS_NOTHING
from services.dataproc.reading.typing.numbers.codes import are_codes
from services.dataproc.reading.typing.numbers.conventions import NumberInterpretation, interpret_numbers
from services.dataproc.reading.typing.numbers.plan import number_plan
from services.dataproc.reading.typing.plans import empty_plan, text_plan, truth_plan
from services.dataproc.reading.typing.text_kinds import find_truth_words, text_type
from services.dataproc.reading.typing.wrappings import Wrapping, find_wrapping, unwrap_counts
from shared.columns import ColumnType
from shared.open_choices import OpenChoice, OpenQuestion

TOLERANCE = 0.05
"""Share of the cells that may fail to fit: slips in a column that is otherwise of one type."""

FEWEST_FOR_TOLERANCE = 20
"""In a shorter column one cell is more than that share, and could as well be the rule."""

MOST_MISFITS = 20
"""Different cells that may become null: each is named in the evidence, and more of them are no slips but values of another kind."""

ABBREVIATION = re.compile(r"[A-Za-z]{1,3}\.?|[A-Z]{4}")


def infer(column: ValueCounts) -> ColumnPlan:
    """The plan for a column; text when nothing more specific is sure."""
    wrapping = find_wrapping(column.counts)
    if wrapping is None:
        return infer_unwrapped(column)
    plan = infer_unwrapped(replace(column, counts=unwrap_counts(wrapping, column.counts)))
    if wrapping is Wrapping.MARKS and plan.type.is_text:
        return infer_unwrapped(column)
    return replace(plan, wrapping=wrapping, evidence=join(plan.evidence, WRAPPING_SENTENCES[wrapping]))


def infer_unwrapped(column: ValueCounts) -> ColumnPlan:
    if all(not token or (token in MEANS_NOTHING and not column.quoted) for _, token, _ in column.tokens):
        return with_counts(empty_plan(column), column)
    values = column.values()
    tolerance = TOLERANCE if sum(values.values()) >= FEWEST_FOR_TOLERANCE else 0.0
    plan = (
        infer_truth(column, values, tolerance)
        or infer_value(column, values, tolerance)
        or infer_abbreviated(column, values)
    )
    return asking_for_words(with_counts(plan or infer_text(column), column))


def asking_for_words(plan: ColumnPlan) -> ColumnPlan:
    """A string of JSON is a string: where "null" stands among strings of digits, whether it is one is left open.

    "n/a" and a dash are no values, and among days and moments no word is one.
    """
    words = [text for text in plan.seen_nulls if text.strip().isalpha() and not plan.type.is_time]
    if not words or plan.column is None or not plan.column.quoted or plan.type.is_text or plan.open_choice:
        return plan
    options = (plan.type.value, ColumnType.TEXT.value)
    choice = OpenChoice(OpenQuestion.MISSING_WORDS, options, plan.type.value)
    return replace(plan, open_choice=choice, evidence=join(plan.evidence, choice.sentence()))


def infer_abbreviated(column: ValueCounts, values: dict[str, int]) -> ColumnPlan | None:
    """Values all of one type but for a single abbreviation that comes back, such as ND or DNF: it stands for missing here."""
    words = {text.strip() for text in values if not any(sign.isdigit() for sign in text)}
    if len(words) != 1 or not ABBREVIATION.fullmatch(word := words.pop()):
        return None
    others = {text: count for text, count in values.items() if text.strip() != word}
    if sum(others.values()) < FEWEST_FOR_TOLERANCE or sum(values.values()) - sum(others.values()) < 2:
        return None
    return infer_value(replace(column, own_nulls=frozenset({word.lower()})), others, 0.0)


def with_counts(plan: ColumnPlan, column: ValueCounts) -> ColumnPlan:
    """The plan, with what the counted cells say about nulls and repetition."""
    nulls = frozenset(text for text, token, _ in column.tokens if token in plan.nulls)
    repeat = column.complete or 2 * len(column.counts) <= column.rows
    return replace(plan, seen_nulls=nulls, distinct=len(column.counts) if repeat else None, column=column)


def infer_text(column: ValueCounts) -> ColumnPlan:
    kind, evidence = text_type(column, column.present())
    return text_plan(kind, column, evidence)


def infer_truth(column: ValueCounts, values: dict[str, int], tolerance: float) -> ColumnPlan | None:
    found = find_truth_words(values, tolerance)
    if found is None or len(found.misfits) > MOST_MISFITS:
        return None
    return truth_plan(column, found)


def infer_value(column: ValueCounts, values: dict[str, int], tolerance: float) -> ColumnPlan | None:
    """A number, or a point or span in time, whichever leaves fewer cells over."""
    numbers = interpret_numbers(column, values)
    if numbers is not None and not bearable(numbers, tolerance):
        numbers = None
    if numbers is None or numbers.misfits:
        times = interpret_times(values, tolerance, column.order_hint, name=column.name)
        fewer = times and (numbers is None or sum(times.misfits.values()) < sum(numbers.misfits.values()))
        if times and fewer and len(times.misfits) <= MOST_MISFITS:
            if asked := calendar_choice(times, values):
                return replace(text_plan(ColumnType.TEXT, column, asked.sentence()), open_choice=asked)
            return temporal_plan(column, times)
    return number_plan(column, numbers) if numbers else None


def bearable(numbers: NumberInterpretation, tolerance: float) -> bool:
    """Are the cells that are no numbers so few that they may become null, named one by one?"""
    few = sum(numbers.misfits.values()) <= tolerance * numbers.total and len(numbers.misfits) <= MOST_MISFITS
    return bool(numbers.written) and few and not are_codes(numbers)
