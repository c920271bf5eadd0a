"""Questions that a model step answers: how columns move together, whether groups differ, what values are like.

Where a question asks for one number ("the correlation between"), that is the answer; where it asks whether there is something ("is there
a relationship"), all that the step finds is, for the number alone would not tell.
"""

from __future__ import annotations

from dataclasses import replace

from services.nlq.planner.grammar.connectives import joined
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Ask, Condition, Study
from services.nlq.planner.grammar.rules import Costly
from services.nlq.planner.grammar.studies import (
    Fitted,
    all_beside,
    associated,
    beside,
    bound,
    correlated,
    differing,
    explained,
    held_constant,
    names_of,
    related,
    setting_phrases,
    statistic_phrases,
    strongest_with,
    with_setting,
    with_statistic,
)
from services.nlq.planner.linking.schema import Column, Table
from shared.plan import Anything

Two = tuple[Column, Column]

A_KEY = 1.5  # a key is a number that nobody correlates
UNWEIGHED = 0.35
"""Whether groups differ may be asked of people who want to see the figures rather than a test, unless they say "significantly"."""

ENGLISH.phrases("CORR", {True: "correlation|correlation coefficient|correlation strength|correlations|coefficient of correlation"})  # fmt: skip
ENGLISH.phrases("BOND", {"relation": "relationship|association|link|connection|dependence|dependency|relation|correspondence|interdependence", "correlation": "correlation"})  # fmt: skip
ENGLISH.phrases("WEIGHTY", {True: "significant|statistically significant|significantly|statistically|strong|linear|clear|direct|discernible|notable|meaningful|any|statistical|a|the|close|real"})  # fmt: skip
ENGLISH.phrases(
    "SIGNIFICANTLY", {True: "significant|statistically significant|significantly|statistically significantly"}
)
ENGLISH.phrases("BOUND", {"relation": "related|associated|linked|connected", "correlation": "correlated"})
ENGLISH.phrases("BINDS", {"relation": "affect|influence|impact|relate to|depend on|affects|influences|impacts|relates to|depends on", "correlation": "correlate with|correlates with"})  # fmt: skip
ENGLISH.phrases("CONTROLLING", {True: "controlling for|when controlling for|after controlling for|adjusting for|after adjusting for|adjusted for|accounting for|after accounting for|while accounting for|taking into account|when taking into account|considering|while considering|when considering|holding constant|with control for|controlled for|after accounting for the effect of|after accounting for the effects of|after controlling for the influence of|after controlling for the effect of|for the same"})  # fmt: skip
ENGLISH.phrases("STAT", statistic_phrases())
ENGLISH.phrases("HOW", setting_phrases())
ENGLISH.phrases("TEST", names_of("t_test", "rank_test", "anova", "kruskal_wallis", "variance_test"))
ENGLISH.phrases("REGRESSION", {True: names_of("linear_regression")["linear_regression"].replace("|effect of", "")})


# Columns as they are spoken of


@ENGLISH.rule(
    "COL",
    "variable|column|field|feature|attribute COL",
    "variable|column|field representing|called|named|indicating|measuring COL",
    "COL variable|column|field|feature",
    cost=0.01,
)
def column_by_kind(column: Column) -> Column:
    return column


@ENGLISH.rule("NCOL", "COL")
def spoken_column(column: Column) -> Column:
    return column


@ENGLISH.rule(
    "NCOL",
    "values|data|measurements|level|levels|distribution|variations @of NCOL",
    "NCOL values|data|measurements|distribution|variable|scores",
    "total? number|count|amount of NCOL",
    "an|a? individual|person|student|customer|applicant|patient NCOL",
    "NCOL of the? individuals|persons|people|students|customers|applicants|patients",
    cost=0.03,
)
def column_with_its_kind(column: Column) -> Column:
    """What stands beside says what kind of thing the column holds, or whose it is, and no more."""
    return column


@ENGLISH.rule("NCOL", "NCOL @of ABOUT", cost=0.05)
@ENGLISH.rule("NCOL", "ABOUT NCOL", cost=0.35)
def column_of_subject(*parts: object) -> Column | None:
    """ "the age of the bank customer", where the table is about these."""
    table = next(p for p in parts if isinstance(p, Table))
    column = next(p for p in parts if isinstance(p, Column))
    return column if column.home is table else None


@ENGLISH.rule("NCOL", "TAB @of COL", "CAL TAB @of COL", "TAB values @of COL", "CAL TAB values @of COL")
def column_of_table(*parts: object) -> Column | None:
    """ "crop production in Vietnam": what the table is about, of the column that has it."""
    table = next(p for p in parts if isinstance(p, Table))
    column = next(p for p in parts if isinstance(p, Column))
    return column if column.home is table else None


@ENGLISH.rule(
    "TWO",
    "NCOL and|with|vs|versus|to NCOL",
    "between|of|for|in NCOL and NCOL",
    "columns|variables NCOL and NCOL",
    "both NCOL and NCOL",
)
def two_columns(one: Column, other: Column) -> Two | None:
    return None if one is other else (one, other)


@ENGLISH.rule(
    "TWO", "TAB @of|between? COL and COL", "CAL TAB @of|between? COL and COL", "TWO @of TAB", "TWO @of CAL TAB"
)
def two_columns_of_table(*parts: object) -> Two | None:
    table = next(p for p in parts if isinstance(p, Table))
    columns = tuple(p for p in parts if isinstance(p, Column)) or next(p for p in parts if isinstance(p, tuple))
    one, other = columns
    return (one, other) if one is not other and one.home is table and other.home is table else None


