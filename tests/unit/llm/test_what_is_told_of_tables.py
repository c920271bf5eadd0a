"""The facts of tables before the model: each where it says something, none that another one says, and none with cells in it where none may be told."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, get_args

import pytest

from services.llm.context import read_context
from services.llm.errors import PrivacyViolation
from services.llm.prompt import CUT, MOST_TOKENS, SYSTEM, build_prompt
from services.llm.prompt.columns import MOST_EXAMPLES, MOST_VALUES
from services.llm.prompt.tables import FACTS, LONGEST_WARNING, MOST_WARNINGS
from services.llm.prompt.writing import LONGEST_VALUE
from services.llm.retrieval import least_size
from services.llm.tables import (
    Column,
    Condition,
    Described,
    LeftOut,
    Measure,
    OpenExample,
    Part,
    Reference,
    Table,
    TotalsCell,
    Undecided,
)
from tests.fakes.llm import context_document
from tests.fakes.prompts import tables_text


def document(*tables: dict[str, Any], privacy: str = "profile") -> bytes:
    return context_document(tables=list(tables), privacy=privacy)


def told(*columns: dict[str, Any], **changes: Any) -> dict[str, Any]:
    table = {"name": "t", "rows": 10, "columns": list(columns), **changes}
    text = tables_text(build_prompt(read_context(document(table))))
    (shown,) = json.loads(text.removeprefix("<tables>\n").removesuffix("\n</tables>"))
    return dict(shown)


def column(**facts: Any) -> dict[str, Any]:
    (shown,) = told({"name": "c", "type": "text", "nullable": False, **facts})["columns"]
    return {name: value for name, value in shown.items() if name not in ("name", "type")}


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        ({}, {}),
        ({"nullable": True}, {"nullable": True}),
        ({"nullable": True, "nulls": 0.25}, {"nulls": 0.25}),
        ({"nullable": False, "nulls": 0.0}, {}),
        ({"source_name": "c"}, {}),
        ({"source_name": " C. "}, {}),
        ({"source_name": "C (net)"}, {"header": "C (net)"}),
        ({"key": True, "distinct": 10}, {"key": True}),
        ({"distinct": 7}, {"distinct": 7}),
        ({"distinct": 3, "values": ["b", "a", "c"], "examples": ["b"]}, {"values": ["b", "a", "c"]}),
        ({"type": "integer", "values": [3, 1, 2], "min": 1, "max": 3}, {"values": [1, 2, 3]}),
        ({"type": "boolean", "values": [True, False]}, {"values": [False, True]}),
        ({"type": "date", "examples": ["2024-05-01"], "min": "2024-01-01", "max": "2024-12-31"}, {"min": "2024-01-01", "max": "2024-12-31"}),
        ({"type": "integer", "min": 0, "max": 0}, {"min": 0, "max": 0}),
        (
            {"type": "decimal", "min": -1.23456, "max": 9e6, "mean": 0.0, "quartiles": [-0.123456, 1.0, 123456.7]},
            {"min": -1.23456, "max": 9e6, "mean": 0, "quartiles": [-0.1235, 1, 123500]},
        ),
        ({"type": "integer", "key": True, "min": 1, "max": 9, "mean": 5.0, "quartiles": [3, 5, 7]}, {"key": True, "min": 1, "max": 9}),
        ({"type": "integer", "values": [7], "mean": 7.0, "quartiles": [7, 7, 7]}, {"values": [7]}),
        ({"type": "identifier", "mean": 5.0}, {}),
        ({"named": ["only for choosing columns"]}, {}),
    ],
)  # fmt: skip
def test_facts_of_a_column(facts: dict[str, Any], shown: dict[str, Any]) -> None:
    assert column(**facts) == shown


def test_values_are_told_up_to_as_many_as_help() -> None:
    values = [f"v{n}" for n in range(MOST_VALUES + 1)]
    assert column(values=values[:-1])["values"] == values[:-1]
    assert column(values=values, distinct=41) == {"distinct": 41, "examples": values[:MOST_EXAMPLES]}


def test_texts_that_are_cut_say_so() -> None:
    kept, cut = "k" * LONGEST_VALUE, "c" * (LONGEST_VALUE + 1)
    assert column(values=[kept, cut])["values"] == [kept, f"{cut[: LONGEST_VALUE - 1]}…"]
    assert "…" in FACTS and FACTS in SYSTEM


def test_sample_rows_stand_below_the_columns_and_their_cells_are_no_examples_again() -> None:
    columns = [{"name": "w", "type": "text", "examples": ["one", "two", "six"]}, {"name": "n", "type": "integer"}]
    shown = told(*columns, sample_rows=[["two", None], ["ten", 5]])
    assert shown["sample_rows"] == [["two", None], ["ten", 5]]
    assert shown["columns"][0]["examples"] == ["one", "six"]


def test_warnings_are_few_and_short() -> None:
    shown = told(warnings=[f"{n}" * 500 for n in range(1, 10)])["warnings"]
    assert shown == [f"{n}" * LONGEST_WARNING for n in range(1, MOST_WARNINGS + 1)]


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        ({}, {}),
        ({"matched": 0.98}, {"rows_matched": 0.98}),
        ({"matched": 0.0}, {"rows_matched": 0.0}),
        ({"matched": 1.0, "several": True}, {"rows_matched": 1.0, "several_matches": True}),
    ],
)
def test_references_say_where_they_lead_and_for_how_many_rows(facts: dict[str, Any], shown: dict[str, Any]) -> None:
    (reference,) = told(references=[{"column": "city_id", "table": "cities", "key": "id", **facts}])["references"]
    assert reference == {"column": "city_id", "to_table": "cities", "key": "id", **shown}


def wide(count: int, **facts: Any) -> dict[str, Any]:
    columns = [{"name": f"reading_{n}", "type": "decimal", "nullable": False, **facts} for n in range(count)]
    return {
        "name": "t",
        "rows": 10,
        "columns": columns,
        "sample_rows": [[0.5] * count] * 3,
        "warnings": ["note"],
        "references": [{"column": "reading_1", "table": "u", "key": "id"}],
    }


@pytest.mark.parametrize(
    ("table", "kept", "gone"),
    [
        (wide(150, mean=1.5, values=[0.5, 1.5]), {"sample_rows", "warnings", "mean", "values", "references"}, set()),
        (
            wide(300, mean=1.5, values=[0.5, 1.5]),
            {"mean", "values", "references"},
            {"sample_rows", "warnings", "examples"},
        ),
        (
            wide(250, mean=1.5, values=[0.5] * 30),
            {"examples"},
            {"sample_rows", "warnings", "mean", "values", "references"},
        ),
    ],
    ids=["all fits", "without rows", "without figures"],
)
def test_what_only_helps_to_picture_a_table_goes_before_any_column_does(
    table: dict[str, Any], kept: set[str], gone: set[str]
) -> None:
    prompt = build_prompt(read_context(document(table)))
    assert prompt.tokens <= MOST_TOKENS
    assert CUT not in tables_text(prompt)
    assert {fact for fact in kept | gone if f'"{fact}":' in tables_text(prompt)} == kept
    assert tables_text(prompt).count('"name": "reading_') == len(table["columns"])


def test_the_least_size_is_none_that_tables_are_smaller_than() -> None:
    columns = [{"name": name, "type": "text", "nullable": False} for name in ("a", "b", "Größe", 'with "quotes"')]
    context = read_context(document({"name": "t", "rows": 1, "columns": columns}))
    written = len(tables_text(build_prompt(context)).encode())
    assert written - 100 < least_size(context.tables) < written


# What may hold a cell. Whoever adds a field to what is told of tables says here which it is, and in `without_cells` of its class.
CELLS: Mapping[type[Described], Mapping[str, Any]] = {
    OpenExample: {"cell": "secret", "values": {"as a number": "secret"}},
    Undecided: {"example": {"cell": "secret"}},
    Column: {
        "values": ["secret"],
        "examples": ["secret"],
        "min": 0,
        "max": "secret",
        "mean": 0.0,
        "quartiles": [0, 0, 0],
        "named": ["secret"],
        "source_name": "secret",
    },
    Condition: {},
    Measure: {},
    TotalsCell: {"value": "secret"},
    LeftOut: {},
    Reference: {},
    Table: {
        "totals": [[{"column": "c", "value": "secret"}]],
        "sample_rows": [["secret"]],
        "warnings": ["3 cells are secret"],
    },
}
SCHEMA: Mapping[type[Described], Mapping[str, Any]] = {
    OpenExample: {},
    Undecided: {"whether": "day or month first", "read_as": "day"},
    Column: {
        "name": "c",
        "type": "text",
        "unit": "EUR",
        "nullable": True,
        "nulls": 0.5,
        "distinct": 3,
        "labels": ["city"],
        "definition": "Where.",
        "key": True,
        "undecided": {"whether": "day or month first", "read_as": "day"},
    },
    Condition: {"column": "c", "op": "=", "value": "written by people"},
    Measure: {
        "name": "m",
        "synonyms": ["s"],
        "definition": "What is kept.",
        "unit": "EUR",
        "aggregate": "sum",
        "of": "c",
        "percentile": 0.5,
        "where": [{"column": "c", "value": "written by people"}],
    },
    TotalsCell: {"column": "c"},
    LeftOut: {"count": 1, "names": ["c"]},
    Reference: {"column": "c", "table": "cities", "key": "id", "matched": 0.5, "several": True},
    Table: {
        "name": "t",
        "rows": 3,
        "columns": [{"name": "c", "type": "text"}],
        "labels": ["orders"],
        "definition": "One row each.",
        "measures": [{"name": "m", "aggregate": "count"}],
        "references": [{"column": "c", "table": "cities", "key": "id"}],
        "totals_columns": ["c"],
        "left_out": {"count": 1},
    },
}


def parts_of(model: type[Part]) -> Iterator[type[Part]]:
    """The model, and all that it is made of."""
    yield model
    for field in model.model_fields.values():
        for found in _parts_in(field.annotation):
            yield from parts_of(found)


def _parts_in(annotation: Any) -> Iterator[type[Part]]:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        yield annotation
    for inner in get_args(annotation):
        yield from _parts_in(inner)


@pytest.mark.parametrize("part", sorted(set(parts_of(Table)), key=lambda part: part.__name__))
def test_every_field_is_known_to_hold_cells_or_none(part: type[Part]) -> None:
    assert issubclass(part, Described)
    assert set(CELLS[part]) | set(SCHEMA[part]) == set(part.model_fields)
    assert part.without_cells == frozenset(SCHEMA[part])


@pytest.mark.parametrize(
    ("part", "field"), [(part, field) for part, fields in CELLS.items() for field in fields if part is not OpenExample]
)
def test_each_field_with_cells_stops_the_question_under_schema_only(part: type[Described], field: str) -> None:
    told = {**SCHEMA[part], field: CELLS[part][field]}
    assert part.model_validate(told).carries_values()
    table = {**SCHEMA[Table]}
    if part is Column:
        table["columns"] = [told]
    elif part is Undecided:
        table["columns"] = [{**SCHEMA[Column], "undecided": told}]
    elif part is TotalsCell:
        table["totals"] = [[told]]
    else:
        table = told
    with pytest.raises(PrivacyViolation):
        read_context(document(table, privacy="schema_only"))
    read_context(document(table, privacy="profile"))


def test_all_of_the_schema_is_told_under_schema_only() -> None:
    measure = {**SCHEMA[Measure]}
    table = {**SCHEMA[Table], "columns": [SCHEMA[Column]], "measures": [measure], "left_out": SCHEMA[LeftOut]}
    context = read_context(document(table, privacy="schema_only"))
    (shown,) = json.loads(tables_text(build_prompt(context)).removeprefix("<tables>\n").removesuffix("\n</tables>"))
    assert shown["columns"] == [
        {"name": "c", "type": "text", "also_called": ["city"], "definition": "Where.", "unit": "EUR", "key": True, "nulls": 0.5,
         "undecided": {"whether": "day or month first", "read_as": "day"}}
    ]  # fmt: skip


def test_a_field_that_nobody_placed_counts_as_cells() -> None:
    class Newer(Column):
        surprise: str | None = None

    assert not Newer(name="c", type="text").carries_values()
    assert Newer(name="c", type="text", surprise="secret").carries_values()
