"""Every classified question for Claude ends in one published outcome."""

from __future__ import annotations

import asyncio
import json
import secrets
from datetime import UTC, datetime

import pytest

from services.llm.errors import ExchangeCancelled, ModelBusy, ModelTooSlow, RequestNotAccepted
from services.llm.limits.budget import BYTES_PER_TOKEN, Budget
from services.llm.limits.patience import Patience
from services.llm.limits.rate_limits import UNKNOWN
from services.llm.limits.tokens import TokenUsage
from services.llm.limits.usage import Exchange
from services.llm.ports import Hearing
from services.llm.prompt import PROMPT_VERSION, Prompt
from services.llm.reply import Block, ModelReply
from shared.events import LlmUsageRecorded, QueryClassified, QueryGenerated, QueryGenerationFailed
from tests.fakes.llm import BUDGET, MODEL, GenerationBench, OpenQueue, ScriptedModel, classified, context_document
from tests.fakes.prompts import TOTAL, computed, results_in, step, use

CODE = "result = len(df)\n"


@pytest.fixture
def event() -> QueryClassified:
    return classified(secrets.token_hex(8), secrets.token_hex(8))


async def test_code_is_published_with_model_prompt_version_and_attempt(event: QueryClassified) -> None:
    bench = GenerationBench(ScriptedModel(computed()))
    outcome = await bench.ask(event.model_copy(update={"attempt": 2}))
    assert isinstance(outcome, QueryGenerated)
    assert (outcome.code, outcome.explanation) == (CODE, "Counts the rows.")
    assert (outcome.engine, outcome.model, outcome.prompt_version, outcome.attempt) == (
        "claude",
        MODEL,
        PROMPT_VERSION,
        2,
    )


async def test_questions_of_other_engines_are_left_alone(event: QueryClassified) -> None:
    model = ScriptedModel(computed())
    bench = GenerationBench(model)
    await bench.generation.generate(event.model_copy(update={"engine": "offline"}))
    assert not bench.bus.events
    assert not model.prompts


async def test_without_a_key_the_outcome_says_so_at_once(event: QueryClassified) -> None:
    outcome = await GenerationBench(None).ask(event)
    assert isinstance(outcome, QueryGenerationFailed)
    assert (outcome.code, outcome.engine) == ("no_api_key", "claude")
    assert "ANTHROPIC_API_KEY" in outcome.reason


@pytest.mark.parametrize(
    ("reply", "code", "reason"),
    [
        (use("decline", reason="No table has prices."), "cannot_answer", "No table has prices."),
        (use("ask", question="Which date?", options=["ordered", "shipped"]), "needs_clarification", "Which date?"),
        (use("dance", code=CODE), "invalid_reply", None),
        ("", "invalid_reply", None),
    ],
)
async def test_replies_without_code_fail_with_their_reason(
    event: QueryClassified, reply: Block | str, code: str, reason: str | None
) -> None:
    outcome = await GenerationBench(ScriptedModel(reply)).ask(event)
    assert outcome.code == code
    assert reason is None or outcome.reason == reason


@pytest.mark.parametrize(
    ("stop_reason", "code"),
    [("refusal", "model_refused"), ("max_tokens", "max_tokens"), ("model_context_window_exceeded", "max_tokens")],
)
async def test_incomplete_replies_fail_and_are_still_paid_for(
    event: QueryClassified, stop_reason: str, code: str
) -> None:
    bench = GenerationBench(ScriptedModel(use("compute", code="result = df.gr"), stop_reason=stop_reason))
    assert (await bench.ask(event)).code == code
    assert (await bench.ledger.of_query(event.session_id, event.query_id)).requests == 1


async def test_busy_model_pauses_everybody_and_is_asked_again(event: QueryClassified) -> None:
    model = ScriptedModel(ModelBusy("Rate limit.", retry_after=7), ModelBusy("Overloaded."), computed())
    bench = GenerationBench(model)
    assert isinstance(await bench.ask(event), QueryGenerated)
    assert bench.queue.pauses == [7, 1.0], "the server's time, then the second step of the backoff"


