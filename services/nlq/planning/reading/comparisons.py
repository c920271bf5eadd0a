"""Which rows, by size or by date: numbers and dates become conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from services.nlq.planner.lexicon.dates import year
from services.nlq.planner.lexicon.phrases import COMPARATIVES
from services.nlq.planner.lexicon.tokens import stem
from services.nlq.planner.lexicon.vocabulary import TIME
from services.nlq.planner.linking.mentions import ColumnMention, DateMention, NumberMention, SignMention, WordMention
from services.nlq.planner.linking.schema import Column
from services.nlq.planning.plan import Compare, CompareColumns, CompareStatistic, Condition, InPeriod
from services.nlq.planning.reading.draft import Draft
from services.nlq.planning.reading.links import linked_column, take_negation
from services.nlq.planning.reading.timeframes import date_column, iso, period_condition, resolve

_FLIPPED = {">": "<=", ">=": "<", "<": ">=", "<=": ">", "==": "!=", "!=": "=="}


def sizable(column: Column) -> bool:
    """Whether more and less make sense in this column."""
    return column.is_numeric or column.numeric_text


def read_comparisons(draft: Draft) -> None:
    _read_between(draft)
    _read_statistics(draft)
    for index, mention in draft.signs("compare"):
        number = draft.next_content(index, reach=3)
        if number is not None and not isinstance(draft.at(number), NumberMention):
            number = _after_than(draft, index)
        if number is not None and isinstance(draft.at(number), NumberMention) and draft.free(number):
            _compare(draft, number, mention.sign.value, index)
    for index, mention in draft.signs("afterwards"):
        number = index - 1 if isinstance(draft.at(index - 1), NumberMention) else index - 2
        if isinstance(draft.at(number), NumberMention) and draft.free(number):
            _compare(draft, number, mention.sign.value, index)
    _read_column_pairs(draft)


def _after_than(draft: Draft, index: int) -> int | None:
    """As in "a lower score than 21.5": the number after "than"."""
    for at in range(index + 1, index + 5):
        mention = draft.at(at)
        if isinstance(mention, WordMention) and mention.token.norm == "than":
            return draft.next_content(at, reach=2)
    return None


def _compare(draft: Draft, number: int, op: str, sign: int) -> None:
    mention = draft.at(number)
    assert isinstance(mention, NumberMention)
    found = _number_column(draft, number, sign)
    if found is None:
        return
    at, column = found
    if take_negation(draft, min(number, sign)):
        op = _FLIPPED[op]
    draft.where.append(number_condition(draft, column, op, mention.value))
    draft.take("condition", number, sign)
    if at is not None:
        draft.take("condition column", at)


def number_condition(draft: Draft, column: Column, op: str, value: int | float) -> Condition:
    if column.family == "date":
        return Compare(column=column.ref, op=op, value=int(value), part="year")  # type: ignore[arg-type]
    if value >= 1_000_000 and any(w in ("million", "millions", "mil", "mn", "m") for w in column.words):
        value = value / 1_000_000
    return Compare(column=column.ref, op=op, value=value, as_number=column.numeric_text)  # type: ignore[arg-type]


def _number_column(draft: Draft, number: int, sign: int) -> tuple[int | None, Column] | None:
    """The column that a compared number is of: beside the number, else before the comparing words."""
    mention = draft.at(number)
    assert isinstance(mention, NumberMention)
    dated = _year_like(mention.value)

    def fits(column: Column) -> bool:
        return sizable(column) or (column.family == "date" and dated)

    for at in _beside(draft, max(number, sign), min(number, sign)):
        matches = [m for m in draft.columns_named(at) if fits(m.column)]
        if matches:
            return at, draft.choose("column", draft.text(draft.mentions[at]), matches)
    years = [c for c in draft.schema.columns if c.is_year or c.family == "date"] if dated else []
    fitting = years or _hinted(draft, sign)
    return (None, draft.only(f"when:{mention.text}", mention.text, fitting)) if fitting else None


def _hinted(draft: Draft, sign: int) -> list[Column]:
    """As in "older than 30": the columns that the comparing word itself speaks of."""
    mention = draft.at(sign)
    hints = COMPARATIVES.get(mention.text.split()[0], "") if isinstance(mention, SignMention) else ""
    stems = {stem(word) for word in hints.split()}
    return [c for c in draft.schema.columns if sizable(c) and stems & set(c.stems)]


def _beside(draft: Draft, last: int, first: int) -> Iterator[int]:
    """Places of column mentions, in the order in which they are likely meant."""
    after = last + 1
    if draft.is_filler(after):
        after += 1
    if isinstance(draft.at(after), ColumnMention) and draft.free(after):
        yield after
    for at in range(first - 1, max(-1, first - 9), -1):
        if isinstance(draft.at(at), ColumnMention) and draft.roles.get(at) in (None, "condition column"):
            yield at
        elif draft.is_sign(at, "and", "superlative", "measure") or draft.roles.get(at) == "condition":
            return


def _year_like(value: int | float) -> bool:
    return isinstance(value, int) and 1500 <= value <= 2100


def _read_between(draft: Draft) -> None:
    for index, _ in draft.signs("between"):
        low = draft.next_content(index, reach=2)
        joint = low + 1 if low is not None else index
        high = draft.next_content(joint, reach=2) if draft.is_sign(joint, "and") or draft.is_filler(joint) else None
        if low is None or high is None:
            continue
        a, b = draft.at(low), draft.at(high)
        if isinstance(a, NumberMention) and isinstance(b, NumberMention):
            found = _number_column(draft, high, index)
            if found is None:
                continue
            at, column = found
            draft.where += [
                number_condition(draft, column, ">=", a.value),
                number_condition(draft, column, "<=", b.value),
            ]
            draft.take("condition column", *(i for i in (at,) if i is not None))
        elif isinstance(a, DateMention) and isinstance(b, DateMention):
            column = date_column(draft, index)
            start, end = resolve(draft, a.period, column), resolve(draft, b.period, column)
            draft.where.append(InPeriod(column=column.ref, start=iso(start.start), end=iso(end.end)))
        else:
            continue
        draft.take("condition", index, low, high, joint)


def _read_statistics(draft: Draft) -> None:
    """As in "above average price": a column against its own mean."""
    for index, mention in draft.signs("above_average", "below_average", "above_median", "below_median"):
        found = next(
            (at for at in _beside(draft, index, index) if any(c.column.is_numeric for c in draft.columns_named(at))),
            None,
        )
        if found is None:
            continue
        column = draft.choose(
            "column", draft.text(draft.mentions[found]), draft.columns_named(found), lambda c: c.is_numeric
        )
        op = ">" if mention.sign.kind.startswith("above") else "<"
        function = "mean" if mention.sign.kind.endswith("average") else "median"
        draft.where.append(CompareStatistic(column=column.ref, op=op, function=function))  # type: ignore[arg-type]
        draft.take("condition", index)
        draft.take("condition column", found)


def _read_column_pairs(draft: Draft) -> None:
    """As in "home goals greater than away goals": one column against another."""
    for index, mention in draft.signs("compare"):
        before, after = draft.next_content(index, -1, reach=3), draft.next_content(index, reach=3)
        if before is None or after is None or not (draft.free(before) and draft.free(after)):
            continue
        left, right = draft.columns_named(before), draft.columns_named(after)
        if (
            left
            and right
            and left[0].column.is_numeric
            and right[0].column.is_numeric
            and left[0].column is not right[0].column
        ):
            op = mention.sign.value
            draft.where.append(CompareColumns(left=left[0].column.ref, op=op, right=right[0].column.ref))  # type: ignore[arg-type]
            draft.take("condition", index)
            draft.take("condition column", before, after)


def read_numbers(draft: Draft) -> None:
    """Numbers that no comparing word announces: "rank 3", "22 played", "in 2013"."""
    for index, mention in enumerate(draft.mentions):
        if isinstance(mention, NumberMention) and draft.free(index):
            found = linked_column(draft, index, _takes(mention))
            if (
                found is not None
                and _in_a_year(draft, index, mention)
                and not found[1].is_year
                and found[1].family != "date"
            ):
                found = None
            if found is not None and not (found[0] > index and _counts_things(draft, index)):
                _equal(draft, index, mention, found[1], found[0])
            elif _year_like(mention.value) and (
                years := [c for c in draft.schema.columns if c.is_year or c.family == "date"]
            ):
                _equal(draft, index, mention, draft.only(f"when:{mention.text}", mention.text, years), None)
            elif mention.matches:
                _as_cell(draft, index, mention)


def _takes(mention: NumberMention) -> Callable[[Column], bool]:
    cells = {m.column for m in mention.matches}
    return lambda column: (
        column in cells
        or (column.is_numeric and (not column.is_year or _year_like(mention.value)))
        or (column.family == "date" and _year_like(mention.value))
    )


def _in_a_year(draft: Draft, index: int, mention: NumberMention) -> bool:
    before = draft.at(index - 1)
    said_in = isinstance(before, WordMention) and before.token.norm in ("in", "during", "of")
    return said_in and _year_like(mention.value) and any(c.is_year or c.family == "date" for c in draft.schema.columns)


def _counts_things(draft: Draft, index: int) -> bool:
    """As in "top 5 cities", "the 3 largest": a number of answers and not a cell."""
    return draft.is_sign(index - 1, "superlative") or draft.is_sign(index + 1, "superlative")


def _equal(draft: Draft, index: int, mention: NumberMention, column: Column, column_at: int | None) -> None:
    cell = next((m for m in mention.matches if m.column is column), None)
    op = "!=" if take_negation(draft, index) else "=="
    condition: Condition
    if cell is not None:
        condition = Compare(column=column.ref, op=op, value=cell.cells[0])  # type: ignore[arg-type]
    elif column.family == "date":
        condition = period_condition(draft, column, op, year(int(mention.value)))
    else:
        condition = number_condition(draft, column, op, mention.value)
    draft.where.append(condition)
    draft.take("condition", index)
    if column_at is not None:
        draft.take("condition column", column_at)


def _as_cell(draft: Draft, index: int, mention: NumberMention) -> None:
    """A bare number that is a cell of exactly one text column."""
    timely = [m for m in mention.matches if any(s in TIME for s in m.column.stems)] if _year_like(mention.value) else []
    matches = timely[:1] or list(mention.matches)
    if len(matches) == 1 and len(mention.text) > 1:
        draft.doubt("bare number", 0.1)
        _equal(draft, index, mention, matches[0].column, None)
