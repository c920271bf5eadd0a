"""Entries grow from facts in any order, however often they come."""

from __future__ import annotations

from itertools import permutations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.session.entries import Change, Entry, Part, matches, merge
from services.session.facts import changes_of
from shared.events import (
    Event,
    FileDeleted,
    FileRejected,
    FileUploaded,
    QueryAnswered,
    QueryAsked,
    QueryClarificationRequested,
    QueryClarified,
    QueryFailed,
    TableParsingFailed,
    TableParsingFinished,
    TableReady,
)

SESSION = "s_1"
SHA = "0" * 64


def uploaded(attempt: int = 1) -> FileUploaded:
    return FileUploaded(
        session_id=SESSION,
        file_id="f",
        object_key="k",
        filename="a.csv",
        media_type="text/csv",
        size=3,
        sha256=SHA,
        attempt=attempt,
    )


def ready(version: int) -> TableReady:
    return TableReady(
        session_id=SESSION,
        table_id="t",
        file_id="f",
        version=version,
        name=f"v{version}",
        rows=version,
        columns=2,
        description_key="c",
        data_key="d",
        profile_key="p",
        values_key="v",
    )


FACTS: list[Event] = [
    uploaded(),
    uploaded(2),
    ready(1),
    ready(2),
    ready(3),
    TableParsingFailed(session_id=SESSION, file_id="f", code="unreadable", reason="It is broken.", attempt=1),
    TableParsingFinished(session_id=SESSION, file_id="f", tables=(), attempt=2),
    FileRejected(session_id=SESSION, file_id="g", filename="g.bin", code="binary", reason="No table."),
    QueryAsked(session_id=SESSION, query_id="q", question="How many?", table_ids=("t",), conversation_id="c"),
    QueryAsked(session_id=SESSION, query_id="r", question="And now?", table_ids=("t",), conversation_id="c"),
    QueryClarificationRequested(session_id=SESSION, query_id="r", round=1, question="Which one?", options=("a", "b")),
    QueryClarified(session_id=SESSION, query_id="r", round=1, choice="a"),
    QueryFailed(session_id=SESSION, query_id="q", code="dead", reason="Given up."),
    QueryAnswered(session_id=SESSION, query_id="q", intent="describe", engine="offline", answer_key="a"),
]
DELETION: Event = FileDeleted(session_id=SESSION, file_id="f")


def registry(facts: list[tuple[float, Event]]) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    for at, event in facts:
        for change in changes_of(event, at):
            entries[change.field] = merge(entries.get(change.field), change)
    return entries


def shown(entries: dict[str, Entry]) -> dict[str, Any]:
    return {field: (e.state, e.title, e.at, e.details) for field, e in entries.items()}


@given(st.data())
def test_the_order_and_the_number_of_deliveries_do_not_matter(data: st.DataObject) -> None:
    facts = [(float(at), event) for at, event in enumerate([*FACTS, DELETION])]
    told = data.draw(st.permutations(facts)) + data.draw(st.lists(st.sampled_from(facts), max_size=10))
    assert shown(registry(told)) == shown(registry(facts))


def test_a_later_version_a_later_attempt_and_an_answer_win() -> None:
    entries = registry([(float(at), event) for at, event in enumerate(FACTS)])
    assert (entries["table:t"].title, entries["table:t"].details["rows"]) == ("v3", 3)
    assert entries["file:f"].state == "ready" and "reason" not in entries["file:f"].details
    assert entries["question:q"].state == "answered" and "error" not in entries["question:q"].details
    assert entries["file:g"].state == "rejected" and entries["question:r"].state == "asked"
    assert entries["conversation:c"].title == "How many?"


def test_a_question_that_waits_for_a_choice_says_so_until_it_is_made() -> None:
    def state(*facts: Event) -> str:
        return registry([(float(at), event) for at, event in enumerate(facts)])["question:r"].state

    asked = QueryAsked(session_id=SESSION, query_id="r", question="And now?", table_ids=("t",), conversation_id="c")
    back = [
        QueryClarificationRequested(
            session_id=SESSION, query_id="r", round=number, question="Which?", options=("a", "b")
        )
        for number in (1, 2)
    ]
    chosen = [QueryClarified(session_id=SESSION, query_id="r", round=number, choice="a") for number in (1, 2)]
    assert state(asked, back[0]) == "needs_clarification"
    assert state(chosen[0], asked, back[0]) == "asked"
    assert state(asked, back[0], chosen[0], back[1]) == state(back[1], chosen[0], back[0]) == "needs_clarification"
    assert state(asked, *back, *chosen) == "asked"


def test_an_earlier_failure_does_not_hide_and_a_later_one_shows() -> None:
    failed = TableParsingFailed(session_id=SESSION, file_id="f", code="unreadable", reason="It is broken.", attempt=2)
    read = TableParsingFinished(session_id=SESSION, file_id="f", tables=(), attempt=1)
    for order in permutations([(1.0, uploaded()), (2.0, read), (3.0, failed)]):
        entry = registry(list(order))["file:f"]
        assert entry.state == "failed" and entry.details["reason"] == "It is broken."


def test_a_deletion_leaves_no_trace_of_what_was_deleted() -> None:
    entry = registry([(1.0, uploaded()), (2.0, DELETION), (3.0, uploaded(2))])["file:f"]
    assert entry.is_deleted and "a.csv" not in entry.to_json()


def test_an_entry_survives_its_own_json() -> None:
    for entry in registry([(float(at), event) for at, event in enumerate(FACTS)]).values():
        assert Entry.from_json(entry.to_json()) == entry


def test_filters_look_at_kind_state_title_answer_and_code() -> None:
    entry = merge(
        None,
        Change(
            "question", "q", "answered", Part(1, 1, {"question": "How many?", "answer": "Three", "code": "len(df)"})
        ),
    )
    none: frozenset[str] = frozenset()
    assert all(matches(entry, none, text, none) for text in ("", "MANY", "three", "LEN("))
    assert not matches(entry, none, "four", none)
    assert matches(entry, frozenset({"question"}), "", frozenset({"answered"}))
    assert not matches(entry, frozenset({"file"}), "", none) and not matches(entry, none, "", frozenset({"failed"}))
