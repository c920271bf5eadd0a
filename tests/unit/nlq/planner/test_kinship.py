"""Columns named by sense: where two fit, both are asked about; what a column is called is never in doubt."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from services.nlq.planner.facts import Clarify, ColumnFacts, Decline, TableFacts
from services.nlq.planner.lexicon.tokens import tokenize
from services.nlq.planner.linking.kinship import kin_links
from services.nlq.planner.linking.names import column_links
from services.nlq.planner.linking.schema import build
from shared.columns import ColumnType

from .asking import Tables

ROWS = ("ann,4,1200,3", "bo,9,310,5", "cy,2,45,11", "di,13,7,6")


def things(tmp_path: Path, *names: str) -> Tables:
    """A table of a label and three numbers, the columns called so."""
    return Tables(tmp_path, {"things": "\n".join((f"label,{','.join(names)}", *ROWS))})


def linked(question: str, *names: str) -> set[str]:
    columns = tuple(ColumnFacts(n, n, ColumnType.INTEGER, distinct=9, minimum=3, maximum=900) for n in names)
    schema = build((TableFacts("t", "things", 10, columns),))
    tokens = tokenize(question)
    return {c.ref.column for *_, c, _ in kin_links(tokens, schema, list(column_links(question, tokens, schema)))}


@pytest.mark.parametrize(
    ("question", "near"),
    [
        ("What is the total weight?", {"Mass", "Load"}),
        ("What is the total price?", {"Cost", "Value"}),
        ("What is the total citation num?", {"citation_count", "reference_count"}),
        ("What is the total average attendance?", {"Mean_Attendance", "Normal_Attendance"}),
        ("total max wind speed", {"highest_wind_speed", "top_wind_speed"}),
    ],
)
def test_two_columns_of_the_same_sense_are_asked_about_with_their_values(
    question: str, near: set[str], tmp_path: Path
) -> None:
    decided, _ = things(tmp_path, *sorted(near), "Rank").decided(question)
    assert isinstance(decided, Clarify), decided
    assert {o.label.split(":")[0] for o in decided.options} == near
    assert all(o.label.split(": ")[1] in ("28", "1,562") for o in decided.options)


def test_renaming_the_column_to_another_word_of_its_sense_asks_where_its_name_was_answered(tmp_path: Path) -> None:
    (tmp_path / "named").mkdir()
    (tmp_path / "renamed").mkdir()
    assert things(tmp_path / "named", "Weight", "Load", "Rank").answer("What is the total weight?") == [(28,)]
    decided, _ = things(tmp_path / "renamed", "Mass", "Load", "Rank").decided("What is the total weight?")
    assert isinstance(decided, Clarify)


def test_a_label_of_the_dictionary_settles_what_a_word_means() -> None:
    mass = ColumnFacts("Mass", "Mass", ColumnType.INTEGER, distinct=9)
    load = ColumnFacts("Load", "Load", ColumnType.INTEGER, distinct=9, labels=("weight",))
    schema = build((TableFacts("t", "things", 10, (mass, load)),))
    tokens = tokenize("What is the total weight?")
    links = list(column_links("What is the total weight?", tokens, schema))
    assert not list(kin_links(tokens, schema, links))
    assert min(links, key=lambda link: link[3])[2].ref.column == "Load"


@pytest.mark.parametrize("name", ["Load", "load_kg", "max_load"])
def test_the_whole_name_and_part_of_it_are_answered_at_once(name: str) -> None:
    assert linked("What is the total load?", name, "Weight", "Burden") == set()


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("total overtime", ("hours", "break_minutes")),
        ("total height", ("weight", "length")),
        ("average longitude", ("latitude", "altitude")),
        ("total profit", ("revenue", "cost")),
        ("average talk time in minutes", ("talk_seconds", "wait_seconds")),
        ("total gross amount", ("amount", "net_amount", "tax_amount")),
        ("total number", ("count", "quantity")),
    ],
)
def test_words_of_the_same_field_explain_nothing(question: str, names: tuple[str, ...]) -> None:
    assert linked(question, *names) == set()


def test_one_column_of_the_same_sense_is_left_to_what_names_say() -> None:
    assert linked("What is the total weight?", "Mass", "Rank") == set()


def test_columns_of_other_tables_are_no_rivals() -> None:
    one, other = (
        TableFacts(f"t{n}", f"things{n}", 10, (ColumnFacts(name, name, ColumnType.INTEGER, distinct=9),))
        for n, name in enumerate(("Mass", "Load"))
    )
    schema, tokens = build((one, other)), tokenize("total weight")
    assert not list(kin_links(tokens, schema, list(column_links("total weight", tokens, schema))))


def test_a_word_that_nothing_is_near_to_is_declined_by_its_name(tmp_path: Path) -> None:
    decided, _ = things(tmp_path, "Mass", "Load", "Rank").decided("What is the total arsenic?")
    assert isinstance(decided, Decline)
    assert "arsenic" in decided.reason


def test_a_wide_table_is_linked_in_a_few_milliseconds() -> None:
    names = [f"{word}_{n}" for n in range(40) for word in "mass load cost value speed rate price wage fee span".split()]
    columns = tuple(ColumnFacts(n, n, ColumnType.INTEGER, distinct=9) for n in names)
    schema = build((TableFacts("t", "wide", 10, columns),))
    tokens = tokenize("what is the average weight and the total charge for velocity above 10 by salary")
    links = list(column_links("", tokens, schema))
    list(kin_links(tokens, schema, links))  # the data file is read once
    began = time.process_time()
    list(kin_links(tokens, schema, links))
    assert time.process_time() - began < 0.025


def test_a_word_of_another_sense_that_is_spelled_alike_is_not_asked_about(tmp_path: Path) -> None:
    """A rating is no rate, and no price: its columns' names say more than "rate" besides."""
    decided, _ = things(tmp_path, "price_new", "price_replacement", "Pages").decided("What is the average rating?")
    assert isinstance(decided, Decline)


def test_a_name_written_as_one_is_not_taken_apart() -> None:
    assert linked("What is the total of cost_net?", "cost_net", "price_gross", "charge") == set()
