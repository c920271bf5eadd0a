"""Properties hold of an engine that means what it says, and fail of one that does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from eval.engines import Answered, Outcome
from eval.grading import Result
from eval.properties import PROPERTIES, run
from eval.tables import Table
from services.nlq.planner.facts import Decline, Turn


@dataclass(frozen=True)
class Oracle:
    """Answers a question over tables as it is told."""

    say: Callable[[str, Sequence[Table]], object]

    def ask(self, question: str, tables: Sequence[Table], _: Sequence[Turn], __: Mapping[str, str]) -> Outcome:
        said = self.say(question, tables)
        if said is None:
            return Decline("No.", "", "other")
        rows = said if isinstance(said, Result) else Result.of(said)
        return Answered({}, "", rows)


def tried(name: str, say: Callable[[str, Sequence[Table]], object], folder: Path) -> set[bool | None]:
    """How the checks of one property end over the first world."""
    return {check.held for check in run(Oracle(say), folder, [name], most=1)}


def count_or_part(other: int) -> Callable[[str, Sequence[Table]], object]:
    def say(question: str, _: Sequence[Table]) -> object:
        if "other than" in question:
            return other
        return 0 if "have no " in question else 4 if " have " in question else 10

    return say


def test_opposites_add_up_or_not(tmp_path: Path) -> None:
    assert tried("opposites_add_up", count_or_part(6), tmp_path / "right") == {True}
    assert tried("opposites_add_up", count_or_part(7), tmp_path / "wrong") == {False}
    assert tried("opposites_add_up", lambda q, t: None, tmp_path / "silent") == {None}


def grouped(*parts: int) -> Callable[[str, Sequence[Table]], object]:
    rows = Result(("group", "n"), tuple((f"g{i}", part) for i, part in enumerate(parts)))
    return lambda question, _: rows if " per " in question else 9


def test_groups_add_up_or_not(tmp_path: Path) -> None:
    assert tried("groups_add_up", grouped(4, 5), tmp_path / "right") == {True}
    assert tried("groups_add_up", grouped(4, 4), tmp_path / "wrong") == {False}


@pytest.mark.parametrize(("three", "held"), [([["a"], ["b"], ["c"]], True), ([["b"], ["a"], ["c"]], False)])
def test_a_short_ranking_begins_a_longer_one_or_not(tmp_path: Path, three: list[list[str]], *, held: bool) -> None:
    def say(question: str, _: Sequence[Table]) -> object:
        return [["a"], ["b"]] if question.startswith("Top 2") else three

    assert tried("top_few_begin_top_more", say, tmp_path) == {held}


CHANGES: dict[str, Callable[[str, Sequence[Table]], object]] = {
    "a_polite_word_changes_nothing": lambda question, _: len(question),
    "an_unrelated_table_changes_nothing": lambda _, tables: len(tables),
    "the_order_of_columns_changes_nothing": lambda _, tables: tables[0].facts.columns[0].name,
    "a_renamed_column_with_its_entry_changes_nothing": lambda _, tables: tables[0].facts.columns[0].name,
}


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_what_should_change_nothing_is_noticed_when_it_does(tmp_path: Path, name: str) -> None:
    assert tried(name, CHANGES[name], tmp_path / "changing") == {False}
    assert tried(name, lambda question, tables: 7, tmp_path / "steady") == {True}


def test_tables_that_were_changed_hold_the_same_cells(tmp_path: Path) -> None:
    def total(_: str, tables: Sequence[Table]) -> object:
        frame = tables[0].frame()
        facts = {label: column.name for column in tables[0].facts.columns for label in (*column.labels, column.name)}
        return round(float(frame[facts["postage"]].sum()), 2)

    for name in ("the_order_of_columns_changes_nothing", "a_renamed_column_with_its_entry_changes_nothing"):
        assert tried(name, total, tmp_path / name) == {True}


def test_a_word_that_is_passed_over_is_noticed(tmp_path: Path) -> None:
    name = "a_word_of_no_table_changes_the_answer"
    assert tried(name, lambda question, tables: 7, tmp_path / "deaf") == {False}
    assert tried(name, lambda question, tables: len(question), tmp_path / "hearing") == {True}


def test_every_property_is_tried_here() -> None:
    assert set(PROPERTIES) == {
        *CHANGES,
        "opposites_add_up",
        "groups_add_up",
        "top_few_begin_top_more",
        "a_word_of_no_table_changes_the_answer",
    }
