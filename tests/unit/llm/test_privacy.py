"""Under `schema_only` no cell value leaves: shown on the bytes that a real client sends."""

from __future__ import annotations

import json
import secrets
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from services.llm.context import NOWHERE, read_context
from services.llm.errors import PrivacyViolation
from services.llm.models.claude import ClaudeModel
from services.llm.models.providers import anthropic_client
from services.llm.privacy.vocabulary import Vocabulary
from services.llm.prompt import build_prompt
from tests.fakes.llm import MODEL, GenerationBench, classified, context_document
from tests.fakes.messages_api import MessagesApi, wrote
from tests.fakes.prompts import BY_CITY, said_after_tables, step, steps_document, tables_text

KNOWN = Vocabulary.of(["orders", "order_date", "city", "Umsatz (EUR)"], ["Revenue in Lisbon by month since 2024?"])


async def bodies_of(**changes: Any) -> tuple[list[bytes], Any]:
    api = MessagesApi(wrote("result = len(df)"))
    async with api.running():
        model = ClaudeModel(anthropic_client(SecretStr("sk-test"), api.base_url), MODEL, "")
        outcome = await GenerationBench(model).ask(classified(secrets.token_hex(8), secrets.token_hex(8)), **changes)
        await model.close()
    return api.bodies, outcome


async def test_no_canary_in_any_place_reaches_the_request() -> None:
    canary = f"Canary{secrets.token_hex(4)}"
    bodies, outcome = await bodies_of(
        entities=[{"kind": "value", "column": "city", "value": canary, canary: 93175}],
        history=[
            {
                "question": "Which city sells most?",
                "code": f'result = df[df["city"] == "{canary}"]  # only {canary}',
                "answer": f"{canary} with 93175",
                "explanation": f"Only {canary}.",
            }
        ],
        steps=[
            step(1, outcome="failed", said=[f"KeyError: '{canary}'", f"time data {canary} 93175"]),
            step(2, outcome="rejected", said=[f"ValueError: could not convert string to float: {canary}"]),
            step(3, purpose="look", result={"kind": "scalar", "value": canary}),
            step(
                4,
                result={**BY_CITY, "columns": ["city", canary], "rows": [[canary, 93175]]},
                warnings=[f"{canary} has 93175 rows"],
            ),
        ],
    )
    assert outcome.code == "result = len(df)\n"
    assert len(bodies) == 1
    assert canary.encode() not in bodies[0]
    assert canary.lower().encode() not in bodies[0].lower()
    assert b"93175" not in bodies[0]


@pytest.mark.parametrize(
    "facts",
    [
        {"examples": ["secret"]},
        {"values": ["secret", "other"]},
        {"min": 1},
        {"max": "2024-01-01"},
        {"mean": 0.0},
        {"quartiles": [1, 2, 3]},
        {"undecided": {"whether": "?", "read_as": "text", "example": {"cell": "secret"}}},
    ],
)
async def test_columns_that_carry_values_stop_the_question_before_anything_is_sent(facts: dict[str, Any]) -> None:
    columns = [{"name": "city", "type": "category", **facts}]
    bodies, outcome = await bodies_of(tables=[{"name": "orders", "rows": 3, "columns": columns}])
    assert outcome.code == "privacy_violation"
    assert "secret" not in outcome.reason
    assert not bodies


async def test_profile_mode_sends_what_the_profile_says() -> None:
    columns = [
        {
            "name": "city",
            "type": "category",
            "values": ["Lisbon", "Porto"],
            "examples": ["Lisbon"],
            "min": "A",
            "max": "Z",
        }
    ]
    bodies, _ = await bodies_of(tables=[{"name": "orders", "rows": 3, "columns": columns}], privacy="profile")
    assert b"Porto" in bodies[0]