async def test_model_that_stays_busy_is_given_up(event: QueryClassified) -> None:
    model = ScriptedModel(ModelBusy("Overloaded."))
    outcome = await GenerationBench(model, tries=3).ask(event)
    assert outcome.code == "model_unavailable"
    assert len(model.prompts) == 3


async def test_pause_longer_than_anyone_waits_ends_the_attempt(event: QueryClassified) -> None:
    model = ScriptedModel(ModelBusy("Rate limit.", retry_after=3600), computed())
    assert (await GenerationBench(model).ask(event)).code == "model_unavailable"
    assert len(model.prompts) == 1


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ModelTooSlow("Too slow."), "model_unavailable"),
        (RequestNotAccepted("No such model."), "model_rejected_request"),
    ],
)
async def test_hopeless_requests_are_not_repeated(event: QueryClassified, error: Exception, code: str) -> None:
    model = ScriptedModel(error, computed())
    assert (await GenerationBench(model).ask(event)).code == code
    assert len(model.prompts) == 1


async def test_exchanges_divide_what_is_left_of_the_questions_time(event: QueryClassified) -> None:
    model = ScriptedModel(computed())
    bench = GenerationBench(model)
    until = event.model_copy(update={"deadline": datetime(2026, 11, 23, 12, 5, tzinfo=UTC).timestamp()})
    await bench.ask(until)
    await bench.ask(until.model_copy(update={"attempt": 2}), steps=[step(outcome="rejected", said=["No."])])
    first, repair = model.patience
    assert 125 < first.exchange < 0.5 * 300, "as long again is left for a repair, and something for the answer"
    assert 50 < first.silence < first.exchange
    assert 125 < repair.exchange < 300


async def test_time_that_is_over_asks_nobody(event: QueryClassified) -> None:
    model = ScriptedModel(computed())
    outcome = await GenerationBench(model).ask(event.model_copy(update={"deadline": 1.0}))
    assert (outcome.code, model.prompts) == ("model_unavailable", [])
    assert "time" in outcome.reason


async def test_full_queue_fails_the_question_without_asking(event: QueryClassified) -> None:
    model = ScriptedModel(computed())
    assert (await GenerationBench(model, queue=OpenQueue(full=True)).ask(event)).code == "model_unavailable"
    assert not model.prompts


async def test_redelivered_event_publishes_the_same_and_pays_nothing(event: QueryClassified) -> None:
    model = ScriptedModel(computed(), computed("result = 0"))
    bench = GenerationBench(model)
    first = await bench.ask(event)
    assert await bench.ask(event) == first
    assert len(model.prompts) == 1
    assert len(bench.bus.of(QueryGenerated)) == 1


async def test_usage_is_counted_priced_and_published(event: QueryClassified) -> None:
    event = event.model_copy(update={"conversation_id": "c_1"})
    usage = TokenUsage(input=1000, output=200, cache_read=4000, cache_write=400)
    bench = GenerationBench(ScriptedModel(computed(), usage=usage))
    await bench.ask(event)
    (recorded,) = bench.bus.of(LlmUsageRecorded)
    assert (recorded.query_id, recorded.conversation_id, recorded.model) == (event.query_id, "c_1", MODEL)
    assert (recorded.input_tokens, recorded.output_tokens, recorded.cache_read_tokens) == (1400, 200, 4000)
    assert recorded.cost_usd == pytest.approx((1000 * 2 + 200 * 10 + 4000 * 0.1 + 400 * 2.5) / 1e6)


async def test_broken_exchange_counts_what_it_consumed(event: QueryClassified) -> None:
    bench = GenerationBench(ScriptedModel(ModelBusy("Broken.", usage=TokenUsage(input=900, output=1)), computed()))
    await bench.ask(event)
    spent = await bench.ledger.of_query(event.session_id, event.query_id)
    assert (spent.requests, spent.usage.input) == (2, 1900)


