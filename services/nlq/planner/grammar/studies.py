"""Which model step answers a question about columns: what they hold decides, and where it forbids the step, the refusal says why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from services.nlq.planner.grammar.conditions.flags import yes_cells
from services.nlq.planner.grammar.meanings import Study
from services.nlq.planner.lexicon.tokens import words
from services.nlq.planner.linking.schema import Column, Table
from shared.analysis import MODEL_STEPS
from shared.analysis.model import Role
from shared.columns import ColumnType, Family
from shared.plan.expressions import Scalar

MOST_GROUPS = 50  # as many as the chi-square test and the comparison of groups take (shared.analysis.inputs)
_TWO = 2
MOST_APART = 50.0
"""Two columns whose ranges differ by more are in different units: a test of their variances would only say so."""
_HOLDS = {Family.NUMBER: "numbers", Family.TEXT: "texts", Family.BOOLEAN: "truth values", Family.DATE: "dates", Family.TIME: "times"}  # fmt: skip

Fitted = Study | None


def is_quantity(column: Column) -> bool:
    """Something that is measured or counted, rather than a number that only names."""
    return column.is_numeric and not column.is_key_like


def is_grouping(column: Column) -> bool:
    """Few values that make groups of rows."""
    if column.family in (Family.DATE, Family.TIME) or column.is_key_like:
        return False
    if column.facts.type == ColumnType.DECIMAL and column.facts.distinct != _TWO:
        return False  # measured, and not chosen among a few
    return column.facts.distinct is not None and _TWO <= column.facts.distinct <= MOST_GROUPS


def is_coded(column: Column) -> bool:
    """A grouping, though it is written in numbers: 0 and 1, or 1 and 2."""
    return column.family is Family.BOOLEAN or bool(yes_cells(column)) or column.facts.distinct == _TWO


def correlated(one: Column, other: Column) -> Fitted:
    if one is other:
        return None
    return _checked(Study("correlation", (("columns", (one, other)),)))


def related(one: Column, other: Column) -> Fitted:
    """ "Is there a relationship": numbers correlate, groups go together, and numbers differ between groups."""
    if one is other or one.is_key_like or other.is_key_like:
        return None
    if is_coded(one) and is_coded(other):
        return associated(one, other)
    if is_quantity(one) and is_quantity(other):
        return correlated(one, other)
    for value, group in ((one, other), (other, one)):
        if is_quantity(value) and is_grouping(group):
            return differing(value, group)
    return associated(one, other) if is_grouping(one) and is_grouping(other) else None


def bound(said: str, one: Column, other: Column) -> Fitted:
    """A "correlation" is one of numbers; other words leave open what the columns hold."""
    return correlated(one, other) if said == "correlation" else related(one, other)


def associated(one: Column, other: Column) -> Fitted:
    if one is other:
        return None
    return _grouped(Study("chi_square", (("columns", (one, other)),)), one, other)


def differing(value: Column, group: Column, step: str | None = None) -> Fitted:
    """A value between the groups that a column makes: of two a t-test, of more an analysis of variance."""
    if value is group:
        return None
    fitting = step or ("t_test" if group.facts.distinct == _TWO else "anova")
    return _grouped(_checked(Study(fitting, (("value", (value,)), ("group", (group,))))), group)


def beside(step: str, one: Column, other: Column) -> Fitted:
    """Two columns of the same rows, compared with one another."""
    if one is other:
        return None
    study = _checked(Study(step, (("value", (one, other)),)))
    if not study.refused and step == "variance_test" and (apart := _ranges_apart(one, other)) > MOST_APART:
        reason = f"{one.facts.name} and {other.facts.name} are measured on different scales: one ranges {apart:,.0f} times as far as the other, so that equal variances cannot be expected."  # fmt: skip
        return replace(study, refused=reason)
    return study


def all_beside(step: str, columns: tuple[Column, ...]) -> Fitted:
    """Several columns of the same rows, for the steps that take more than two."""
    most = MODEL_STEPS[step].role("value").most
    if len(columns) < _TWO or (most is not None and len(columns) > most):
        return None
    return _checked(Study(step, (("value", columns),)))


def _ranges_apart(one: Column, other: Column) -> float:
    ranges = [_range(column) for column in (one, other)]
    return max(ranges) / min(ranges) if min(ranges) > 0 else 1.0


def _range(column: Column) -> float:
    low, high = column.facts.minimum, column.facts.maximum
    return float(high - low) if isinstance(low, int | float) and isinstance(high, int | float) else 0.0


def of_one(step: str, role: str, column: Column) -> Fitted:
    return _checked(Study(step, ((role, (column,)),)))


def strongest_with(target: Column) -> Fitted:
    """Against every quantity of its table; keys and row numbers are none."""
    others = tuple(c for c in target.home.columns if c is not target and (is_quantity(c) or c.family is Family.BOOLEAN))
    if not others:
        return None
    return _checked(Study("strongest_correlations", (("target", (target,)), ("columns", others))))


def all_correlated(table: Table, columns: tuple[Column, ...] = ()) -> Fitted:
    """Those that are named, or every quantity of the table; years and keys move together with everything that grows, and say nothing."""
    chosen = columns or tuple(c for c in table.columns if is_quantity(c) and not c.is_year)
    if any(column.home is not table for column in chosen) or len(chosen) < _TWO:
        return None
    most = MODEL_STEPS["correlation_matrix"].role("columns").most
    if most is not None and len(chosen) > most:
        reason = f"A correlation matrix takes at most {most} columns, and {table.name} has {len(chosen)} of numbers: name those that matter."
        return Study("correlation_matrix", (("columns", chosen[:_TWO]),), refused=reason)
    return _checked(Study("correlation_matrix", (("columns", chosen),)))


def explained(outcome: Column, predictors: tuple[Column, ...]) -> Fitted:
    if outcome in predictors:
        return None
    return _checked(Study("linear_regression", (("outcome", (outcome,)), ("predictors", predictors))))


def held_constant(study: Study, controls: tuple[Column, ...]) -> Fitted:
    """Of a correlation what is left when others are held constant; of a regression one predictor more."""
    role = {"correlation": "controls", "linear_regression": "predictors"}.get(study.step)
    named = {c for _, columns in study.columns for c in columns}
    if role is None or study.refused or named & set(controls):
        return None
    return _checked(study.taking(role, (*study.role(role), *controls)))


def with_statistic(study: Study, said: str) -> Fitted:
    """Only that statistic, by any of the phrases that the registry has for it."""
    for statistic in MODEL_STEPS[study.step].statistics:
        if said in _spoken(statistic.phrases) or said == _joined(statistic.label):
            return study.setting("statistic", statistic.name)
    return None


def with_setting(study: Study, said: str) -> Fitted:
    """A choice of one of the step's settings: "spearman", "paired", "per month"."""
    for setting in MODEL_STEPS[study.step].settings:
        for value, phrases in setting.choices.items():
            if said in _spoken(phrases):
                return study.setting(setting.name, value)
    return None


