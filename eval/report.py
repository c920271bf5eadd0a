"""Figures and failures, printed and kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from eval.asking import Graded
from eval.figures import figures, figures_by_kind
from eval.properties import Check
from eval.verdicts import Verdict

# The worst first.
ORDER = (Verdict.BROKEN, Verdict.WRONG, Verdict.CLARIFIED, Verdict.DECLINED)


def print_set(name: str, rows: Sequence[Graded], *, declined_too: bool) -> None:
    print(f"\n== {name}\n   {_line(figures(rows))}")
    for kind, found in figures_by_kind(rows).items():
        shown = {key: found[key] for key in ("questions", "accuracy", "precision", "answered", "wrong", "asked")}
        print(f"   {kind:20} {_line(shown)}")
    for row in failures(rows):
        if declined_too or row.verdict is not Verdict.DECLINED:
            print(_failure(row))


def failures(rows: Sequence[Graded]) -> list[Graded]:
    missed = [row for row in rows if row.verdict in ORDER]
    return sorted(missed, key=lambda row: (ORDER.index(row.verdict), row.kind, row.id, row.turn))


def _failure(row: Graded) -> str:
    turn = f"#{row.turn}" if row.turn else ""
    kind = f" ({row.kind})" if row.kind else ""
    reading = f"\n      read {row.reading}" if row.reading else ""
    sure = f" [{row.confidence}]" if row.confidence is not None else ""
    return f"   {row.verdict.upper()} {row.id}{turn}{kind}: {row.question}\n      got {row.got}{sure}\n      wanted {row.wanted}{reading}"


def _line(found: dict[str, float | int]) -> str:
    return "  ".join(
        f"{key}={value:.3g}" if isinstance(value, float) else f"{key}={value}" for key, value in found.items()
    )


def print_checks(checks: Sequence[Check]) -> int:
    """How often each property held, and where it did not. Returns how many did not hold."""
    for name in dict.fromkeys(check.property for check in checks):
        mine = [check for check in checks if check.property == name]
        held = sum(check.held is True for check in mine)
        broken = [check for check in mine if check.held is False]
        print(f"{name}: {held} held, {len(broken)} did not, {len(mine) - held - len(broken)} say nothing")
        for check in broken:
            print(f"   {' | '.join(check.questions)}\n      {check.detail}")
    return sum(check.held is False for check in checks)


def write_json(rows: Sequence[Graded], path: Path) -> None:
    """Figures per set and every graded question, for comparing two runs."""
    names = list(dict.fromkeys(row.set for row in rows))
    sets = {name: figures([row for row in rows if row.set == name]) for name in names}
    body = {"figures": figures(rows), "sets": sets, "questions": [asdict(row) for row in rows]}
    path.write_text(json.dumps(body, ensure_ascii=False, indent=1), encoding="utf-8")


def write_results(rows: Sequence[Graded], folder: Path) -> list[Path]:
    """A file per set with its figures and its failures by id: what may be published of sets whose questions are others'."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in dict.fromkeys(row.set for row in rows):
        mine = [row for row in rows if row.set == name]
        missed = {verdict: [_key(row) for row in failures(mine) if row.verdict is verdict] for verdict in ORDER}
        timeless = {key: value for key, value in figures(mine).items() if not key.endswith("_ms")}
        body = {"figures": timeless, "kinds": figures_by_kind(mine), "failures": missed}
        written.append(folder / f"{name}.json")
        written[-1].write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")
    return written


def _key(row: Graded) -> str:
    return f"{row.id}#{row.turn}" if row.turn else row.id
