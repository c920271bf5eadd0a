"""A stored dictionary as the document that a person wrote, or could have written."""

from __future__ import annotations

from shared.dictionary.conditions import write_condition
from shared.dictionary.document import ColumnDocument, ConditionDocument, DictionaryDocument, MeasureDocument
from shared.dictionary.expressions import write_expression
from shared.dictionary.model import ColumnEntry, Dictionary, NamedMeasure
from shared.plan import All, Predicate


def document_of(dictionary: Dictionary) -> DictionaryDocument:
    return DictionaryDocument(
        version=dictionary.version,
        label=dictionary.label,
        synonyms=dictionary.synonyms,
        definition=dictionary.definition,
        columns={entry.column: _column_document(entry) for entry in dictionary.columns},
        measures=tuple(map(measure_document, dictionary.measures)),
    )


def measure_document(named: NamedMeasure) -> MeasureDocument:
    measure = named.measure
    return MeasureDocument(
        name=named.name,
        synonyms=named.synonyms,
        definition=named.definition,
        unit=named.unit,
        aggregate=measure.function,
        of=None if measure.of is None else write_expression(measure.of),
        percentile=measure.percentile,
        where=_conditions(measure.where),
    )


def _column_document(entry: ColumnEntry) -> ColumnDocument:
    return ColumnDocument(label=entry.label, synonyms=entry.synonyms, definition=entry.definition, unit=entry.unit)


def _conditions(where: Predicate | None) -> tuple[ConditionDocument, ...]:
    if where is None:
        return ()
    return tuple(map(write_condition, where.of if isinstance(where, All) else (where,)))
