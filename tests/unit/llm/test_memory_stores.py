"""The fakes keep the promises of the real stores."""

from __future__ import annotations

import pytest

from tests.fakes.llm import MemoryConversations, MemoryLedger, MemoryOutcomes, MemoryOwed
from tests.unit.llm.store_suites import ConversationStoreSuite, OutcomeStoreSuite, OwedQuestionsSuite, UsageLedgerSuite


class TestMemoryOwed(OwedQuestionsSuite):
    @pytest.fixture
    def owed(self) -> MemoryOwed:
        return MemoryOwed()


class TestMemoryConversations(ConversationStoreSuite):
    @pytest.fixture
    def store(self) -> MemoryConversations:
        return MemoryConversations()


class TestMemoryLedger(UsageLedgerSuite):
    @pytest.fixture
    def ledger(self) -> MemoryLedger:
        return MemoryLedger()


class TestMemoryOutcomes(OutcomeStoreSuite):
    @pytest.fixture
    def outcomes(self) -> MemoryOutcomes:
        return MemoryOutcomes()
