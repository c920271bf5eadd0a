"""What a scorer is fitted on: the readings of questions, each with its features and whether it was right."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Example:
    """One reading of a question, or several that come to the same; `right` when answering with it would be."""

    features: Mapping[str, float]
    right: bool


@dataclass(frozen=True)
class Asked:
    """A question with its readings, likeliest first by the planner's own cost; without any it is declined, whatever the scorer says.

    `group` is what is held out together: a family, or a part of a set.
    """

    set: str
    id: str
    group: str
    readings: tuple[Example, ...]


def write_examples(asked: Iterable[Asked], path: Path) -> int:
    lines = (json.dumps(asdict(one)) + "\n" for one in asked)
    with path.open("w", encoding="utf-8") as out:
        return sum(out.write(line) > 0 for line in lines)


def read_examples(paths: Sequence[Path]) -> Iterator[Asked]:
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            body = json.loads(line)
            readings = tuple(Example(one["features"], one["right"]) for one in body.pop("readings"))
            yield Asked(**body, readings=readings)
