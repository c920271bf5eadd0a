"""The table of names that the installed packages offer, as `offered.txt` holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Offered:
    """What may be taken from one module: `names` of things, and `modules` by the name that they have there."""

    names: frozenset[str]
    modules: Mapping[str, str]


def offered_by(module: str) -> Offered | None:
    """None for a module that cannot be imported."""
    return _table().get(module)


@cache
def _table() -> Mapping[str, Offered]:
    lines = (Path(__file__).parent / "offered.txt").read_text(encoding="utf-8").splitlines()
    split = (line.partition(":") for line in lines)
    return {module: _entry(entries.split()) for module, _, entries in split}


def _entry(entries: list[str]) -> Offered:
    pairs = (entry.partition("=") for entry in entries if "=" in entry)
    return Offered(
        frozenset(entry for entry in entries if "=" not in entry), {name: module for name, _, module in pairs}
    )
