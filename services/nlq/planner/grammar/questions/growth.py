"""What a figure changed by from one group or period to another: "growth of sales from 2022 to 2023 in percent"."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.nlq.planner.grammar.additivity import is_money_itself
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.groups import Calendar, key_of_calendar
from services.nlq.planner.grammar.meanings import Ask, Condition, Figure, Key, Rank, Spread
from services.nlq.planner.grammar.rules import Costly, the
from services.nlq.planner.linking.schema import Column
from shared.columns import Family
from shared.plan import Comparison, Literal, Part, Within

ENGLISH.phrases("CHANGE", {False: "change|difference|increase|rise|absolute change|gain|decrease|drop|fall|decline", True: "growth|percentage change|percent change|relative change|growth rate|percentage growth|percentage increase|percent increase|relative increase|percentage decrease|growth in percent|change in percent"})  # fmt: skip
ENGLISH.phrases("CHANGED", {False: "change|rise|fall|increase|decrease|drop|decline|go up|go down|climb", True: "grow"})
ENGLISH.phrases("RELATIVELY", {True: "in percent|as a percentage|percent|in percentage|relatively|as percentage|in %"})


@ENGLISH.rule(
    "GROWN",
    "CHANGE in|of the? FIG from|between PRED to|and PRED",
    "CHANGE in|of the? FIG PRED over|against|versus|vs|to|compared PRED",
    "FIG CHANGE from|between PRED to|and PRED",
    "CHANGE from PRED to PRED in|of the? FIG",
    "how much|many did|has|have the? FIG CHANGED from|between PRED to|and PRED",
    "by how much did|has|have the? FIG CHANGED from|between PRED to|and PRED",
    "how did|has|have the? FIG CHANGED from|between PRED to|and PRED",
)
def change_between(*parts: object) -> list[Costly]:
    figure = the(Figure, parts)
    first, second = _of_one_year(*(p for p in parts if isinstance(p, Condition)))
    said = [p for p in parts if isinstance(p, bool)]
    if figure.left is not None or not _are_periods_apart(first, second):
        return []
    if figure.rows is not None and is_money_itself(figure.rows.table):
        return []  # "growth of donations": whether of their number or of their money is not said
    earlier, later = (replace(figure, where=(c,)) for c in _in_time(first, second))
    if said and not said[0]:
        return [Costly(Figure("difference", left=later, right=earlier), 0.0)]
    if said:  # "growth" is told in percent, but a rise may be meant
        return [
            Costly(Figure("growth", left=later, right=earlier, scale=100), 0.0),
            Costly(Figure("difference", left=later, right=earlier), 0.35),
        ]
    return [Costly(Figure("growth", left=later, right=earlier, scale=100), 0.0)]


def _of_one_year(first: Condition, second: Condition) -> tuple[Condition, Condition]:
    """ "From April to May 2024": the year that is said of the second month is the first's, or the one before where that month is later."""
    where, later = first.where, second.where
    if not (isinstance(where, Comparison) and isinstance(where.left, Part) and where.left.part in ("month", "quarter")):
        return first, second
    if not (isinstance(later, Within) and later.start and later.end and isinstance(where.right, Literal)):
        return first, second
    months = 3 if where.left.part == "quarter" else 1
    begins, ends = (date.fromisoformat(d[:10]) for d in (later.start, later.end))
    if (ends.year * 12 + ends.month) - (begins.year * 12 + begins.month) != months or begins.day != ends.day != 1:
        return first, second
    month = (int(where.right.value) - 1) * months + 1
    year = begins.year - (month >= begins.month)
    end = date(year + (month + months > 12), (month + months - 1) % 12 + 1, 1)
    start = date(year, month, 1)
    within = Within(of=later.of, start=start.isoformat(), end=end.isoformat())
    return replace(first, where=within), second


def _are_periods_apart(first: Condition, second: Condition) -> bool:
    if first.column is None or first.column is not second.column or first.where == second.where:
        return False
    return _begins(first) is not None and _begins(second) is not None


