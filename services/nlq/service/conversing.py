"""A question and those before it in its conversation."""

from __future__ import annotations

from collections.abc import Sequence

from services.nlq.domain import PAUSES, Question
from services.nlq.earlier import MOST_EARLIER, EarlierResult, earlier_result
from services.nlq.ports import QueryStore

# More than a model is told whole, so that names and figures of the beginning are told in short. Reading them takes one
# request, and 2.5 ms for answers of 50 rows.
TURNS = 40


async def turns_before(store: QueryStore, question: Question) -> list[Question]:
    """Those that ended or wait for the person, oldest first."""
    if not question.conversation_id:
        return []
    turns = await store.turns(question.conversation_id, TURNS)
    return [turn for turn in turns if turn.query_id != question.query_id and turn.state in PAUSES]


def following(question: Question, before: Sequence[Question]) -> Question:
    """With its number in the conversation, and the results that its code can use. Names of the session's own tables come first."""
    if not question.conversation_id:
        return question
    number = question.number or max((turn.number or 0 for turn in before), default=0) + 1
    taken = {table.name for table in question.tables}
    results = {result.name: result for turn in before if (result := _result_of(turn)) and result.name not in taken}
    return question.model_copy(update={"number": number, "earlier": tuple(results.values())[-MOST_EARLIER:]})


def _result_of(turn: Question) -> EarlierResult | None:
    if turn.state != "answered" or turn.number is None or turn.is_talk:
        return None
    return earlier_result(turn.number, turn.query_id, turn.question, turn.table_key, turn.answer)