async def test_turn_is_estimated_before_and_settled_after(event: QueryClassified) -> None:
    usage = TokenUsage(input=900, output=80, cache_read=100)
    bench = GenerationBench(ScriptedModel(computed(), usage=usage))
    await bench.ask(event)
    (load,) = bench.queue.loads
    assert (load.model, load.session_id, load.most_output) == (MODEL, event.session_id, BUDGET.reply_tokens)
    assert 300 < load.input_tokens < 12_000
    assert bench.queue.settled == [(usage, UNKNOWN)]


@pytest.mark.parametrize(
    ("raised", "settled"),
    [
        (ModelBusy("Overloaded."), [TokenUsage()]),
        (ModelBusy("Broken off.", usage=TokenUsage(input=7)), [TokenUsage(input=7)]),
        (RequestNotAccepted("Refused."), [TokenUsage()]),
        (ModelTooSlow("Silent."), []),
    ],
)
async def test_request_that_failed_gives_back_what_it_did_not_take_and_keeps_what_nobody_knows(
    event: QueryClassified, raised: Exception, settled: list[TokenUsage]
) -> None:
    bench = GenerationBench(ScriptedModel(raised), tries=1)
    await bench.ask(event)
    assert [usage for usage, _ in bench.queue.settled] == settled


async def test_ceiling_of_the_day_is_one_for_all_sessions(event: QueryClassified) -> None:
    budget = Budget(question_tokens=10**6, question_usd=1, session_usd=1, reply_tokens=1_000, day_usd=0.033)
    model = ScriptedModel(computed(), usage=TokenUsage(input=10_000, output=1_000))  # 0.03
    bench = GenerationBench(model, budget=budget)
    other = classified(secrets.token_hex(8), "q_of_another")
    outcomes = [await bench.ask(event), await bench.ask(other)]
    assert isinstance(outcomes[0], QueryGenerated)
    assert (outcomes[1].code, len(model.prompts)) == ("day_budget_exhausted", 1)
    assert "00:00 UTC" in outcomes[1].reason


async def test_what_others_spend_while_one_waits_for_a_turn_counts(event: QueryClassified) -> None:
    budget = Budget(question_tokens=10**6, question_usd=1, session_usd=1, reply_tokens=1_000, day_usd=0.045)
    model = ScriptedModel(computed())
    bench = GenerationBench(model, budget=budget)
    bench.queue.meanwhile = lambda: bench.ledger.record(
        Exchange("u", "another", "q", None, MODEL, TokenUsage(), 44_000, datetime(2026, 11, 23, tzinfo=UTC))
    )
    assert (await bench.ask(event)).code == "day_budget_exhausted"
    assert model.prompts == []
    assert bench.queue.settled == [(TokenUsage(), UNKNOWN)], "its turn gives back what it had reserved"


async def test_question_stops_at_its_token_budget(event: QueryClassified) -> None:
    budget = Budget(question_tokens=12_000, question_usd=1, session_usd=1, reply_tokens=1_000)
    model = ScriptedModel(computed(), usage=TokenUsage(input=5_000, output=500))
    bench = GenerationBench(model, budget=budget)
    outcomes = [
        (await bench.ask(event.model_copy(update={"attempt": n, "context_key": f"sessions/{event.session_id}/k{n}"})))
        for n in (1, 2, 3)
    ]
    assert isinstance(outcomes[0], QueryGenerated)
    assert outcomes[-1].code == "budget_exhausted"
    assert (await bench.ledger.of_query(event.session_id, event.query_id)).usage.total <= 12_000


async def test_session_stops_at_its_money(event: QueryClassified) -> None:
    budget = Budget(question_tokens=10**6, question_usd=1, session_usd=0.06, reply_tokens=1_000)
    bench = GenerationBench(ScriptedModel(computed(), usage=TokenUsage(input=10_000, output=1_000)), budget=budget)
    codes = [getattr(await bench.ask(classified(event.session_id, secrets.token_hex(8))), "code", "") for _ in range(4)]
    assert codes[0] == CODE
    assert codes[-1] == "budget_exhausted"
    assert (await bench.ledger.of_session(event.session_id)).cost_usd <= 0.06
    assert "session" in bench.bus.events[-1].reason  # type: ignore[attr-defined]


