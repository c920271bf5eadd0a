"""What is kept of a run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.__main__ import main
from tests.unit.eval.test_asking import a_set


def test_results_name_failures_by_id_and_hold_no_question(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    right = {"question": "How many rows have region North?", "expect": {"check": "scalar", "values": [2]}}
    wrong = right | {"expect": {"check": "scalar", "values": [9]}, "kind": "counting"}
    a_set(tmp_path, right, wrong)
    options = ["--cache", str(tmp_path / "cache"), "--jobs", "1", "--results", str(tmp_path / "results")]
    assert main(["run", "--sets", str(tmp_path), *options]) == 0
    text = (tmp_path / f"results/{tmp_path.name}.json").read_text(encoding="utf-8")
    body = json.loads(text)
    assert body["figures"]["accuracy"] == 0.5 and body["failures"]["wrong"] == ["1"]
    assert body["kinds"]["counting"]["wrong"] == 1.0
    assert "North" not in text
    assert "WRONG 1 (counting): How many rows have region North?" in capsys.readouterr().out
