"""Our own question families: right, repeatable, and of every phenomenon that is promised."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from eval import tables
from eval.families.drawing import FAMILIES, Answers, Disagreement, Drawn, Pick, any_of, family
from eval.families.subjects import Role, World
from eval.families.worlds import worlds
from eval.families.writing import items, typed, write_tables
from eval.grading import EXPECTATION
from shared.columns import Family

WORLDS = worlds()
ROLE_FAMILIES = {
    Role.MEASURE: {Family.NUMBER},
    Role.CATEGORY: {Family.TEXT},
    Role.LABEL: {Family.TEXT},
    Role.FLAG: {Family.BOOLEAN},
    Role.DATE: {Family.DATE},
    Role.MOMENT: {Family.DATE},
}
# What issue after issue was found to be read wrongly: each needs questions to be measured with.
PHENOMENA = {
    "negation", "either_or", "missing", "distinct", "anti_join", "semi_join", "join", "nested_aggregate", "cumulative", "rolling", "change",
    "arithmetic", "ratio", "top_n", "top_per_group", "second_best", "compare_groups", "compare_periods", "shares", "percentile", "calendar",
    "duplicates", "pivot", "ambiguous", "unknown_word", "unknown_value", "follow_up", "language", "statistics", "outliers", "duration", "having",
    "ids", "text_sum", "out_of_scope", "same_name_parts", "compare_columns", "sort", "buckets", "text_match", "flag", "superlative",
}  # fmt: skip


@pytest.fixture(scope="module")
def drawn() -> list[dict[str, Any]]:
    """All of them: drawing computes every answer twice and stops where the two differ."""
    return list(items(WORLDS))


def test_there_are_thousands_of_questions_of_every_phenomenon(drawn: list[dict[str, Any]]) -> None:
    kinds = Counter(item["kind"] for item in drawn)
    assert len(drawn) > 4000 and set(kinds) >= PHENOMENA and set(kinds) == set(FAMILIES)
    assert min(kinds.values()) >= 5


def test_no_question_comes_twice_over_the_same_tables_with_different_answers(drawn: list[dict[str, Any]]) -> None:
    expected = defaultdict(set)
    for item in drawn:
        asked = item["question"].lower().strip("?")
        expected[asked, tuple(item["tables"])].add(json.dumps(item["expect"], sort_keys=True))
    assert [asked for asked, found in expected.items() if len(found) > 1] == []
    assert len({item["id"] for item in drawn}) == len(drawn)


def test_every_line_is_one_that_the_grader_reads(drawn: list[dict[str, Any]]) -> None:
    for item in drawn:
        for turn in (item, *item.get("follow_ups", ())):
            EXPECTATION.validate_python(turn["expect"])


def test_the_same_questions_are_drawn_again() -> None:
    one, other = (list(items([worlds()[0]])) for _ in range(2))
    assert one == other


def test_the_product_reads_the_tables_as_they_were_made(tmp_path: Path) -> None:
    write_tables(tmp_path / "tables", WORLDS)
    for world in WORLDS:
        for subject in world.subjects:
            (table,) = tables.load([tmp_path / f"tables/{subject.name}.csv"], tmp_path / "cache")
            types = {column.name: column.type.family for column in table.facts.columns}
            for column in subject.columns:
                if column.role in ROLE_FAMILIES:
                    assert types[column.name] in ROLE_FAMILIES[column.role], f"{subject.name}.{column.name}"
            assert table.frame().isna().sum().sum() == subject.frame.isna().sum().sum()


def test_an_answer_on_which_pandas_and_duckdb_differ_is_not_written() -> None:
    parcels = WORLDS[0]
    with pytest.raises(Disagreement, match="how many"):
        Answers(parcels).expected(Drawn(["how many"], 159, "SELECT count(*) FROM parcels"))
    with pytest.raises(Disagreement):
        Answers(parcels).expected(
            Drawn(["in this order"], ["Coast", "Delta"], "SELECT * FROM (VALUES ('Delta'), ('Coast'))", "order")
        )
    with pytest.raises(Disagreement):
        Answers(parcels).expected(Drawn(["nothing"], [], "SELECT zone FROM parcels WHERE false", "set"))


def test_expectations_carry_what_is_as_right() -> None:
    answers = Answers(WORLDS[0])
    share = Drawn(["share"], 25.0, "SELECT 25.0", times=(1, 0.01))
    assert answers.expected(share) == {"check": "scalar", "values": [25.0, 0.25]}
    named = any_of([Drawn(["who"], ["a"], "SELECT 'a'", "set"), Drawn(["who"], ["b"], "SELECT 'b'", "set")])
    assert [one["values"] for one in answers.expected(named)["of"]] == [["a"], ["b"]]


def test_a_family_may_have_several_forms() -> None:
    @family("a family of this test")
    def one(world: World, pick: Pick) -> Any:
        yield 1

    @family("a family of this test")
    def other(world: World, pick: Pick) -> Any:
        yield 2

    assert list(FAMILIES.pop("a family of this test")(WORLDS[0], Pick("seed"))) == [1, 2]


def test_typing_changes_no_word() -> None:
    plain = "total fee per a aisle"
    for seed in range(30):
        shown = typed(plain, Pick(str(seed)))
        assert shown.lower().rstrip("?").endswith("total fee per an aisle")
