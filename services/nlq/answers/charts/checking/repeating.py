"""`repeat` written out: a view for each of the columns that it names, so that nothing after it has to know of repeating."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from services.nlq.answers.charts.checking.places import Place
from services.nlq.answers.charts.limits import MOST_VIEWS

_FORMS = 'has to be a list of columns, or {"row": […], "column": […]}, or {"layer": […]}.'


def concatenated(told: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """The same view as rows and columns of views, or as layers."""
    repeat = told["repeat"]
    forms: dict[str, Any] = {"repeat": repeat} if isinstance(repeat, list) else repeat
    around = {key: value for key, value in told.items() if key not in ("repeat", "spec")}
    if not isinstance(forms, dict) or not forms or not all(map(_are_names, forms.values())):
        place.at("repeat").refuse(_FORMS)
        return {"concat": []}
    spec = told.get("spec")
    match sorted(forms):
        case ["repeat"]:
            return {**around, "concat": list(_each(spec, "repeat", forms["repeat"]))}
        case ["layer"]:
            return {**around, "layer": list(_each(spec, "layer", forms["layer"]))}
        case ["row"]:
            return {**around, "vconcat": list(_each(spec, "row", forms["row"]))}
        case ["column"]:
            return {**around, "hconcat": list(_each(spec, "column", forms["column"]))}
        case ["column", "row"]:
            rows = _each(spec, "row", forms["row"])
            return {**around, "vconcat": [{"hconcat": list(_each(row, "column", forms["column"]))} for row in rows]}
    place.at("repeat").refuse(_FORMS)
    return {"concat": []}


def _are_names(names: Any) -> bool:
    return isinstance(names, list) and 1 <= len(names) <= MOST_VIEWS and all(isinstance(name, str) for name in names)


def _each(spec: Any, slot: str, names: list[str]) -> Iterator[Any]:
    for name in names:
        yield _filled(spec, slot, name)


def _filled(spec: Any, slot: str, name: str) -> Any:
    """With the column wherever `{"repeat": slot}` stands."""
    if spec == {"repeat": slot}:
        return name
    if isinstance(spec, Mapping):
        return {key: _filled(value, slot, name) for key, value in spec.items()}
    return [_filled(value, slot, name) for value in spec] if isinstance(spec, list) else spec
