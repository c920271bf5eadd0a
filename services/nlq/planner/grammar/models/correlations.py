"""How columns move together: correlations, what is left of them when others are held constant, regressions."""

from __future__ import annotations

from dataclasses import replace

from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Ask, Study
from services.nlq.planner.grammar.models.columns import Two
from services.nlq.planner.grammar.rules import the
from services.nlq.planner.grammar.studies import (
    Fitted,
    bound,
    correlated,
    explained,
    held_constant,
    names_of,
    strongest_with,
)
from services.nlq.planner.linking.schema import Column, Table

ENGLISH.phrases("CORR", {True: "correlation|correlation coefficient|correlation strength|correlations|coefficient of correlation"})  # fmt: skip
ENGLISH.phrases("BOND", {"relation": "relationship|association|link|connection|dependence|dependency|relation|correspondence|interdependence", "correlation": "correlation"})  # fmt: skip
ENGLISH.phrases("WEIGHTY", {True: "significant|statistically significant|significantly|statistically|strong|linear|clear|direct|discernible|notable|meaningful|any|statistical|a|the|close|real"})  # fmt: skip
ENGLISH.phrases("BOUND", {"relation": "related|associated|linked|connected", "correlation": "correlated"})
ENGLISH.phrases("BINDS", {"relation": "affect|influence|impact|relate to|depend on|affects|influences|impacts|relates to|depends on", "correlation": "correlate with|correlates with"})  # fmt: skip
ENGLISH.phrases("CONTROLLING", {True: "controlling for|when controlling for|after controlling for|adjusting for|after adjusting for|adjusted for|accounting for|after accounting for|while accounting for|taking into account|when taking into account|considering|while considering|when considering|holding constant|with control for|controlled for|after accounting for the effect of|after accounting for the effects of|after controlling for the influence of|after controlling for the effect of|for the same"})  # fmt: skip
ENGLISH.phrases("REGRESSION", {True: names_of("linear_regression")["linear_regression"].replace("|effect of", "")})


@ENGLISH.rule("STUDY", "CORR TWO", "CORR of|between TWO")
def correlation(_: bool, two: Two) -> Fitted:
    study = correlated(*two)
    return study and study.setting("statistic", "correlation")


@ENGLISH.rule("STUDY", "partial CORR TWO CONTROL", "partial CORR CONTROL TWO")
def partial_correlation(_: bool, *parts: tuple[Column, ...]) -> Fitted:
    # Of two columns and one control the pair comes first, or second where the sentence turns them round.
    two, controls = parts if len(parts[0]) == 2 else parts[::-1]
    study = correlated(*two)
    return study and held_constant(study, controls)


@ENGLISH.rule(
    "WHETHER",
    "@be there any|a? WEIGHTY? WEIGHTY? BOND TWO",
    "@do a? WEIGHTY? WEIGHTY? BOND exist TWO",
    "@do there exist a? WEIGHTY? BOND TWO",
    "@be there any? WEIGHTY? evidence of|for a|an? BOND TWO",
    "@be there any? evidence in? data? to indicate|suggest|show a|an? BOND TWO",
    "@ask @be the? nature|extent|strength|magnitude|degree of the? WEIGHTY? BOND TWO",
    "strength|degree|extent of the? BOND TWO",
    "how strong|close @be the? BOND TWO",
    "@ask @be the? remaining? BOND TWO",
    "how @be the? BOND TWO",
    "how @be TWO BOUND",
    "how strongly|closely|well @be|do? TWO BOUND",
    "to what extent|degree @be TWO BOUND",
    "@be TWO WEIGHTY? BOUND",
    "@be TWO BOUND with|to each other",
    cost=0.02,
)
def relation(*parts: object) -> Fitted:
    return bound(_said(parts), *the(tuple, parts))


@ENGLISH.rule("WHETHER", "@do TWO correlate", cost=0.02)
def correlating(two: Two) -> Fitted:
    return correlated(*two)


def _said(parts: tuple[object, ...]) -> str:
    return the(str, parts)


