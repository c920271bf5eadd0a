"""What is told of the tables, as the model reads it: all of it, or as much as fits."""

from __future__ import annotations

from typing import Any

from services.llm.context import Column, GenerationContext, LeftOut, Measure, Table
from services.llm.prompt.writing import as_json, block, shortened
from services.llm.retrieval import fit_tables

MOST_EXAMPLES = 8
MOST_VALUES = 40  # of a column whose distinct values are all known
LONGEST_DEFINITION = 500  # characters: a table may have hundreds of columns, and all of them are told

CUT = """
Not all columns fit here. What is listed was chosen by the words of the question and by what was said around it; some columns are listed by name and type \
only. `further_columns` counts those of a table that are not listed, and `further_tables` the tables; what names they give is all that is told of them: \
"q_1 … q_90 (90)" are numbered names, "sensor… (412)" are names that begin so. A name that stands there whole may be used like any other. If what the \
question needs may be among those that are not listed, `decline` and name what you miss: asked again by that name it will be listed.\
"""


def tables_block(context: GenerationContext, room: int) -> str:
    """All that is known of the tables, or as much of it as fits into `room` bytes."""
    whole = block("tables", [_table(table) for table in context.tables])
    if len(whole.encode()) <= room:
        return whole
    fitted = fit_tables(context, room - len((block("tables", []) + CUT).encode()), _size)
    told = [_table(table) for table in fitted.tables]
    return block("tables", [*told, {"further_tables": _left_out(fitted.further)}] if fitted.further else told) + CUT


def _size(part: Table | Column | Measure) -> int:
    """Bytes that it takes among the tables."""
    match part:
        case Table():
            return len(as_json(_table(part)).encode())
        case Column():
            return len(as_json(_column(part)).encode())
        case Measure():
            return len(as_json(_measure(part)).encode())


def _table(table: Table) -> dict[str, Any]:
    facts: dict[str, Any] = {"name": table.name, "rows": table.rows, **_said(table)}
    facts["columns"] = [_column(column) for column in table.columns]
    if table.measures:
        facts["measures"] = [_measure(measure) for measure in table.measures]
    if table.totals_columns:
        facts["totals_columns"] = list(table.totals_columns)
    if table.left_out:
        facts["further_columns"] = _left_out(table.left_out)
    if table.totals:
        facts["totals_rows"] = [{cell.column: shortened(cell.value) for cell in cells} for cells in table.totals]
    return facts


def _left_out(left_out: LeftOut) -> dict[str, Any]:
    return {"count": left_out.count, "names": list(left_out.names)}


def _said(of: Table | Column) -> dict[str, Any]:
    """What the dictionary says of it."""
    facts: dict[str, Any] = {"also_called": list(of.labels)} if of.labels else {}
    return facts | ({"definition": of.definition[:LONGEST_DEFINITION]} if of.definition else {})


def _measure(measure: Measure) -> dict[str, Any]:
    facts = measure.model_dump(mode="json") | {"definition": measure.definition[:LONGEST_DEFINITION]}
    facts["also_called"] = facts.pop("synonyms")
    return {name: value for name, value in facts.items() if value not in (None, "", [])}


def _column(column: Column) -> dict[str, Any]:
    facts: dict[str, Any] = {"name": column.name, "type": column.type, **_said(column)}
    if column.unit:
        facts["unit"] = column.unit
    if column.nullable:
        facts["nullable"] = True
    if column.undecided:
        facts["undecided"] = column.undecided.model_dump(exclude_none=True)
    if column.examples:
        facts["examples"] = [shortened(value) for value in column.examples[:MOST_EXAMPLES]]
    if isinstance(column.distinct, tuple):
        facts["distinct"] = len(column.distinct)
        facts["values"] = [shortened(value) for value in column.distinct[:MOST_VALUES]]
    elif column.distinct is not None:
        facts["distinct"] = column.distinct
    for bound in ("min", "max"):
        if (value := getattr(column, bound)) is not None:
            facts[bound] = shortened(value)
    return facts
