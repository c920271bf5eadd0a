"""The offline engine: whole readings of a question, what each comes to, and the one that is answered, or a question back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from functools import partial

from services.nlq.answers.charts import chart_by_plan
from services.nlq.planner import codegen
from services.nlq.planner.choosing.decide import MAX_WRONG, Chosen, decide, worth_evaluating
from services.nlq.planner.choosing.suggest import suggestions
from services.nlq.planner.choosing.told import told
from services.nlq.planner.choosing.unsettled import first_unsettled, shown_as_read, unsettled_obstacle
from services.nlq.planner.explain import entities, explanation, intent_of
from services.nlq.planner.facts import Clarify, Decline, Planned, TableFacts, Turn
from services.nlq.planner.lexicon.languages import language_by_grammar, language_of
from services.nlq.planner.lexicon.tokens import fold
from services.nlq.planner.pieces import columns_used, tables_used
from services.nlq.planner.plan.mixing import mixed_in_cells, mixes, partly_in_units
from services.nlq.planner.plan.remarks import Remark, certain_remarks, remarks_to_count
from services.nlq.planner.planner import Readings, read
from services.nlq.ports import Evaluator
from services.nlq.service.checking import NOT_CHECKED, candidate_of, computed_twice
from shared.analysis import MODEL_STEPS
from shared.events import ChosenTable
from shared.plan import Model, Plan, Query
from shared.plan.agreement import sorted_by
from shared.plan.model import rows_of
from shared.plan.result import Result
from shared.rpc import MOST_PLANS, PlanOutcome, RefusalCode

UNKNOWN: frozenset[RefusalCode] = frozenset({"too_many_rows", "too_large", "out_of_time", "out_of_memory"})
"""Refusals that say nothing about the plan: there is a result, which could not be had. The other plans come to nothing."""


MOST_MIXES = 4  # columns of units that are looked at; a table has one, as a rule


class PlanOffline:
    """Never a guess: what no reading explains is declined, what several explain differently is asked."""

    def __init__(self, evaluator: Evaluator, today: Callable[[], date], max_wrong: float = MAX_WRONG) -> None:
        self._evaluator = evaluator
        self._today = today
        self._max_wrong = max_wrong

    async def __call__(
        self,
        question: str,
        session_id: str,
        tables: Sequence[ChosenTable],
        facts: Sequence[TableFacts],
        turns: Sequence[Turn],
        choices: Mapping[str, str],
        max_wrong: float | None = None,
    ) -> Planned | Clarify | Decline:
        """`tables` are those of `facts`, as dataproc finds them. Raises `Unavailable` when that does not answer."""
        today = self._today()
        readings = await asyncio.to_thread(partial(read, question, facts, history=turns, today=today))
        asked_in = language_of if not readings.best else language_by_grammar
        if (language := asked_in(question, known_words(facts))) is not None:
            return Decline(language.reply, "", "other")
        considered = worth_evaluating(readings, choices)
        outcomes = await self._outcomes(session_id, tables, [candidate_of(r.query) for r in considered])
        results = [outcome.result for outcome in outcomes]
        unknown = [r for r, o in zip(considered, outcomes, strict=True) if o.refusal and o.refusal.code in UNKNOWN]
        accepted = self._max_wrong if max_wrong is None else max_wrong
        decided = decide(readings, considered, results, choices, accepted, unknown)
        if isinstance(decided, Decline) and (asked := unsettled_obstacle(readings, facts, choices)) is not None:
            return asked
        if isinstance(decided, Decline) and readings.unexplained:
            again = partial(read, tables=facts, history=turns, today=today)
            return replace(decided, suggestions=await asyncio.to_thread(suggestions, readings, again))
        if not isinstance(decided, Chosen):
            return decided
        result = results[considered.index(decided.reading)]
        return await self._answered(session_id, tables, facts, readings, choices, decided, result)

    async def _answered(
        self,
        session_id: str,
        tables: Sequence[ChosenTable],
        facts: Sequence[TableFacts],
        readings: Readings,
        choices: Mapping[str, str],
        chosen: Chosen,
        result: Result | None,
    ) -> Planned | Clarify | Decline:
        """What is asked first where the answer hangs on how a column is read. Then what else the tables have to say of it, in one request: a
        model's second computation, whether numbers of several units would be taken together, and how many rows are left out or repeated."""
        plan = chosen.reading.query
        if (mixed := mixed_in_cells(plan, facts)) is not None:
            return mixed
        if (asked := first_unsettled(chosen.reading, facts, choices)) is not None:
            return asked
        models = [plan] if isinstance(plan, Model) else []
        looked_at = tuple(mixes(plan, facts))[:MOST_MIXES]
        remarks = remarks_to_count(rows_of(plan), facts)[: MOST_PLANS - len(models) - len(looked_at)]
        plans: list[Plan] = [*models, *(mix.count for mix in looked_at), *(remark.count for remark in remarks)]
        further = [outcome.result for outcome in await self._outcomes(session_id, tables, plans)]
        expected = further[0] if models else result
        if expected is None:
            return NOT_CHECKED
        units, counts = further[len(models) :][: len(looked_at)], further[len(models) + len(looked_at) :]
        for mix, found in zip(looked_at, units, strict=True):
            if found is None or _number_in(found) > 1:  # what could not be looked at is not taken to be well
                return mix.refusal
        warnings = (
            *_counted(remarks, counts),
            *partly_in_units(plan, facts),
            *certain_remarks(chosen.reading, readings),
            *shown_as_read(chosen.reading, facts),
            *once_remarks(plan, expected),
        )
        notes = twice_remarks(plan, expected)
        return await asyncio.to_thread(planned_of, chosen, readings, facts, expected, warnings, notes)

    async def _outcomes(
        self, session_id: str, tables: Sequence[ChosenTable], plans: Sequence[Plan]
    ) -> Sequence[PlanOutcome]:
        return await self._evaluator.evaluate(session_id, tables, plans) if plans else ()


