"""Conditions on dates that verbs and nouns name: "born in the 1980s", "in force on 1 March 2022", "in all of 2021, 2022 and 2023"."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from services.nlq.planner.grammar.conditions.holding import condition, of_cells
from services.nlq.planner.grammar.conditions.times import When, condition_in
from services.nlq.planner.grammar.dates import doubts_of_dates
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Ask, Cells, Condition, Value, field_of
from services.nlq.planner.grammar.rules import Costly, the, the_or_none
from services.nlq.planner.lexicon.periods import Several, Span
from services.nlq.planner.linking.schema import Column
from shared.columns import Family
from shared.plan import All, Anything, Missing, Predicate, Within

ENGLISH.phrases(
    "LIVED", {"birth born birthday birthdate dob": "born|born on", "death died deceased": "died|passed away"}
)


@ENGLISH.rule("PRED", "@be? LIVED @of? WHEN")
def born_in(words: str, when: When) -> list[Costly]:
    """The verb says which date or year is meant, where there is only one of the kind."""
    columns = [c for c in when.columns if set(words.split()).intersection(c.words)]
    found = [made for c in columns if (made := condition_in(when, c)) is not None]
    return [Costly(made, 0.0) for made in found] if len(columns) == 1 else []


_BEGINS = frozenset("start starts started begin begins began from since effective opened joined hired inception commenced issued".split())  # fmt: skip
_ENDS = frozenset("end ends ended until till to expiry expires expired expiration finish finished left terminated termination closed cancelled".split())  # fmt: skip
ON_ITS_LAST_DAY = 0.06
"""Whether something still holds on the day that it ends is asked about where the figures tell the two apart (choosing.decide.TIED)."""

ENGLISH.phrases("IN_FORCE", {True: "in force|in effect|active|valid|running|live|ongoing|under way|effective|current"})


@ENGLISH.rule("PRED", "@be? IN_FORCE on|at|as of? WHEN", "IN_FORCE WHEN")
def in_force_on(*parts: object) -> list[Costly]:
    """Begun by that day, and not over before it."""
    when = the(When, parts)
    day = when.period
    if not isinstance(day, Span) or day.end - day.start != timedelta(days=1):
        return []
    found = []
    for start, end in _terms(when.columns):
        begun = Within(of=field_of(start), start=None, end=day.end.isoformat())
        for first, cost in ((day.start, 0.0), (day.end, ON_ITS_LAST_DAY)):
            lasts: Predicate = Within(of=field_of(end), start=first.isoformat(), end=None)
            if end.facts.nullable:
                lasts = Anything(of=(lasts, Missing(of=field_of(end))))
            found.append(Costly(condition(All(of=(begun, lasts)), None, {start.ref.table}), cost))
    return found


def _terms(columns: tuple[Column, ...]) -> Iterator[tuple[Column, Column]]:
    """The dates between which a row holds, of tables that have exactly one such pair."""
    for table in dict.fromkeys(c.home for c in columns):
        dates = [c for c in columns if c.home is table and c.family is Family.DATE]
        starts = [c for c in dates if _BEGINS.intersection(c.words)]
        ends = [c for c in dates if _ENDS.intersection(c.words)]
        if len(starts) == len(ends) == 1 and starts != ends:
            yield starts[0], ends[0]


EACH_IS_SAID = -0.5
""" "All of 2021 and 2022" is one long time for what adds up; of things that may have rows in each it says that they do."""


@ENGLISH.rule(
    "PRED",
    "in|during|for? all|each|every of WHEN",
    "in|during? every one of WHEN",
    "in|during both WHEN",
    "in each WHEN",
    "@be? COL in|during both WHEN",
    "@be? COL in|during all|each of WHEN",
    cost=EACH_IS_SAID,
)
def in_each_of(*parts: object) -> list[Costly]:
    """A thing has a row in each of the periods."""
    when = the(When, parts)
    if not isinstance(when.period, Several):
        return []
    named = the_or_none(Column, parts)
    dates = [c for c in when.columns if c.family is Family.DATE and named in (None, c)]
    doubts = doubts_of_dates(dates)
    found = []
    for column, doubt in zip(dates, doubts, strict=True):
        each = [condition_in(When(span, when.columns, when.today), column) for span in when.period.of]
        apart = tuple(one for one in each if isinstance(one, Condition))
        if len(apart) == len(each):
            where = All(of=tuple(one.where for one in apart))
            found.append(Costly(Condition(where, frozenset({column.ref.table}), column, apart=apart), doubt))
    return found


@ENGLISH.rule("Q", "when @be|@do VAL EXPR", "when @be|@do the? TAB VAL EXPR")
def when_it_was(*parts: object) -> Ask | None:
    """ "When was Kiki born?"."""
    value = the(Value, parts)
    found = the(Cells, parts)
    dated = value.column is not None and (value.column.family is Family.DATE or value.column.is_year)
    return Ask(shown=(value,), where=(of_cells(found),)) if dated else None
