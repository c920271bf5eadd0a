"""Whatever comes, in whatever order and however often: a question goes on by its rules, and ends once."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.nlq.domain import ENDS, MOST_ROUNDS, PAUSES
from services.nlq.errors import AlreadyEnded, NotWaiting
from services.nlq.service import StopQuestion
from services.nlq.service.flow import Flow
from services.nlq.views import view
from shared.events import (
    EVENTS,
    QueryAnswered,
    QueryAsked,
    QueryClarified,
    QueryClassified,
    QueryEvent,
    QueryExecuted,
    QueryExecutionFailed,
    QueryFailed,
    QueryGenerated,
    QueryGenerationFailed,
    QueryRejected,
    QueryWritten,
)
from tests.fakes.nlq import House
from tests.fakes.rounds import REFUSED, SUM, UNPLANNED, Rounds

OF_PLANNER = "What is the total amount?"
SQL = "SELECT SUM(amount) FROM sales"
MOST_REPAIRS = 2  # of the house
FAILURES = [
    *[{"code": "model_unavailable"}] * 3,
    *[{"code": "invalid_reply"}] * 2,
    {"code": "cannot_answer"},
    {"code": "needs_clarification", "options": ("net", "gross")},
    {"code": "needs_clarification", "options": ("2023", "2024")},
]
engines = st.sampled_from([*["claude"] * 7, "offline"])
facts: dict[type[QueryEvent], st.SearchStrategy[Any]] = {
    QueryGenerated: st.fixed_dictionaries(
        {
            "code": st.sampled_from([SUM, SUM, REFUSED, SQL]),
            "engine": engines,
            "purpose": st.sampled_from(["look", "compute"]),
            "name": st.sampled_from([None, "a", "b"]),
        }
    ),
    QueryExecuted: st.fixed_dictionaries({"value": st.sampled_from([None, 1350.0])}),
    QueryExecutionFailed: st.fixed_dictionaries({"outcome": st.sampled_from(["failed", "timed_out", "rejected"])}),
    QueryRejected: st.just({}),
    QueryWritten: st.fixed_dictionaries(
        {
            "text": st.sampled_from(["", "It is so."]),
            "result": st.sampled_from([None, "a", "none"]),
            "engine": engines,
        }
    ),
    QueryGenerationFailed: st.sampled_from(FAILURES),
}
FITTING: dict[str, list[type[QueryEvent] | str]] = {
    "classified": [*[QueryGenerated] * 5, QueryWritten, QueryGenerationFailed, "planner"],
    "generated": [QueryRejected],
    "validated": [QueryExecuted, QueryExecuted, QueryExecuted, QueryExecutionFailed],
    "needs_clarification": ["choose"],
}
"""What a question waits for. Of things at random, hardly any would get as far as a second step."""
ANY = [*facts, "choose", "again", "again", "planner", "stop"]
SHIFTS = [0, 0, 0, -1, 1]  # of a thing at random: to another step, or another attempt


@settings(max_examples=100)
@given(text=st.sampled_from([OF_PLANNER, UNPLANNED]), drawn=st.data())
def test_question_ends_at_most_once_and_never_goes_where_it_may_not(text: str, drawn: st.DataObject) -> None:
    asyncio.run(_question_of(text, drawn))


async def _question_of(text: str, drawn: st.DataObject) -> None:
    world = World(await Rounds.begin(House(engine="claude"), text, verify=drawn.draw(st.booleans())))
    for fits in drawn.draw(st.lists(st.sampled_from([True, True, True, False]), min_size=4, max_size=20)):
        before = world.rounds.now
        kind = drawn.draw(st.sampled_from(FITTING.get(before.state, ANY) if fits else ANY))
        if isinstance(kind, str):
            await world.does(kind, drawn.draw(st.integers(0, 40)))
        else:
            step, attempt = (0, 0) if fits else drawn.draw(st.tuples(*[st.sampled_from(SHIFTS)] * 2))
            await world.is_told(kind, drawn.draw(facts[kind]), step, attempt)
        world.holds(before.version, before if before.ended else None)
    await world.ends()


class World:
    """All that a question can be told, with what has been said before."""

    def __init__(self, rounds: Rounds) -> None:
        self.rounds = rounds
        self.house = rounds.house
        self.said: list[QueryEvent] = []

    async def is_told(self, kind: type[QueryEvent], told: dict[str, Any], step: int, attempt: int) -> None:
        event = await self._event(kind, told)
        at = {"step": max(1, event.step + step), "attempt": max(1, event.attempt + attempt)}
        event, before = event.model_copy(update=at), self.rounds.now
        self.said.append(event)
        await self._deliver(event)
        said_at = (event.step, event.attempt, getattr(event, "engine", before.engine))
        is_awaited = said_at == (before.step, before.attempt, before.engine)
        assert is_awaited or self.rounds.now == before, "it is of another turn"

    async def does(self, what: str, number: int) -> None:
        """A person, the planner's consumer, or a bus that delivers something once more."""
        match what:
            case "choose":
                with suppress(NotWaiting):
                    await self.rounds.is_told(["1", "2", "neither"][number % 3])
            case "planner":
                await self._deliver(self.house.bus.of(QueryClassified)[-1])
                for event in self.house.bus.of(QueryGenerated):
                    await self._deliver(event)
            case "again":
                heard = [*self.said, *(event for event in self.house.bus.events if isinstance(event, QueryEvent))]
                await self._deliver(heard[number % len(heard)])
            case "stop":
                if number % 4 == 0:
                    await self._stop()

    def holds(self, version: int, ended: object) -> None:
        now = self.rounds.now
        assert now.version >= version
        assert ended is None or now == ended, "what has ended stays as it is"
        assert now.state != "executed", "nobody would take it on from there"
        assert (self.rounds.query_id in self.house.quotas.held) == (now.state not in PAUSES)
        assert now.attempt <= 1 + MOST_REPAIRS + MOST_ROUNDS
        assert (now.answer is not None) == (now.state == "answered")
        assert len(self._ends()) == (now.state in ENDS)
        assert len(set(now.warnings)) == len(now.warnings)
        published = {event.event_id(): event for event in self.house.bus.events}
        for message in now.outbox:
            owed = EVENTS[message.subject].model_validate(message.body)
            assert published[owed.event_id()] == owed, "another event had its id already"
        view(now)

    async def ends(self) -> None:
        """When its time is over, if not before; who is asked something may take their time."""
        self.house.now += 3_600
        await self.house.use.end.sweep()
        assert len(self._ends()) == (self.rounds.now.state != "needs_clarification")

    def _ends(self) -> list[QueryAnswered | QueryFailed]:
        return [*self.house.bus.of(QueryAnswered), *self.house.bus.of(QueryFailed)]

    async def _event(self, kind: type[QueryEvent], told: dict[str, Any]) -> QueryEvent:
        if kind is QueryExecuted:
            return await self.rounds.ran(**told)
        if kind is QueryWritten:
            engine = told["engine"]
            return (await self.rounds.wrote(**told)).model_copy(update={"engine": engine})
        more = {"reasons": ("It does not run.",), "reason": "Why not?", "reply_key": "a reply", "engine": "claude"}
        return self.rounds.event(kind, **(more | told))

    async def _stop(self) -> None:
        async def announce(session_id: str, query_id: str) -> None:
            """Nobody works on it here."""

        flow = Flow(self.house.store, self.house.bus, self.house.quotas)
        with suppress(AlreadyEnded):
            await StopQuestion(self.house.use.ask, flow, announce)(self.house.session_id, self.rounds.query_id)

    async def _deliver(self, event: QueryEvent) -> None:
        use = self.house.use
        match event:
            case QueryAsked() | QueryClarified():
                await use.classify(event)
            case QueryClassified():
                await use.generate.offline(event)
            case QueryGenerated():
                await use.validate(event)
            case QueryExecuted():
                await use.answer.executed(event)
            case QueryWritten():
                await use.answer.written(event)
            case QueryGenerationFailed():
                await use.generate.fall_back(event)
            case QueryExecutionFailed():
                await use.generate.after_crash(event)
            case QueryRejected():
                await use.generate.after_rejection(event)