def statistic_phrases() -> dict[str, str]:
    """Every phrase that asks for a statistic of some step, as the grammar takes phrases."""
    return _phrases(lambda step: [p for s in step.statistics for p in (*s.phrases, s.label)])


def setting_phrases() -> dict[str, str]:
    return _phrases(lambda step: [p for s in step.settings for listed in s.choices.values() for p in listed])


def names_of(*steps: str) -> dict[str, str]:
    """By step the phrases that name it."""
    return {step: "|".join(dict.fromkeys(_spoken(MODEL_STEPS[step].phrases))) for step in steps}


def settled(study: Study, name: str, value: Scalar) -> Fitted:
    setting = next((s for s in MODEL_STEPS[study.step].settings if s.name == name), None)
    return study.setting(name, value) if setting is not None and setting.accepts(value) else None


def _phrases(of: Callable[..., list[str]]) -> dict[str, str]:
    spoken = [said for step in MODEL_STEPS.values() for said in _spoken(of(step))]
    return {said: said for said in dict.fromkeys(spoken) if said}


def _spoken(phrases: object) -> tuple[str, ...]:
    return tuple(_joined(p) for p in phrases)  # type: ignore[attr-defined]


def _joined(phrase: str) -> str:
    return " ".join(words(phrase))


def _checked(study: Study) -> Study:
    step = MODEL_STEPS[study.step]
    for name, columns in study.columns:
        for column in columns:
            if column.family not in step.role(name).takes:
                return replace(study, refused=_refusal(column, step.role(name), step.label))
    return study


def _refusal(column: Column, role: Role, label: str) -> str:
    needed = " or ".join(_HOLDS[family] for family in sorted(role.takes))
    article = "an" if label[0] in "aeiou" else "a"
    return f"The column {column.facts.name} holds {_HOLDS[column.family]}, and {article} {label} needs {needed} there."


def _grouped(study: Study, *groups: Column) -> Study:
    for column in groups:
        if not study.refused and not is_grouping(column):
            reason = f"The column {column.facts.name} does not make groups: it takes between 2 and {MOST_GROUPS} different values for that."
            return replace(study, refused=reason)
    return study
