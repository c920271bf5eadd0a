"""From a question to a plan, a question back, or a refusal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.nlq.planner.facts import Clarify, Decline, Planned, TableFacts, Turn
from services.nlq.planner.linking.annotate import annotate
from services.nlq.planner.linking.hypotheses import Hypothesis, hypotheses
from services.nlq.planner.linking.schema import Schema, build
from services.nlq.planning import codegen
from services.nlq.planning.arithmetic import refused
from services.nlq.planning.charts import chart
from services.nlq.planning.clarify import clarification
from services.nlq.planning.explain import entities, explanation, intent_of
from services.nlq.planning.plan import PLAN, Plan, TableQuery
from services.nlq.planning.reading import rivals
from services.nlq.planning.reading.account import confidence, unexplained
from services.nlq.planning.reading.assemble import assemble
from services.nlq.planning.reading.draft import Draft, Unanswerable, Unclear
from services.nlq.planning.reading.nesting import Nested, attach, result_column, split
from services.nlq.planning.refs import plan_refs

SURE_ENOUGH = 0.45
_DEEPEST = 3
_NESTED_BONUS = 0.1  # a clause read as a question of its own leaves less to chance than a join


@dataclass(frozen=True)
class Reading:
    """One attempt: a plan, or what stands in its way."""

    draft: Draft
    plan: Plan | None
    outcome: Clarify | Decline
    confidence: float


@dataclass(frozen=True)
class Context:
    """What stays the same while one question is read in several ways."""

    schema: Schema
    today: date
    choices: Mapping[str, str]
    history: tuple[Turn, ...]


def _readings(text: str, context: Context, depth: int = 0) -> list[Reading]:
    """The question read over each likely set of tables, flat and, where it holds a question of its own, nested."""
    question = annotate(text, context.schema)
    flat = [_read(text, h, context) for h in hypotheses(question, context.schema)]
    if len(context.schema.tables) == 1 or depth >= _DEEPEST:
        return flat
    nested = split(question)
    return [*_nested_readings(nested, context, depth), *flat] if nested else flat


def _nested_readings(nested: Nested, context: Context, depth: int) -> list[Reading]:
    inner = max(_readings(nested.inner, context, depth + 1), key=lambda r: r.confidence)
    if not isinstance(inner.plan, TableQuery) or result_column(inner.plan) is None:
        return []
    outer = annotate(nested.outer, context.schema)
    found = [_read(nested.outer, h, context, (nested, inner.plan)) for h in hypotheses(outer, context.schema)]
    return [
        replace(r, confidence=min(r.confidence, inner.confidence) + _NESTED_BONUS) for r in found if r.plan is not None
    ]


def _read(
    text: str, hypothesis: Hypothesis, context: Context, within: tuple[Nested, TableQuery] | None = None
) -> Reading:
    question = annotate(text, hypothesis.schema, context.schema)
    draft = Draft(question, hypothesis.schema, context.today, context.choices, len(context.schema.tables))
    nothing = Decline("The question could not be understood.", "Name the columns as the table does.", "other")
    if within is not None and not attach(draft, *within, context.schema):
        return Reading(draft, None, nothing, 0.0)
    try:
        made = assemble(draft, context.history)
    except Unclear as unclear:
        return Reading(draft, None, clarification(unclear, draft), 0.6 - hypothesis.loss)
    except Unanswerable as no:
        return Reading(draft, None, Decline(no.reason, no.hint, "other"), 0.0 - hypothesis.loss)
    return Reading(draft, made, nothing, confidence(draft, made) - hypothesis.loss)


def plan(
    question: str,
    tables: Sequence[TableFacts],
    *,
    history: Sequence[Turn] = (),
    choices: Mapping[str, str] | None = None,
    today: date,
) -> Planned | Clarify | Decline:
    """Understand a question about these tables. `choices` maps the slot of an earlier `Clarify` to the chosen option's id."""
    schema = build(tuple(tables))
    context = Context(schema, today, choices or {}, tuple(history))
    readings = _readings(question, context)
    kept = [r for r in readings if r.plan is None or rivals.chosen(r.plan, schema, choices or {})] or readings
    best = max(kept, key=lambda r: r.confidence)
    if best.plan is None:
        return best.outcome
    sure = best.confidence
    made, draft = best.plan, best.draft
    if sure < SURE_ENOUGH:
        words = unexplained(draft)
        missing = ", ".join(f"'{w}'" for w in words[:4])
        reason = (
            f"Nothing in the data matches {missing}." if words else "The question could not be understood completely."
        )
        return Decline(reason, "Name the columns as the table does, or ask one thing at a time.", intent_of(made))
    if (no := refused(made, schema)) is not None:
        return no
    try:
        rivals.check(made, schema, choices or {})
    except Unclear as unclear:
        return clarification(unclear, draft)
    return Planned(
        intent=intent_of(made),
        plan=PLAN.dump_python(made, mode="json"),
        code=codegen.write(made, schema),
        entities=entities(made),
        explanation=explanation(made),
        columns=tuple((r.table, r.column) for r in plan_refs(made)),
        chart=chart(made, schema),
        confidence=round(sure, 3),
    )