async def test_reply_is_never_allowed_to_be_larger_than_what_the_whole_prompt_leaves(event: QueryClassified) -> None:
    model = ScriptedModel(computed())
    budget = Budget(12_000, 1, 1, 100_000)
    await GenerationBench(model, budget=budget).ask(event)
    long = step(1, computed("result = 1  # " + "x" * 6_000), result=TOTAL)
    await GenerationBench(model, budget=budget).ask(event, steps=[long])
    first, second = model.limits
    assert first == 12_000 - model.prompts[0].size // BYTES_PER_TOKEN
    assert 2_000 < first - second < 3_000, "what the model wrote before is paid for again"


async def test_repair_shows_the_model_its_code_and_the_reasons(event: QueryClassified) -> None:
    model = ScriptedModel(computed())
    wrong = computed('result = df["town"].count()')
    reasons = ["There is no column 'town' in table orders."]
    await GenerationBench(model).ask(event, steps=[step(1, wrong, outcome="rejected", said=reasons)], privacy="profile")
    (came_back,) = results_in(model.prompts[0])
    assert model.prompts[0].messages[-2] == {"role": "assistant", "content": [wrong]}
    assert (came_back["tool_use_id"], came_back["is_error"]) == (wrong["id"], True)
    assert json.loads(came_back["content"]) == {"outcome": "rejected", "reasons": reasons}


async def test_missing_or_unreadable_context_fails_the_question(event: QueryClassified) -> None:
    bench = GenerationBench(ScriptedModel(computed()))
    await bench.generation.generate(event)
    assert bench.bus.events[-1].code == "context_unusable"  # type: ignore[attr-defined]
    other = classified(event.session_id, secrets.token_hex(8))
    assert (await bench.ask(other, tables="none")).code == "context_unusable"
    keyless = classified(event.session_id, secrets.token_hex(8)).model_copy(update={"context_key": None})
    await bench.generation.generate(keyless)
    assert bench.bus.events[-1].code == "context_unusable"  # type: ignore[attr-defined]


async def test_progress_is_told_while_the_model_writes(event: QueryClassified) -> None:
    bench = GenerationBench(ScriptedModel(computed()))
    await bench.ask(event)
    subject = f"progress.{event.session_id}.query.{event.query_id}"
    assert bench.bus.told == [
        (subject, {"stage": "generating", "tokens": 0, "step": 1}),
        (subject, {"stage": "generating", "tokens": 25, "step": 1}),
    ]


async def test_trouble_with_the_store_is_left_to_redelivery(event: QueryClassified) -> None:
    bench = GenerationBench(ScriptedModel(computed()))
    bench.objects.get = _unavailable  # type: ignore[method-assign,assignment]
    with pytest.raises(ConnectionError):
        await bench.generation.generate(event)
    assert not bench.bus.events


async def _unavailable(_: str) -> bytes:
    raise ConnectionError


class EndlessModel(ScriptedModel):
    """Never ends its reply; what it had consumed is known when somebody stops it."""

    async def complete(self, prompt: Prompt, max_tokens: int, hearing: Hearing, patience: Patience) -> ModelReply:
        self.prompts.append(prompt)
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError as error:
            raise ExchangeCancelled(TokenUsage(input=700, output=3)) from error
        raise AssertionError("nobody waits for that long")


async def test_question_that_is_stopped_ends_the_exchange_pays_for_it_and_tells_nothing_else(
    event: QueryClassified,
) -> None:
    bench = GenerationBench(model := EndlessModel(""))
    assert event.context_key
    await bench.objects.put(event.context_key, context_document())
    working = asyncio.create_task(bench.generation.generate(event))
    async with asyncio.timeout(5):
        while not model.prompts:
            await asyncio.sleep(0.01)
    bench.stops.stop(event.query_id)
    async with asyncio.timeout(1):
        await working
    (told,) = bench.bus.events
    assert isinstance(told, LlmUsageRecorded)
    assert told.input_tokens == 700
    await bench.generation.generate(event)  # delivered again: nobody is asked
    assert len(model.prompts) == 1
