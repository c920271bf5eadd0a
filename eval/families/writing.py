"""Families written out as a question set, as any other is stored."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from eval.families import (
    calculating,
    calendar,
    cells,
    choosing,
    comparing,
    doubting,
    following,
    grouping,
    joining,
    ranking,
    series,
)
from eval.families.drawing import FAMILIES, Answers, Drawn, Pick, Told
from eval.families.subjects import World
from eval.families.worlds import SEED, worlds

ROOMS = (choosing, cells, calendar, grouping, comparing, ranking, series, calculating, joining, doubting, following)
"""What registers families."""

WORDINGS = 3  # of one question at most: more would weigh what is easily said more than what is hard
POLITE = ("please ", "could you tell me ", "show me ", "i'd like to know ", "hi, ")


def written(cache_folder: Path) -> Path:
    """The set's folder, written when the code that draws it or its random generators are other than before."""
    digest = hashlib.sha256(f"{np.__version__} {pd.__version__}".encode())
    for source in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(source.read_bytes())
    folder = cache_folder / digest.hexdigest()[:16] / "families"
    if not folder.is_dir():
        write(folder)
    return folder


def write(folder: Path, seed: int = SEED) -> None:
    """The folder is whole whenever it is there."""
    unfinished = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    made = worlds(seed)
    write_tables(unfinished / "tables", made)
    lines = [json.dumps(item, ensure_ascii=False) for item in items(made)]
    (unfinished / "items.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.rename(folder)


def write_tables(folder: Path, made: Sequence[World]) -> None:
    folder.mkdir(parents=True)
    for subject in (subject for world in made for subject in world.subjects):
        subject.frame.to_csv(folder / f"{subject.name}.csv", index=False)


def items(made: Sequence[World]) -> Iterator[dict[str, Any]]:
    """Every family over every world."""
    for world in made:
        answers = Answers(world)
        tables = [f"{subject.name}.csv" for subject in world.subjects]
        for name, draw in FAMILIES.items():
            pick = Pick(f"{name} {world.name}")
            for number, drawn in enumerate(draw(world, pick)):
                for body in _worded(drawn, answers, pick):
                    yield {
                        "id": f"{name}-{world.name}-{number:02d}{body.pop('letter')}",
                        "tables": tables,
                        "kind": name,
                        **body,
                    }


def _worded(drawn: Drawn | Told, answers: Answers, pick: Pick) -> Iterator[dict[str, Any]]:
    """The same question in some of its wordings."""
    expect = answers.expected(drawn)
    turns = [(turn, answers.expected(turn)) for turn in (drawn.then if isinstance(drawn, Drawn) else ())]
    for letter, wording in zip("abc", pick.some(drawn.wordings, WORDINGS), strict=False):
        body: dict[str, Any] = {"letter": letter, "question": typed(wording, pick), "expect": expect}
        if turns:
            body["follow_ups"] = [{"question": pick.one(turn.wordings), "expect": found} for turn, found in turns]
        yield body


def typed(wording: str, pick: Pick) -> str:
    """As people type: some with a capital, some with a question mark, some politely."""
    wording = re.sub(r"\ba (?=[aeio])", "an ", wording)
    polite = pick.one(POLITE) if pick.one(range(8)) == 0 else ""
    said = f"{polite}{wording}"
    ended = said if said.endswith("?") or pick.one(range(3)) == 0 else f"{said}?"
    return ended if pick.one(range(2)) else ended[0].upper() + ended[1:]
