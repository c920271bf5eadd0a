"""Objects whose keys are data: dates, numbers and names of what the rows are about. Each member is a row, its key a column."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from services.dataproc.reading.json.values import Record
from services.dataproc.reading.layout.cell_kinds import cell_kind

KEY_COLUMNS = ("key", "outer_key", "key_of_row")
FEWEST_SHARED = 0.5  # of the most fields that a member has, in all of them
FEWEST_NAMES = 3  # members within a document: two alike ones ("home" and "work") are usually parts of one thing
FEWEST_DATES = 3  # single values by date: fewer may be the fields "from" and "to" of one thing as well as a series
DEEPEST = 3  # objects around the rows
COUNTED = re.compile(r"\d+")


class Keyed(NamedTuple):
    """The keys that lead to an object, and its members as rows."""

    path: tuple[str, ...]
    rows: Sequence[Record]
    rule: str


def keyed_objects(document: Record) -> list[Keyed]:
    """The whole document as one table of this kind, or else those of its members that are one."""
    if rows := keyed_rows(document):
        return [Keyed((), rows, RULE)]
    if rows := dated_values(document):
        return [Keyed((), rows, RULE)]
    return list(_within(document, ()))


RULE = "each member of the object is a row, its name in the first column"


def _within(document: Mapping[str, Any], outer: tuple[str, ...]) -> list[Keyed]:
    found: list[Keyed] = []
    for key, value in document.items():
        if not isinstance(value, dict):
            continue
        path = (*outer, key)
        if rows := dated_values(value) or (keyed_rows(value) if are_labels(value) else []):
            found.append(Keyed(path, rows, RULE))
        elif len(path) < DEEPEST:
            found += _within(value, path)
    return found


def keyed_rows(members: Mapping[str, Any]) -> list[Record]:
    """Two objects and more that share most of their fields, [] where they are something else."""
    inner = list(members.values())
    if len(inner) < 2 or not all(isinstance(v, dict) and v for v in inner):
        return []
    shared = set(inner[0]).intersection(*map(set, inner[1:]))
    if len(shared) < FEWEST_SHARED * max(map(len, inner)):
        return []
    column = next((name for name in KEY_COLUMNS if not any(name in record for record in inner)), "")
    return [{column: key, **value} for key, value in members.items()] if column else []


def dated_values(members: Mapping[str, Any]) -> list[Record]:
    """Single values by date, as services of rates and prices answer; [] where they are something else."""
    if len(members) < FEWEST_DATES or any(isinstance(value, (dict, list)) for value in members.values()):
        return []
    if not all(cell_kind(key) == "date" for key in members):
        return []
    return [{"key": key, "value": value} for key, value in members.items()]


def are_labels(members: Mapping[str, Any]) -> bool:
    """Are the keys written like each other but for the numbers in them (days, `u1` and `u2`), or are there several members with the same fields throughout?"""
    shapes = {COUNTED.sub("0", key) for key in members}
    if len(shapes) == 1 and "0" in next(iter(shapes)):
        return True
    fields = [set(value) for value in members.values() if isinstance(value, dict)]
    return len(fields) >= FEWEST_NAMES and all(found == fields[0] for found in fields)
