"""An answer in words, as `query.written.v1` names it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

LONGEST_TEXT = 4_000  # characters: a page, which nobody reads to the end
MOST_SUGGESTIONS = 3
LONGEST_SUGGESTION = 200  # characters of a question that somebody asks by a click


class WrittenAnswer(BaseModel):
    """`text` is empty where none could be shown; `result` is the name of the one that it is mostly about."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    text: str = Field(default="", max_length=LONGEST_TEXT)
    result: str | None = None
    chart: dict[str, Any] | None = Field(
        default=None, description="a Vega-Lite specification over that result, without data"
    )
    suggestions: tuple[str, ...] = Field(default=(), max_length=MOST_SUGGESTIONS)
