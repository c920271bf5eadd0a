"""Transforms that show a result otherwise and compute nothing: rows are filtered, and columns folded into rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.nlq.answers.charts.cells import Frame
from services.nlq.answers.charts.checking.objects import known_keys
from services.nlq.answers.charts.checking.places import Place
from services.nlq.answers.charts.checking.predicates import checked_predicate, rows_that_hold
from services.nlq.answers.charts.checking.tables import INSTEAD
from services.nlq.answers.charts.fields import column_meant, field_of
from services.nlq.answers.charts.limits import MOST_COLOURS

MOST_TRANSFORMS = 6


def checked_transforms(told: Any, frame: Frame, place: Place) -> tuple[list[dict[str, Any]], Frame]:
    """And what they leave to be drawn."""
    done: list[dict[str, Any]] = []
    if not isinstance(told, list) or len(told) > MOST_TRANSFORMS:
        place.refuse(f"has to be a list of at most {MOST_TRANSFORMS}.")
        return done, frame
    for at, transform in enumerate(told):
        name = next((key for key in TRANSFORMS if isinstance(transform, Mapping) and key in transform), None)
        if name is None:
            place.at(at).refuse(_instead_of(transform))
            continue
        before = len(place.findings.reasons)
        one, after = TRANSFORMS[name](transform, frame, place.at(at))
        if len(place.findings.reasons) == before:
            done.append(one)
            frame = after
    return done, frame


def _instead_of(transform: Any) -> str:
    keys = list(transform) if isinstance(transform, Mapping) else []
    told = next((f"{key}: {INSTEAD[key]}" for key in keys if key in INSTEAD), None)
    return f"{told or 'is no transform that a chart may have'}. Transforms that it may have: {', '.join(TRANSFORMS)}."


def _filter(told: Mapping[str, Any], frame: Frame, place: Place) -> tuple[dict[str, Any], Frame]:
    kept = known_keys(told, frozenset({"filter"}), place)
    found = len(place.findings.reasons)
    predicate = checked_predicate(kept["filter"], frame, place.at("filter"))
    if len(place.findings.reasons) > found:
        return {}, frame
    return {"filter": predicate}, Frame(frame.columns, rows_that_hold(predicate, frame))


def _fold(told: Mapping[str, Any], frame: Frame, place: Place) -> tuple[dict[str, Any], Frame]:
    """A row for each of the columns, with its name and its cell: several measures become one with a colour for each."""
    kept = known_keys(told, frozenset({"fold", "as"}), place)
    fields, names = kept["fold"], kept.get("as", ["key", "value"])
    columns = [column_meant(str(field), frame.columns) for field in fields] if isinstance(fields, list) else []
    found = [column for column in columns if column is not None]
    if not 1 <= len(found) == len(columns) <= MOST_COLOURS:
        place.at("fold").refuse(f"has to be a list of columns of the result: {', '.join(frame.columns)}.")
        return {}, frame
    if not _are_new_names(names, frame):
        place.at("as").refuse("has to be two names that no column of the result has.")
        return {}, frame
    places = [frame.columns.index(column) for column in found]
    rows = [(*row, column, row[at]) for row in frame.rows for column, at in zip(found, places, strict=True)]
    made = {"fold": [field_of(column) for column in found], "as": list(names)}
    return made, Frame((*frame.columns, *names), rows)


def _are_new_names(names: Any, frame: Frame) -> bool:
    """Plain ones, too, so that no backslash is needed."""
    if not isinstance(names, list) or len(names) != 2 or not all(isinstance(name, str) for name in names):
        return False
    return len(set(names)) == 2 and not set(names) & set(frame.columns) and all(n == field_of(n) for n in names)


TRANSFORMS: Mapping[str, Callable[[Mapping[str, Any], Frame, Place], tuple[dict[str, Any], Frame]]] = {
    "filter": _filter,
    "fold": _fold,
}
