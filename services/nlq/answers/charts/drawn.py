"""The rows of a result in a specification: what an answer carries, and what a page or the house draws. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.nlq.answers.charts.cells import Frame
from services.nlq.answers.charts.fields import field_of, name_of
from services.nlq.answers.charts.limits import MOST_ROWS
from services.nlq.answers.charts.looks import finished
from services.nlq.answers.charts.shape import chart_by_shape

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_DAY, _MONTH = "date:'%Y-%m-%d'", "date:'%Y-%m'"


def chart_of(
    draft: Mapping[str, Any] | None, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> dict[str, Any] | None:
    """The chart that suits a result whole: of the kind that a plan has found, or else by its shape. `rows` are all there are."""
    draft = draft or chart_by_shape(columns, rows)
    if draft is None or not 2 <= len(rows) <= MOST_ROWS or not _has_its_columns(draft, columns, rows):
        return None
    spec, frame = finished(draft, Frame(columns, rows))
    return with_rows(spec, frame.columns, frame.rows)


def with_rows(spec: Mapping[str, Any], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """With the columns that it shows as its data. Days are read as such wherever the chart is drawn: by itself JavaScript takes them for
    midnight in Greenwich, which in America is the evening before."""
    said = set(_texts(spec))
    shown = [(at, name) for at, name in enumerate(columns) if field_of(name) in said]
    data: dict[str, Any] = {"values": [{name: row[at] for at, name in shown} for row in rows]}
    frame = Frame(columns, rows)
    days = {name: form for name in sorted(_of_time(spec)) if name in columns and (form := _form(frame.values(name)))}
    if days:
        data["format"] = {"parse": {field_of(name): form for name, form in days.items()}}
    return {"$schema": SCHEMA, **spec, "data": data}


def _has_its_columns(draft: Mapping[str, Any], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> bool:
    """And numbers to measure: what a plan promised can have come out empty."""
    if "transform" in draft:
        return True  # found by the shape of this very result
    names = {channel: name_of(told["field"]) for channel, told in draft["encoding"].items()}
    return set(names.values()) <= set(columns) and Frame(columns, rows).kinds[names["y"]] in ("number", "year")


def _form(cells: Sequence[Any]) -> str | None:
    lengths = {len(cell) for cell in cells}
    return {frozenset({10}): _DAY, frozenset({7}): _MONTH}.get(frozenset(lengths))


def _of_time(spec: Any) -> Iterator[str]:
    """The columns that are shown as time."""
    if isinstance(spec, Mapping):
        if spec.get("type") == "temporal" and "field" in spec:
            yield name_of(spec["field"])
        for told in spec.values():
            yield from _of_time(told)
    elif isinstance(spec, list):
        for told in spec:
            yield from _of_time(told)


def _texts(spec: Any) -> Iterator[str]:
    if isinstance(spec, str):
        yield spec
    elif isinstance(spec, Mapping):
        for told in spec.values():
            yield from _texts(told)
    elif isinstance(spec, list):
        for told in spec:
            yield from _texts(told)
