"""How often is an answer right, and how often wrong?

`run` asks a planner in this process; `stack` asks a whole stack over HTTP, started for it unless --base-url names one.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from askframe import Askframe
from deploy.local.stack import Stack
from eval import in_process, over_stack, properties, report
from eval.asking import Graded
from eval.engines import ENGINES
from eval.families import writing
from eval.questions import QuestionSet, read_set, sample

OWN = "families"


def main(arguments: Sequence[str]) -> int:
    chosen = _parser().parse_args(arguments)
    return int(chosen.do(chosen))


def _ask_and_count(chosen: argparse.Namespace) -> int:
    sets = _sets(chosen)
    started = time.perf_counter()
    rows: list[Graded] = list(chosen.ask(chosen, sets))
    for questions in sets:
        mine = [row for row in rows if row.set == questions.name]
        report.print_set(questions.name, mine, declined_too=not chosen.hide_declined)
    print(f"\n{len(rows)} questions in {time.perf_counter() - started:.1f} s")
    if chosen.json:
        report.write_json(rows, chosen.json)
    for path in report.write_results(rows, chosen.results) if chosen.results else ():
        print(f"written to {path}")
    return 0


def _check_properties(chosen: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="askframe-eval-") as folder:
        checks = list(properties.run(ENGINES[chosen.planner](chosen.today), Path(folder)))
    return report.print_checks(checks)


def _ask_planner(chosen: argparse.Namespace, sets: Sequence[QuestionSet]) -> Iterator[Graded]:
    return in_process.run(sets, chosen.planner, chosen.today, chosen.cache, chosen.jobs)


def _ask_stack(chosen: argparse.Namespace, sets: Sequence[QuestionSet]) -> Iterator[Graded]:
    with _stack(chosen.base_url) as base_url:
        yield from over_stack.run(sets, partial(Askframe, base_url), chosen.jobs)


@contextmanager
def _stack(base_url: str | None) -> Iterator[str]:
    """The given one, or one of its own: offline, whatever keys the environment holds."""
    if base_url:
        yield base_url
        return
    with (
        tempfile.TemporaryDirectory(prefix="askframe-eval-") as home,
        Stack(Path(home), env={"PATH": os.environ["PATH"]}) as stack,
    ):
        yield stack.base_url


def _sets(chosen: argparse.Namespace) -> list[QuestionSet]:
    wanted = set(chosen.ids.read_text(encoding="utf-8").split()) if chosen.ids else None
    chosen.cache.mkdir(parents=True, exist_ok=True)
    sets = []
    for named in chosen.sets:
        folder = writing.written(chosen.cache) if named == OWN else Path(named)
        questions = read_set(folder, chosen.cache / "unpacked")
        items = [item for item in questions.items if wanted is None or item.id in wanted]
        sets.append(replace(questions, items=tuple(sample(items, chosen.limit))))
    return sets


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval", description=__doc__)
    commands = parser.add_subparsers(required=True)
    run = commands.add_parser("run", help="ask a planner in this process")
    run.set_defaults(do=_ask_and_count, ask=_ask_planner)
    trying = commands.add_parser("properties", help="try what must hold whatever is right")
    trying.set_defaults(do=_check_properties)
    for command in (run, trying):
        command.add_argument("--planner", choices=sorted(ENGINES), default=next(iter(ENGINES)))
        today = datetime.now(UTC).date()
        command.add_argument("--today", type=date.fromisoformat, default=today, help="what 'this year' is counted from")
    stack = commands.add_parser("stack", help="ask a whole stack")
    stack.set_defaults(do=_ask_and_count, ask=_ask_stack)
    stack.add_argument("--base-url", help="of a stack that runs; without it one is started")
    for command in (run, stack):
        _add_shared_arguments(command)
    return parser


def _add_shared_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--sets", nargs="+", default=[OWN], help=f"folders of items.jsonl and tables, or {OWN}: our own"
    )
    command.add_argument("--limit", type=int, help="only so many items of each set, always the same")
    command.add_argument("--ids", type=Path, help="only the items whose ids this file lists")
    command.add_argument("--jobs", type=int, default=2)
    cache = in_process.default_cache()
    command.add_argument("--cache", type=Path, default=cache, help="where unpacked and read tables are kept")
    command.add_argument("--json", type=Path, help="write figures and every question there, with its text")
    command.add_argument("--results", type=Path, help="write each set's figures and failures by id into this folder")
    command.add_argument("--hide-declined", action="store_true", help="list wrong, broken and over-asked ones only")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
