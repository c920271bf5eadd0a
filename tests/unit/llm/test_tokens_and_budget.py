"""Prices, costs and what a budget leaves."""

from __future__ import annotations

import pytest
from pydantic import SecretStr, ValidationError

from services.llm.errors import BudgetExhausted, DayBudgetExhausted
from services.llm.limits.budget import SMALLEST_REPLY, Budget, SpentSoFar, reply_allowance
from services.llm.limits.tokens import PRICES, ModelPrice, Spent, TokenUsage, cost_micros, price_of
from services.llm.settings import Settings

PRICE = ModelPrice(input=2, output=10, cache_read=0.2, cache_write=2.5)


def test_longest_matching_name_gives_the_price() -> None:
    assert price_of("claude-sonnet-5-5", PRICES) == PRICES["claude-sonnet-5-5"]
    assert price_of("claude-haiku-4-5-20251001", PRICES) == PRICES["claude-haiku"]


def test_unknown_model_costs_as_much_as_the_dearest() -> None:
    assert price_of("some-other-model", PRICES).output == max(price.output for price in PRICES.values())


def test_every_kind_of_token_has_its_price_and_fractions_round_up() -> None:
    assert (
        cost_micros(TokenUsage(input=10, output=5, cache_read=3, cache_write=2), PRICE) == 76
    )  # 20 + 50 + 0.6 + 5, rounded up


def test_allowance_is_the_smallest_of_what_is_left() -> None:
    assert reply_allowance(Budget(10**6, 10, 10, 4000), PRICE, 3000, SpentSoFar()) == 4000
    assert reply_allowance(Budget(3000, 10, 10, 4000), PRICE, 3000, SpentSoFar()) == 2000
    assert reply_allowance(Budget(10**6, 0.0125, 10, 4000), PRICE, 3000, SpentSoFar()) == 1000
    assert reply_allowance(Budget(10**6, 10, 0.0125, 4000), PRICE, 3000, SpentSoFar()) == 1000
    assert reply_allowance(Budget(10**6, 10, 10, 4000, 0.0125), PRICE, 3000, SpentSoFar()) == 1000
    assert reply_allowance(Budget(10**6, 10, 10, 4000, 5), PRICE, 3000, SpentSoFar(day_micros=4_987_500)) == 1000


def test_without_a_ceiling_a_day_has_no_end() -> None:
    assert reply_allowance(Budget(10**6, 10, 10, 4000), PRICE, 3000, SpentSoFar(day_micros=10**12)) == 4000


def test_day_that_is_used_up_says_until_when() -> None:
    with pytest.raises(DayBudgetExhausted, match="00:00 UTC") as refused:
        reply_allowance(Budget(10**6, 1, 2, 4000, 5), PRICE, 300, SpentSoFar(day_micros=4_999_990))
    assert refused.value.code == "day_budget_exhausted"


@pytest.mark.parametrize(
    ("question", "session", "who"),
    [
        (Spent(TokenUsage(input=99_900), 100), Spent(TokenUsage(input=99_900), 100), "question"),
        (Spent(TokenUsage(), 999_990), Spent(TokenUsage(), 999_990), "question"),
        (Spent(), Spent(TokenUsage(), 1_999_990), "session"),
    ],
)
def test_exhausted_budget_says_whose_it_is(question: Spent, session: Spent, who: str) -> None:
    with pytest.raises(BudgetExhausted, match=who):
        reply_allowance(Budget(100_000, 1, 2, 4000), PRICE, 300, SpentSoFar(question, session))


def test_free_model_is_bounded_by_tokens_alone() -> None:
    free = ModelPrice(input=0, output=0, cache_read=0, cache_write=0)
    assert reply_allowance(Budget(10_000, 0, 0, SMALLEST_REPLY), free, 30, SpentSoFar()) == SMALLEST_REPLY


def test_empty_key_means_no_claude(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "  ")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "")
    settings = Settings()
    assert settings.anthropic_api_key is None
    assert settings.anthropic_base_url.startswith("https://")


def test_settings_are_read_from_their_variables_and_hide_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-secret")
    monkeypatch.setenv("ASKFRAME_MODEL", "claude-opus-5-5")
    monkeypatch.setenv("ASKFRAME_PRICES", '{"claude-": {"input": 1, "output": 2, "cache_read": 0, "cache_write": 1}}')
    settings = Settings()
    assert settings.anthropic_api_key == SecretStr("sk-secret")
    assert settings.model == "claude-opus-5-5"
    assert price_of(settings.model, settings.prices).output == 2
    assert "sk-secret" not in repr(settings)


def test_price_table_cannot_be_empty() -> None:
    with pytest.raises(ValidationError):
        Settings(prices={})
