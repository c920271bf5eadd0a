"""What is computed: statistics of columns, and counts."""

from __future__ import annotations

from collections.abc import Iterator

from services.nlq.planner.linking.mentions import ColumnMention, SignMention
from services.nlq.planner.linking.schema import Column
from services.nlq.planning.plan import Function, Measure
from services.nlq.planning.reading.counting import read_count
from services.nlq.planning.reading.draft import Draft
from services.nlq.planning.reading.measured import NoColumn, is_ordinal, measured_column, summable

_STATISTICS: dict[str, Function] = {
    "minimum": "min", "min": "min", "lowest": "min", "smallest": "min", "maximum": "max", "max": "max", "highest": "max", "largest": "max",
    "average": "mean", "mean": "mean", "avg": "mean", "median": "median", "total": "sum", "sum": "sum", "standard deviation": "std",
}  # fmt: skip
_NUMERIC_ONLY = frozenset({"sum", "mean", "median", "std", "var", "skew", "kurt", "range", "iqr", "q1", "q3", "cv"})
_ORDERED_AS_NUMBERS = _NUMERIC_ONLY | {"min", "max"}  # "9 km" is less than "20 km", and the greater text


def read_measures(draft: Draft) -> None:
    """As in "total amount", "average price and rating", "number of cities"."""
    if any(draft.signs("count_distinct")):
        draft.distinct = True
    _read_joined(draft)
    for index, mention in draft.signs("measure"):
        function: Function = mention.sign.value  # type: ignore[assignment]
        if function == "count":
            read_count(draft, index)
        else:
            _read_statistic(draft, index, mention, function)


def _read_joined(draft: Draft) -> None:
    """As in "minimum and maximum age", "the mean, min and max of price": several statistics of one column."""
    for index, _ in list(draft.signs("measure", "superlative")):
        run = _run_of_statistics(draft, index)
        if len(run) < 2:
            continue
        found = _measured_by(draft, max(run))
        if found is not None:
            column, at = found
            for function in run.values():
                _measure(draft, function, column, *at)
            draft.take("measure", *run)
            return


def _run_of_statistics(draft: Draft, index: int) -> dict[int, Function]:
    """Statistics that stand together from this place on, joined by "and" or commas."""
    run: dict[int, Function] = {}
    at, joined = index, True
    while True:
        mention = draft.at(at)
        if draft.is_sign(at, "and"):
            joined = True
        elif draft.word(at) != "the":
            if (
                not joined
                or not isinstance(mention, SignMention)
                or not draft.free(at)
                or mention.text not in _STATISTICS
            ):
                return run
            run[at] = _STATISTICS[mention.text]
            joined = _comma_after(draft, at)
        at += 1


def _comma_after(draft: Draft, at: int) -> bool:
    end = draft.question.tokens[draft.mentions[at].end - 1].end
    return draft.question.text[end : end + 1] == ","


def _measured_by(draft: Draft, index: int) -> tuple[Column, list[int]] | None:
    try:
        return measured_column(draft, index)
    except NoColumn:
        return None


def _read_statistic(draft: Draft, index: int, mention: SignMention, function: Function) -> None:
    if _asks_for_number(draft, index, mention):
        draft.take("measure", index)
        return
    if "number of" in mention.text and _not_summable(draft, index):
        read_count(draft, index)
        return
    if function in _NUMERIC_ONLY and _read_numeric(draft, index, function):
        return
    for at in _measured(draft, index):
        matches = [m for m in draft.columns_named(at) if function not in _NUMERIC_ONLY or summable(m.column)]
        if matches:
            _measure(draft, function, draft.choose("column", draft.text(draft.mentions[at]), matches), index, at)


def _read_numeric(draft: Draft, index: int, function: Function) -> bool:
    """The columns that follow a numeric statistic, the first and those joined to it; False when none does."""
    try:
        found = measured_column(draft, index)
    except NoColumn as missing:
        draft.doubt(f"no column for {missing.text}", 0.6)
        return True
    if found is None:
        return False
    column, mentions = found
    _measure(draft, function, column, index, *mentions)
    for at in _joined_columns(draft, mentions[-1]):
        matches = [m for m in draft.columns_named(at) if summable(m.column)]
        if matches:
            _measure(draft, function, draft.choose("column", draft.text(draft.mentions[at]), matches), at)
    return True


def _measure(draft: Draft, function: Function, column: Column, *mentions: int) -> None:
    draft.measures.append(
        Measure(function=function, column=column.ref, as_number=column.numeric_text and function in _ORDERED_AS_NUMBERS)
    )
    draft.take("measure", *mentions)


def _joined_columns(draft: Draft, at: int) -> list[int]:
    found = []
    while draft.is_sign(at + 1, "and") and isinstance(draft.at(at + 2), ColumnMention) and draft.free(at + 2):
        at += 2
        found.append(at)
    return found


def _asks_for_number(draft: Draft, index: int, mention: SignMention) -> bool:
    """As in "how many total goals": "total" only repeats the question for a number."""
    return mention.text in ("total", "overall total") and draft.is_sign(index - 1, "measure")


def _not_summable(draft: Draft, index: int) -> bool:
    at = draft.next_content(index, reach=3)
    return at is None or not any(summable(m.column) and not is_ordinal(m.column) for m in draft.columns_named(at)[:1])


def _measured(draft: Draft, index: int) -> list[int]:
    """The columns a measure is of: after it, and those joined to that by "and"; else just before it."""
    at = next(_free_columns(draft, index + 1, index + 7), None)
    if at is None:
        at = next(_free_columns(draft, index - 1, max(-1, index - 5), -1), None)
        return [at] if at is not None else []
    return [at, *_joined_columns(draft, at)]


def _free_columns(draft: Draft, start: int, stop: int, step: int = 1) -> Iterator[int]:
    for at in range(start, stop, step):
        mention = draft.at(at)
        if isinstance(mention, ColumnMention) and draft.free(at):
            yield at
        elif isinstance(mention, SignMention) and mention.sign.kind in (
            "measure",
            "group",
            "bucket",
            "order",
            "superlative",
        ):
            return


def beside_measure(draft: Draft) -> bool:
    """As in "the city and the average price": a column joined to a measure is what that is measured for."""
    for index, role in draft.roles.items():
        if role == "target":
            after = draft.next_content(index, reach=2)
            before = draft.next_content(index, -1, reach=2)
            for joint, step in ((after, 1), (before, -1)):
                other = (
                    draft.next_content(joint, step, reach=2)
                    if joint is not None and draft.is_sign(joint, "and")
                    else None
                )
                if other is not None and draft.roles.get(other) == "measure":
                    return True
    return False


def group_measure(draft: Draft) -> Measure:
    """As in "amount per month": what is grouped without a function is added up; with no number named, rows are counted."""
    for index, mention in enumerate(draft.mentions):
        if isinstance(mention, ColumnMention) and draft.free(index):
            matches = [m for m in mention.matches if m.column.is_numeric and not is_ordinal(m.column)]
            if matches and mention.best.column.is_numeric:
                column = draft.choose("column", draft.text(mention), matches)
                draft.take("measure", index)
                draft.doubt("numbers added up unasked", 0.1)
                return Measure(function="sum", column=column.ref)
    return Measure(function="count")
