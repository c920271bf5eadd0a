"""`python -m eval run --sets DIR…`: how often is the offline engine right, and how often wrong?"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from eval import in_process, report
from eval.engines import ENGINES
from eval.questions import QuestionSet, read_set, sample


def main(arguments: Sequence[str]) -> int:
    chosen = _parser().parse_args(arguments)
    started = time.perf_counter()
    sets = _sets(chosen)
    rows = list(in_process.run(sets, chosen.planner, chosen.today, chosen.cache, chosen.jobs))
    for questions in sets:
        mine = [row for row in rows if row.set == questions.name]
        report.print_set(questions.name, mine, declined_too=not chosen.hide_declined)
    print(f"\n{len(rows)} questions in {time.perf_counter() - started:.1f} s")
    if chosen.json:
        report.write_json(rows, chosen.json)
    return 0


def _sets(chosen: argparse.Namespace) -> list[QuestionSet]:
    wanted = set(chosen.ids.read_text(encoding="utf-8").split()) if chosen.ids else None
    chosen.cache.mkdir(parents=True, exist_ok=True)
    sets = []
    for folder in chosen.sets:
        questions = read_set(folder, chosen.cache / "unpacked")
        items = [item for item in questions.items if wanted is None or item.id in wanted]
        sets.append(replace(questions, items=tuple(sample(items, chosen.limit))))
    return sets


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval", description=__doc__)
    commands = parser.add_subparsers(required=True)
    run = commands.add_parser("run", help="ask in this process, without a stack")
    run.add_argument("--sets", nargs="+", type=Path, required=True, help="folders of items.jsonl and tables")
    run.add_argument("--limit", type=int, help="only so many items of each set, always the same")
    run.add_argument("--ids", type=Path, help="only the items whose ids this file lists")
    run.add_argument("--planner", choices=sorted(ENGINES), default="old")
    run.add_argument("--jobs", type=int, default=2)
    run.add_argument(
        "--today", type=date.fromisoformat, default=datetime.now(UTC).date(), help="what 'this year' is counted from"
    )
    run.add_argument(
        "--cache", type=Path, default=in_process.default_cache(), help="where tables that were read are kept"
    )
    run.add_argument("--json", type=Path, help="write figures and every question there, too")
    run.add_argument("--hide-declined", action="store_true", help="list wrong, broken and over-asked ones only")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
