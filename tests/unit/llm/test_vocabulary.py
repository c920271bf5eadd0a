"""What may be told of values that the person has not allowed: words of the schema and of the question, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from services.llm.privacy.vocabulary import WITHHELD, Vocabulary

KNOWN = Vocabulary.of(["unit_price", "city"], ["the cheapest in Lyon"])


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("Lyon", "Lyon"),
        ("Oslo", WITHHELD),
        ({"Oslo": ["Lyon", {"city": "Oslo"}]}, {WITHHELD: ["Lyon", {"city": WITHHELD}]}),
        (("Lyon", "Oslo"), ["Lyon", WITHHELD]),
        (4711, WITHHELD),
        (True, True),
        (None, None),
    ],
)
def test_only_known_words_of_a_nested_value_are_told(value: Any, told: Any) -> None:
    assert KNOWN.leaves(value) == told


@pytest.mark.parametrize(
    ("word", "told"),
    [("unit_price", True), ("price", True), ("unit_city", True), ("UNIT_PRICE", False), ("unit_secret", False)],
)
def test_name_is_known_whole_and_in_its_parts(word: str, told: bool) -> None:
    assert KNOWN.words(word) == (word if told else WITHHELD)


def test_other_case_of_a_said_word_is_withheld() -> None:
    """Somebody asked for "south"; that the cell is spelled "South" is only known from the table."""
    known = Vocabulary.of(["region"], ["how much in south?"])
    assert (
        known.words("could not convert string to float: 'South'") == f"could not convert string to float: '{WITHHELD}'"
    )
    assert known.words("could not convert string to float: 'south'") == "could not convert string to float: 'south'"
    assert known.literals("df[df.region == 'South']") == f"df[df.region == '{WITHHELD}']"
    assert known.words("South is unknown") == f"{WITHHELD} is unknown"
