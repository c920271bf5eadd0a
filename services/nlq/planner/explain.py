"""What a plan computes, in a sentence that a person can check, and what it speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.nlq.planner.pieces import columns_used, tables_used
from services.nlq.planner.sentence import WORDS, describe_query
from services.nlq.planner.wording import condition_text, key_text, measure_text
from shared.analysis import MODEL_STEPS
from shared.plan import Derive, Group, Join, Keep, Model, Pivot, Plan, Query, Window

# Model steps that only look at the data: what they find is no model of it.
_DESCRIBING = frozenset({"describe", "distribution"})


def explanation(plan: Plan) -> str:
    """ "Total net amount of orders where region is North, by month of ordered." """
    match plan:
        case Query():
            text = describe_query(plan)
        case Model():
            text = _model_text(plan)
    return f"{text[:1].upper()}{text[1:]}."


def intent_of(plan: Plan) -> str:
    """What kind of question the plan answers, of the kinds of DESIGN §4."""
    if isinstance(plan, Model):
        return "describe" if plan.step in _DESCRIBING else "model"
    kinds = {type(step) for step in plan.steps}
    if Join in kinds:
        return "join"
    if Group in kinds:
        return "aggregate"
    return "transform" if kinds & {Derive, Window, Pivot} else "filter"


def entities(plan: Plan) -> Mapping[str, Any]:
    """What the question was understood to speak of."""
    main = plan.rows if isinstance(plan, Model) else plan
    groups = [step for step in main.steps if isinstance(step, Group)]
    found: dict[str, Any] = {
        "tables": list(tables_used(plan)),
        "columns": [f"{table}.{column}" for table, column in columns_used(plan)],
        "filters": [condition_text(step.where, WORDS) for step in main.steps if isinstance(step, Keep)],
        "measures": [measure_text(measure, WORDS) for step in groups for measure in step.measures],
        "groups": [key_text(key.of, key.name) for step in groups for key in step.by],
    }
    return found | {"model": plan.step} if isinstance(plan, Model) else found


def _model_text(model: Model) -> str:
    step = MODEL_STEPS[model.step]
    settings = {option.name: option.value for option in model.options}
    text = step.sentence_with(dict(model.columns), settings)
    asked = settings.get("statistic")
    lead = f"{step.statistic(str(asked)).label} of the {text}" if asked is not None else text
    return f"{lead}, over {describe_query(model.rows)}"
