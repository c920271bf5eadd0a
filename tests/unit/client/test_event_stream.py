"""Server-sent events as the specification has them."""

from __future__ import annotations

from askframe.event_stream import read_events


def names_and_data(text: str) -> list[tuple[str, dict[str, object], str]]:
    return [(event.name, event.data, event.id) for event in read_events(text.split("\n"))]


def test_events_are_read_with_name_data_and_id() -> None:
    assert names_and_data('id: 7\nevent: step\ndata: {"rows": 3}\n\n') == [("step", {"rows": 3}, "7")]


def test_heartbeats_are_no_events() -> None:
    assert names_and_data(": ping\n\n: ping\n\ndata: {}\n\n") == [("message", {}, "")]


def test_an_id_stays_until_there_is_another() -> None:
    assert [e[2] for e in names_and_data("id: 1\ndata: {}\n\ndata: {}\n\nid: 2\ndata: {}\n\n")] == ["1", "1", "2"]


def test_data_of_several_lines_is_joined() -> None:
    assert names_and_data('data: {"a":\ndata: 1}\n\n') == [("message", {"a": 1}, "")]


def test_text_that_is_no_object_is_kept() -> None:
    assert names_and_data("data: hello\n\n") == [("message", {"text": "hello"}, "")]


def test_an_event_that_was_cut_off_is_dropped() -> None:
    assert names_and_data('event: step\ndata: {"rows": 3}') == []
