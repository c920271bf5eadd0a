"""A text that is told while it is written reaches its reader whole, whatever got lost on the way."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shared.prose import Delta, Restart, TextNews, ToldText, progress_facts, text_news

NEWS = st.lists(st.one_of(st.builds(Delta, st.text(min_size=1)), st.just(Restart())))


@given(NEWS, st.text())
def test_reader_has_the_whole_text_in_the_end(heard: list[TextNews], text: str) -> None:
    told = ToldText()
    for news in heard:
        told.hear(news)
    for news in told.rest(text):
        told.hear(news)
    assert told.so_far == text
    assert told.rest(text) == ()


@given(NEWS, st.integers(1, 9))
def test_progress_says_what_it_was_told(heard: list[TextNews], step: int) -> None:
    assert [text_news(progress_facts(news, step)) for news in heard] == heard


def test_other_progress_is_no_text() -> None:
    assert [text_news(facts) for facts in ({"stage": "generating", "tokens": 3}, {"state": "answered"}, {})] == [
        None
    ] * 3
