"""Whatever a snippet left in `result`, as one scalar, one text, or one table."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from services.dataproc.jail.cells import cell, is_machinery, is_scalar, not_data
from services.dataproc.jail.model import Kind
from shared.analysis.results import Check, ModelResult

_TEXT_FROM = 500  # characters from which a single line reads as a text rather than a value


@dataclass(frozen=True)
class Answer:
    """Either `value` (scalar, text) or `frame` (series, table), whose index carries nothing.

    Of a model step `warnings` are what must be read before its numbers are trusted, `notes` what else it says about them,
    and `checks` the numbers that a second computation must find as well.
    """

    kind: Kind
    value: Any = None
    frame: pd.DataFrame | None = None
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()


def answer_of(result: Any, most_rows: int) -> Answer:
    """Raises NoAnswer for functions, groupings and other machinery."""
    if isinstance(result, ModelResult):
        notes = tuple(note.sentence for note in result.notes if not note.is_warning)
        answer = answer_of(result.answer, most_rows)
        return replace(answer, warnings=result.warnings, notes=notes, checks=result.checks)
    if isinstance(result, pd.DataFrame):
        return Answer("table", frame=_flat(result))
    if isinstance(result, pd.Series):
        return Answer("series", frame=_series(result))
    if isinstance(result, str):
        return Answer("text" if "\n" in result or len(result) > _TEXT_FROM else "scalar", value=cell(result))
    if is_scalar(result):
        return Answer("scalar", value=cell(result))
    if is_machinery(result):
        raise not_data(result)
    if isinstance(result, Mapping):
        pairs = list(itertools.islice(result.items(), most_rows))
        return Answer("table", frame=_columns(["key", "value"], pairs))
    if isinstance(result, (pd.Index, pd.api.extensions.ExtensionArray, np.ndarray)):
        return Answer("table", frame=_array(result))
    return Answer("table", frame=_sequence(result, most_rows))


def _series(series: pd.Series) -> pd.DataFrame:
    """Two columns, whatever the index is: the labels are half of what a series says."""
    name = "value" if series.name is None else _label(series.name)
    frame = pd.DataFrame({0: series.array}, index=series.index)
    return _with_labels(frame, [name], series.index)


def _flat(frame: pd.DataFrame) -> pd.DataFrame:
    """Labels that say something become columns; row numbers, also after a filter or a sort, do not."""
    names = [_label(name) for name in frame.columns]
    index = frame.index
    numbered = (
        index.nlevels == 1 and index.name is None and (len(index) == 0 or pd.api.types.is_integer_dtype(index.dtype))
    )
    return _renamed(frame, names) if numbered else _with_labels(frame, names, index)


def _with_labels(frame: pd.DataFrame, names: list[str], index: pd.Index) -> pd.DataFrame:
    levels = [index.get_level_values(level) for level in range(index.nlevels)]
    labels = [
        _label(level.name) if level.name is not None else _default_label(i, len(levels))
        for i, level in enumerate(levels)
    ]
    parts = [pd.Series(level.array, index=range(len(level))) for level in levels]
    parts += [frame.iloc[:, i].reset_index(drop=True) for i in range(frame.shape[1])]
    return _renamed(pd.concat(parts, axis=1) if parts else frame, labels + names)


def _default_label(position: int, levels: int) -> str:
    return "index" if levels == 1 else f"level_{position}"


def _renamed(frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    renamed = frame.reset_index(drop=True)
    renamed.columns = pd.Index(distinct(names), dtype=object)
    return renamed


def _label(name: Any) -> str:
    if isinstance(name, tuple):
        return " / ".join(part for part in map(_label, name) if part)
    return str(cell(name)) if name is not None else ""


def distinct(names: Iterable[str]) -> list[str]:
    """The same names, later copies numbered, empty ones named."""
    taken: set[str] = set()
    unique = []
    for name in names:
        base = name or "column"
        candidate, number = base, 2
        while candidate in taken:
            candidate, number = f"{base} ({number})", number + 1
        taken.add(candidate)
        unique.append(candidate)
    return unique


def _array(values: Any) -> pd.DataFrame:
    if isinstance(values, pd.MultiIndex):
        return _renamed(values.to_frame(index=False), [_label(name) for name in values.names])
    if isinstance(values, np.ndarray) and values.ndim > 1:
        rows = values.reshape(values.shape[0], -1)
        return _renamed(pd.DataFrame(rows), _numbered(rows.shape[1]))
    name = getattr(values, "name", None)
    return _renamed(pd.DataFrame({0: values}), [_label(name) if name is not None else "value"])


def _sequence(values: Iterable[Any], most_rows: int) -> pd.DataFrame:
    """A list of records, of rows, or of single values."""
    items = list(itertools.islice(_in_order(values), most_rows))
    if items and all(isinstance(item, Mapping) for item in items):
        frame = pd.DataFrame(items)
        return _renamed(frame, [_label(name) for name in frame.columns])
    widths = {len(item) if isinstance(item, (tuple, list)) else None for item in items}
    if len(widths) == 1 and (width := widths.pop()):
        return _columns(_numbered(width), items)
    return _columns(["value"], [(item,) for item in items])


def _in_order(values: Iterable[Any]) -> Iterable[Any]:
    """A set sorted where it can be: two runs of the same code give the same answer."""
    if isinstance(values, (set, frozenset)):
        try:
            return sorted(values)
        except TypeError:
            return values
    return values


def _numbered(width: int) -> list[str]:
    return ["value"] if width == 1 else [f"value_{i + 1}" for i in range(width)]


def _columns(names: list[str], rows: list[Any]) -> pd.DataFrame:
    """Cells as they are, of any type, column by column."""
    columns = {i: _objects([row[i] for row in rows]) for i in range(len(names))}
    return _renamed(pd.DataFrame(columns, index=range(len(rows))), names)


def _objects(values: list[Any]) -> pd.Series:
    """An object column, without numpy looking into lists that are cells."""
    cells = np.empty(len(values), dtype=object)
    for position, value in enumerate(values):
        cells[position] = value
    return pd.Series(cells, dtype=object)