def _begins(found: Condition) -> str | None:
    """Where the period of a condition begins, as a text that sorts as periods of its kind follow one another."""
    where = found.where
    if isinstance(where, Within):
        return where.start
    if not (isinstance(where, Comparison) and where.op == "==" and isinstance(where.right, Literal)):
        return None
    of_date = isinstance(where.left, Part) and where.left.part in ("month", "quarter", "year")
    year = found.column is not None and found.column.is_year
    value = where.right.value
    return f"{value:08.2f}" if (of_date or year) and isinstance(value, int | float) else None


def _in_time(first: Condition, second: Condition) -> tuple[Condition, Condition]:
    """The earlier one first, whichever was said first: "2023 over 2022" grew as "from 2022 to 2023" did."""
    return (second, first) if (_begins(second) or "") < (_begins(first) or "") else (first, second)


@ENGLISH.rule(
    "GROWN",
    "by? what percentage|percent did|has|have the? FIG CHANGED from|between PRED to|and PRED",
    "by? how many|much percent did|has|have the? FIG CHANGED from|between PRED to|and PRED",
)
def change_in_percent(*parts: object) -> list[Costly]:
    """ "By how many percent did sales rise from May to June 2024?"."""
    return [
        Costly(in_percent(found.meaning, True), found.cost)
        for found in change_between(*parts)[:1]
        if isinstance(found.meaning, Figure)
    ]


DATED = -0.7
"""Which of several dates is meant is said, of both periods."""


@ENGLISH.rule("GROWN", "GROWN by|using|on|per|for COL", "GROWN going|judging by COL", "GROWN based on COL")
def by_that_date(found: Figure, column: Column) -> Costly | None:
    """ "From 2021 to 2022, by incident date"."""
    sides = [side for side in (found.left, found.right) if side is not None]
    dated = [c.column for side in sides for c in side.where]
    return Costly(found, DATED) if column.family is Family.DATE and dated and set(dated) == {column} else None


@ENGLISH.rule("GROWN", "GROWN RELATIVELY")
def in_percent(found: Figure, _: bool) -> Figure | None:
    if found.function == "growth":
        return found
    return replace(found, function="growth", scale=100)


@ENGLISH.rule("FIG", "GROWN")
def changed(found: Figure) -> Figure:
    return found


# From each group to the next

ENGLISH.phrases("RISE", {True: "increase|rise|growth|gain|jump", False: "decrease|drop|fall|decline"})


@ENGLISH.rule(
    "Q",
    "which|what CAL @have|saw|@be the? SUP RISE in|of FIG",
    "which|what CAL @have|saw|@be the? SUP RISE in|of FIG over|from|against|compared to|with? the? CAL before",
    "which|what CAL @have|saw|@be the? SUP RISE in|of FIG over|from|against|compared to|with? the? previous|preceding|prior CAL",
)
def greatest_change(*parts: object) -> list[Costly]:
    """ "Which month had the biggest increase in revenue over the month before?"."""
    calendar, *others = (p for p in parts if isinstance(p, Calendar))
    largest, rising = (p for p in parts if isinstance(p, bool))
    figure = the(Figure, parts)
    if figure.left is not None or any(o.word != calendar.word for o in others):
        return []
    rank = Rank(1, descending=largest == rising)
    where, plain = _apart_from_its_rows(figure)
    return [
        Costly(
            Ask(figures=(plain,), where=where, keys=(key.meaning,), spread=Spread("difference"), rank=rank), key.cost
        )
        for key in key_of_calendar(calendar)
        if isinstance(key.meaning, Key) and key.meaning.unit is not None
    ]


def _apart_from_its_rows(figure: Figure) -> tuple[tuple[Condition, ...], Figure]:
    if figure.rows is None:
        return (), figure
    return figure.rows.where, replace(figure, rows=replace(figure.rows, where=()))