COMPUTED_ONCE = "This was computed once, by a tested method; the rows that it stands on were found twice."


def once_remarks(plan: Plan, expected: Result | None = None) -> tuple[str, ...]:
    """Whether what was asked of a model stands on a single computation; of a query nothing does. `expected` is what the second one found."""
    if not isinstance(plan, Model):
        return ()
    twice = computed_twice(plan, expected) if expected is not None else ()
    asked = _statistic_asked(plan)
    return () if (twice if asked is None else asked in twice) else (COMPUTED_ONCE,)


def twice_remarks(plan: Plan, expected: Result) -> tuple[str, ...]:
    """Which of all the statistics of a model were computed twice. Where one is asked for, it was or `once_remarks` says so."""
    if not isinstance(plan, Model) or _statistic_asked(plan) is not None:
        return ()
    twice = ", ".join(computed_twice(plan, expected))
    found = f"Computed twice, and found the same: {twice}. What else is shown was computed once, over the same rows."
    return (found,) if twice else ()


def _statistic_asked(plan: Model) -> str | None:
    """The label of the one that is asked for."""
    asked = next((option.value for option in plan.options if option.name == "statistic"), None)
    return None if asked is None else MODEL_STEPS[plan.step].statistic(str(asked)).label


def _counted(remarks: Sequence[Remark], results: Sequence[Result | None]) -> tuple[str, ...]:
    """What is true of some rows. Of how many, the tables say; where they cannot, nothing is left to say."""
    counts = map(_number_in, results)
    return tuple(remark.sentence(count) for remark, count in zip(remarks, counts, strict=True) if count)


def _number_in(result: Result | None) -> int:
    """The count that is all of a result; 0 where there is none."""
    count = result.rows[0][0] if result is not None and result.rows else None
    return count if isinstance(count, int) else 0


def planned_of(
    chosen: Chosen,
    readings: Readings,
    facts: Sequence[TableFacts],
    result: Result | None,
    warnings: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
) -> Planned:
    plan = chosen.reading.query
    first = facts[0].name if facts else None
    return Planned(
        intent=intent_of(plan),
        plan=plan.model_dump(mode="json"),
        code=codegen.write(plan, {t.name: t for t in facts}, first),
        entities=entities(plan),
        explanation=explanation(plan),
        columns=columns_used(plan),
        tables=tables_used(plan),
        chart=chart_by_plan(plan, units_of(facts)),
        confidence=round(chosen.confidence, 3),
        reading=tuple(
            {name: value for name, value in asdict(part).items() if value is not None}
            for part in told(chosen.reading, readings)
        ),
        expected=result,
        sorted_by=tuple(sorted_by(plan)) if isinstance(plan, Query) else (),
        warnings=warnings,
        notes=notes,
    )


def units_of(facts: Sequence[TableFacts]) -> dict[str, str]:
    """By the names of columns; a name that stands for two units, or a column that mixes some, has none."""
    found: dict[str, set[str | None]] = {}
    for table in facts:
        for column in table.columns:
            found.setdefault(column.name, set()).add(None if column.mixed_units else column.unit)
    return {name: unit for name, (unit, *others) in found.items() if unit and not others}


def known_words(facts: Sequence[TableFacts]) -> frozenset[str]:
    """Words of the data: in them a question in English may be full of another language."""
    return frozenset(
        fold(word)
        for table in facts
        for column in table.columns
        for text in (column.name, *column.values[:200])
        for word in text.replace("_", " ").split()
    )
