"""A dictionary on the columns that its table has by now: they are renamed, cleaned away, typed anew, and come with newer files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from shared.dictionary.binding import DoesNotFit, Fault, TableColumn, bind_measure, unknown_column
from shared.dictionary.model import Dictionary, NamedMeasure
from shared.dictionary.walking import fields_of, renamed_fields
from shared.dictionary.writing import measure_document


@dataclass(frozen=True)
class Fitted:
    """`dictionary` speaks of columns that there are. `at_rest` says in sentences what is stored and speaks of others."""

    dictionary: Dictionary
    at_rest: tuple[str, ...] = ()


def fit(dictionary: Dictionary, table: str, columns: Iterable[TableColumn]) -> Fitted:
    known = tuple(columns)
    names = _names_now(dictionary.headers, known)
    at_rest = []
    entries = []
    for entry in dictionary.columns:
        if entry.column in names:
            entries.append(entry.model_copy(update={"column": names[entry.column]}))
        else:
            at_rest.append(_rests(f"what is said of {entry.column!r}", unknown_column(entry.column, ())))
    measures = []
    for measure in dictionary.measures:
        try:
            measures.append(_fitted_measure(measure, table, names, known))
        except DoesNotFit as error:
            at_rest.append(_rests(f"the measure {measure.name!r}", error.faults[0].sentence))
    headers = tuple((names[name], header) for name, header in dictionary.headers if name in names)
    changes = {"columns": tuple(entries), "measures": tuple(measures), "headers": headers}
    return Fitted(dictionary.model_copy(update=changes), tuple(at_rest))


def _rests(what: str, why: str) -> str:
    return f"{what[0].upper()}{what[1:]} is not in force: {why}."


def _fitted_measure(
    named: NamedMeasure, table: str, names: Mapping[str, str], columns: Sequence[TableColumn]
) -> NamedMeasure:
    """Bound anew, since types may have changed. Raises `DoesNotFit`."""
    gone = [name for name in fields_of(named.measure) if name not in names]
    if gone:
        raise DoesNotFit([Fault((), unknown_column(name, ())) for name in gone])
    moved = named.model_copy(update={"measure": renamed_fields(named.measure, names, table)})
    return bind_measure(measure_document(moved), table, {column.name: column.type for column in columns})


def _names_now(headers: Sequence[tuple[str, str]], columns: Sequence[TableColumn]) -> dict[str, str]:
    """The present names of columns by those that the dictionary knows. The heading in the file stays when a column is renamed, so
    that where it is the only one of its kind it decides; a name alone does where a newer file has other headings, unless
    the column of that name is known by its heading as another one."""
    called = defaultdict(list)
    for column in columns:
        called[column.source_name].append(column.name)
    found = {name: now for name, header in headers if (now := _only_one(name, called[header])) is not None}
    left = {column.name for column in columns} - set(found.values())
    return found | {name: name for name, _ in headers if name not in found and name in left}


def _only_one(name: str, same_heading: Sequence[str]) -> str | None:
    if name in same_heading:
        return name
    return same_heading[0] if len(same_heading) == 1 else None
