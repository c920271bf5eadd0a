"""The model that computes a result again sees neither the code that gave it nor any of its values."""

from __future__ import annotations

import json
import secrets

import pytest

from services.llm.prompt import SECOND_VERSION
from services.llm.reply import Block
from shared.events import QueryClassified, QueryGenerated, QueryGenerationFailed
from tests.fakes.llm import GenerationBench, ScriptedModel, classified
from tests.fakes.prompts import BY_CITY, TOTAL, asked_in, block_in, results_in, said_after_tables, step, use

SQL = "SELECT COUNT(*) FROM orders"


@pytest.fixture
def event() -> QueryClassified:
    named = classified(secrets.token_hex(8), secrets.token_hex(8))
    return named.model_copy(update={"language": "sql", "step": 2})


async def test_sql_is_published_as_such(event: QueryClassified) -> None:
    outcome = await GenerationBench(ScriptedModel(use("select", sql=SQL))).ask(event)
    assert isinstance(outcome, QueryGenerated)
    assert (outcome.language, outcome.code.strip(), outcome.step) == ("sql", SQL, 2)
    assert (outcome.prompt_version, outcome.reply_key) == (SECOND_VERSION, None)


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (use("decline", reason="SQL cannot express it."), "cannot_answer"),
        (use("compute", code="result = 1", name="x", explanation=""), "invalid_reply"),
        (use("select", sql=" "), "invalid_reply"),
        (use("select"), "invalid_reply"),
        (SQL, "invalid_reply"),
    ],
)
async def test_anything_but_a_select_fails_with_its_reason(
    event: QueryClassified, reply: Block | str, code: str
) -> None:
    outcome = await GenerationBench(ScriptedModel(reply)).ask(event)
    assert isinstance(outcome, QueryGenerationFailed)
    assert outcome.code == code


@pytest.mark.parametrize("privacy", ["profile", "schema_only"])
async def test_columns_are_told_and_neither_code_nor_values(event: QueryClassified, privacy: str) -> None:
    model = ScriptedModel(use("select", sql=SQL))
    first = step(1, code="result = df.groupby('city')", name="answer", result=BY_CITY)
    await GenerationBench(model).ask(event, steps=[first], privacy=privacy)
    (prompt,) = model.prompts
    told = block_in(asked_in(prompt), "result")
    assert [column["type"] for column in told["columns"]] == ["text", "decimal"]
    sent = json.dumps([prompt.system, said_after_tables(prompt)])
    for hidden in ("groupby", "Lyon", "Oslo", "80.5", "20.25"):
        assert hidden not in sent
    assert results_in(prompt) == []
    assert [tool["name"] for tool in prompt.tools] == ["select", "decline"]


async def test_of_a_single_value_its_type_is_told(event: QueryClassified) -> None:
    model = ScriptedModel(use("select", sql=SQL))
    await GenerationBench(model).ask(event, steps=[step(1, code="result = 1200", result=TOTAL)])
    assert block_in(asked_in(model.prompts[0]), "result") == {"type": "integer"}
    assert "1200" not in said_after_tables(model.prompts[0])


async def test_names_of_columns_that_are_cells_are_not_told_to_whom_may_see_none(event: QueryClassified) -> None:
    model = ScriptedModel(use("select", sql=SQL))
    pivoted = {"kind": "table", "columns": ["Lyonnesse"], "rows": [[1]], "total_rows": 1}
    await GenerationBench(model).ask(event, steps=[step(1, code="x", result=pivoted)], privacy="schema_only")
    assert "Lyonnesse" not in said_after_tables(model.prompts[0])


async def test_names_that_are_data_come_back_in_the_sql(event: QueryClassified) -> None:
    """The model knows them by their pseudonyms only."""
    bench = GenerationBench(ScriptedModel(use("select", sql='SELECT "column_1" FROM orders')))
    outcome = await bench.ask(event, privacy="schema_only", pseudonyms={"Anna Smith": "column_1"})
    assert outcome.code.strip() == 'SELECT "Anna Smith" FROM orders'