@ENGLISH.rule(
    "WHETHER",
    "@do? the? NCOL WEIGHTY? BINDS NCOL",
    "how|whether @do? the? NCOL BINDS the? NCOL",
    "@be NCOL WEIGHTY? BOUND with|to NCOL",
    "how @be NCOL BOUND with|to NCOL",
    "how strongly|closely @be NCOL BOUND with|to NCOL",
    cost=0.02,
)
def relation_of(*parts: object) -> Fitted:
    one, other = (p for p in parts if isinstance(p, Column))
    return bound(_said(parts), one, other)


@ENGLISH.rule(
    "CHANGING",
    "how @do the? BOND TWO change|hold|vary",
    "how @be the? BOND TWO affected",
    "how @do CONTROL affect|change the? BOND TWO",
)
def relation_that_may_change(*parts: object) -> Fitted:
    """Only meant with what is held constant."""
    tuples = [p for p in parts if isinstance(p, tuple)]
    study = bound(_said(parts), *tuples[-1])
    return study if study is None or len(tuples) == 1 else held_constant(study, tuples[0])


@ENGLISH.rule(
    "CONTROL",
    "CONTROLLING the? SOME",
    "when? SOME @be? held|kept|hold constant",
    "when? holding|keeping|with SOME held? constant",
    "CONTROLLING the? effect|effects|influence of SOME",
)
def controls(*parts: object) -> tuple[Column, ...]:
    return the(tuple, parts)


@ENGLISH.rule("Q", "CONTROL Q", "Q CONTROL")
def asked_with_controls(*parts: object) -> Ask | None:
    ask = the(Ask, parts)
    study = ask.study and held_constant(ask.study, the(tuple, parts))
    return replace(ask, study=study) if study else None


@ENGLISH.rule("STUDY", "STUDY CONTROL")
@ENGLISH.rule("WHETHER", "CHANGING CONTROL", "CONTROL CHANGING")
def with_controls(*parts: object) -> Fitted:
    study = the(Study, parts)
    return held_constant(study, the(tuple, parts))


@ENGLISH.rule(
    "STUDY",
    "REGRESSION of? NCOL on|against|by|from SOME",
    "REGRESSION NCOL on|against SOME",
    "REGRESSION predicting|for NCOL from|by|with|using SOME",
    "REGRESSION to predict NCOL from|by|with|using|based on? SOME",
)
def regression(_: bool, outcome: Column, predictors: tuple[Column, ...]) -> Fitted:
    return explained(outcome, predictors)


@ENGLISH.rule(
    "WHETHER",
    "@ask @be? most|strongly|strongest? WEIGHTY? BOUND with|to NCOL",
    "@ask columns|variables|factors|features @be most|strongly BOUND with|to NCOL",
    "@ask column|variable|factor|feature @be most|strongly BOUND with|to NCOL",
    "@ask column|variable|factor|feature has the? strongest|highest BOND with|to NCOL",
    "@ask correlates|correlate most|strongest|best|strongly with NCOL",
    "@ask correlates|correlate most strongly|closely with NCOL",
    "@ask OF_NUMBERS? EVERY correlate most|strongest|best|strongly with NCOL",
    "@ask OF_NUMBERS? EVERY correlate most strongly|closely with NCOL",
    "@ask column|variable|factor|feature correlates most|strongest|best|strongly with NCOL",
    "@ask column|variable|factor|feature correlates most strongly|closely with NCOL",
    "CORR between|of NCOL and all? the? other|others OF_NUMBERS? EVERY",
    "CORR of|between all? the? other? OF_NUMBERS? EVERY with NCOL",
    "strongest|highest CORR with NCOL",
    "what drives|influences NCOL",
    "CORR of NCOL with|against|to all? the? other|others numeric? columns|variables|features?",
)
def strongest(*parts: object) -> Fitted:
    target = the(Column, parts)
    elsewhere = any(isinstance(p, Table) and p is not target.home for p in parts)
    return None if elsewhere else strongest_with(target)
