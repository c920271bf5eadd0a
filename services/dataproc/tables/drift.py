"""What is different in a newer file: columns that went, came, were perhaps renamed, or changed their type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from services.dataproc.cleaning import SkippedStep
from services.dataproc.reading import Column
from shared.columns import ColumnType

SIMILAR_NAME = 75


@dataclass(frozen=True)
class TypeChange:
    column: str
    before: ColumnType
    after: ColumnType


@dataclass(frozen=True)
class Renaming:
    """A column that went and one that came and could be the same, with the likeness of their names in percent."""

    before: str
    after: str
    likeness: int


@dataclass(frozen=True)
class Drift:
    """The newer file against the older one."""

    rows_before: int
    rows_after: int
    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    renamed: tuple[Renaming, ...] = ()
    types: tuple[TypeChange, ...] = ()
    overrides_without_column: tuple[str, ...] = ()
    skipped_steps: tuple[SkippedStep, ...] = ()
    misfits: tuple[str, ...] = ()


def compare_columns(
    before: Sequence[Column], after: Sequence[Column]
) -> tuple[list[str], list[str], list[Renaming], list[TypeChange]]:
    """(gone, new, perhaps renamed, of another type)"""
    old, new = {c.name: c for c in before}, {c.name: c for c in after}
    gone, came = [name for name in old if name not in new], [name for name in new if name not in old]
    types = [
        TypeChange(name, old[name].type, new[name].type)
        for name in old
        if name in new and old[name].type != new[name].type
    ]
    places = {c.name: i for i, c in enumerate(before)}, {c.name: i for i, c in enumerate(after)}
    renamed = []
    for name in gone:
        likely = [
            (likeness(old[name], new[other], same_place=places[0][name] == places[1][other]), other) for other in came
        ]
        score, other = max(likely, default=(0, ""))
        if score >= SIMILAR_NAME:
            renamed.append(Renaming(name, other, score))
    return gone, came, renamed, types


def likeness(old: Column, new: Column, *, same_place: bool) -> int:
    """Likeness of the names; the same type in the same place of the table counts for much."""
    score = fuzz.token_sort_ratio(old.name.casefold().replace("_", " "), new.name.casefold().replace("_", " "))
    if old.type == new.type and same_place:
        score = max(score, SIMILAR_NAME)
    return round(score) if old.type == new.type or score > SIMILAR_NAME else 0
