"""Which question broke, and how."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from eval.replay.recordings import Place
from eval.replay.running import Replayed

LONGEST = 300  # characters of a value


def report(turns: Sequence[Replayed], missing: Iterable[Place]) -> str:
    """Every turn that is not as expected with each field that differs, and replies that were asked for and are not recorded."""
    broken = [turn for turn in turns if turn.differences]
    lines = [line for turn in broken for line in _of_turn(turn)]
    lines += [f"not recorded: {place}" for place in missing]
    seconds = sum(turn.seconds for turn in turns)
    return "\n".join([*lines, f"{len(turns)} turns in {seconds:.1f} s, {len(broken)} not as expected"])


def _of_turn(turn: Replayed) -> Iterable[str]:
    yield f"BROKEN {turn.set}/{turn.case}#{turn.turn}: {turn.asked}"
    for name, (wanted, got) in turn.differences.items():
        yield f"   {name}: wanted {_short(wanted)}"
        yield f"   {' ' * len(name)}     got {_short(got)}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
