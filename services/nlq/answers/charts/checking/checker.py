"""A chart that a model wrote, checked over the result that it is drawn of."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.nlq.answers.charts.cells import Frame
from services.nlq.answers.charts.checking.composing import Composition
from services.nlq.answers.charts.checking.places import Findings, Place
from services.nlq.answers.charts.limits import LARGEST_SPEC, MOST_ROWS


@dataclass(frozen=True)
class ChartRefused:
    """`reasons` are sentences for whoever wrote the chart: where, why, and what to do instead."""

    reasons: tuple[str, ...]


def checked_spec(
    spec: Mapping[str, Any],
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    name: str = "result",
    is_grounded: Callable[[str], bool],
) -> dict[str, Any] | ChartRefused:
    """The Vega-Lite specification as it may be drawn, without data: types told, names of columns as fields, repeated views written out.

    `rows` are all of the result, their cells JSON; `name` is what the specification may call it. `is_grounded` tells of a title or a
    label whether its numbers stand somewhere.
    """
    if refusal := _not_to_be_drawn(spec, columns, rows):
        return ChartRefused((refusal,))
    findings = Findings()
    done, _ = Composition(name).checked(spec, Frame(columns, rows), Place(findings), {})
    for path, text in findings.texts:
        if not is_grounded(text):
            findings.reasons.append(
                f"{path}: {text!r} has a number that stands in no result; leave it out or compute it."
            )
    return ChartRefused(findings.first_reasons) if findings.reasons else done


def result_meant(spec: Mapping[str, Any]) -> str | None:
    """The name of the result that a specification says it is drawn of, wherever in it that stands; the first where there are several."""
    told = spec.get("data")
    if isinstance(told, Mapping) and isinstance(told.get("name"), str):
        return str(told["name"])
    inner = [
        spec.get("spec"),
        *(one for kind in ("layer", "concat", "hconcat", "vconcat") for one in _list(spec.get(kind))),
    ]
    return next(filter(None, (result_meant(one) for one in inner if isinstance(one, Mapping))), None)


def _list(told: Any) -> list[Any]:
    return told if isinstance(told, list) else []


def _not_to_be_drawn(spec: Mapping[str, Any], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str | None:
    """Why nothing of the specification has to be looked at."""
    if not rows:
        return "The result has no rows to draw."
    if len(rows) > MOST_ROWS:
        return f"The result has {len(rows):,} rows, and a chart is drawn of at most {MOST_ROWS:,}: aggregate in the code, and draw that."
    if len(set(columns)) < len(columns):
        return "Two columns of the result have one name: rename one in the code."
    try:
        length = len(json.dumps(spec, allow_nan=False))
    except (TypeError, ValueError, RecursionError):
        return "The specification is no JSON."
    if length > LARGEST_SPEC:
        return f"The specification has {length:,} characters; at most {LARGEST_SPEC:,} may be, and data have no place in it."
    return None
