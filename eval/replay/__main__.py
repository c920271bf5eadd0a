"""Replay recorded replies through a stack of its own, and say which question broke and how.

`--record` asks the Messages API that ANTHROPIC_API_KEY and ANTHROPIC_BASE_URL name, and writes down what it replies; `--accept` writes
what came as what is expected: read the difference before it is committed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import anthropic

from askframe import Askframe
from eval.replay.cases import DATA, Case, CaseSet, Shown, read_sets, write_set
from eval.replay.model import Recorder, Replayer
from eval.replay.recordings import Recordings, read_recordings, write_recordings
from eval.replay.report import report
from eval.replay.running import Replayed, run
from eval.replay.stack import stack_with

JOBS = 2


def main(arguments: Sequence[str]) -> int:
    chosen = _parser().parse_args(arguments)
    sets = [cases for cases in read_sets(DATA / "cases") if not chosen.sets or cases.name in chosen.sets]
    recordings = read_recordings(DATA / "recordings")
    model = Recorder(recordings, anthropic.AsyncAnthropic()) if chosen.record else Replayer(recordings)
    with stack_with(model) as stack:
        turns = run(sets, partial(Askframe, stack.base_url), JOBS)
    print(report(turns, recordings.missing))
    if chosen.record:
        _write_recorded(sets, recordings, DATA / "recordings")
    if chosen.accept:
        for cases in sets:
            write_set(accepted(cases, turns), DATA / "cases")
    return int(any(turn.differences for turn in turns) and not chosen.accept)


def _write_recorded(sets: Sequence[CaseSet], recordings: Recordings, folder: Path) -> None:
    for cases in sets:
        tables = tuple(sorted(Path(name).stem for name in cases.tables))
        asked = dict.fromkeys(cases.questions)
        write_recordings(folder / f"{cases.name}.json", [recordings.of(question, tables) for question in asked])


def accepted(cases: CaseSet, turns: Sequence[Replayed]) -> CaseSet:
    """With what came as what is expected."""
    came = {(turn.case, turn.turn): turn.got for turn in turns if turn.set == cases.name and turn.got}
    return cases.model_copy(update={"cases": tuple(_case(case, came) for case in cases.cases)})


def _case(case: Case, came: Mapping[tuple[str, int], Shown]) -> Case:
    turns = [
        turn.model_copy(update={"expect": came.get((case.id, number), turn.expect)})
        for number, turn in enumerate(case.turns)
    ]
    return case.model_copy(update={"turns": tuple(turns)})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.replay", description=__doc__)
    parser.add_argument("--sets", nargs="+", help="only these")
    parser.add_argument("--record", action="store_true", help="ask a real model, and write down what it replies")
    parser.add_argument("--accept", action="store_true", help="write what came as what is expected")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
