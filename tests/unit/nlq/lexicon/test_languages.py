"""Questions in another language are recognised; names and values in English ones are not taken for it."""

from __future__ import annotations

import pytest

from services.nlq.planner.lexicon.foreignwords import LANGUAGES, LATIN
from services.nlq.planner.lexicon.languages import language_by_grammar, language_of
from services.nlq.planner.lexicon.vocabulary import FUNCTION_WORDS
from tests.unit.nlq.lexicon.languages_spoken import ENGLISH, FOREIGN, UNSEEN, UNSEEN_ENGLISH

_QUESTIONS = [(code, question) for code, lines in FOREIGN.items() for question in lines.splitlines()]
# Written alike: what matters is that the person can read the reply.
_SIBLINGS = {"no": {"no", "da"}, "da": {"no", "da"}}


@pytest.mark.parametrize(("code", "question"), _QUESTIONS)
def test_question_in_another_language_is_recognised(code: str, question: str) -> None:
    found = language_of(question, frozenset({"amount", "region", "email", "status"}))
    assert found is not None
    assert found.code in _SIBLINGS.get(code, {code})


@pytest.mark.parametrize("question", ENGLISH)
def test_english_question_with_foreign_names_is_english(question: str) -> None:
    assert language_of(question) is None


def test_nine_of_ten_unseen_questions_are_recognised() -> None:
    questions = [question for lines in UNSEEN.values() for question in lines.splitlines()]
    assert sum(language_of(question) is not None for question in questions) >= 0.9 * len(questions)


def test_of_unseen_english_questions_with_foreign_names_one_title_is_mistaken() -> None:
    assert [question for question in UNSEEN_ENGLISH if language_of(question)] == ["Hasta la vista runtime"]


def test_words_of_the_tables_say_nothing() -> None:
    assert language_of("wie viele Kunden") is not None
    assert language_of("wie viele Kunden", frozenset({"wie", "viele", "kunden"})) is None


def test_quoted_text_says_nothing() -> None:
    assert language_of("comment = 'wie viele sind es nicht'") is None
    assert language_of("note is “сколько это стоит для всех”") is None


def test_accents_may_be_left_out_or_decomposed() -> None:
    assert getattr(language_of("cuantos pedidos hay en julio"), "code", None) == "es"
    assert getattr(language_of("Hur ma\u030anga kunder finns"), "code", None) == "sv"


def test_every_language_has_questions_and_a_reply_of_one_sentence_in_itself() -> None:
    assert set(FOREIGN) == set(LANGUAGES)
    for code, language in LANGUAGES.items():
        assert "Claude" in language.reply
        assert language.reply.count(". ") <= 1
        assert code == language.code


@pytest.mark.parametrize("language", LATIN, ids=lambda language: language.code)
def test_reply_is_in_the_language_that_it_is_for(language: object) -> None:
    assert language_of(language.reply) == language  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", LATIN, ids=lambda language: language.code)
def test_telling_words_are_no_english_words_of_grammar(language: object) -> None:
    assert not language.telling & FUNCTION_WORDS  # type: ignore[attr-defined]
    assert not language.telling & language.leaning  # type: ignore[attr-defined]


@pytest.mark.parametrize("question", ENGLISH)
def test_no_english_question_has_a_foreign_grammar(question: str) -> None:
    assert language_by_grammar(question) is None
