"""The largest that every event can become, reckoned from the bounds of its fields: the bus takes it.

Strings are reckoned with four bytes a character, the most in UTF-8: control characters, which JSON writes with six, are printed by nobody.
"""

from __future__ import annotations

import json
import types
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

import pytest
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from services.dataproc.jail.zygote import MOST_DESCRIPTORS
from services.dataproc.reading import Limits
from services.nlq.schemas import EditBody, QuestionBody
from shared.events import EVENTS, Event, QueryClassified, QueryValidated
from shared.events.base import LONGEST_SENTENCE, MOST_SENTENCES, cut_sentence, cut_sentences
from shared.events.queries import MOST_NAMED, MOST_TABLES, first_tables, unless_too_many

BUS_TAKES = 1 << 20  # bytes, NATS' default `max_payload`
HEADERS = 8 << 10
CHARACTER = 4
NUMBER = 24
GOLDEN = Path(__file__).parent / "golden"


def longest(model: type[BaseModel], name: str) -> int:
    return next(m.max_length for m in model.model_fields[name].metadata if hasattr(m, "max_length"))


# Fields without a bound of their own, by what bounds them where they come in.
ELSEWHERE = {
    "question": longest(QuestionBody, "question") * CHARACTER,
    "text": longest(QuestionBody, "question") * CHARACTER,
    "code": longest(EditBody, "code") * CHARACTER,
    "explanation": 64 << 10,  # with the code within one reply of the model
    "choice": 4_000,
    "name": 60,  # of a result
    "filename": 4_000,
    "reason": 4_000,  # of a refused file: a sentence of the registry
    **dict.fromkeys(("intent", "model", "prompt_version", "media_type", "usage_id", "query_id"), 1_000),
    **dict.fromkeys(("conversation_id", "message_id"), 1_000),
}
ITEMS = {"table_ids": longest(QuestionBody, "table_ids"), "tables": Limits().max_tables}
CUT = {
    cut_sentence: LONGEST_SENTENCE * CHARACTER,
    cut_sentences: MOST_SENTENCES * (LONGEST_SENTENCE * CHARACTER + 3),
    unless_too_many: MOST_NAMED,
}


def bound(metadata: list[Any]) -> int | None:
    return next((m.max_length for m in metadata if getattr(m, "max_length", None) is not None), None)


def size_of_model(model: type[BaseModel]) -> int:
    return 2 + sum(len(name) + 4 + size_of_field(name, field) for name, field in model.model_fields.items())


def size_of_field(name: str, field: FieldInfo) -> int:
    for validator in (getattr(m, "func", None) for m in field.metadata):
        if validator in CUT:
            return CUT[validator]
        if validator is first_tables:
            return size_of(name, field.annotation, [], MOST_TABLES)
    return size_of(name, field.annotation, field.metadata, None)


def size_of(name: str, kind: Any, metadata: list[Any], items: int | None) -> int:
    if hasattr(kind, "__metadata__"):
        inner = [part for m in kind.__metadata__ for part in getattr(m, "metadata", [m])]
        if cut := next((CUT[m.func] for m in inner if getattr(m, "func", None) in CUT), None):
            return cut
        return size_of(name, kind.__origin__, [*metadata, *inner], items)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (types.UnionType, Union):
        return max(size_of(name, part, metadata, items) for part in arguments)
    if origin is tuple:
        count = items or bound(metadata) or ITEMS[name]
        return 2 + count * (1 + size_of(name, arguments[0], [], None))
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return size_of_model(kind)
    if kind is str:
        characters = bound(metadata)
        return 2 + (ELSEWHERE[name] if characters is None else characters * CHARACTER)
    return max(len(str(word)) + 2 for word in arguments) if origin is Literal else NUMBER


@pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.subject)
def test_largest_event_is_one_that_the_bus_takes(event: type[Event]) -> None:
    assert size_of_model(event) < BUS_TAKES - HEADERS


def tables(count: int) -> list[dict[str, Any]]:
    key = f"sessions/{'s' * 64}/tables/{'t' * 64}/v1000/data.parquet"
    return [{"table_id": f"t_{n}", "name": f"{'😀' * 300} {n}", "version": 1, "data_key": key} for n in range(count)]


def event_with(event: type[Event], **changes: Any) -> Event:
    return event.model_validate(json.loads((GOLDEN / f"{event.subject}.json").read_text()) | changes)


def test_question_about_a_thousand_tables_is_told_with_the_first_of_them() -> None:
    found = event_with(QueryClassified, tables=tables(1000))
    assert isinstance(found, QueryClassified)
    assert [t.table_id for t in found.tables] == [f"t_{n}" for n in range(MOST_TABLES)]
    assert len(found.model_dump_json().encode()) < BUS_TAKES / 2


def test_code_is_validated_over_as_many_tables_as_the_jail_can_open() -> None:
    assert MOST_TABLES == MOST_DESCRIPTORS - 1
    named = {t["name"]: [f"column {n}" for n in range(9)] for t in tables(100)}
    code = "é" * 50_000
    found = event_with(QueryValidated, tables=tables(MOST_TABLES), columns_used=named, code=code)
    assert isinstance(found, QueryValidated) and found.columns_used
    assert len(found.model_dump_json().encode()) < BUS_TAKES
    with pytest.raises(ValidationError):
        event_with(QueryValidated, tables=tables(MOST_TABLES + 1))


@pytest.mark.parametrize("named", [{"t": ["c" * 300] * 900}, {f"{'t' * 300}{n}": [] for n in range(900)}])
def test_columns_whose_names_take_too_much_are_all_offered(named: dict[str, list[str]]) -> None:
    found = event_with(QueryValidated, columns_used=named)
    assert isinstance(found, QueryValidated) and found.columns_used is None
