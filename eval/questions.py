"""Question sets as they are stored: a folder of `items.jsonl` and `tables/`, plain or packed."""

from __future__ import annotations

import gzip
import hashlib
import json
import lzma
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from eval.grading import EXPECTATION, Expectation

PACKINGS: Mapping[str, Callable[[bytes], bytes]] = {"": bytes, ".gz": gzip.decompress, ".xz": lzma.decompress}


class NoQuestions(Exception):
    """A folder does not hold what a question set needs."""


@dataclass(frozen=True)
class Turn:
    """One question and what is expected of it."""

    question: str
    expected: Expectation


@dataclass(frozen=True)
class Item:
    """A question with the turns that follow it in one conversation; `tables` are files below the set's folder."""

    id: str
    kind: str
    tables: tuple[Path, ...]
    turns: tuple[Turn, ...]


@dataclass(frozen=True)
class QuestionSet:
    name: str
    items: tuple[Item, ...]


def read_set(folder: Path, unpacked: Path) -> QuestionSet:
    """A set's items; archives of tables are unpacked once below `unpacked`, by their content."""
    roots = list(table_folders(folder, unpacked))
    body = _unpack(folder, "items.jsonl").decode()
    items = (_item(json.loads(line), roots) for line in body.splitlines() if line.strip())
    return QuestionSet(folder.name, tuple(items))


def _item(body: Mapping[str, Any], roots: Sequence[Path]) -> Item:
    turns = [body, *body.get("follow_ups", ())]
    return Item(
        id=str(body["id"]),
        kind=str(body.get("kind") or body.get("family") or ""),
        tables=tuple(_find(relative, roots) for relative in body["tables"]),
        turns=tuple(Turn(turn["question"], EXPECTATION.validate_python(turn["expect"])) for turn in turns),
    )


def _find(relative: str, roots: Sequence[Path]) -> Path:
    for root in roots:
        if (path := root / relative).is_file():
            return path
    raise NoQuestions(f"The table {relative} is missing.")


def _unpack(folder: Path, name: str) -> bytes:
    for suffix, unpack in PACKINGS.items():
        if (path := folder / f"{name}{suffix}").is_file():
            return unpack(path.read_bytes())
    raise NoQuestions(f"{folder} holds no {name}, plain, .gz or .xz.")


def table_folders(folder: Path, unpacked: Path) -> Iterator[Path]:
    """Where a set's tables lie, loose or unpacked."""
    if (loose := folder / "tables").is_dir():
        yield loose
    if (archive := folder / "tables.tar.xz").is_file():
        home = unpacked / hashlib.sha256(archive.read_bytes()).hexdigest()[:20]
        if not home.is_dir():
            unfinished = home.with_suffix(".part")
            with tarfile.open(archive) as tar:
                tar.extractall(unfinished, filter="data")
            unfinished.rename(home)
        yield home


def sample(items: Sequence[Item], limit: int | None) -> Sequence[Item]:
    """The same items on every machine: those whose ids have the smallest digests."""
    if not limit or limit >= len(items):
        return items
    return sorted(items, key=lambda item: hashlib.sha256(item.id.encode()).hexdigest())[:limit]


def batches(sets: Sequence[QuestionSet], size: int) -> Iterator[tuple[str, tuple[Item, ...]]]:
    """Each set's name with at most so many of its items, all over the same tables."""
    for questions in sets:
        for _, group in groupby(sorted(questions.items, key=_tables), key=_tables):
            items = tuple(group)
            for start in range(0, len(items), size):
                yield questions.name, items[start : start + size]


def _tables(item: Item) -> tuple[Path, ...]:
    return item.tables
