"""A category means one thing, in whichever module of the grammar it is named."""

from __future__ import annotations

import services.nlq.planner.planner  # noqa: F401 - brings every rule in
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.rules import Grammar


def with_several_meanings(grammar: Grammar) -> dict[str, set[type]]:
    return {category: kinds for category, kinds in grammar.phrased.items() if len(kinds) > 1}


def test_fixed_phrases_of_a_category_mean_one_kind_of_thing() -> None:
    assert not with_several_meanings(ENGLISH)


def test_two_modules_that_use_one_name_for_two_things_are_found() -> None:
    made = Grammar()
    made.phrases("CHANGING", {True: "changes"})
    made.phrases("CHANGING", {"growth": "growth"})
    assert with_several_meanings(made) == {"CHANGING": {bool, str}}
