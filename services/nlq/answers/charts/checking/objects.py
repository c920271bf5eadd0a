"""The walk through plain objects: every key by its table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.nlq.answers.charts.checking.leaves import Leaf
from services.nlq.answers.charts.checking.places import Place
from services.nlq.answers.charts.checking.tables import INSTEAD, LEFT_OUT, Rule


def checked(value: Any, rule: Rule, place: Place) -> Any:
    """The value without what is left out. What is refused is told to the place, and what is returned then is of no use."""
    if isinstance(rule, Leaf):
        return _checked_leaf(value, rule, place)
    if isinstance(value, Mapping):
        return checked_keys(value, rule.keys, place)
    if rule.otherwise is not None:
        return _checked_leaf(value, rule.otherwise, place)
    return place.refuse("has to be an object.")


def checked_keys(value: Mapping[str, Any], keys: Mapping[str, Rule], place: Place) -> dict[str, Any]:
    kept = known_keys(value, keys, place)
    return {key: checked(told, keys[key], place.at(key)) for key, told in kept.items()}


def known_keys(value: Mapping[str, Any], keys: Mapping[str, Any] | frozenset[str], place: Place) -> dict[str, Any]:
    """Without what is left out; any other key that is none of these is refused."""
    kept = {key: told for key, told in value.items() if key not in LEFT_OUT}
    for key in kept.keys() - set(keys):
        place.at(key).refuse(_instead_of(key) or f"may not stand here. What may: {', '.join(sorted(keys))}.")
    return {key: told for key, told in kept.items() if key in keys}


def _checked_leaf(value: Any, leaf: Leaf, place: Place) -> Any:
    if not leaf.accepts(value):
        place.refuse(_instead_of_object(value) or _instead_of(value) or f"has to be {leaf.says}.")
    elif leaf.is_prose:
        place.say(value)
    return value


def _instead_of_object(value: Any) -> str | None:
    return next(filter(None, map(_instead_of, value)), None) if isinstance(value, Mapping) else None


def _instead_of(name: Any) -> str | None:
    told = INSTEAD.get(name) if isinstance(name, str) else None
    return told and f"{name} is refused: {told}."
