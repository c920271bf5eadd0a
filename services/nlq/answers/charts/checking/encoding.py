"""What the channels of a view show: columns of the result, literals, and conditions between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.nlq.answers.charts.cells import Frame
from services.nlq.answers.charts.checking.calendar_units import CALENDAR_UNITS
from services.nlq.answers.charts.checking.leaves import (
    FLAG,
    FORMAT,
    NOTHING,
    PROSE,
    SCALAR,
    TEXT,
    Leaf,
    list_of,
    number,
    one_of,
)
from services.nlq.answers.charts.checking.objects import checked, known_keys
from services.nlq.answers.charts.checking.places import Place
from services.nlq.answers.charts.checking.predicates import checked_predicate
from services.nlq.answers.charts.checking.tables import (
    AGGREGATES,
    AXIS,
    BIN,
    CHANNELS,
    HEADER,
    LEGEND,
    PIXELS,
    POSITIONS,
    SCALE,
    SHARE,
    STACK,
    STYLE,
    TYPES,
    WORDS,
    Object,
    Rule,
)
from services.nlq.answers.charts.fields import column_meant, field_of
from services.nlq.answers.charts.limits import MOST_NAMES

_ORDER = one_of({"ascending", "descending"}) | NOTHING
_SORTS = one_of({sign + channel for sign in ("", "-") for channel in CHANNELS})

DEFINITION: Mapping[str, Rule] = {
    "type": one_of(TYPES),
    "aggregate": one_of(AGGREGATES),
    "bin": Object(BIN, FLAG | one_of({"binned"}) | NOTHING),
    "timeUnit": one_of(CALENDAR_UNITS),
    "title": PROSE,
    "axis": Object(AXIS, NOTHING),
    "legend": Object(LEGEND, NOTHING),
    "header": Object(HEADER, NOTHING),
    "scale": Object(SCALE, NOTHING),
    "stack": STACK,
    "format": FORMAT,
    "formatType": one_of({"number", "time"}),
    "bandPosition": SHARE,
    "columns": number(1, 12),
    "spacing": number(0, 100),
    "align": one_of({"all", "each", "none"}),
}
_KEYS = frozenset({*DEFINITION, "field", "sort", "value", "datum", "condition"})
_TYPE_OF = {"number": "quantitative", "time": "temporal", "year": "ordinal", "period": "ordinal"}
_TYPES_OF_TEXTS = ("nominal", "ordinal", "temporal")
MOST_TOGETHER = 12  # columns of a tooltip


def checked_encoding(told: Any, frame: Frame, place: Place) -> dict[str, Any]:
    if not isinstance(told, Mapping):
        place.refuse("has to be an object of channels.")
        return {}
    return {
        channel: _checked_channel(channel, definition, frame, place.at(channel))
        for channel, definition in known_keys(told, CHANNELS, place).items()
    }


def _checked_channel(channel: str, told: Any, frame: Frame, place: Place) -> Any:
    if isinstance(told, list) and channel in ("tooltip", "detail", "order") and len(told) <= MOST_TOGETHER:
        return [checked_definition(channel, one, frame, place.at(at)) for at, one in enumerate(told)]
    if told is None and channel in WORDS:
        return None
    return checked_definition(channel, told, frame, place)


def checked_definition(channel: str, told: Any, frame: Frame, place: Place) -> dict[str, Any]:
    """With its type, where none is told, and years written as years."""
    if not isinstance(told, Mapping):
        place.refuse('has to be an object, such as {"field": …, "type": …}.')
        return {}
    kept = known_keys(told, _KEYS, place)
    done = {key: checked(value, DEFINITION[key], place.at(key)) for key, value in kept.items() if key in DEFINITION}
    _check_sources(channel, kept, place)
    column = None
    if "field" in kept:
        column = _checked_field(kept["field"], frame, place.at("field"))
        done["field"] = field_of(column or "")
    if "sort" in kept:
        done["sort"] = _checked_sort(kept["sort"], frame, place.at("sort"))
    if "value" in kept:
        done["value"] = checked(kept["value"], _literal_of(channel), place.at("value"))
    if "datum" in kept:
        done["datum"] = checked(kept["datum"], SCALAR, place.at("datum"))
        if kept["datum"] != 0:
            place.at("datum").say(str(kept["datum"]))
    if "condition" in kept:
        done["condition"] = _checked_conditions(channel, kept["condition"], frame, place.at("condition"))
    if "field" not in kept and "aggregate" in kept:
        done.setdefault("type", "quantitative")
    return done if column is None else _completed(done, column, frame)


def _check_sources(channel: str, kept: Mapping[str, Any], place: Place) -> None:
    """A channel that has two things to show fails while it is drawn, and so does a text among numbers."""
    if len(kept.keys() & {"field", "datum", "value"}) > 1:
        place.refuse("has to have one of field, datum and value.")
    datum = kept.get("datum")
    is_untold = isinstance(datum, bool) or (channel in POSITIONS and isinstance(datum, str))
    if is_untold and kept.get("type") not in _TYPES_OF_TEXTS:
        place.refuse("a datum that is no number needs its type: nominal, ordinal or temporal.")


def _completed(done: dict[str, Any], column: str, frame: Frame) -> dict[str, Any]:
    kind = frame.kinds[column]
    counted = "aggregate" in done or done.get("bin")
    done.setdefault("type", "quantitative" if counted else _TYPE_OF.get(kind, "nominal"))
    if kind == "year" and done["type"] == "quantitative" and done.get("axis", {}) is not None:
        done["axis"] = {"format": "d", **done.get("axis", {})}
    return done


def _checked_field(told: Any, frame: Frame, place: Place) -> str | None:
    column = column_meant(told, frame.columns) if isinstance(told, str) else None
    if column is None:
        place.refuse(f"{told!r} is no column of the result. Its columns: {', '.join(frame.columns)}."[:600])
    return column


def _checked_sort(told: Any, frame: Frame, place: Place) -> Any:
    if not isinstance(told, Mapping):
        return checked(told, _ORDER | _SORTS | list_of(SCALAR, MOST_NAMES), place)
    kept = known_keys(told, frozenset({"field", "order", "encoding", "op"}), place)
    rules: Mapping[str, Leaf] = {"order": _ORDER, "encoding": one_of(CHANNELS), "op": TEXT}
    done = {key: checked(value, rules[key], place.at(key)) for key, value in kept.items() if key in rules}
    if "field" in kept:
        done["field"] = field_of(_checked_field(kept["field"], frame, place.at("field")) or "")
        done["op"] = "max"  # of the one row that a name has
    return done


def _checked_conditions(channel: str, told: Any, frame: Frame, place: Place) -> Any:
    if isinstance(told, list) and len(told) <= MOST_TOGETHER:
        return [_checked_condition(channel, one, frame, place.at(at)) for at, one in enumerate(told)]
    return _checked_condition(channel, told, frame, place)


def _checked_condition(channel: str, told: Any, frame: Frame, place: Place) -> dict[str, Any]:
    if not isinstance(told, Mapping):
        place.refuse('has to be an object, such as {"test": {"field": …, "lt": 0}, "value": …}.')
        return {}
    kept = known_keys(told, frozenset({"test", "value"}), place)
    test = checked_predicate(kept.get("test"), frame, place.at("test"))
    return {"test": test, "value": checked(kept.get("value"), _literal_of(channel), place.at("value"))}


def _literal_of(channel: str) -> Leaf:
    if channel in WORDS:
        return PROSE
    return STYLE.get(channel) or PIXELS | one_of({"width", "height"})