def test_unstated_mode_is_the_strict_one() -> None:
    document = json.loads(context_document())
    del document["privacy"]
    document["tables"][0]["columns"][0]["examples"] = ["Lisbon"]
    with pytest.raises(PrivacyViolation):
        read_context(json.dumps(document).encode())


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ("KeyError: 'order_date'", "KeyError: 'order_date'"),
        ("KeyError: 'Umsatz (EUR)'", "KeyError: 'Umsatz (EUR)'"),
        (
            "ValueError: could not convert string to float: '12-Smith'",
            "ValueError: could not convert string to float: '…'",
        ),
        ("There is no column 'Paris' in table 'orders'.", "There is no column '…' in table 'orders'."),
        (
            "TypeError: unsupported operand type(s) for +: 'int' and 'str'",
            "TypeError: unsupported operand type(s) for +: 'int' and 'str'",
        ),
        ("ValueError: invalid value 'first order'", "ValueError: invalid value '…'"),
        ("The table's rows don't match 12 of 'no'", "The table's rows …'… match … of '…'"),
    ],
)
def test_messages_keep_the_words_that_help(message: str, kept: str) -> None:
    assert KNOWN.words(message) == kept


@pytest.mark.parametrize(
    "code",
    [
        'result = df.groupby("order_date")["Umsatz (EUR)"].agg("sum").reset_index()',
        "result = df[df['city'].str.strip() == 'Lisbon']",
        'result = df.set_index("order_date").resample("ME").sum()',
        "result = df.order_date.dt.strftime('%Y-%m')",
        'result = df.merge(tables["orders"], on="order_date", how="left")',
    ],
)
def test_code_keeps_names_of_columns_arguments_and_what_the_person_said(code: str) -> None:
    assert KNOWN.literals(code) == code


def test_code_loses_literals_and_comments_that_nobody_said() -> None:
    code = "result = df[df['city'] == 'Hamburg']  # the rows of Hamburg"
    assert KNOWN.literals(code) == "result = df[df['city'] == '…']  # the rows of …"


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(categories=("L", "N", "P", "Zs")), min_size=1, max_size=30))
def test_no_unknown_word_survives_in_a_quoting_message(value: str) -> None:
    marked = f"Zq{value}qZ"
    shown = KNOWN.words(f"ValueError: cannot parse {marked!r} as a date")
    assert marked not in shown
    assert marked not in said_after_tables(
        build_prompt(read_context(context_document(), steps_document(step(outcome="failed", said=[f"bad {marked}"]))))
    )


def test_cells_that_tell_totals_are_cells() -> None:
    told = {
        "name": "t",
        "rows": 4,
        "columns": [],
        "totals_columns": ["city"],
        "totals": [[{"column": "city", "value": "All"}]],
    }
    with pytest.raises(PrivacyViolation):
        read_context(context_document(tables=[told]))
    (table,) = read_context(context_document(tables=[{**told, "totals": []}])).tables
    assert table.totals_columns == ("city",)


def test_the_model_is_told_which_rows_sum_up_others() -> None:
    cells = [{"column": "city", "value": "All"}, {"column": "year", "value": None}]
    told = {"name": "t", "rows": 4, "columns": [], "totals_columns": ["city"], "totals": [cells]}
    prompt = build_prompt(read_context(context_document(tables=[told], privacy="profile")))
    assert '"totals_rows": [{"city": "All", "year": null}]' in tables_text(prompt)


async def test_cells_near_a_value_that_occurs_nowhere_are_not_told() -> None:
    absent = "No row has 'lisbon' in city; near are 'Lisbon' and 'Lisburn'."
    empty = {"kind": "table", "columns": ["city"], "rows": [], "total_rows": 0}
    done = step(1, result=empty, absent=[absent], warnings=["The result is empty.", absent])
    bodies, _ = await bodies_of(question="What does lisbon sell, not Lisbon?", steps=[done])
    assert b"near are" not in bodies[0]
    assert b"Lisburn" not in bodies[0]
    assert NOWHERE.encode() in bodies[0]
    seen, _ = await bodies_of(privacy="profile", steps=[done])
    assert b"Lisburn" in seen[0]
