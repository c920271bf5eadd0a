"""The demo's questions fit its files: the truth is not empty, not ambiguous, and told apart from a neighbour's."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pandas as pd
import pytest

from deploy.demo.data import EXAMPLES, FILES, read_all
from deploy.demo.questions import QUESTIONS

LIMIT = 3 << 20  # bytes of all example files together


@pytest.fixture(scope="module")
def data() -> dict[str, pd.DataFrame]:
    return read_all()


def test_the_files_are_of_different_formats_and_small() -> None:
    assert len({path.suffix for path in FILES}) >= 3
    assert sum(path.stat().st_size for path in EXAMPLES.iterdir() if path.is_file()) <= LIMIT


def test_every_question_is_about_files_that_are_there(data: dict[str, pd.DataFrame]) -> None:
    assert {name for question in QUESTIONS for name in question.tables} <= set(data)


def test_there_are_eight_questions_of_eight_kinds() -> None:
    assert len({question.shows for question in QUESTIONS}) == len({question.text for question in QUESTIONS}) == 8


def test_the_filter_finds_a_page_of_rows(data: dict[str, pd.DataFrame]) -> None:
    flights = data["flights"]
    assert 2 <= ((flights["dest"] == "HNL") & (flights["dep_delay"] > 60)).sum() <= 20


def test_the_top_five_are_not_tied(data: dict[str, pd.DataFrame]) -> None:
    assert data["flights"]["dest"].value_counts().head(6).is_unique


def test_the_two_readings_of_the_ambiguous_question_differ(data: dict[str, pd.DataFrame]) -> None:
    assert data["flights"]["arr_delay"].mean() != pytest.approx(data["flights"]["dep_delay"].mean())


def test_the_join_neither_loses_nor_repeats_flights(data: dict[str, pd.DataFrame]) -> None:
    assert len(data["flights"].merge(data["airlines"], on="carrier")) == len(data["flights"])


def test_the_examples_are_what_their_script_makes(tmp_path: Path, data: dict[str, pd.DataFrame]) -> None:
    spec = importlib.util.spec_from_file_location("make_examples", EXAMPLES / "make_examples.py")
    assert spec is not None
    assert spec.loader is not None
    make_examples = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make_examples)
    make_examples.main(tmp_path)
    for name in ("airlines.csv", "planes.jsonl", "weather.csv"):
        assert (tmp_path / name).read_bytes() == (EXAMPLES / name).read_bytes()
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "flights.parquet"), data["flights"])
    pd.testing.assert_frame_equal(pd.read_excel(tmp_path / "airports.xlsx", engine="openpyxl"), data["airports"])
