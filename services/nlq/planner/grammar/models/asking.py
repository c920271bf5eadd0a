"""A study as a question: by itself, for one of its statistics, or in one of its ways.

Where a question asks for one number ("the correlation between"), that is the answer; where it asks whether there is something ("is there
a relationship"), all that the step finds is, for the number alone would not tell.
"""

from __future__ import annotations

from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Ask, Study
from services.nlq.planner.grammar.rules import Costly, the
from services.nlq.planner.grammar.studies import (
    Fitted,
    setting_phrases,
    statistic_phrases,
    with_setting,
    with_statistic,
)

A_KEY = 1.5  # a key is a number that nobody correlates
ENGLISH.phrases("STAT", statistic_phrases())
ENGLISH.phrases("HOW", setting_phrases())


@ENGLISH.rule(
    "Q",
    "STUDY",
    "@ask @be the? STUDY",
    "@show me? the? STUDY",
    "calculate|compute|determine|run|perform|do|conduct|fit|test|check|assess|estimate|measure|examine|explore|draw|plot|make|create a|an|the? STUDY",
)
def asked(study: Study) -> Ask | Costly:
    keys = any(c.is_key_like for _, columns in study.columns for c in columns)
    return Costly(Ask(study=study), A_KEY) if keys else Ask(study=study)


@ENGLISH.rule("Q", "WHETHER")
def asked_whether(study: Study) -> Ask | Costly:
    return asked(study)


@ENGLISH.rule("STUDY", "STAT of|for|from|in? STUDY", "STAT of a STUDY", cost=0.0)
def statistic_of(said: str, study: Study) -> Fitted:
    return with_statistic(study, said)


@ENGLISH.rule("STUDY", "STUDY and? @show|report|return me? the? STAT", "STUDY STAT")
def study_with_statistic(study: Study, said: str) -> Fitted:
    return with_statistic(study, said)


@ENGLISH.rule(
    "STUDY", "HOW STUDY", "STUDY using|by|with|via HOW", "STUDY using|by|with|via the? HOW method|test", "STUDY HOW"
)
def study_in_a_way(*parts: object) -> Fitted:
    study = the(Study, parts)
    return with_setting(study, the(str, parts))


@ENGLISH.rule("Q", "how can|could i|we|you? Q", "calculate|compute|determine|provide|report|find me? Q", cost=0.05)
def asked_to_compute(ask: Ask) -> Ask | None:
    return ask if ask.figures or ask.study else None
