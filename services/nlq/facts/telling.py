"""What of the facts is told to a model, by what it may know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from services.nlq.facts.naming import named_values, phrases
from services.nlq.planner.facts import ColumnFacts, TableFacts
from shared.dictionary import NamedMeasure, measure_document
from shared.open_choices import WORDINGS, OpenChoice, OpenQuestion

MOST_VALUES, MOST_EXAMPLES = 40, 8  # of a column: all, where there are no more, or the most frequent

NO_MIDDLE = {"mean": None, "quartiles": None}  # of numbers that name rows of another table, however many there are


def model_context(tables: Sequence[TableFacts], *, privacy: str, question: str = "") -> list[dict[str, Any]]:
    """The schema as the model sees it; with `schema_only` not one cell value is in it. Of a wide table the model may see a part, for which the
    values that the question names, and the keys, are pointed out.

    The dictionary belongs to the schema: people wrote it to be understood, the values in a measure's conditions too.
    """
    said = phrases(question) if privacy == "profile" else frozenset()
    return [_table_for_model(table, privacy, said) for table in tables]


def _table_for_model(table: TableFacts, privacy: str, said: frozenset[str]) -> dict[str, Any]:
    told = {
        "name": table.name,
        "rows": table.rows,
        "labels": list(table.labels),
        "definition": table.definition,
        "columns": [_column_for_model(column, table, privacy, said) for column in table.columns],
        "measures": [_measure_for_model(measure) for measure in table.measures],
        "references": [asdict(reference) for reference in table.references],
        **_totals_for_model(table, privacy),
    }
    if privacy == "profile":
        told |= {"sample_rows": table.sample_rows, "warnings": table.warnings}
    return told


def _totals_for_model(table: TableFacts, privacy: str) -> dict[str, Any]:
    """By which cells such rows are told; of the schema alone, in which columns these stand."""
    if not table.totals or table.counts_totals:
        return {}
    told: dict[str, Any] = {"totals_columns": list(dict.fromkeys(cells[0].column for cells in table.totals))}
    return told | (
        {"totals": [[vars(cell) for cell in cells] for cells in table.totals]} if privacy == "profile" else {}
    )


def _measure_for_model(measure: NamedMeasure) -> dict[str, Any]:
    return measure_document(measure).model_dump(mode="json", exclude_defaults=True)


def _column_for_model(column: ColumnFacts, table: TableFacts, privacy: str, said: frozenset[str]) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "name": column.name,
        "type": column.type,
        "unit": f"mixed: {', '.join(column.mixed_units)}" if column.mixed_units else column.unit,
        "nullable": column.nullable,
        "nulls": share_of(column.figures.nulls, table.rows),
        "distinct": column.distinct,
        "labels": list(column.labels),
        "definition": column.definition,
        "key": column.name in table.candidate_keys,
    }
    if (choice := column.open_choice) is not None and choice.question is not OpenQuestion.UNIT:
        schema["undecided"] = _undecided(choice, privacy)
    if privacy != "profile":
        return schema
    names_rows = column.name in {reference.column for reference in table.references}
    return schema | _cells_for_model(column, said) | (NO_MIDDLE if names_rows else {})


def _cells_for_model(column: ColumnFacts, said: frozenset[str]) -> dict[str, Any]:
    """The header of the file is with them: a person may have given a column its name because that is a row of data."""
    figures = column.figures
    few = column.values if column.values_complete and len(column.values) <= MOST_VALUES else ()
    frequent = column.values[:MOST_EXAMPLES] if column.type.lists_values else ()
    return {
        "source_name": column.source_name,
        "values": figures.values or few or None,
        "examples": frequent or figures.examples,
        "min": column.minimum,
        "max": column.maximum,
        "mean": figures.mean,
        "quartiles": figures.quartiles or None,
        "named": named_values(column.values, said),
    }


def share_of(part: int | None, whole: int) -> float | None:
    """In thousandths, and neither nothing nor all unless it is: of a million rows, three gaps are gaps."""
    if part is None or not whole:
        return None
    return part / whole if part in (0, whole) else min(max(round(part / whole, 3), 0.001), 0.999)


def _undecided(choice: OpenChoice, privacy: str) -> dict[str, Any]:
    """How the column was read, though it could be read otherwise. The example is a cell."""
    told = {"whether": WORDINGS[choice.question].whether, "read_as": choice.called(choice.taken)}
    if privacy != "profile" or choice.example is None:
        return told
    values = dict(zip(map(choice.called, choice.options), choice.example.values, strict=True))
    return told | {"example": {"cell": choice.example.cell, "values": values}}
