"""Tokens of an exchange with the model, and what they cost."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Effort = Literal["low", "medium", "high", "xhigh", "max"]  # how hard the model thinks
BEDROCK_PREFIX = "anthropic."  # as in `eu.anthropic.claude-sonnet-5-5`, or in the ARN of a profile
MICROS = 1_000_000  # cost is counted in whole millionths of a US dollar: sums in Redis stay exact


@dataclass(frozen=True)
class TokenUsage:
    """`input` excludes cached tokens, as the Messages API counts; the prompt is the sum of the three."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0

    @property
    def total(self) -> int:
        return self.input + self.output + self.cache_read + self.cache_write


@dataclass(frozen=True)
class Spent:
    """What has been used so far, by a question or by a session."""

    usage: TokenUsage = TokenUsage()
    cost_micros: int = 0
    requests: int = 0

    @property
    def cost_usd(self) -> float:
        return self.cost_micros / MICROS


class ModelPrice(BaseModel):
    """US dollars per million tokens, which is the same number as millionths of a dollar per token."""

    model_config = ConfigDict(frozen=True)
    input: float = Field(ge=0)
    output: float = Field(ge=0)
    cache_read: float = Field(ge=0)
    cache_write: float = Field(ge=0, description="for the five-minute cache")


# Published prices of November 2026 by the beginning of the model's name, the higher one where versions of a family differ;
# `ASKFRAME_PRICES` (JSON) replaces the table.
PRICES: dict[str, ModelPrice] = {
    "claude-mythos": ModelPrice(input=10, output=50, cache_read=1, cache_write=12.5),
    "claude-fable": ModelPrice(input=10, output=50, cache_read=1, cache_write=12.5),
    "claude-opus-5-5": ModelPrice(input=4, output=20, cache_read=0.2, cache_write=5),
    "claude-opus": ModelPrice(input=5, output=25, cache_read=0.5, cache_write=6.25),
    "claude-sonnet-5-5": ModelPrice(input=2, output=10, cache_read=0.1, cache_write=2.5),
    "claude-sonnet-5": ModelPrice(input=2, output=10, cache_read=0.2, cache_write=2.5),
    "claude-sonnet": ModelPrice(input=3, output=15, cache_read=0.3, cache_write=3.75),
    "claude-haiku-5-5": ModelPrice(input=0.1, output=0.5, cache_read=0.01, cache_write=0.125),
    "claude-haiku": ModelPrice(input=1, output=5, cache_read=0.1, cache_write=1.25),
}


def price_of(model: str, prices: Mapping[str, ModelPrice]) -> ModelPrice:
    """The entry with the longest matching beginning; a model that is in no table costs as much as the dearest one."""
    model = model.rpartition(BEDROCK_PREFIX)[2]
    known = [name for name in prices if model.startswith(name)]
    if known:
        return prices[max(known, key=len)]
    return max(prices.values(), key=lambda price: price.output)


def cost_micros(usage: TokenUsage, price: ModelPrice) -> int:
    """Rounded up, so that a budget is never exceeded by rounding."""
    return math.ceil(
        usage.input * price.input
        + usage.output * price.output
        + usage.cache_read * price.cache_read
        + usage.cache_write * price.cache_write
    )
