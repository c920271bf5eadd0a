"""What the planner and the model learn from a table's dictionary."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.llm.context import read_context
from services.llm.prompt import LONGEST_DEFINITION, build_prompt
from services.nlq.facts import model_context, table_facts
from services.nlq.planner.facts import TableFacts
from shared.columns import ColumnType
from shared.dictionary import Dictionary, DictionaryDocument, bind
from shared.events import ColumnFact
from tests.fakes.nlq import House, announced
from tests.fakes.prompts import tables_text

COLUMNS = (
    ColumnFact(name="amt", source_name="Amount", type=ColumnType.DECIMAL, unit="USD"),
    ColumnFact(name="status", source_name="Status", type=ColumnType.CATEGORY),
    ColumnFact(name="qty", source_name="Qty", type=ColumnType.INTEGER, unit="kg"),
)
SAID = DictionaryDocument.model_validate(
    {
        "label": "order lines",
        "synonyms": ["sales"],
        "definition": "One row per article.",
        "columns": {
            "amt": {"label": "net amount", "synonyms": ["net"], "definition": "Without tax.", "unit": "EUR"},
            "qty": {"label": "weight"},
        },
        "measures": [
            {
                "name": "revenue",
                "synonyms": ["turnover"],
                "definition": "What was kept.",
                "unit": "EUR",
                "aggregate": "sum",
                "of": "amt * qty",
                "where": [{"column": "status", "op": "!=", "value": "refunded"}, {"column": "amt", "value": 3}],
            }
        ],
    }
)


def facts(dictionary: Dictionary | None = None, columns: tuple[ColumnFact, ...] = COLUMNS) -> TableFacts:
    table = announced("s_1", "sales", len(columns))
    given = bind(SAID, "sales", COLUMNS) if dictionary is None else dictionary
    return table_facts(table, columns, {"columns": {}}, {"status": ["shipped"]}, given)


def test_facts_carry_labels_definitions_units_and_measures() -> None:
    found = facts()
    assert (found.labels, found.definition) == (("order lines", "sales"), "One row per article.")
    amount, status, weight = found.columns
    assert (amount.labels, amount.definition, amount.unit) == (("net amount", "net"), "Without tax.", "EUR")
    assert (status.labels, status.definition, status.unit) == ((), "", None)
    assert (weight.labels, weight.unit) == (("weight",), "kg"), "the file's unit stays where the dictionary has none"
    (revenue,) = found.measures
    assert (revenue.labels, revenue.unit, revenue.measure.function) == (("revenue", "turnover"), "EUR", "sum")


def test_a_table_without_a_dictionary_is_known_as_before() -> None:
    found = facts(Dictionary())
    assert (found.labels, found.definition, found.measures) == ((), "", ())
    assert [column.unit for column in found.columns] == ["USD", None, "kg"]


def test_facts_speak_of_the_columns_that_there_are() -> None:
    renamed = (COLUMNS[0].model_copy(update={"name": "total"}), COLUMNS[1])
    found = facts(columns=renamed)
    assert [(column.name, column.labels) for column in found.columns] == [
        ("total", ("net amount", "net")),
        ("status", ()),
    ]
    assert found.measures == (), "it needs a column that is gone"


@pytest.mark.parametrize("privacy", ["schema_only", "profile"])
def test_the_model_is_told_in_either_mode(privacy: str) -> None:
    context = {
        "question": "What is the revenue?",
        "privacy": privacy,
        "tables": model_context([facts()], privacy=privacy),
    }
    prompt = build_prompt(read_context(json.dumps(context).encode()))
    (table,) = json.loads(tables_text(prompt).removeprefix("<tables>\n").removesuffix("\n</tables>"))
    assert (table["also_called"], table["definition"]) == (["order lines", "sales"], "One row per article.")
    amount, status, _ = table["columns"]
    assert (amount["also_called"], amount["definition"], amount["unit"]) == (
        ["net amount", "net"],
        "Without tax.",
        "EUR",
    )
    assert "also_called" not in status and "definition" not in status
    assert table["measures"] == [
        {
            "name": "revenue", "also_called": ["turnover"], "definition": "What was kept.", "unit": "EUR", "aggregate": "sum", "of": "amt * qty",
            "where": [{"column": "status", "op": "!=", "value": "refunded"}, {"column": "amt", "op": "=", "value": 3}],
        }
    ]  # fmt: skip
    assert ("shipped" in tables_text(prompt)) is (privacy == "profile")


def test_a_table_of_which_nobody_said_anything_costs_the_prompt_nothing() -> None:
    context = {"question": "?", "tables": model_context([facts(Dictionary())], privacy="schema_only")}
    told = tables_text(build_prompt(read_context(json.dumps(context).encode())))
    assert not [word for word in ("also_called", "definition", "measures") if word in told]


def test_words_of_the_dictionary_are_left_in_earlier_code() -> None:
    """In schema-only mode unknown texts are masked: a condition that the dictionary states must not be."""
    context: dict[str, Any] = {
        "question": "What is the revenue?",
        "tables": model_context([facts()], privacy="schema_only"),
        "history": [
            {
                "question": "What was it before?",
                "code": 'result = df[df["status"] != "refunded"]["net"].sum() + df["Lisbon"]',
            }
        ],
    }
    read = read_context(json.dumps(context).encode())
    assert read.history[0].code == 'result = df[df["status"] != "refunded"]["net"].sum() + df["…"]'


def test_long_definitions_are_cut_in_the_prompt() -> None:
    said = SAID.model_copy(update={"definition": "x" * 2000})
    context = {"question": "?", "tables": model_context([facts(bind(said, "sales", COLUMNS))], privacy="schema_only")}
    told = tables_text(build_prompt(read_context(json.dumps(context).encode())))
    assert "x" * LONGEST_DEFINITION in told and "x" * (LONGEST_DEFINITION + 1) not in told


async def test_the_context_of_a_question_holds_the_dictionary_of_its_table() -> None:
    house = House(engine="claude")
    described = house.catalog.described[(await house.catalog.of_session(house.session_id))[0].data_key]
    said = DictionaryDocument.model_validate({"columns": {"amount": {"definition": "Without tax."}}})
    house.catalog.dictionaries["t_sales"] = bind(said, "sales", described)
    (table,) = await house.catalog.of_session(house.session_id)
    told = model_context([await house.catalog.facts(table)], privacy="schema_only")
    assert told[0]["columns"][1]["definition"] == "Without tax."
