"""The question that is read before anybody asks, so that the first one is not slow."""

from __future__ import annotations

from datetime import date

from services.nlq.planner.planner import read
from services.nlq.service.rehearsing import REHEARSED


def test_rehearsal_reads_what_people_ask() -> None:
    assert read("Average amount per city in 2024", [REHEARSED], today=date(2026, 11, 29)).best
