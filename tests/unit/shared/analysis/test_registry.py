"""The registry says what every reader of it needs, and needs no library of tables to say it."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import duckdb
import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from shared import analysis
from shared.analysis import MODEL_STEPS
from shared.analysis.model import ModelStep, complete_rows
from shared.analysis.samples import SAMPLE
from shared.columns import Family
from tests.unit.shared.analysis.tables import fit, sample

STEPS = list(MODEL_STEPS.values())
REPOSITORY = Path(__file__).resolve().parents[4]
PAGE = (REPOSITORY / "docs/analysis.md").read_text()
CLOSED = [
    (step.name, number, statistic.name)
    for step in STEPS
    for number in range(len(step.examples))
    for statistic in step.statistics
    if statistic.relational
]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_a_step_declares_all_that_its_readers_need(step: ModelStep) -> None:
    names = [part.name for part in (*step.roles, *step.settings)]
    assert len(set(names)) == len(names) and "statistic" not in names and "rows" not in names
    assert all(role.takes <= set(Family) and role.takes and role.meaning for role in step.roles)
    assert all(setting.accepts(setting.default) and setting.meaning for setting in step.settings)
    assert step.phrases and all(phrase == phrase.lower().strip() for phrase in step.phrases)
    assert step.headline is None or step.statistic(step.headline)
    assert (step.headline is not None) == bool(step.statistics)
    assert step.open_columns is None or step.role(step.open_columns).least == 0
    for example in step.examples:
        assert {name for columns in example.columns.values() for name in columns} <= SAMPLE.keys()
        sentence = step.sentence_with(example.columns, example.settings)
        assert "{" not in sentence and not sentence.endswith(".")
        assert all(name in sentence for columns in example.columns.values() for name in columns)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_help_tells_roles_settings_and_statistics(step: ModelStep) -> None:
    function = getattr(analysis, step.name)
    assert list(inspect.signature(function).parameters) == [
        "rows", *(role.name for role in step.roles), *(setting.name for setting in step.settings), "statistic",
    ]  # fmt: skip
    assert all(part.meaning in function.__doc__ for part in (*step.roles, *step.settings))
    assert step.name in dir(analysis)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_the_page_has_a_section_for_the_step_and_its_example(step: ModelStep) -> None:
    assert f"### `{step.name}`" in PAGE
    assert step.example.question in PAGE


def test_a_phrase_belongs_to_one_step() -> None:
    phrases = [phrase for step in STEPS for phrase in step.phrases]
    assert sorted(phrases) == sorted(set(phrases))


def test_no_step_is_hidden_by_a_module_of_the_same_name() -> None:
    modules = {path.stem for path in (REPOSITORY / "shared/analysis").iterdir()}
    assert not modules & MODEL_STEPS.keys()


def test_reading_the_registry_loads_no_library_of_tables() -> None:
    heavy = (
        "import sys, shared.analysis; print({'pandas', 'numpy', 'scipy', 'sklearn', 'statsmodels'} & set(sys.modules))"
    )
    told = subprocess.run([sys.executable, "-c", heavy], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"


def test_what_is_no_step_is_refused_by_name() -> None:
    with pytest.raises(AttributeError, match="no model step 'corelation'"):
        _ = analysis.corelation


def gappy() -> pd.DataFrame:
    """The sample and a hundred rows more, with gaps and, which a database counts as a number, infinities."""
    draw = np.random.default_rng(3)
    rows = pd.DataFrame({name: draw.choice(np.array(column, dtype=object), 100) for name, column in SAMPLE.items()})
    for name in ("price", "visits", "sales", "before", "after"):
        rows[name] = rows[name].astype(float) + draw.normal(0, 1, 100)
        rows.loc[draw.choice(100, 9, replace=False), name] = np.nan
    rows.loc[3, "sales"] = np.inf
    rows["day"] = pd.to_datetime(rows["day"])
    rows["card"] = rows["card"].astype(bool)
    rows.loc[draw.choice(100, 5, replace=False), "region"] = None
    return pd.concat([sample(), rows], ignore_index=True)


@pytest.mark.parametrize(("name", "number", "statistic"), CLOSED)
def test_a_closed_form_in_duckdb_finds_what_the_method_finds(name: str, number: int, statistic: str) -> None:
    step, rows = MODEL_STEPS[name], gappy()
    example = step.examples[number]
    if step.open_columns and not example.columns:
        return  # a summary of all columns is a table and has no single values
    rows_in = pa.Table.from_pandas(rows)
    unbound = ibis.table(ibis.Schema.from_pyarrow(rows_in.schema), name="rows_in")
    table = complete_rows(unbound, [column for names in example.columns.values() for column in names])
    closed = step.statistic(statistic).relational
    assert closed is not None
    expression = closed(table, example.columns, step.settings_with(example.settings))
    if expression is None:
        assert number > 0  # the example that is shown must have its closed forms
        return
    found = fit(name, rows, **example.columns, **example.settings, statistic=statistic).value
    (computed,) = duckdb.execute(ibis.to_sql(expression, dialect="duckdb")).fetchone() or (None,)
    assert float(computed) == pytest.approx(found, rel=1e-9, abs=1e-9)
