"""Which rows, by date: "in March", "after May 1, 2013", "last month"."""

from __future__ import annotations

from datetime import date, datetime

from services.nlq.planner.lexicon.dates import Period, anchored
from services.nlq.planner.linking.mentions import DateMention, SignMention
from services.nlq.planner.linking.schema import Column
from services.nlq.planning.plan import Compare, Condition, InPeriod
from services.nlq.planning.reading.draft import Draft
from services.nlq.planning.reading.links import linked_column


def read_dates(draft: Draft) -> None:
    """As in "in March", "in 2013", "after May 1, 2013", "last month"."""
    for index, mention in enumerate(draft.mentions):
        if not isinstance(mention, DateMention) or not draft.free(index):
            continue
        sign = (
            index - 1 if draft.is_sign(index - 1, "compare") else index - 2 if draft.is_filler(index - 1) else index - 1
        )
        before = draft.at(sign)
        op = before.sign.value if isinstance(before, SignMention) and before.sign.kind == "compare" else "=="
        found = linked_column(draft, sign if op != "==" else index, lambda c: c.family == "date")
        column = found[1] if found else date_column(draft, index)
        draft.where.append(period_condition(draft, column, op, mention.period))
        draft.take("condition", index, *((sign,) if op != "==" else ()))
        if found:
            draft.take("condition column", found[0])


def date_column(draft: Draft, index: int) -> Column:
    named = [
        m.column
        for at in range(max(0, index - 8), min(len(draft.mentions), index + 4))
        for m in draft.columns_named(at)
        if m.column.family == "date" and m.exact
    ]
    columns = named[:1] or [c for c in draft.schema.columns if c.family == "date"]
    return draft.only("when", "date", columns)


def resolve(draft: Draft, period: Period, column: Column) -> Period:
    newest = newest_day(column.facts.maximum)
    return anchored(period, min(newest, draft.today) if newest else draft.today)


def newest_day(value: object) -> date | None:
    """The day of a date, a datetime, or an ISO 8601 text, as profiles hold them."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def period_condition(draft: Draft, column: Column, op: str, period: Period) -> Condition:
    period = resolve(draft, period, column)
    if period.part is not None and period.value is not None:
        return Compare(column=column.ref, op="==" if op != "!=" else "!=", value=period.value, part=period.part)  # type: ignore[arg-type]
    if period.is_year and op in ("==", "!=", ">", ">=", "<", "<=") and period.start:
        return Compare(column=column.ref, op=op, value=period.start.year, part="year")  # type: ignore[arg-type]
    bounds: dict[str, tuple[date | None, date | None]] = {
        "==": (period.start, period.end),
        ">": (period.end, None),
        ">=": (period.start, None),
        "<": (None, period.start),
        "<=": (None, period.end),
    }
    start, end = bounds.get(op, (period.start, period.end))
    return InPeriod(column=column.ref, start=iso(start), end=iso(end))


def iso(value: date | None) -> str | None:
    return value.isoformat() if value else None
