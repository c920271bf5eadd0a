"""From a question to a plan, a question back, or a refusal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.nlq.planning import codegen
from services.nlq.planning.account import confidence, unexplained
from services.nlq.planning.annotate import annotate
from services.nlq.planning.assemble import assemble
from services.nlq.planning.clarify import clarification
from services.nlq.planning.draft import Draft, Unanswerable, Unclear
from services.nlq.planning.charts import chart
from services.nlq.planning.explain import entities, explanation, intent_of
from services.nlq.planning.facts import Clarify, Decline, Planned, TableFacts, Turn
from services.nlq.planning.hypotheses import Hypothesis, hypotheses
from services.nlq.planning.plan import PLAN, Plan
from services.nlq.planning.refs import plan_refs
from services.nlq.planning.schema import Schema, build

SURE_ENOUGH = 0.5


@dataclass(frozen=True)
class Reading:
    """One attempt: a plan, or what stands in its way."""

    draft: Draft
    plan: Plan | None
    outcome: Clarify | Decline
    confidence: float


def _read(
    question: str, hypothesis: Hypothesis, offered: Schema, today: date, choices: Mapping[str, str], history: Sequence[Turn]
) -> Reading:
    draft = Draft(annotate(question, hypothesis.schema, offered), hypothesis.schema, today, choices)
    nothing = Decline("The question could not be understood.", "Name the columns as the table does.", "other")
    try:
        made = assemble(draft, history)
    except Unclear as unclear:
        return Reading(draft, None, clarification(unclear, draft), 0.6 - hypothesis.loss)
    except Unanswerable as no:
        return Reading(draft, None, Decline(no.reason, no.hint, "other"), 0.0 - hypothesis.loss)
    return Reading(draft, made, nothing, confidence(draft) - hypothesis.loss)


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
    readings = [_read(question, h, schema, today, choices or {}, history) for h in hypotheses(annotate(question, schema), schema)]
    best = max(readings, key=lambda r: r.confidence)
    if best.plan is None:
        return best.outcome
    sure = best.confidence
    made, draft = best.plan, best.draft
    if sure < SURE_ENOUGH:
        words = unexplained(draft)
        missing = ", ".join(f"'{w}'" for w in words[:4])
        reason = f"Nothing in the data matches {missing}." if words else "The question could not be understood completely."
        return Decline(reason, "Name the columns as the table does, or ask one thing at a time.", intent_of(made))
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
