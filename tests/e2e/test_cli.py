"""The `askframe` command as a person runs it: no stack of theirs runs, so it brings one and takes it away again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.stack import Stack

pytestmark = pytest.mark.e2e


def askframe(*arguments: str, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "ASKFRAME_HOME": str(home), "PYTHONPATH": os.pathsep.join([".", "client"]), **environment}
    return subprocess.run(
        [sys.executable, "-m", "askframe", *arguments],
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_ask_without_a_stack_starts_one_answers_and_leaves_nothing_running(tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text("city,amount\nParis,120.5\nLyon,80.5\n")
    done = askframe("ask", str(tmp_path / "sales.csv"), "What is the total amount?", "--json", home=tmp_path / "none")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["answer"]["value"] == 201.0
    assert answer["code"]
    assert answer["receipt"]
    running = subprocess.run(["ps", "ax", "-o", "args"], capture_output=True, text=True, check=True).stdout
    assert str(tmp_path) not in running


def test_ask_uses_the_stack_that_runs_and_declines_with_its_status(stack: Stack, tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text("city,amount\nParis,120.5\nLyon,80.5\n")
    done = askframe("ask", str(tmp_path / "sales.csv"), "What is the profit margin of each wingspan?", home=stack.home)
    assert done.returncode in (3, 4), done.stdout + done.stderr


def test_two_stacks_side_by_side_do_not_meet(stack: Stack, tmp_path: Path) -> None:
    with Stack(tmp_path / "other", env={"PATH": os.environ["PATH"]}) as other:
        assert other.base_url != stack.base_url
        (tmp_path / "sales.csv").write_text("city,amount\nParis,120.5\nLyon,80.5\n")
        done = askframe(
            "ask",
            str(tmp_path / "sales.csv"),
            "How many rows are there?",
            "--json",
            "--url",
            other.base_url,
            home=tmp_path / "none",
        )
        assert json.loads(done.stdout)["answer"]["value"] == 2
