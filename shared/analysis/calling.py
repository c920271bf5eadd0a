"""One way into every step: what was given is held against the registry, the method runs, and what it finds is checked."""

from __future__ import annotations

import inspect
import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from shared.analysis.checks import checks_of
from shared.analysis.inputs import family_of, listed
from shared.analysis.model import ModelStep, Role, Scalar
from shared.analysis.refusals import AnalysisRefused, Reason
from shared.analysis.results import Findings, ModelResult, table_of

_FAMILIES = {"number": "numbers", "boolean": "truth values", "text": "text", "date": "dates", "time": "times"}


@cache
def function_of(step: ModelStep) -> Callable[..., ModelResult]:
    """The step as a person calls it, with a signature and a docstring that `help` shows."""

    def fit(rows: pd.DataFrame, **given: Any) -> ModelResult:
        return run(step, rows, given)

    roles = [_parameter(role.name, "str | list[str]", () if role.least == 0 else inspect.Parameter.empty) for role in step.roles]  # fmt: skip
    settings = [_parameter(setting.name, type(setting.default).__name__, setting.default) for setting in step.settings]
    rows = inspect.Parameter("rows", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation="pd.DataFrame")
    chosen = [rows, *roles, *settings, _parameter("statistic", "str | None", None)]
    fit.__name__ = fit.__qualname__ = step.name
    fit.__doc__ = _described(step)
    fit.__signature__ = inspect.Signature(chosen, return_annotation="ModelResult")  # type: ignore[attr-defined]
    return fit


def run(step: ModelStep, rows: pd.DataFrame, given: Mapping[str, Any]) -> ModelResult:
    """Raises AnalysisRefused."""
    if not isinstance(rows, pd.DataFrame):
        raise AnalysisRefused(Reason.WRONG_COLUMNS, f"A {step.label} needs a table, not a {type(rows).__name__}.")
    wanted = given.get("statistic")
    columns, settings = _columns_of(step, rows, given), _settings_of(step, given)
    _check_statistic(step, wanted)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        # What libraries would mutter about the data is told as notes, and what they cannot compute is refused below.
        warnings.simplefilter("ignore")
        # Rows by number: an index may repeat, and a message that names a row means its place.
        numbered = rows.reset_index(drop=True)
        findings = step.function(numbered, **columns, **settings)
        checks = checks_of(step, numbered, columns, findings)
    return replace(_result(step, findings, wanted), checks=checks)


def _columns_of(step: ModelStep, rows: pd.DataFrame, given: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    known = {role.name for role in step.roles} | {setting.name for setting in step.settings} | {"statistic"}
    if strange := sorted(given.keys() - known):
        raise AnalysisRefused(
            Reason.WRONG_SETTING, f"A {step.label} takes no {strange[0]!r}; it takes {listed(sorted(known))}."
        )
    columns = {role.name: _names(given.get(role.name)) for role in step.roles}
    for role in step.roles:
        _check_role(step, role, columns[role.name], rows)
    named = [name for names in columns.values() for name in names]
    if twice := sorted({name for name in named if named.count(name) > 1}):
        raise AnalysisRefused(
            Reason.WRONG_COLUMNS, f"{twice[0]} is named twice; a {step.label} needs different columns."
        )
    return columns


def _names(given: object) -> tuple[str, ...]:
    if given is None:
        return ()
    if isinstance(given, str) or not isinstance(given, Sequence):
        return (given,)  # type: ignore[return-value]  # what is no column is refused as one
    return tuple(given)


def _check_role(step: ModelStep, role: Role, names: tuple[str, ...], rows: pd.DataFrame) -> None:
    if len(names) < role.least or (role.most is not None and len(names) > role.most):
        most = "" if role.most == role.least else " or more" if role.most is None else f" to {role.most}"
        raise AnalysisRefused(
            Reason.WRONG_COLUMNS,
            f"As {role.meaning} a {step.label} takes {role.least}{most} columns, and {len(names)} were named.",
        )
    for name in names:
        if list(rows.columns).count(name) != 1:
            raise AnalysisRefused(Reason.NO_SUCH_COLUMN, f"The rows have no single column {name!r}.")
        if (family := family_of(rows[name])) not in role.takes and rows[name].notna().any():
            taken = " or ".join(_FAMILIES[kind.value] for kind in sorted(role.takes))
            raise AnalysisRefused(
                Reason.WRONG_TYPE,
                f"{name} holds {_FAMILIES[family.value]}, and as {role.meaning} a {step.label} takes {taken}.",
            )


def _settings_of(step: ModelStep, given: Mapping[str, Any]) -> dict[str, Scalar]:
    for setting in step.settings:
        if setting.name in given and not setting.accepts(given[setting.name]):
            raise AnalysisRefused(
                Reason.WRONG_SETTING, f"{setting.name} is {given[setting.name]!r}; it can be {setting.allowed}."
            )
    return step.settings_with(given)


def _check_statistic(step: ModelStep, wanted: object) -> None:
    names = [statistic.name for statistic in step.statistics]
    if wanted is not None and wanted not in names:
        raise AnalysisRefused(
            Reason.WRONG_SETTING,
            f"A {step.label} gives no {wanted!r}; " + (f"it gives {listed(names)}." if names else "it gives a table."),
        )


def _result(step: ModelStep, findings: Findings, wanted: str | None) -> ModelResult:
    """Refuses numbers that came out undefined: a gap in the place of a finding is no finding."""
    if undefined := [e.label for e in findings.estimates if not math.isfinite(e.value)]:
        raise AnalysisRefused(Reason.UNDEFINED, f"From these rows no {undefined[0]} can be computed.")
    table = findings.table if findings.table is not None else table_of(findings.estimates)
    value = None if wanted is None else _value_of(step, findings, wanted)
    return ModelResult(step.name, table, tuple(findings.notes), value)


def _value_of(step: ModelStep, findings: Findings, wanted: str) -> float:
    found = [estimate for estimate in findings.estimates if estimate.name == wanted]
    if len(found) != 1:
        label = step.statistic(wanted).label
        what = f"There are several: {listed([e.label for e in found])}" if found else f"These settings give no {label}"
        raise AnalysisRefused(Reason.WRONG_SETTING, f"{what}; leave `statistic` out to see all.")
    return found[0].value


def _parameter(name: str, annotation: str, default: object) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _described(step: ModelStep) -> str:
    lines = [f"{step.label[0].upper()}{step.label[1:]}.", ""]
    lines += [f"{role.name}: {role.meaning}" for role in step.roles]
    lines += [f"{setting.name}: {setting.meaning}; {setting.allowed}" for setting in step.settings]
    if step.statistics:
        lines.append("statistic: only this one, as a number: " + ", ".join(s.name for s in step.statistics))
    return "\n".join(lines)
