"""What a model is told of a question, the same for all of its steps: the document behind `query.classified.v1`'s `context_key`. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from services.nlq.domain import MODEL_SLOT, MOST_ROUNDS, Clarification, Question
from services.nlq.facts import model_context
from services.nlq.planner.facts import TableFacts
from services.nlq.pseudonyms import pseudonyms_for
from shared.privacy import Privacy

RESULTS_TOLD = 8  # of a conversation's last questions: those before them are told in short
NO_ANSWER = "There was no answer."


def told_to_model(question: Question, facts: Sequence[TableFacts], earlier: Sequence[Question]) -> dict[str, Any]:
    """`earlier` are the questions before it in its conversation, oldest first. Under `schema_only` nothing of a cell is in it."""
    unseeing = question.privacy == "schema_only"
    said = " ".join((question.question, *(choice for _, choice in question.clarified)))
    clarified = question.clarified_by_schema if unseeing else question.clarified
    return {
        "question": question.question,
        "intent": question.intent,
        "entities": {} if unseeing else question.entities,
        "tables": model_context(facts, privacy=question.privacy, question=said),
        "history": list(_turns(earlier, unseeing=unseeing))[::-1],
        "earlier": [result.told() for result in question.earlier],
        "privacy": question.privacy,
        "pseudonyms": pseudonyms_for(facts, question.question) if unseeing else {},
        "advice": advice_for_model(question.advice, question.privacy),
        "unmatched": list(question.unmatched),
        "own_words": list(question.own_words),
        "asked": list(asked_unseeing(question)) if unseeing else [],
        "may_ask": question.round < MOST_ROUNDS,
        "clarified": [{"question": asked, "choice": choice} for asked, choice in clarified],
        "today": question.created_at[:10],
    }


def _turns(earlier: Sequence[Question], *, unseeing: bool) -> Iterator[dict[str, Any]]:
    for ago, turn in enumerate(reversed(earlier)):
        told = _turn(turn, unseeing=unseeing)
        yield told | ({"result_key": turn.result_key} if ago < RESULTS_TOLD and turn.state == "answered" else {})


def _turn(turn: Question, *, unseeing: bool) -> dict[str, Any]:
    """An earlier question, what was chosen on its way, and how it ended or what it waits for. Its result goes along by its key; under `schema_only`
    the model is told its shape, and that there was no answer."""
    clarified = turn.clarified_by_schema if unseeing else turn.clarified
    told: dict[str, Any] = {
        "question": turn.question,
        "number": turn.number,
        "code": turn.code,
        "explanation": turn.explanation,
        "clarified": [{"question": asked, "choice": choice} for asked, choice in clarified],
    }
    if turn.state == "answered" and turn.answer:
        told["answer"] = None if unseeing else turn.answer["text"]
    elif turn.state == "needs_clarification":
        told["asked"] = advice_for_model(turn.clarification, "schema_only" if unseeing else "profile")
    elif turn.error:
        told["declined"] = NO_ANSWER if unseeing else turn.error.message
    return told


def advice_for_model(advice: Clarification | None, privacy: Privacy) -> dict[str, Any] | None:
    """What the planner would ask. Its options say what each comes to: for a model that sees the schema only, they are named without."""
    if advice is None:
        return None
    labels = [option.label if privacy == "profile" else option.schema_label for option in advice.options]
    return None if None in labels else {"question": advice.question, "options": labels}


def asked_unseeing(question: Question) -> Iterator[str]:
    """The words of a model that saw no cell: it may have them back."""
    for asked in question.settled:
        if asked.slot.startswith(MODEL_SLOT) and all(option.schema_label == option.label for option in asked.options):
            yield from (asked.question, *(option.label for option in asked.options))
