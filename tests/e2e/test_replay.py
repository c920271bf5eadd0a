"""Every recorded question through one stack: what a change of validator, jail or answer breaks, it breaks here by name."""

from __future__ import annotations

from functools import partial

import pytest

from askframe import Askframe
from eval.replay.cases import DATA, read_sets
from eval.replay.model import Replayer
from eval.replay.recordings import read_recordings
from eval.replay.report import report
from eval.replay.running import run
from eval.replay.stack import stack_with

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]  # a minute where nothing else runs


def test_recorded_replies_give_what_they_gave() -> None:
    recordings = read_recordings(DATA / "recordings")
    with stack_with(Replayer(recordings)) as stack:
        turns = run(read_sets(DATA / "cases"), partial(Askframe, stack.base_url), jobs=2)
    told = report(turns, recordings.missing)
    assert len(turns) > 40
    assert not recordings.missing and not any(turn.differences for turn in turns), told
