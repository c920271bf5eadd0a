"""Whether groups differ, by a test that is named or by what the columns hold."""

from __future__ import annotations

from dataclasses import replace

from services.nlq.planner.grammar.conditions.connectives import joined
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Ask, Condition
from services.nlq.planner.grammar.models.columns import Two
from services.nlq.planner.grammar.rules import the
from services.nlq.planner.grammar.studies import (
    Fitted,
    all_beside,
    associated,
    beside,
    differing,
    names_of,
    related,
    with_statistic,
)
from services.nlq.planner.linking.schema import Column
from shared.plan import Anything

UNWEIGHED = 0.35
"""Whether groups differ may be asked of people who want to see the figures rather than a test, unless they say "significantly"."""
ENGLISH.phrases(
    "SIGNIFICANTLY", {True: "significant|statistically significant|significantly|statistically significantly"}
)
ENGLISH.phrases("TEST", names_of("t_test", "rank_test", "anova", "kruskal_wallis", "variance_test"))


@ENGLISH.rule("TEST", "TEST test")
def test_by_name(step: str) -> str:
    return step


@ENGLISH.rule("STUDY", "TEST of|for|on|in|comparing? NCOL by|between|across|for|over|per|among NCOL")
def test_between_groups(step: str, value: Column, group: Column) -> Fitted:
    return differing(value, group, step)


@ENGLISH.rule("STUDY", "TEST of|for|on|between|comparing? TWO", "paired TEST of|for|on|between|comparing? TWO")
def test_of_columns(step: str, two: Two) -> Fitted:
    return beside(step, *two)


@ENGLISH.rule("STUDY", "TEST of|for|on|between|comparing? SOME")
def test_of_several_columns(step: str, columns: tuple[Column, ...]) -> Fitted:
    return all_beside(step, columns) if len(columns) > 2 else None


@ENGLISH.rule(
    "SELECTED",
    "TEST of|for|on|in|comparing? NCOL between|of|for PRED and|versus|vs PRED",
    "TEST between PRED and PRED for|of|on|in NCOL",
    "@do PRED and PRED SIGNIFICANTLY differ in NCOL",
    "@do PRED and PRED differ SIGNIFICANTLY in NCOL",
    "@be there a? SIGNIFICANTLY difference in NCOL between PRED and PRED",
    "@do PRED and PRED have SIGNIFICANTLY different NCOL",
)
def test_of_two_groups(*parts: object) -> Ask | None:
    """Two of the groups that a column makes: its other rows are left out."""
    step = next((p for p in parts if isinstance(p, str)), "t_test")
    value = the(Column, parts)
    left, right = (p for p in parts if isinstance(p, Condition))
    either = joined([left, right], Anything)
    if left.column is None or left.column is not right.column or left == right or not isinstance(either, Condition):
        return None
    study = differing(value, left.column, step)
    return Ask(study=study, where=(either,)) if study is not None else None


@ENGLISH.rule("Q", "SELECTED", "calculate|compute|run|perform|do|conduct a|an|the? SELECTED", "@ask @be the? SELECTED")
def asked_of_selected(ask: Ask) -> Ask:
    return ask


@ENGLISH.rule("SELECTED", "STAT of|for|from a|an|the? SELECTED")
def statistic_of_selected(said: str, ask: Ask) -> Ask | None:
    study = ask.study and with_statistic(ask.study, said)
    return replace(ask, study=study) if study else None


@ENGLISH.rule(
    "WHETHER",
    "@do the? NCOL SIGNIFICANTLY differ|vary between|by|across|among|with|for NCOL",
    "@do the? NCOL differ|vary SIGNIFICANTLY between|by|across|among|with|for NCOL",
    "@be there a|any? SIGNIFICANTLY difference|differences in NCOL between|by|across|among|for NCOL",
    "@be NCOL SIGNIFICANTLY different between|across|by|for NCOL",
    "is NCOL independent of NCOL",
)
def difference(*parts: object) -> Fitted:
    one, other = (p for p in parts if isinstance(p, Column))
    return related(one, other)


@ENGLISH.rule("WHETHER", "@do the? NCOL differ|vary between|by|across|among NCOL", cost=UNWEIGHED)
def difference_perhaps(value: Column, group: Column) -> Fitted:
    return related(value, group)


@ENGLISH.rule(
    "WHETHER",
    "@be there a? SIGNIFICANTLY difference TWO",
    "@be TWO SIGNIFICANTLY different",
    "@do TWO SIGNIFICANTLY differ",
    "@do TWO differ SIGNIFICANTLY",
)
def difference_of_columns(*parts: object) -> Fitted:
    return beside("t_test", *the(tuple, parts))


@ENGLISH.rule("STUDY", "chi square|squared test? of|for|between|on? independence? of|for|between? TWO")
@ENGLISH.rule("WHETHER", "@be TWO independent", "test whether TWO @be independent")
def association(two: Two) -> Fitted:
    return associated(*two)
