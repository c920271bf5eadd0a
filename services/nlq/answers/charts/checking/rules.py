"""What a view has to keep to so that it says what the result says. Each rule gives the reasons against a view, as sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from services.nlq.answers.charts.cells import Kind, is_number, moment_of
from services.nlq.answers.charts.checking.calendar_units import CALENDAR_UNITS
from services.nlq.answers.charts.checking.leaves import NUMBER_FORMAT, TIME_FORMAT
from services.nlq.answers.charts.checking.tables import COLOURS, JOINED, LENGTHS, PANELS, POSITIONS, RANGES, WORDS
from services.nlq.answers.charts.checking.view import Definition, View
from services.nlq.answers.charts.limits import MOST_COLOURS, MOST_NAMES, MOST_PANELS, MOST_SHAPES, MOST_SLICES

_HOLDS: Mapping[Kind, str] = {
    "number": "holds numbers: its type is quantitative, ordinal or nominal",
    "year": "holds years as numbers: its type is ordinal (or quantitative)",
    "time": "holds dates: its type is temporal, ordinal or nominal",
    "period": "holds periods as text: its type is ordinal",
    "truth": "holds true and false: its type is nominal",
    "text": "holds text: its type is nominal or ordinal",
    "empty": "has no values: there is nothing to draw",
    "other": "holds values of several kinds, lists, or numbers beyond any scale: draw another column",
}
_DRAWN: frozenset[Kind] = frozenset({"number", "year", "time", "period", "truth", "text"})
_FITTING: Mapping[str, frozenset[Kind]] = {
    "quantitative": frozenset({"number", "year"}),
    "temporal": frozenset({"time"}),
    "ordinal": _DRAWN,
    "nominal": _DRAWN,
}
_MOST: Mapping[str, int] = {
    **dict.fromkeys(POSITIONS, MOST_NAMES),
    **dict.fromkeys(COLOURS, MOST_COLOURS),
    **dict.fromkeys(PANELS, MOST_PANELS),
    "shape": MOST_SHAPES,
    "strokeDash": MOST_SHAPES,
    "xOffset": MOST_COLOURS,
    "yOffset": MOST_COLOURS,
}
_DISCRETE = frozenset({"nominal", "ordinal"})


def types_fit_cells(view: View) -> Iterator[str]:
    for channel, one, name in view.columns():
        kind = view.frame.kinds[name]
        if channel in WORDS and kind in ("empty", "other"):
            continue
        if one.get("aggregate") != "count" and kind not in _FITTING[one["type"]]:
            yield f"{channel} shows {name} as {one['type']}, and {name} {_HOLDS[kind]}."
        if "timeUnit" in one and kind != "time":
            yield f"{channel} takes a unit of time of {name}, which holds no dates."
        if one.get("bin") and kind not in ("number", "year"):
            yield f"{channel} puts {name} into bins, and it holds no numbers."


def there_is_something(view: View) -> Iterator[str]:
    if not view.frame.rows:
        yield "No row of the result is left to be drawn."
    if not any(True for _ in view.columns()) and not any("datum" in one for _, one in view.definitions()):
        yield "The view shows no column of the result."


def bins_are_counted(view: View) -> Iterator[str]:
    """The rows of one bin lie on top of one another, or add up, unless they are counted."""
    binned = [
        channel for channel, one in view.definitions() if one.get("bin") is True or isinstance(one.get("bin"), Mapping)
    ]
    if binned and not view.counts():
        yield f'{binned[0]} has bins: the other axis has to be {{"aggregate": "count"}}; any other number of a bin is computed in the code.'


def lengths_begin_at_zero(view: View) -> Iterator[str]:
    """A bar that begins elsewhere makes a small difference look like a large one."""
    measure = view.measure()
    if view.mark not in LENGTHS or view.is_ranged() or measure is None:
        return
    one = view.encoding[measure]
    scale = one.get("scale") or {}
    if cuts_zero_off(scale):
        yield f"the {view.mark} on {measure} has to begin at zero: leave scale out, or draw points or a line."
    if is_turned(scale) or one.get("sort") == "descending":
        yield f"the {view.mark} on {measure} has to grow with its number: turn no scale around."


def cuts_zero_off(scale: Mapping[str, Any]) -> bool:
    if scale.get("zero") is False or scale.get("type") == "log":
        return True
    ends = [end for end in scale.get("domain") or () if is_number(end)]
    low = [*ends, *(scale[key] for key in ("domainMin",) if is_number(scale.get(key)))]
    high = [*ends, *(scale[key] for key in ("domainMax",) if is_number(scale.get(key)))]
    return bool((low and min(low) > 0) or (high and max(high) < 0))


def is_turned(scale: Mapping[str, Any]) -> bool:
    """A larger number would stand lower, or further left."""
    ends = [end for end in scale.get("domain") or () if is_number(end)]
    return scale.get("reverse") is True or ends != sorted(ends)


def ranges_are_of_looks(view: View) -> Iterator[str]:
    for channel, one in view.definitions():
        scale = one.get("scale") or {}
        if "range" not in scale:
            continue
        fitting = RANGES.get(channel)
        if fitting is None:
            yield f"{channel} takes no range: leave it out."
        elif not fitting.accepts(scale["range"]):
            yield f"the range of {channel} has to be {fitting.says}."


def scales_cover_what_they_show(view: View) -> Iterator[str]:
    for channel, one, name in view.columns():
        scale = one.get("scale") or {}
        cells = view.frame.values(name)
        if one["type"] == "temporal" and {"domain", "domainMin", "domainMax"} & scale.keys():
            yield f"{channel}: a scale of time takes no domain; filter in the code."
        elif one["type"] == "quantitative" and view.frame.kinds[name] in ("number", "year"):
            yield from _numbers_outside(channel, name, scale, cells)
        elif one["type"] in _DISCRETE and scale.get("domain"):
            left = {str(cell) for cell in cells} - {str(value) for value in scale["domain"]}
            if left:
                yield f"{channel}: the domain leaves out {', '.join(sorted(left)[:5])} of {name}."


def _numbers_outside(channel: str, name: str, scale: Mapping[str, Any], cells: list[float]) -> Iterator[str]:
    if scale.get("type") == "log" and min(cells, default=1) <= 0:
        yield f"{channel}: a logarithmic scale shows no zero and nothing below it, and {name} has such values; take symlog or linear."
    ends = [end for end in scale.get("domain") or () if is_number(end)]
    low, high = scale.get("domainMin", min(ends, default=None)), scale.get("domainMax", max(ends, default=None))
    if cells and ((is_number(low) and min(cells) < low) or (is_number(high) and max(cells) > high)):
        yield f"{channel}: the domain leaves out values of {name}, which goes from {min(cells):g} to {max(cells):g}."


def rows_are_told_apart(view: View) -> Iterator[str]:
    """Two rows of one name would be added up, or joined to and fro."""
    measure = view.measure()
    if view.mark not in JOINED or view.counts() or view.is_ranged() or measure is None or not view.frame.rows:
        return
    drawn = [row for row, there in zip(view.frame.rows, _measured(view, measure), strict=True) if there]
    keys = [
        (one, view.frame.columns.index(name))
        for channel, one, name in view.columns()
        if _parts_rows(channel, one, measure)
    ]
    combined = Counter(tuple(_key(one, row[at]) for one, at in keys) for row in drawn)
    often = next((key for key, count in combined.items() if count > 1), None)
    if often is not None:
        said = ", ".join(str(part) for part in often) or "nothing that tells them apart"
        yield (
            f"several rows have {said}, and a {view.mark} would add them up or run to and fro between them: give what tells them "
            "apart to color, detail or a facet, or aggregate in the code."
        )


def _measured(view: View, measure: str) -> list[bool]:
    names = [name for channel, _, name in view.columns() if channel == measure]
    return [cell is not None for cell in view.frame.cells(names[0])] if names else [True] * len(view.frame.rows)


def _parts_rows(channel: str, one: Definition, measure: str) -> bool:
    if channel == measure or channel in WORDS or channel == "order":
        return False
    return channel in POSITIONS or channel in ("theta", "detail") or one["type"] != "quantitative"


def _key(one: Definition, cell: Any) -> object:
    unit = CALENDAR_UNITS.get(one.get("timeUnit", ""))
    moment = moment_of(cell) if unit and isinstance(cell, str) else None
    return unit(moment) if unit and moment else cell if cell is None or isinstance(cell, (int, float)) else str(cell)


def few_enough_to_read(view: View) -> Iterator[str]:
    for channel, one, name in view.columns():
        most = MOST_SLICES if view.mark == "arc" and channel in COLOURS else _MOST.get(channel)
        if most is None or one["type"] not in _DISCRETE or one.get("bin"):
            continue
        found = len(set(map(str, view.frame.values(name))))
        if found > most:
            yield f"{channel} would have {found:,} values of {name}, and more than {most} cannot be read: keep the largest in the code."


def parts_are_of_a_whole(view: View) -> Iterator[str]:
    if view.mark != "arc":
        return
    names = [name for channel, _, name in view.columns() if channel in ("theta", "radius")]
    if not names and not view.counts():
        yield "an arc needs a column on theta."
    for name in names:
        values = [value for value in view.frame.values(name) if is_number(value)]
        if any(value < 0 for value in values) or not any(values):
            yield f"an arc shows parts of a whole, and {name} has values below zero or nothing but zero: take bars."


def formats_fit_cells(view: View) -> Iterator[str]:
    """A format of dates over numbers, or the other way round, is an error while drawing."""
    for channel, one, name in view.columns():
        kind = view.frame.kinds[name]
        is_time = one["type"] == "temporal" or "timeUnit" in one
        fitting, of = (TIME_FORMAT, "time") if is_time else (NUMBER_FORMAT, "number")
        for told in _parts_with_formats(one):
            if "format" not in told and "formatType" not in told:
                continue
            if not is_time and kind not in ("number", "year"):
                yield f"{channel} has a format, and {name} {_HOLDS[kind]}; leave the format out."
            elif ("format" in told and not fitting.accepts(told["format"])) or told.get("formatType", of) != of:
                yield f"{channel} needs {fitting.says} for {name}."
            elif not is_time and "%" in told.get("format", "") and not _are_shares(one, view.frame.values(name)):
                yield f"{channel} shows {name} as percentages, and it holds no shares of 1: leave the format out."


def counts_have_formats_of_numbers(view: View) -> Iterator[str]:
    for channel, one in view.definitions():
        if "aggregate" not in one or one.get("field"):
            continue
        for told in _parts_with_formats(one):
            if "%" in told.get("format", "") or told.get("formatType", "number") != "number":
                yield f"{channel} counts rows: it takes a format of whole numbers, such as ',d'."


def _parts_with_formats(one: Definition) -> tuple[Mapping[str, Any], ...]:
    return (one, *(one.get(part) or {} for part in ("axis", "legend", "header")))


def _are_shares(one: Definition, cells: list[float]) -> bool:
    """A percentage is a hundred times the number: of 48,213 it would be a claim that nobody made."""
    return "aggregate" not in one and all(abs(cell) <= 1 for cell in cells)


RULES: tuple[Callable[[View], Iterable[str]], ...] = (
    there_is_something,
    types_fit_cells,
    bins_are_counted,
    lengths_begin_at_zero,
    ranges_are_of_looks,
    scales_cover_what_they_show,
    rows_are_told_apart,
    few_enough_to_read,
    parts_are_of_a_whole,
    formats_fit_cells,
    counts_have_formats_of_numbers,
)
