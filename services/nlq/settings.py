"""Settings of nlq: which generator writes the code, and how long a question may take."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from shared.settings import PrivacySettings, QuestionSettings


class Settings(QuestionSettings, PrivacySettings):
    """`ASKFRAME_*` variables."""

    engine: Literal["auto", "claude", "offline"] = Field(
        default="auto", description="`auto`: Claude where it is available, else the offline planner"
    )
    claude_available: bool = Field(
        default=False,
        description="whether the llm service has Anthropic's key; nlq itself never sees it. Needless with another provider",
    )
    max_repairs: int = Field(
        default=2, ge=0, description="times that refused or crashed code goes back to the generator"
    )
    max_steps: int = Field(
        default=8,
        ge=1,
        description="rounds in which Claude may look into the tables or compute before it has to answer",
    )
    verify: bool = Field(
        default=False,
        description="whether what Claude computes is computed a second time, in SQL, and compared, where a question does not say",
    )
    max_wrong: float = Field(
        default=0.02,
        ge=0,
        le=0.2,
        description="the share of wrong answers, of all questions, that the offline engine may give; lower answers less",
    )
    snippet_seconds: float = Field(default=90, gt=0, description="how long POST /v1/code waits for its outcome")
