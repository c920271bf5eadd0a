"""From what a person wrote to typed pieces over a table's columns; or every place that does not fit, with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Protocol

from shared.columns import ColumnType, Family
from shared.dictionary.conditions import NotACondition, parse_condition
from shared.dictionary.document import ConditionDocument, DictionaryDocument, MeasureDocument
from shared.dictionary.expressions import NotAnExpression, parse_expression
from shared.dictionary.model import ColumnEntry, Dictionary, NamedMeasure
from shared.dictionary.walking import fields_of
from shared.plan import AGGREGATES, All, Arithmetic, Expression, Field, Measure, Predicate

Place = tuple[str | int, ...]
# A person puts twenty faults right and sends it again; and in a table of more columns looking for similar names takes a second and more.
MOST_FAULTS = 20
MOST_COMPARED = 1_000


class TableColumn(Protocol):
    """What a dictionary has to know of a column, whichever service knows it."""

    @property
    def name(self) -> str: ...
    @property
    def source_name(self) -> str: ...
    @property
    def type(self) -> ColumnType: ...


@dataclass(frozen=True)
class Fault:
    """`place` leads through the document: `("measures", 0, "of")`."""

    place: Place
    sentence: str


class DoesNotFit(ValueError):
    """The document does not fit the table."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(fault.sentence for fault in faults))
        self.faults = tuple(faults)


def bind(document: DictionaryDocument, table: str, columns: Iterable[TableColumn]) -> Dictionary:
    """The dictionary that the document means for a table of this name, still without a version. Raises `DoesNotFit`, with some twenty
    faults at most."""
    known = {column.name: column for column in columns}
    types = {name: column.type for name, column in known.items()}
    unknown = [name for name in document.columns if name not in known]
    faults = [Fault(("columns", name), unknown_column(name, types)) for name in unknown[:MOST_FAULTS]]
    faults += _names_taken(document.measures)
    measures = []
    for place, measure in enumerate(document.measures):
        if len(faults) >= MOST_FAULTS:
            break
        try:
            measures.append(bind_measure(measure, table, types, ("measures", place)))
        except DoesNotFit as error:
            faults += error.faults
    if faults:
        raise DoesNotFit(faults)
    entries = tuple(ColumnEntry(column=name, **said.model_dump()) for name, said in document.columns.items())
    spoken_of = {*document.columns, *(name for measure in measures for name in fields_of(measure.measure))}
    return Dictionary(
        label=document.label,
        synonyms=document.synonyms,
        definition=document.definition,
        columns=entries,
        measures=tuple(measures),
        headers=tuple((name, known[name].source_name) for name in sorted(spoken_of)),
    )


def bind_measure(
    document: MeasureDocument, table: str, types: Mapping[str, ColumnType], place: Place = ()
) -> NamedMeasure:
    faults: list[Fault] = []
    of = _expression(document, table, types, place, faults)
    conditions = [
        found
        for number, condition in enumerate(document.where)
        if (found := _condition(condition, table, types, (*place, "where", number), faults))
    ]
    if (document.aggregate == "percentile") != (document.percentile is not None):
        faults.append(Fault((*place, "percentile"), "the aggregate `percentile` needs it, and no other takes it"))
    if faults:
        raise DoesNotFit(faults)
    measure = Measure(
        name=document.name,
        function=document.aggregate,
        of=of,
        where=_joined(conditions),
        percentile=document.percentile,
    )
    return NamedMeasure(measure=measure, synonyms=document.synonyms, definition=document.definition, unit=document.unit)


def _names_taken(measures: Sequence[MeasureDocument]) -> Iterator[Fault]:
    """Two measures of one name cannot be told apart by any question."""
    taken: set[str] = set()
    for place, measure in enumerate(measures):
        words = {word.casefold() for word in (measure.name, *measure.synonyms)}
        if words & taken:
            yield Fault(("measures", place, "name"), f"another measure is called {min(words & taken)!r}, too")
        taken |= words


def _expression(
    document: MeasureDocument, table: str, types: Mapping[str, ColumnType], place: Place, faults: list[Fault]
) -> Expression | None:
    if document.of is None:
        if document.aggregate != "count":
            faults.append(Fault((*place, "of"), f"{document.aggregate!r} needs an expression: what is it of?"))
        return None
    try:
        of = parse_expression(document.of, table)
    except NotAnExpression as error:
        faults.append(Fault((*place, "of"), str(error)))
        return None
    sentences = [unknown_column(name, types) for name in fields_of(of) if name not in types] or _misfits(
        document, of, types
    )
    faults += [Fault((*place, "of"), sentence) for sentence in sentences]
    return of


def _misfits(document: MeasureDocument, of: Expression, types: Mapping[str, ColumnType]) -> list[str]:
    if isinstance(of, Field):
        takes = AGGREGATES[document.aggregate].takes
        if types[of.name].family in takes:
            return []
        return [f"{document.aggregate!r} is not taken of {of.name!r}, which holds {types[of.name].label}"]
    if not isinstance(of, Arithmetic):
        return ["it names no column"]
    return [
        f"{name!r} holds {types[name].label}, and only numbers are reckoned with"
        for name in fields_of(of)
        if types[name].family is not Family.NUMBER
    ] or ([] if fields_of(of) else ["it names no column"])


def _condition(
    document: ConditionDocument, table: str, types: Mapping[str, ColumnType], place: Place, faults: list[Fault]
) -> Predicate | None:
    if document.column not in types:
        faults.append(Fault((*place, "column"), unknown_column(document.column, types)))
        return None
    try:
        return parse_condition(document, types[document.column], table)
    except NotACondition as error:
        faults.append(Fault((*place, error.field), str(error)))
        return None


def _joined(conditions: Sequence[Predicate]) -> Predicate | None:
    if len(conditions) < 2:
        return conditions[0] if conditions else None
    return All(of=tuple(conditions))


def unknown_column(name: str, known: Iterable[str]) -> str:
    names = list(known)
    near = get_close_matches(name, names, n=3, cutoff=0.6) if len(names) <= MOST_COMPARED else []
    return f"the table has no column {name!r}{'; near it are ' if near else ''}{', '.join(map(repr, near))}"
