"""The ledgers in memory keep the promises that the real ones keep."""

from __future__ import annotations

import secrets

import pytest

from services.upload.records import Transfer
from tests.fakes.upload import Ledger, MemoryFiles, MemoryTransfers
from tests.unit.upload.ledger_suite import LedgerSuite, Pair


class TestMemoryLedgers(LedgerSuite):
    @pytest.fixture
    async def pair(self) -> Pair:
        ledger = Ledger()
        pair = Pair(MemoryFiles(ledger), MemoryTransfers(ledger), f"s_{secrets.token_hex(8)}")
        await pair.files.restore(pair.sid, [])
        return pair

    async def run_out(self, pair: Pair, transfer: Transfer) -> None:
        assert isinstance(pair.transfers, MemoryTransfers)
        pair.transfers.abandon(pair.sid, transfer.file_id)
