"""Of a table that is too wide for a prompt, the model is told the columns that its question needs.

nlq says what it knows of the tables, llm chooses: both as they are, with nothing between them but the document.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from services.llm.context import read_context
from services.llm.prompt import MOST_TOKENS, Prompt, build_prompt
from services.nlq.facts import model_context
from services.nlq.planner.facts import TableFacts
from tests.contract.wide.questions import Asked, all_asked
from tests.contract.wide.trades import trades
from tests.fakes.prompts import tables_of

TRIES = 0.99


@pytest.fixture(scope="module")
def tables() -> Mapping[str, TableFacts]:
    return trades()


def prompt_for(asked: Asked, table: TableFacts, privacy: str = "profile") -> Prompt:
    history = []
    if asked.before:
        question, columns = asked.before
        history = [{"question": question, "code": f"result = df[{list(columns)!r}].describe()\n", "answer": None}]
    document = {
        "question": asked.question,
        "tables": model_context([table], privacy=privacy, question=asked.question),
        "history": history,
        "privacy": privacy,
    }
    return build_prompt(read_context(json.dumps(document).encode()))


def told_columns(prompt: Prompt) -> set[str]:
    return {column["name"] for table in tables_of(prompt) for column in table.get("columns", ())}


def test_the_needed_columns_are_told_within_the_budget(tables: Mapping[str, TableFacts]) -> None:
    asked = all_asked()
    assert len(asked) >= 100
    there = {trade: {column.name for column in table.columns} for trade, table in tables.items()}
    assert all(set(one.needs) <= there[one.trade] for one in asked)
    missed = []
    for one in asked:
        prompt = prompt_for(one, tables[one.trade])
        assert prompt.tokens <= MOST_TOKENS, one
        if lacking := set(one.needs) - told_columns(prompt):
            missed.append((one.question, lacking))
    assert len(missed) <= (1 - TRIES) * len(asked), missed
