"""The rounds of a question with a model: what it wanted in each, and what came of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.events.queries import Purpose

# The first four are of code; then what was wrong with a reply that brought none, and what a person answered who was asked back.
StepOutcome = Literal["ok", "rejected", "failed", "timed_out", "unreadable", "repeated", "chosen"]


class Step(BaseModel):
    """A round that is over. `said` are the reasons why it came to nothing, or what the person chose."""

    model_config = ConfigDict(frozen=True)
    step: int
    attempt: int
    outcome: StepOutcome
    reply_key: str | None = None
    purpose: Purpose | None = None
    name: str | None = None
    code: str | None = None
    explanation: str = ""
    said: tuple[str, ...] = ()
    result_key: str | None = None
    table_key: str | None = None
    absent: tuple[str, ...] = Field(default=(), description="which values that the code looks for occur nowhere")
    warnings: tuple[str, ...] = Field(default=(), description="what has to be said where the result is shown")
    columns: tuple[tuple[str, str], ...] = ()
    tables_used: tuple[str, ...] | None = None
    seconds: float = 0.0

    @property
    def is_result(self) -> bool:
        """Whether what it gave is part of the answer."""
        return self.outcome == "ok" and self.purpose == "compute"


def results_of(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The computations to show, in their order; one that was done again under the same name counts as it was last."""
    by_name = {step.name: step for step in steps if step.is_result}
    return tuple(sorted(by_name.values(), key=lambda step: (step.step, step.attempt)))


def steps_document(steps: Iterable[Step], left: int) -> dict[str, Any]:
    """What stands behind `query.classified.v1`'s `steps_key`: `left` is how often the model may still look or compute."""
    told = set("step attempt outcome reply_key purpose name code said result_key absent warnings".split())
    return {"left": left, "steps": [step.model_dump(mode="json", include=told) for step in steps]}
