"""Conditions as objects: `{"field": "region", "oneOf": ["North"]}`. Those that are written as expressions are refused."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.nlq.answers.charts.cells import Frame, is_number
from services.nlq.answers.charts.checking.leaves import FLAG, NUMBER, SCALAR, Leaf, list_of
from services.nlq.answers.charts.checking.objects import checked, known_keys
from services.nlq.answers.charts.checking.places import Place
from services.nlq.answers.charts.fields import column_meant, field_of
from services.nlq.answers.charts.limits import DEEPEST, MOST_NAMES

Holds = Callable[[Any, Any], bool]


def _comparing(compare: Holds) -> Holds:
    """Of two numbers or two texts; a missing cell compares with nothing."""

    def holds(cell: Any, bound: Any) -> bool:
        alike = (is_number(cell) and is_number(bound)) or (isinstance(cell, str) and isinstance(bound, str))
        return alike and compare(cell, bound)

    return holds


def _is_valid(cell: Any, wanted: bool) -> bool:
    return (cell is not None) == wanted


COMPARISONS: Mapping[str, tuple[Leaf, Holds]] = {
    "equal": (SCALAR, operator.eq),
    "lt": (SCALAR, _comparing(operator.lt)),
    "lte": (SCALAR, _comparing(operator.le)),
    "gt": (SCALAR, _comparing(operator.gt)),
    "gte": (SCALAR, _comparing(operator.ge)),
    "range": (list_of(NUMBER, 2), lambda cell, ends: is_number(cell) and ends[0] <= cell <= ends[-1]),
    "oneOf": (list_of(SCALAR, MOST_NAMES), lambda cell, values: cell in values),
    "valid": (FLAG, _is_valid),
}
_AS_OBJECT = 'expressions are not run: write it as an object, such as {"field": "region", "oneOf": ["North", "South"]}, or filter in the code.'


def checked_predicate(told: Any, frame: Frame, place: Place, depth: int = 0) -> Any:
    if not isinstance(told, Mapping):
        return place.refuse(_AS_OBJECT)
    if depth > DEEPEST:
        return place.refuse("conditions are nested too deeply.")
    for word in ("and", "or"):
        if word in told:
            parts = known_keys(told, frozenset({word}), place).get(word)
            if not isinstance(parts, list) or not 1 <= len(parts) <= MOST_NAMES:
                return place.at(word).refuse("has to be a list of conditions.")
            inner = enumerate(parts)
            return {word: [checked_predicate(part, frame, place.at(word).at(at), depth + 1) for at, part in inner]}
    if "not" in told:
        inside = known_keys(told, frozenset({"not"}), place).get("not")
        return {"not": checked_predicate(inside, frame, place.at("not"), depth + 1)}
    return _checked_comparison(told, frame, place)


def _checked_comparison(told: Mapping[str, Any], frame: Frame, place: Place) -> dict[str, Any]:
    kept = known_keys(told, frozenset({"field", *COMPARISONS}), place)
    column = column_meant(str(kept.get("field")), frame.columns)
    if column is None:
        place.at("field").refuse(f"is no column of the result. Its columns: {', '.join(frame.columns)}.")
    elif frame.kinds[column] == "time" and kept.keys() - {"field", "valid"}:
        # Vega-Lite has read the cells as moments by then, and compares them with texts: nothing would be left.
        place.refuse(f"{column} holds dates: filter them in the code.")
    compared = {key: checked(kept[key], COMPARISONS[key][0], place.at(key)) for key in kept if key in COMPARISONS}
    if len(compared) != 1:
        place.refuse(f"has to have one of {', '.join(COMPARISONS)}.")
    if len(compared.get("range", (0, 0))) != 2:
        place.at("range").refuse("has to have two ends.")
    return {"field": field_of(column or ""), **compared}


def holds(predicate: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    """Of one that was checked. `row` is by field."""
    if "and" in predicate:
        return all(holds(part, row) for part in predicate["and"])
    if "or" in predicate:
        return any(holds(part, row) for part in predicate["or"])
    if "not" in predicate:
        return not holds(predicate["not"], row)
    (name, bound), *_ = ((key, told) for key, told in predicate.items() if key in COMPARISONS)
    return COMPARISONS[name][1](row[predicate["field"]], bound)


def rows_that_hold(predicate: Mapping[str, Any], frame: Frame) -> Sequence[Sequence[Any]]:
    fields = [field_of(name) for name in frame.columns]
    return [row for row in frame.rows if holds(predicate, dict(zip(fields, row, strict=True)))]
