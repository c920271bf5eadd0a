"""Views within views: layers, panels and rows of charts, each down to its marks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.nlq.answers.charts.cells import Frame
from services.nlq.answers.charts.checking.encoding import checked_definition, checked_encoding
from services.nlq.answers.charts.checking.leaves import one_of
from services.nlq.answers.charts.checking.objects import checked, checked_keys, known_keys
from services.nlq.answers.charts.checking.places import Place
from services.nlq.answers.charts.checking.repeating import concatenated
from services.nlq.answers.charts.checking.rules import RULES, cuts_zero_off, is_turned
from services.nlq.answers.charts.checking.tables import (
    ABOUT_VIEWS,
    CHANNELS,
    LENGTHS,
    MARK,
    MARKS,
    PANELS,
    Object,
)
from services.nlq.answers.charts.checking.transforms import checked_transforms
from services.nlq.answers.charts.checking.view import View
from services.nlq.answers.charts.limits import DEEPEST, MOST_MARKS, MOST_VIEWS

SIDE_BY_SIDE = frozenset({"concat", "hconcat", "vconcat"})
KINDS: Mapping[str, frozenset[str]] = {
    "mark": frozenset({"mark", "encoding"}),
    "layer": frozenset({"layer", "encoding", "resolve"}),
    "facet": frozenset({"facet", "spec", "resolve"}),
    **{name: frozenset({name, "resolve"}) for name in SIDE_BY_SIDE},
    "repeat": frozenset({"repeat", "spec", "resolve"}),
}
"""What a view is told by, and what else belongs to it."""
_AROUND = frozenset({"data", "transform", *ABOUT_VIEWS})
_OF_THE_PAGE = "container"  # a size that only a page has: the house gives its own
_SHARED, _APART = "shared", "independent"


class Composition:
    """One walk. `name` is what the data are called."""

    def __init__(self, name: str) -> None:
        self._name = name

    def checked(
        self, told: Any, frame: Frame, place: Place, inherited: Mapping[str, Any], depth: int = 0
    ) -> tuple[dict[str, Any], list[View]]:
        """The view as it will be drawn, and the single views that it consists of."""
        kinds = [kind for kind in KINDS if isinstance(told, Mapping) and kind in told]
        if not isinstance(told, Mapping) or len(kinds) != 1 or depth > DEEPEST:
            place.refuse(f"a view has exactly one of {', '.join(KINDS)}, and views lie at most {DEEPEST} deep.")
            return {}, []
        kind = kinds[0]
        kept = known_keys(told, _AROUND | KINDS[kind], place)
        self._check_data(kept.pop("data", None), place.at("data"))
        if kind == "repeat":
            return self.checked(concatenated(kept, place), frame, place, inherited, depth + 1)
        about = {key: kept[key] for key in kept if key in ABOUT_VIEWS and kept[key] != _OF_THE_PAGE}
        around = checked_keys(about, ABOUT_VIEWS, place)
        if "transform" in kept:
            around["transform"], frame = checked_transforms(kept["transform"], frame, place.at("transform"))
        walk = {"mark": self._single, "layer": self._layers, "facet": self._panels}.get(kind, self._side_by_side)
        inside, views = walk(kept, frame, place, inherited, depth)
        if "resolve" in kept:
            inside["resolve"] = _checked_resolve(kept["resolve"], kind, place.at("resolve"))
        return around | inside, views

    def _check_data(self, told: Any, place: Place) -> None:
        if told is None:
            return
        if not isinstance(told, Mapping):
            place.refuse(f'has to be {{"name": "{self._name}"}}, or nothing.')
            return
        known_keys(told, frozenset({"name"}), place)
        if "name" in told and told["name"] != self._name:
            place.refuse(
                f"names {told.get('name')!r}, and the chart is drawn of {self._name!r}: one result for all of its views."
            )

    def _single(
        self, kept: Mapping[str, Any], frame: Frame, place: Place, inherited: Mapping[str, Any], depth: int
    ) -> tuple[dict[str, Any], list[View]]:
        mark = _checked_mark(kept["mark"], place.at("mark"))
        encoding = checked_encoding(kept.get("encoding", {}), frame, place.at("encoding"))
        view = View(mark.get("type", ""), mark.get("orient") == "horizontal", {**inherited, **encoding}, frame)
        _count(view, place)
        if not place.findings.reasons:  # rules are about views whose pieces are right
            for rule in RULES:
                place.refuse_each(rule(view))
        return {"mark": mark, "encoding": encoding}, [view]

    def _layers(
        self, kept: Mapping[str, Any], frame: Frame, place: Place, inherited: Mapping[str, Any], depth: int
    ) -> tuple[dict[str, Any], list[View]]:
        encoding = checked_encoding(kept.get("encoding", {}), frame, place.at("encoding"))
        layers, views = self._each("layer", kept, frame, place, {**inherited, **encoding}, depth)
        if not place.findings.reasons:
            _check_shared_zero(views, place)
        return {"layer": layers, "encoding": encoding}, views

    def _side_by_side(
        self, kept: Mapping[str, Any], frame: Frame, place: Place, inherited: Mapping[str, Any], depth: int
    ) -> tuple[dict[str, Any], list[View]]:
        kind = next(name for name in kept if name in SIDE_BY_SIDE)
        inside, views = self._each(kind, kept, frame, place, inherited, depth)
        return {kind: inside}, views

    def _each(
        self, kind: str, kept: Mapping[str, Any], frame: Frame, place: Place, inherited: Mapping[str, Any], depth: int
    ) -> tuple[list[dict[str, Any]], list[View]]:
        told = kept[kind]
        if not isinstance(told, list) or not 1 <= len(told) <= MOST_VIEWS:
            place.at(kind).refuse(f"has to be a list of at most {MOST_VIEWS} views.")
            return [], []
        done = [self.checked(one, frame, place.at(kind).at(at), inherited, depth + 1) for at, one in enumerate(told)]
        return [inside for inside, _ in done], [view for _, views in done for view in views]

    def _panels(
        self, kept: Mapping[str, Any], frame: Frame, place: Place, inherited: Mapping[str, Any], depth: int
    ) -> tuple[dict[str, Any], list[View]]:
        told, at = kept["facet"], place.at("facet")
        by_side = isinstance(told, Mapping) and bool({"row", "column"} & told.keys())
        channels = known_keys(told, PANELS - {"facet"}, at) if by_side else {"facet": told}
        panels = {
            channel: checked_definition(channel, one, frame, at.at(channel) if by_side else at)
            for channel, one in channels.items()
        }
        spec, views = self.checked(kept.get("spec"), frame, place.at("spec"), {**inherited, **panels}, depth + 1)
        return {"facet": panels if by_side else panels["facet"], "spec": spec}, views


def _checked_mark(told: Any, place: Place) -> dict[str, Any]:
    """As an object, whichever way it was told."""
    if isinstance(told, Mapping):
        if not isinstance(told.get("type"), str):
            place.refuse(f"needs a type: one of {', '.join(sorted(MARKS))}.")
        return checked_keys(told, MARK, place)
    return {"type": checked(told, MARK["type"], place)}


def _count(view: View, place: Place) -> None:
    place.findings.views += 1
    place.findings.marks += len(view.frame.rows)
    if place.findings.views == MOST_VIEWS + 1:
        place.refuse(f"the chart has more than {MOST_VIEWS} views.")
    if place.findings.marks > MOST_MARKS:
        place.refuse(
            f"the chart would have more than {MOST_MARKS:,} marks: aggregate in the code, or draw fewer layers."
        )


def _check_shared_zero(views: list[View], place: Place) -> None:
    """Layers share their scales: what cuts zero off in one of them cuts it off under the bars of another."""
    for bars in views:
        measure = bars.measure()
        if bars.mark not in LENGTHS or bars.is_ranged() or measure is None:
            continue
        for other in views:
            scale = (other.encoding.get(measure) or {}).get("scale") or {}
            if cuts_zero_off(scale) or is_turned(scale):
                place.refuse(
                    f"the layers share {measure}, where the {bars.mark} has to begin at zero and grow: leave its scale out."
                )


def _checked_resolve(told: Any, kind: str, place: Place) -> Any:
    """Two scales laid over one another show a likeness that only their choice makes; one scale over different measures shows none."""
    rule = Object({part: _resolved(kind, part) for part in ("scale", "axis", "legend")})
    return checked(told, rule, place)


def _resolved(kind: str, part: str) -> Object:
    either = one_of({_SHARED, _APART})
    of_positions = {"layer": one_of({_SHARED})} | dict.fromkeys((*SIDE_BY_SIDE, "repeat"), one_of({_APART}))
    positions = either if part != "scale" else of_positions.get(kind, either)
    return Object({channel: positions if channel in ("x", "y") else either for channel in CHANNELS})
