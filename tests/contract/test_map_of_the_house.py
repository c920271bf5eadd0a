"""The map in docs/architecture.md shows the rooms that there are: all of them, and no others."""

from __future__ import annotations

import re
from itertools import takewhile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
FOUND = re.search(r"```\n(services/.*?)```", (REPOSITORY / "docs/architecture.md").read_text(), re.DOTALL)
MAP = FOUND[1].splitlines() if FOUND else []


def rooms(folder: Path) -> set[str]:
    return {path.parent.name for path in folder.glob("*/__init__.py")}


def names_below(heading: str) -> set[str]:
    """The words of the map in a folder's line and in those that are further in."""
    at = next(number for number, line in enumerate(MAP) if heading in line)
    depth = MAP[at].index(heading)
    below = takewhile(lambda line: len(line) - len(line.lstrip()) > depth, MAP[at + 1 :])
    return set(re.findall(r"\w+", " ".join((MAP[at], *below))))


@pytest.mark.parametrize("service", ["upload", "session", "dataproc", "llm", "nlq"])
def test_every_room_of_a_service_is_on_the_map(service: str) -> None:
    assert rooms(REPOSITORY / "services" / service) <= names_below(f"{service}/")


@pytest.mark.parametrize(
    ("heading", "folder"),
    [("reading/", "services/dataproc/reading"), ("planner/", "services/nlq/planner"), ("shared/", "shared")],
)
def test_every_room_of_a_large_room_is_on_the_map(heading: str, folder: str) -> None:
    assert rooms(REPOSITORY / folder) <= names_below(heading)


def test_every_folder_on_the_map_exists() -> None:
    named = set(re.findall(r"(\w+)/", " ".join(MAP)))
    there = {path.name for path in REPOSITORY.rglob("*") if path.is_dir() and ".venv" not in path.parts}
    assert named and named - there == set()