@ENGLISH.rule("SOME", "NCOL")
def one_column(column: Column) -> tuple[Column, ...]:
    return (column,)


@ENGLISH.rule("SOME", "SOME and NCOL", "SOME NCOL")
def more_columns(columns: tuple[Column, ...], column: Column) -> tuple[Column, ...] | None:
    return (*columns, column) if column not in columns and column.home is columns[0].home else None


# A study as a question


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
    study = next(p for p in parts if isinstance(p, Study))
    return with_setting(study, next(p for p in parts if isinstance(p, str)))


# Columns that move together


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
    return bound(_said(parts), *next(p for p in parts if isinstance(p, tuple)))


@ENGLISH.rule("WHETHER", "@do TWO correlate", cost=0.02)
def correlating(two: Two) -> Fitted:
    return correlated(*two)


def _said(parts: tuple[object, ...]) -> str:
    return next(p for p in parts if isinstance(p, str))


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
    return next(p for p in parts if isinstance(p, tuple))


@ENGLISH.rule("Q", "CONTROL Q", "Q CONTROL")
def asked_with_controls(*parts: object) -> Ask | None:
    ask = next(p for p in parts if isinstance(p, Ask))
    study = ask.study and held_constant(ask.study, next(p for p in parts if isinstance(p, tuple)))
    return replace(ask, study=study) if study else None


@ENGLISH.rule("STUDY", "STUDY CONTROL")
@ENGLISH.rule("WHETHER", "CHANGING CONTROL", "CONTROL CHANGING")
def with_controls(*parts: object) -> Fitted:
    study = next(p for p in parts if isinstance(p, Study))
    return held_constant(study, next(p for p in parts if isinstance(p, tuple)))


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
    "@ask correlates most|strongest|best with NCOL",
    "strongest|highest CORR with NCOL",
    "what drives|influences NCOL",
    "CORR of NCOL with|against|to all? the? other|others numeric? columns|variables|features?",
)
def strongest(*parts: object) -> Fitted:
    return strongest_with(next(p for p in parts if isinstance(p, Column)))


# Groups that may differ


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
    value = next(p for p in parts if isinstance(p, Column))
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
    return beside("t_test", *next(p for p in parts if isinstance(p, tuple)))


@ENGLISH.rule("STUDY", "chi square|squared test? of|for|between|on? independence? of|for|between? TWO")
@ENGLISH.rule("WHETHER", "@be TWO independent", "test whether TWO @be independent")
def association(two: Two) -> Fitted:
    return associated(*two)


# Spread

ENGLISH.phrases("SPREAD_OF", {True: "variance|variances|variability|variation|variations|dispersion|spread|data spread|data dispersion|data variability|levels of variability|levels of data variability|levels of data spread|levels of dispersion|variance patterns|patterns of variance|level of variability|spreads|levels of variation"})  # fmt: skip
ENGLISH.phrases("ALIKE", {True: "similar|equal|the same|comparable|homogeneous|alike|statistically similar|uniform|different|significantly different|homogeneity|uniformity|consistency|equality"})  # fmt: skip


@ENGLISH.rule(
    "WHETHER",
    "@be the? SPREAD_OF @of TWO ALIKE",
    "@be the? SPREAD_OF ALIKE @of|between|for TWO",
    "@do the? SPREAD_OF @of TWO differ|align|correspond",
    "@do the? SPREAD_OF @of TWO exhibit|show|possess ALIKE",
    "@do the? SPREAD_OF @of NCOL and NCOL exhibit|show|possess the? same characteristics",
    "@do TWO @have|exhibit|show|possess ALIKE SPREAD_OF",
    "@do TWO @have|exhibit|show|possess ALIKE SPREAD_OF @of TAB",
    "@do TWO @have|exhibit|show|possess ALIKE SPREAD_OF @of CAL TAB",
    "@be the? SPREAD_OF @of TAB ALIKE between|for|in TWO",
    "@be the? SPREAD_OF @of CAL TAB ALIKE between|for|in TWO",
    "@do the? SPREAD_OF @of NCOL and NCOL align|correspond",
    "@be there ALIKE @of the? SPREAD_OF @of TWO",
    "@be there ALIKE @of the? SPREAD_OF between TWO",
    "@be there a? SIGNIFICANTLY? difference in the? SPREAD_OF @of|between TWO",
    "how ALIKE @be the? SPREAD_OF @of TWO",
    "to what extent @do TWO exhibit|show|have ALIKE SPREAD_OF",
)
def spread(*parts: object) -> Fitted:
    found = next((p for p in parts if isinstance(p, tuple)), None)
    one, other = found or tuple(p for p in parts if isinstance(p, Column))
    return beside("variance_test", one, other)


@ENGLISH.rule(
    "WHETHER",
    "@be the? SPREAD_OF @of NCOL ALIKE to|from|with those|that? @of? NCOL",
    "@do the? SPREAD_OF @of NCOL SIGNIFICANTLY? differ SIGNIFICANTLY? from the? SPREAD_OF? @of? NCOL",
)
def spread_beside(*parts: object) -> Fitted:
    one, other = (p for p in parts if isinstance(p, Column))
    return beside("variance_test", one, other)


@ENGLISH.rule("WHETHER", "@be the? SPREAD_OF @of NCOL ALIKE across|between|among|for NCOL")
def spread_between_groups(*parts: object) -> Fitted:
    value, group = (p for p in parts if isinstance(p, Column))
    return differing(value, group, "variance_test")
