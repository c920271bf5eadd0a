"""Notebooks run the model steps that the server runs, by the name that exported code has for them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from shared.analysis.samples import SAMPLE

CLIENT = Path(__file__).resolve().parents[3] / "client"


def test_exported_code_finds_in_a_notebook_what_it_finds_on_the_server() -> None:
    from askframe import analysis
    from shared import analysis as on_the_server

    df = pd.DataFrame(SAMPLE)
    assert dir(analysis) == dir(on_the_server)
    for name, step in analysis.MODEL_STEPS.items():
        if "when" not in {role.name for role in step.roles}:
            here, there = (getattr(where, name)(df, **step.example.columns) for where in (analysis, on_the_server))
            pd.testing.assert_frame_equal(here.table, there.table)
    with pytest.raises(analysis.AnalysisRefused):
        analysis.describe(df[["region"]])
    with pytest.raises(AttributeError, match="no model step"):
        _ = analysis.corelation


def test_without_its_libraries_the_extra_is_named() -> None:
    code = (
        "import sys; sys.modules['pandas'] = None\n"
        "from askframe import analysis\nassert 'correlation' in analysis.MODEL_STEPS\n"
        "try:\n    analysis.correlation\nexcept ImportError as error:\n    print(error)"
    )
    root = {"PYTHONPATH": f"{CLIENT}:{CLIENT.parent}"}
    told = subprocess.run([sys.executable, "-c", code], env=root, capture_output=True, text=True, check=True)
    assert "pip install 'askframe[analysis]'" in told.stdout
