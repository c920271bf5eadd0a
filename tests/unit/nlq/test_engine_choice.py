"""Who writes the code: the setting, and whether there is a model to ask."""

from __future__ import annotations

import pytest

from services.nlq.app import engine_of
from services.nlq.settings import Settings


@pytest.mark.parametrize(
    ("given", "engine"),
    [
        ({}, "offline"),
        ({"claude_available": True}, "claude"),
        ({"model_provider": "bedrock"}, "claude"),
        ({"model_provider": "vertex"}, "claude"),
        ({"model_provider": "vertex", "engine": "offline"}, "offline"),
        ({"engine": "claude"}, "claude"),
    ],
)
def test_a_model_is_asked_where_there_is_one_unless_the_operator_decides(given: dict[str, str], engine: str) -> None:
    assert engine_of(Settings.model_validate(given)) == engine
